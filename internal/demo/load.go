package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"streamex/ent"
	"streamex/ent/user"
	"streamex/internal/database"
	"streamex/internal/recommend"
	"streamex/internal/search"
)

// Account is a demo account that can sign in.
type Account struct {
	Email, Name string
	Admin       bool
	Profiles    []Person
}

// Person is a profile of a demo account.
type Person struct {
	Name, Avatar, Language string
	Child                  bool
	Taste                  []string // slugs of genres, favourite first
}

// Accounts are the demo accounts. All have the same password.
var Accounts = []Account{
	{Email: "viewer@example.com", Name: "Demo household", Profiles: []Person{
		{Name: "Alex", Avatar: "green", Language: "en", Taste: []string{"science-fiction", "horror", "mystery"}},
		{Name: "Carmen", Avatar: "violet", Language: "es", Taste: []string{"comedy", "romance", "drama"}},
		{Name: "Leo", Avatar: "orange", Language: "en", Child: true, Taste: []string{"animation", "family", "adventure"}},
	}},
	{Email: "family@example.com", Name: "Another household", Profiles: []Person{
		{Name: "Sam", Avatar: "blue", Language: "en", Taste: []string{"adventure", "western", "history"}},
		{Name: "Nora", Avatar: "pink", Language: "es", Taste: []string{"thriller", "crime", "film-noir"}},
	}},
	{Email: "admin@example.com", Name: "Administrator", Admin: true, Profiles: []Person{
		{Name: "Admin", Avatar: "teal", Language: "en", Taste: []string{"documentary", "drama"}},
	}},
}

// chunk bounds the rows of one INSERT, for SQLite's limit of parameters.
const chunk = 500

// Empty tells whether a database has neither titles nor users, so that Load
// may fill it.
func Empty(ctx context.Context, c *ent.Client) (bool, error) {
	if has, err := c.Title.Query().Exist(ctx); has || err != nil {
		return false, err
	}
	has, err := c.User.Query().Exist(ctx)
	return !has, err
}

// Load fills an empty database with the demo catalogue, the demo accounts, all
// with the same password hash, and an audience of 300 profiles with a history
// that ends now. It is one transaction: all or nothing.
func Load(ctx context.Context, db *database.DB, passwordHash string) error {
	return load(ctx, db, passwordHash, time.Now().UTC().Truncate(time.Second))
}

func load(ctx context.Context, db *database.DB, passwordHash string, now time.Time) (err error) {
	genres, titles, err := read()
	if err != nil {
		return err
	}
	tx, err := db.Client.Tx(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = tx.Rollback()
		}
	}()
	c := tx.Client()
	r, err := build(c, genres, titles, now)
	if err != nil {
		return err
	}
	steps := []func() error{
		func() error { return save(ctx, r.genres, c.Genre.CreateBulk) },
		func() error { return save(ctx, r.titles, c.Title.CreateBulk) },
		func() error { return save(ctx, r.movies, c.Movie.CreateBulk) },
		func() error { return save(ctx, r.series, c.Series.CreateBulk) },
		func() error { return save(ctx, r.seasons, c.Season.CreateBulk) },
		func() error { return save(ctx, r.episodes, c.Episode.CreateBulk) },
		func() error { return save(ctx, r.videos, c.Video.CreateBulk) },
		func() error { return save(ctx, r.titleGenres, c.TitleGenre.CreateBulk) },
		func() error { return save(ctx, r.people, c.Person.CreateBulk) },
		func() error { return save(ctx, r.characters, c.Character.CreateBulk) },
		func() error { return save(ctx, r.credits, c.Credit.CreateBulk) },
		func() error { return audience(ctx, c, r.stock, passwordHash, now) },
		func() error { return database.SyncSequences(ctx, c, db.Dialect()) },
		func() error { return recommend.Rebuild(ctx, c, now) },
		func() error { return search.Rebuild(ctx, c) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	return tx.Commit()
}

// save writes rows in a few statements.
func save[T any, B interface{ Exec(context.Context) error }](ctx context.Context, rows []T, bulk func(...T) B) error {
	for part := range slices.Chunk(rows, chunk) {
		if err := bulk(part...).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// person is a profile together with the account that it belongs to.
type person struct {
	Person
	maturity int
}

func users(ctx context.Context, c *ent.Client, passwordHash string) ([]*ent.User, []person, error) {
	var creates []*ent.UserCreate
	var people []person
	for _, a := range Accounts {
		role := user.RoleVIEWER
		if a.Admin {
			role = user.RoleADMIN
		}
		creates = append(creates, c.User.Create().SetEmail(a.Email).SetName(a.Name).SetPasswordHash(passwordHash).SetRole(role))
	}
	for i := range households {
		email, name := household(i + 1)
		creates = append(creates, c.User.Create().SetEmail(email).SetName(name).SetPasswordHash("!"))
	}
	accounts, err := c.User.CreateBulk(creates...).Save(ctx)
	for _, a := range Accounts {
		for _, p := range a.Profiles {
			m := 18
			if p.Child {
				m = 7
			}
			people = append(people, person{p, m})
		}
	}
	return accounts, people, err
}
