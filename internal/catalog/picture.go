package catalog

import (
	"context"
	"errors"
	"slices"

	"streamex/ent"
	"streamex/ent/schema/globalid"
	"streamex/ent/title"
	"streamex/internal/artwork"
	"streamex/internal/audit"
	"streamex/internal/database"
	"streamex/internal/viewer"
)

// What can be wrong with what is to be changed.
var (
	ErrNotFound = errors.New("catalog: there is no such title")
	ErrStale    = errors.New("catalog: it was changed meanwhile")
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

// SetPicture makes an uploaded picture a title's poster or backdrop, on behalf of
// the viewer of ctx; "" for its name goes back to the generated one. It returns
// ErrNotFound, and ErrStale when the title has another version.
func SetPicture(ctx context.Context, db *database.DB, id globalid.Title, version int, shape, name, color string) (row *ent.Title, err error) {
	tx, err := db.Client.Tx(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	before, err := tx.Title.Get(ctx, id)
	switch {
	case ent.IsNotFound(err):
		return nil, ErrNotFound
	case err != nil:
		return nil, err
	case before.Version != version:
		return nil, ErrStale
	}
	update := tx.Title.UpdateOne(before).Where(title.Version(version)).AddVersion(1)
	if color == "" {
		color = artwork.Dominant(before.Slug, before.Scene)
	}
	was := before.Poster
	if shape == title.FieldPoster {
		update.SetPoster(name).SetColor(color)
	} else {
		was = before.Backdrop
		update.SetBackdrop(name)
		if before.Poster == "" { // else the colour is the poster's
			update.SetColor(color)
		}
	}
	if before.Source != nil && !slices.Contains(before.Edited, shape) {
		update.AppendEdited([]string{shape})
	}
	if row, err = update.Save(ctx); ent.IsNotFound(err) {
		return nil, ErrStale
	} else if err != nil {
		return nil, err
	}
	kind := "Movie"
	if row.Kind == title.KindSERIES {
		kind = "Series"
	}
	entry, err := audit.New(tx.Client(), viewer.From(ctx).User, audit.Node{Kind: kind, ID: id, Label: row.Name}, audit.Fields{shape: was}, audit.Fields{shape: name})
	if err != nil {
		return nil, err
	}
	if entry != nil {
		if err = entry.Exec(ctx); err != nil {
			return nil, err
		}
	}
	return row, tx.Commit()
}
