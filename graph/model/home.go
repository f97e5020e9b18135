package model

import (
	"streamex/ent"
	"streamex/ent/schema/globalid"
	"streamex/internal/home"
)

// Home is the home page of a profile. Its rows are composed when asked for.
type Home struct {
	ID   globalid.Global
	Rows []*HomeRow
}

// HomeRow is a shelf. Its items are references until they are asked for.
type HomeRow struct {
	ID      globalid.Global
	Kind    HomeRowKind
	Heading string
	Reason  Reason
	Row     *home.Row
}

// IsNode marks what node(id:) can answer.
func (*HomeRow) IsNode() {}

// HomeItem is a title on a shelf.
type HomeItem struct {
	Title  Title
	Reason Reason
}

// Held returns the objects behind a field.
func (i *HomeItem) Held(field string) []any {
	switch {
	case field == "title":
		return []any{i.Title}
	case field == "reason" && i.Reason != nil:
		return []any{i.Reason}
	}
	return nil
}

// Held returns the objects behind a field.
func (r *HomeRow) Held(field string) []any {
	if field == "reason" && r.Reason != nil {
		return []any{r.Reason}
	}
	return nil
}

// Reason is why something stands on a shelf.
type Reason interface{ IsReason() }

// BecauseYouWatched is a reason.
type BecauseYouWatched struct{ Title Title }

// NewEpisode is a reason: there is an episode of the series to go on with.
type NewEpisode struct{ Series Title }

// TrendingNow is a reason: the title's place in what everybody watches.
type TrendingNow struct{ Rank int }

// OnYourList is a reason: the profile saved the title.
type OnYourList struct{ Title Title }

// PopularInGenre is a reason.
type PopularInGenre struct{ Genre *Genre }

func (*BecauseYouWatched) IsReason() {}
func (*NewEpisode) IsReason()        {}
func (*OnYourList) IsReason()        {}
func (*PopularInGenre) IsReason()    {}
func (*TrendingNow) IsReason()       {}

// Held returns the objects behind a field.
func (r *BecauseYouWatched) Held(field string) []any {
	if field == "title" {
		return []any{r.Title}
	}
	return nil
}

// Held returns the objects behind a field.
func (r *PopularInGenre) Held(field string) []any {
	if field == "genre" {
		return []any{r.Genre}
	}
	return nil
}

var _ Playable = (*ent.Episode)(nil)
