package catalog

import (
	"context"

	"streamex/ent"
	"streamex/ent/title"
)

// PicturesInUse tells which uploaded pictures of the given names some title
// shows.
//
// Plan: one look at each title, for 500 names at a time, once a day.
func PicturesInUse(ctx context.Context, db *ent.Client, names []string) (map[string]bool, error) {
	rows, err := db.Title.Query().Where(title.Or(title.PosterIn(names...), title.BackdropIn(names...))).Select(title.FieldPoster, title.FieldBackdrop).All(ctx)
	used := make(map[string]bool, len(rows))
	for _, t := range rows {
		used[t.Poster], used[t.Backdrop] = true, true
	}
	return used, err
}
