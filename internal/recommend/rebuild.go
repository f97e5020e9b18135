// Package recommend learns from what people watch: which titles are popular,
// which are watched right now, and which are alike.
package recommend

import (
	"context"
	"math"
	"slices"
	"time"

	"streamex/ent"
	"streamex/ent/credit"
	"streamex/ent/schema/globalid"
	"streamex/ent/title"
	"streamex/ent/titlegenre"
	"streamex/ent/view"
)

const (
	// neighbours bounds how many similar titles are kept per title.
	neighbours = 50
	// halfLife is how long it takes until a view counts half in trending.
	halfLife = 3 * 24 * time.Hour
	// scale is the fixed point of scores: integers order alike on both databases.
	scale = 1_000_000
)

// epoch is where forward decay counts from: a vote at t weighs
// 2^((t-epoch)/halfLife), so that the order of sums needs no clock (Cormode et
// al., "Forward decay", ICDE 2009).
var epoch = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// facts are what is known of a title.
type facts struct {
	year    int
	genres  []globalid.Genre
	people  map[globalid.Person]float64
	viewers map[globalid.Profile]float64 // profile to the time of its vote, in half-lives since epoch
}

// Rebuild computes popularity, ratings, trends and similar titles anew from all
// views, ratings and credits, and replaces what was there. It reads all views
// and credits into memory.
func Rebuild(ctx context.Context, c *ent.Client, now time.Time) error {
	if err := count(ctx, c); err != nil {
		return err
	}
	titles, order, err := read(ctx, c, now)
	if err != nil {
		return err
	}
	if err := trend(ctx, c, titles, order); err != nil {
		return err
	}
	if _, err := c.Similarity.Delete().Exec(ctx); err != nil {
		return err
	}
	var rows []*ent.SimilarityCreate
	flush := func() error {
		for part := range slices.Chunk(rows, 1000) {
			if err := c.Similarity.CreateBulk(part...).Exec(ctx); err != nil {
				return err
			}
		}
		rows = rows[:0]
		return nil
	}
	for i, links := range similar(titles, order) {
		for _, l := range links {
			score := min(scale, max(1, int(math.Round(float64(l.weight)*scale))))
			rows = append(rows, c.Similarity.Create().SetTitleID(order[i]).SetSimilarID(order[l.title]).SetScore(score))
		}
		if len(rows) >= 10_000 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

func read(ctx context.Context, c *ent.Client, now time.Time) (map[globalid.Title]*facts, []globalid.Title, error) {
	all, err := c.Title.Query().Order(title.ByID()).Select(title.FieldID, title.FieldYear).All(ctx)
	if err != nil {
		return nil, nil, err
	}
	titles := make(map[globalid.Title]*facts, len(all))
	order := make([]globalid.Title, len(all))
	for i, t := range all {
		order[i] = t.ID
		titles[t.ID] = &facts{year: t.Year, people: make(map[globalid.Person]float64), viewers: make(map[globalid.Profile]float64)}
	}
	genres, err := c.TitleGenre.Query().Order(titlegenre.ByTitleID(), titlegenre.ByPosition(), titlegenre.ByGenreID()).All(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, g := range genres {
		if f := titles[g.TitleID]; f != nil { // else the title came after we read them
			f.genres = append(f.genres, g.GenreID)
		}
	}
	credits, err := c.Credit.Query().Where(credit.EpisodeIDIsNil()).All(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, cr := range credits {
		f := titles[cr.TitleID]
		if f == nil {
			continue
		}
		w := 1.0
		switch cr.Role {
		case credit.RoleDIRECTOR, credit.RoleCREATOR:
			w = 3
		case credit.RoleLEAD:
			w = 2
		}
		f.people[cr.PersonID] = max(f.people[cr.PersonID], w)
	}
	views, err := c.View.Query().Select(view.FieldID, view.FieldProfileID, view.FieldTitleID, view.FieldViewedAt).All(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, v := range views {
		f := titles[v.TitleID]
		if f == nil {
			continue
		}
		at := v.ViewedAt
		if at.After(now) { // a clock that runs ahead has no more than a vote of now
			at = now
		}
		f.viewers[v.ProfileID] = max(f.viewers[v.ProfileID], float64(at.Sub(epoch))/float64(halfLife))
	}
	return titles, order, nil
}

// count writes each title's popularity, the profiles that watched it, and its
// score: the average thumb in thousandths (0 down, 1 up, 2 double up), pulled
// towards 1 where few voted by five votes of doubt. Rows that stay as they are
// are not written.
func count(ctx context.Context, c *ent.Client) error {
	for _, statement := range []string{
		`UPDATE titles SET popularity = n.popularity, score = n.score FROM (
  SELECT t.id, COALESCE(w.profiles, 0) AS popularity, COALESCE(1000 * (r.thumbs + 5) / (r.profiles + 5), 0) AS score
  FROM titles t
    LEFT JOIN (SELECT title_id, COUNT(DISTINCT profile_id) AS profiles FROM views GROUP BY title_id) w ON w.title_id = t.id
    LEFT JOIN (SELECT title_id, COUNT(*) AS profiles, SUM(CASE thumb WHEN 'UP' THEN 1 WHEN 'DOUBLE_UP' THEN 2 ELSE 0 END) AS thumbs
      FROM ratings GROUP BY title_id) r ON r.title_id = t.id) n
WHERE n.id = titles.id AND (titles.popularity <> n.popularity OR titles.score <> n.score)`,
		`UPDATE title_genres SET popularity = t.popularity FROM titles t
WHERE t.id = title_genres.title_id AND title_genres.popularity <> t.popularity`,
	} {
		if _, err := c.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// trend writes how much each title is watched now.
func trend(ctx context.Context, c *ent.Client, titles map[globalid.Title]*facts, order []globalid.Title) error {
	if _, err := c.Trend.Delete().Exec(ctx); err != nil {
		return err
	}
	var rows []*ent.TrendCreate
	for _, id := range order {
		if viewers := titles[id].viewers; len(viewers) > 0 {
			rows = append(rows, c.Trend.Create().SetID(id).SetTitleID(id).SetScore(int64(math.Round(log2Sum(viewers)*scale))))
		}
	}
	for part := range slices.Chunk(rows, 1000) {
		if err := c.Trend.CreateBulk(part...).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// log2Sum is log2 of the sum of 2^x, without overflow. It adds in the order of
// size, so that the result does not depend on the order of the map.
func log2Sum(votes map[globalid.Profile]float64) float64 {
	xs := make([]float64, 0, len(votes))
	for _, x := range votes {
		xs = append(xs, x)
	}
	slices.Sort(xs)
	top := xs[len(xs)-1]
	sum := 0.0
	for _, x := range xs {
		sum += math.Exp2(x - top)
	}
	return top + math.Log2(sum)
}
