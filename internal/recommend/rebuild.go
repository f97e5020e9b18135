// Package recommend learns from what people watch: which titles are popular,
// which are watched right now, and which are alike.
package recommend

import (
	"cmp"
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
	for _, id := range order {
		for _, n := range similar(titles, order, id) {
			rows = append(rows, c.Similarity.Create().SetTitleID(id).SetSimilarID(n.id).SetScore(int(math.Round(n.score*scale))))
		}
	}
	for part := range slices.Chunk(rows, 1000) {
		if err := c.Similarity.CreateBulk(part...).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
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

type neighbour struct {
	id    globalid.Title
	score float64
}

// similar finds the titles most like one, best first: half by who watched both
// (cosine), half by what they have in common: people, genres, era.
func similar(titles map[globalid.Title]*facts, order []globalid.Title, id globalid.Title) []neighbour {
	a := titles[id]
	var out []neighbour
	for _, other := range order {
		if other == id {
			continue
		}
		b := titles[other]
		if s := .5*together(a, b) + .5*alike(a, b); s > .02 {
			out = append(out, neighbour{other, min(1, s)})
		}
	}
	slices.SortFunc(out, func(x, y neighbour) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.id, y.id))
	})
	return out[:min(neighbours, len(out))]
}

func together(a, b *facts) float64 {
	if len(a.viewers) == 0 || len(b.viewers) == 0 {
		return 0
	}
	both := 0
	for p := range a.viewers {
		if _, ok := b.viewers[p]; ok {
			both++
		}
	}
	return float64(both) / math.Sqrt(float64(len(a.viewers)*len(b.viewers)))
}

func alike(a, b *facts) float64 {
	people := 0.0
	for p, w := range a.people {
		people += min(w, b.people[p])
	}
	genres := 0.0
	for i, g := range a.genres {
		if j := slices.Index(b.genres, g); j >= 0 {
			genres += 1 / float64(1+i+j)
		}
	}
	era := 0.0
	if a.year > 0 && b.year > 0 {
		era = math.Exp2(-math.Abs(float64(a.year-b.year)) / 15)
	}
	return .45*min(1, people/4) + .45*min(1, genres/1.5) + .1*era
}
