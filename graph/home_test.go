package graph_test

import (
	"bytes"
	"os"
	"sync"
	"testing"

	"entgo.io/ent/dialect"
	"github.com/stretchr/testify/require"

	"streamex/graph/graphtest"
)

// maxHome is what the home page may cost, the session's look-up included.
const maxHome = 14

// The home page costs the same number of statements whoever asks, whatever the
// size of the catalogue and however many ask at once.
func TestHomeStatements(t *testing.T) {
	text, err := os.ReadFile("testdata/home.graphql")
	require.NoError(t, err)
	counts := make(map[int]bool)
	for _, n := range []int{10, 200, 5000} {
		graphtest.Each(t, n, func(t *testing.T, s *graphtest.Server) {
			ask := func(who int) graphtest.Answer { return s.Ask(t, who, string(text), nil) }
			answers := map[int]graphtest.Answer{graphtest.Cold: ask(graphtest.Cold), graphtest.Keen: ask(graphtest.Keen)}
			check := func(who int, a graphtest.Answer) {
				require.True(t, bytes.Equal(answers[who].Body, a.Body), "not the answer of before: %.500s", a.Body)
				require.LessOrEqual(t, len(a.Statements), maxHome, brief(a.Statements))
				counts[len(a.Statements)] = true
			}
			for who, a := range answers {
				a.Data(t, new(any))
				check(who, a)
			}
			var crowd [8]graphtest.Answer // a household may have as many at once
			var wg sync.WaitGroup
			for i := range crowd {
				wg.Go(func() { crowd[i] = ask(graphtest.Cold + i%2) })
			}
			wg.Wait()
			for i, a := range crowd {
				check(graphtest.Cold+i%2, a)
			}
		})
	}
	require.Len(t, counts, 1, "the number of statements must not depend on anything: %v", counts)
}

// page is a page of a row, as these tests ask for it.
type page struct {
	Node struct {
		Kind  string
		Items struct {
			Edges []struct {
				Node struct {
					Title struct{ ID string }
				}
			}
			PageInfo struct {
				HasNextPage bool
				EndCursor   *string
			}
		}
	}
}

const rowPage = `query($id: ID!, $first: Int, $after: String) { node(id: $id) { ... on HomeRow { kind
  items(first: $first, after: $after) { edges { node { title { id } } } pageInfo { hasNextPage endCursor } } } } }`

// The pages of a row give every title once, from the home page on or from the
// row alone, until there is no next page.
func TestRowPages(t *testing.T) {
	graphtest.Each(t, 2000, func(t *testing.T, s *graphtest.Server) {
		for _, who := range []int{graphtest.Cold, graphtest.Keen} {
			var home struct {
				Home struct {
					Rows struct {
						Nodes []struct {
							ID    string
							Kind  string
							Items struct {
								Nodes    []struct{ Title struct{ ID string } }
								PageInfo struct {
									HasNextPage bool
									EndCursor   *string
								}
							}
						}
					}
				}
			}
			s.Ask(t, who, `{ home { rows(first: 100) { nodes { id kind items(first: 20) { nodes { title { id } } pageInfo { hasNextPage endCursor } } } } } }`, nil).Data(t, &home)
			require.NotEmpty(t, home.Home.Rows.Nodes)
			for _, row := range home.Home.Rows.Nodes {
				onPage := make(map[string]bool)
				for _, n := range row.Items.Nodes {
					require.False(t, onPage[n.Title.ID], row.Kind)
					onPage[n.Title.ID] = true
				}
				more, after := row.Items.PageInfo.HasNextPage, row.Items.PageInfo.EndCursor
				behind := walkRow(t, s, who, row.ID, 100, after, more)
				for title := range behind {
					require.False(t, onPage[title], "%s repeats %s", row.Kind, title)
				}
				alone := walkRow(t, s, who, row.ID, 64, nil, true)
				for title := range onPage {
					require.True(t, alone[title], "%s lacks %s", row.Kind, title)
				}
			}
		}
	})
}

// walkRow reads a row to its end and returns its titles.
func walkRow(t *testing.T, s *graphtest.Server, who int, row string, first int, after *string, more bool) map[string]bool {
	seen := make(map[string]bool)
	for pages := 0; more; pages++ {
		require.Less(t, pages, 1000, "the row has no end")
		var p page
		s.Ask(t, who, rowPage, graphtest.Variables{"id": row, "first": first, "after": after}).Data(t, &p)
		for _, e := range p.Node.Items.Edges {
			require.False(t, seen[e.Node.Title.ID], "%s repeats %s", p.Node.Kind, e.Node.Title.ID)
			seen[e.Node.Title.ID] = true
		}
		more = p.Node.Items.PageInfo.HasNextPage
		if more {
			require.Len(t, p.Node.Items.Edges, first, "%s: a page in the middle is not full", p.Node.Kind)
		}
		after = p.Node.Items.PageInfo.EndCursor
	}
	return seen
}

// One row that fails leaves the others alone, and its statement is neither
// sent again for each title nor logged for each.
func TestFailingEdge(t *testing.T) {
	for _, name := range []string{dialect.SQLite, dialect.Postgres} {
		t.Run(name, func(t *testing.T) {
			s := fresh(t, name, 20)
			_, err := s.DB.SQL().ExecContext(t.Context(), "ALTER TABLE ratings RENAME TO gone")
			require.NoError(t, err)
			a := s.Ask(t, graphtest.Keen, `{ titles(first: 10) { nodes { name rating } } }`, nil)
			require.Equal(t, 200, a.Status)
			errs := a.Errors(t)
			require.Len(t, errs, 5, "%s", a.Body)
			for i, e := range errs {
				require.Equal(t, "INTERNAL_SERVER_ERROR", e.Extensions.Code)
				require.Equal(t, "trace", e.Extensions.TraceID)
				require.Equal(t, []any{"titles", "nodes", float64(i), "rating"}, e.Path)
			}
			require.Contains(t, string(a.Body), `"rating":null`)
			require.Contains(t, string(a.Body), `"name":"`)
			require.Len(t, a.Statements, 3)
			require.Equal(t, 1, countLines(s.Log()))
		})
	}
}
