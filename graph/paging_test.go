package graph_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect"
	"github.com/stretchr/testify/require"

	"streamex/ent/title"
	"streamex/graph/graphtest"
	"streamex/internal/database"
)

const titlePage = `query($after: String, $order: TitleOrder, $first: Int = 20) {
  titles(first: $first, after: $after, orderBy: $order) { nodes { id } pageInfo { hasNextPage endCursor } } }`

type titlesPage struct {
	Titles struct {
		Nodes    []struct{ ID string }
		PageInfo struct {
			HasNextPage bool
			EndCursor   *string
		}
	}
}

var orders = []graphtest.Variables{
	{"field": "POPULARITY", "direction": "DESC"}, {"field": "POPULARITY", "direction": "ASC"},
	{"field": "NAME", "direction": "ASC"}, {"field": "NAME", "direction": "DESC"},
	{"field": "ADDED", "direction": "DESC"}, {"field": "ADDED", "direction": "ASC"},
	{"field": "YEAR", "direction": "DESC"}, {"field": "YEAR", "direction": "ASC"},
	{"field": "RATING", "direction": "DESC"}, {"field": "RATING", "direction": "ASC"},
}

// Whoever walks all titles while others add and delete meets each title that
// lives all the while exactly once.
func TestWalkWhileOthersWrite(t *testing.T) {
	const n = 5000
	for _, name := range []string{dialect.SQLite, dialect.Postgres} {
		t.Run(name, func(t *testing.T) {
			s := fresh(t, name, n)
			ctx, stop := context.WithCancel(t.Context())
			written := make(chan error, 1)
			go func() { written <- disturb(ctx, s.DB) }()
			for _, o := range orders {
				var p titlesPage
				seen := make(map[string]int)
				var after *string
				for more := true; more; {
					p = titlesPage{}
					s.Ask(t, graphtest.Keen, titlePage, graphtest.Variables{"order": o, "after": after, "first": 100}).Data(t, &p)
					for _, node := range p.Titles.Nodes {
						seen[node.ID]++
					}
					more, after = p.Titles.PageInfo.HasNextPage, p.Titles.PageInfo.EndCursor
				}
				for i := 1; i <= n; i++ {
					want := 1
					if graphtest.Hidden(i) || doomed(i) {
						want = 0
					}
					if got := seen[id('T', int64(i))]; want == 1 || !doomed(i) {
						require.Equal(t, want, got, "title %d by %v", i, o)
					}
				}
				for id, times := range seen {
					require.Equal(t, 1, times, "%s by %v", id, o)
				}
			}
			stop()
			require.NoError(t, <-written)
		})
	}
}

// doomed are the titles that disturb deletes.
func doomed(title int) bool { return title%11 == 3 }

// disturb adds and deletes titles all over the orders until ctx ends.
func disturb(ctx context.Context, db *database.DB) error {
	for i := 0; ctx.Err() == nil; i++ {
		year := 1920 + i*17%90
		t, err := db.Client.Title.Create().SetKind(title.KindMOVIE).SetSlug(fmt.Sprintf("new-%d", i)).SetName("New").SetSortKey(fmt.Sprintf("%c new", 'a'+i%26)).SetSortKeyEs("nuevo").
			SetYear(year).SetPopularity(int64(i * 31 % 500)).SetAddedAt(time.Date(2026, 1, 1+i%60, 0, 0, 0, 0, time.UTC)).Save(ctx)
		if err == nil {
			err = db.Client.Movie.Create().SetID(t.ID).SetTitleID(t.ID).Exec(ctx)
		}
		if err == nil && i%2 == 0 {
			err = db.Client.Title.DeleteOneID(t.ID).Exec(ctx)
		}
		if old := i * 11 % 5000; err == nil && old > 0 {
			_, err = db.SQL().ExecContext(ctx, fmt.Sprintf("DELETE FROM titles WHERE id = %d", old/11*11+3))
		}
		if err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

// Page 250 is the same statement as page 2, goes along the same index and reads
// no more rows.
func TestPageCosts(t *testing.T) {
	graphtest.Each(t, 5000, func(t *testing.T, s *graphtest.Server) {
		for _, o := range orders {
			page := func(after *string) (graphtest.Answer, *string) {
				a := s.Ask(t, graphtest.Keen, titlePage, graphtest.Variables{"order": o, "after": after})
				var p titlesPage
				a.Data(t, &p)
				require.Len(t, p.Titles.Nodes, 20)
				require.Len(t, a.Statements, 2)
				return a, p.Titles.PageInfo.EndCursor
			}
			first, second := page(nil)
			early, _ := page(second)
			late, _ := page(cursorAt(t, s, o, 245))
			require.Equal(t, early.Statements[1], late.Statements[1])

			begin, far := explain(t, s.DB, first.Statements[1], first.Args[1]), explain(t, s.DB, late.Statements[1], late.Args[1])
			if s.DB.Dialect() == dialect.SQLite {
				// Equals of the position first, then the rest, each along the index
				// as far as the limit; what is sorted is these alone.
				require.Regexp(t, `SEARCH t USING (COVERING )?INDEX title_\w+ \(\w+=\? AND (id|rowid)[<>]\?\)`, far)
				require.Regexp(t, `SEARCH t USING (COVERING )?INDEX title_\w+ \(\w+[<>]\?\)`, far)
				require.Contains(t, far, "SEARCH titles USING INTEGER PRIMARY KEY")
				require.Regexp(t, `SCAN titles USING INDEX title_\w+`, begin)
				require.NotContains(t, begin, "TEMP B-TREE")
				require.Equal(t, 1, strings.Count(far, "TEMP B-TREE"), far)
			} else {
				require.Regexp(t, `Index Scan( Backward)? using title_\w+ on titles`, far)
				require.NotContains(t, begin+far, "Sort Key")
				require.LessOrEqual(t, rowsRead(t, far), 30, far)
				require.LessOrEqual(t, rowsRead(t, begin), 30, begin)
			}
		}
	})
}

// What few titles pass is found by what makes them few, in every order: a page
// reads those, not the ones between them along the order.
func TestFilterPlans(t *testing.T) {
	const query = `query($after: String, $order: TitleOrder, $filter: TitleFilter) {
  titles(first: 3, after: $after, orderBy: $order, filter: $filter) { nodes { id } pageInfo { hasNextPage endCursor } } }`
	graphtest.Each(t, 5000, func(t *testing.T, s *graphtest.Server) {
		for name, c := range map[string]struct {
			filter         graphtest.Variables
			index, through string
		}{
			"person":   {graphtest.Variables{"person": id('P', 7)}, "person_id", "credits"},
			"started":  {graphtest.Variables{"watched": "STARTED"}, "profile_id", "views"},
			"finished": {graphtest.Variables{"watched": "FINISHED"}, "profile_id", "views"},
		} {
			for _, o := range orders {
				var after *string
				for page := range 2 {
					a := s.Ask(t, graphtest.Keen, query, graphtest.Variables{"order": o, "filter": c.filter, "after": after})
					var p titlesPage
					a.Data(t, &p)
					require.NotEmpty(t, p.Titles.Nodes, "%s, page %d", name, page)
					require.Len(t, a.Statements, 2)
					plan := explain(t, s.DB, a.Statements[1], a.Args[1])
					if s.DB.Dialect() == dialect.SQLite {
						require.Contains(t, plan, "SEARCH titles USING INTEGER PRIMARY KEY (rowid=?)")
						require.Regexp(t, `SEARCH [cw] USING (COVERING )?INDEX \w+ \(`+c.index+`=\?`, plan)
					} else {
						require.Contains(t, plan, "titles_pkey", plan)
						require.NotContains(t, plan, "Seq Scan on titles", plan)
						require.LessOrEqual(t, rowsRead(t, plan), 1000, plan)
					}
					if !p.Titles.PageInfo.HasNextPage {
						break
					}
					after = p.Titles.PageInfo.EndCursor
				}
			}
		}
	})
}

// rowsRead is how many titles a plan of PostgreSQL read.
func rowsRead(t *testing.T, plan string) (n int) {
	m := actual.FindStringSubmatch(plan)
	require.NotNil(t, m, plan)
	for _, count := range append(removed.FindAllStringSubmatch(plan, -1), m) {
		c, err := strconv.Atoi(count[1])
		require.NoError(t, err)
		n += c
	}
	return n
}

// cursorAt is the cursor behind a page of 20, found along the catalogue.
func cursorAt(t *testing.T, s *graphtest.Server, o graphtest.Variables, pages int) *string {
	var after *string
	for range pages / 5 {
		var p titlesPage
		s.Ask(t, graphtest.Keen, titlePage, graphtest.Variables{"order": o, "after": after, "first": 100}).Data(t, &p)
		require.True(t, p.Titles.PageInfo.HasNextPage)
		after = p.Titles.PageInfo.EndCursor
	}
	return after
}

var (
	bounded = regexp.MustCompile(`SCAN [rvg]\n`) // sub-selects: candidates of a row, latest views, neighbours of these
	actual  = regexp.MustCompile(`on titles \(actual rows=(\d+)`)
	removed = regexp.MustCompile(`Rows Removed by Filter: (\d+)`)
)

// explain returns the plan of a statement; on PostgreSQL with what it read.
func explain(t *testing.T, db *database.DB, text string, args []any) string {
	prefix := "EXPLAIN QUERY PLAN "
	if db.Dialect() == dialect.Postgres {
		prefix = "EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) "
	}
	rows, err := db.SQL().QueryContext(t.Context(), prefix+text, args...)
	require.NoError(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	require.NoError(t, err)
	var lines []string
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		require.NoError(t, rows.Scan(values...))
		last := *values[len(values)-1].(*any)
		if b, ok := last.([]byte); ok {
			last = string(b)
		}
		lines = append(lines, fmt.Sprint(last))
	}
	require.NoError(t, rows.Err())
	return strings.Join(lines, "\n")
}

// What home composes the page from is read along indexes: no list of titles or
// views is read as a whole, neither by a profile that did nothing nor by one
// that watched a lot. PostgreSQL rightly scans what is small, so it gets more.
func TestHomePlans(t *testing.T) {
	text, err := os.ReadFile("testdata/home.graphql")
	require.NoError(t, err)
	for name, n := range map[string]int{dialect.SQLite: 5000, dialect.Postgres: 10_000} {
		t.Run(name, func(t *testing.T) {
			s := graphtest.Shared(t, name, n)
			for _, who := range []int{graphtest.Cold, graphtest.Keen} {
				a := s.Ask(t, who, string(text), nil)
				plans := 0
				for i, statement := range a.Statements {
					rank, past := strings.Contains(statement, "AS shelf"), strings.Contains(statement, "FROM (SELECT * FROM views")
					if !past && !rank {
						continue
					}
					plans++
					plan := explain(t, s.DB, statement, a.Args[i])
					if name == dialect.SQLite {
						require.NotRegexp(t, `SCAN [a-z]\w?(\n|$)`, bounded.ReplaceAllString(plan, ""))
						require.NotContains(t, plan, "FULL")
						continue
					}
					for _, big := range []string{"titles", "views", "videos", "episodes", "title_genres", "similarities", "trends"} {
						require.NotContains(t, plan, "Seq Scan on "+big+" ", statement)
					}
				}
				require.Equal(t, 2, plans)
			}
		})
	}
}

// The pages of a genre go along its index too.
func TestGenrePlans(t *testing.T) {
	graphtest.Each(t, 5000, func(t *testing.T, s *graphtest.Server) {
		const query = `query($id: ID!, $after: String) { node(id: $id) { ... on Genre { titles(first: 20, after: $after) { nodes { id } pageInfo { endCursor } } } } }`
		var after *string
		var texts []string
		for range 5 {
			a := s.Ask(t, graphtest.Keen, query, graphtest.Variables{"id": id('G', 3), "after": after})
			var found struct {
				Node struct {
					Titles struct {
						Nodes    []struct{ ID string }
						PageInfo struct{ EndCursor *string }
					}
				}
			}
			a.Data(t, &found)
			require.Len(t, found.Node.Titles.Nodes, 20)
			require.Len(t, a.Statements, 3)
			after, texts = found.Node.Titles.PageInfo.EndCursor, append(texts, a.Statements[2])
			plan := explain(t, s.DB, a.Statements[2], a.Args[2])
			if s.DB.Dialect() == dialect.SQLite {
				require.Contains(t, plan, "SEARCH g USING COVERING INDEX titlegenre_genre_id_popularity_title_id (genre_id=?", plan)
				if len(texts) > 1 {
					require.Contains(t, plan, "(genre_id=? AND (popularity,title_id)<(?,?))")
				}
			} else {
				require.Regexp(t, `Index (Only )?Scan Backward using titlegenre_genre_id_popularity_title_id on title_genres g \(actual rows=[23]\d`, plan)
			}
		}
		require.Equal(t, texts[1], texts[4])
	})
}
