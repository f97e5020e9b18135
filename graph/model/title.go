// Package model holds what the API shows where it is not simply a row.
// generated.go is made by gqlgen, the rest by hand.
package model

import (
	"streamex/ent"
	"streamex/ent/series"
)

// Node is anything with a globally unique identifier.
type Node interface{ IsNode() }

// Title is a movie or a series.
type Title interface {
	Node
	IsTitle()
	// Row is the title's row, in the viewer's language.
	Row() *ent.Title
}

// Playable is what plays: a movie or an episode.
type Playable interface {
	Node
	IsPlayable()
}

// Core is what movies and series have in common.
type Core struct{ *ent.Title }

// IsTitle marks movies and series.
func (Core) IsTitle() {}

// Row is the title's row.
func (c Core) Row() *ent.Title { return c.Title }

// Year is the year of release; nil when unknown.
func (c Core) Year() *int {
	if c.Title.Year == 0 {
		return nil
	}
	return &c.Title.Year
}

// uploads is the address below which uploaded pictures are served.
const uploads = "/art/upload/"

// Artwork is where the title's pictures are.
func (c Core) Artwork() *Artwork {
	scene := c.Scene
	if scene == "" {
		scene = "none"
	}
	base := "/art/" + scene + "/" + c.Slug
	a := &Artwork{Poster: base + "/poster.svg", Card: base + "/card.svg", Backdrop: base + "/backdrop.svg", Color: c.Color}
	if c.Poster != "" {
		a.Poster = uploads + c.Poster + "/poster.jpg"
	}
	if c.Backdrop != "" {
		a.Card, a.Backdrop = uploads+c.Backdrop+"/card.jpg", uploads+c.Backdrop+"/backdrop.jpg"
	}
	return a
}

// Movie is a title that plays.
type Movie struct {
	Core
	DurationSeconds *int
}

// IsPlayable marks what plays.
func (*Movie) IsPlayable() {}

// Series is a title made of seasons.
type Series struct {
	Core
	Status series.Status
}

// Genre is a genre in the viewer's language.
type Genre struct {
	*ent.Genre
	Name string
}
