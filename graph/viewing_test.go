package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"streamex/graph/graphtest"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
)

// filled is the API over a database that this test alone writes to.
func filled(t *testing.T, db *database.DB, titles int) *graphtest.Server {
	require.NoError(t, graphtest.Fill(t.Context(), db, titles))
	return graphtest.Serve(db, nil)
}

// What a player tells is what the profile goes on with: in the very next answer.
func TestRecordViews(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := filled(t, db, 12)
		ask := func(who int, query string) string {
			a := s.Ask(t, who, query, nil)
			return strings.TrimSpace(string(a.Body))
		}
		event := func(name, playable, session, kind string, position int, at string) string {
			return fmt.Sprintf(`{eventId:%q,playableId:%q,playbackSession:%q,kind:%s,positionSeconds:%d,at:%q}`, name, playable, session, kind, position, at)
		}
		episode := id('E', 1)
		record := func(events ...string) string {
			return `mutation{recordViews(events:[` + strings.Join(events, ",") + `]){results{eventId status view{positionSeconds finished}}userErrors{code path}}}`
		}
		home := `{home{rows(first:2){nodes{kind items(first:3){nodes{playable{id}}}}}}}`
		require.NotContains(t, ask(graphtest.Cold, home), "CONTINUE_WATCHING")

		stop := event("2", episode, "a", "STOP", 900, "2026-11-01T10:15:00Z")
		require.Contains(t, ask(graphtest.Cold, record(event("1", episode, "a", "START", 0, "2026-11-01T10:00:00Z"), stop, stop)),
			`"data":{"recordViews":{"results":[{"eventId":"1","status":"APPLIED","view":{"positionSeconds":900,"finished":false}},{"eventId":"2","status":"APPLIED","view":{"positionSeconds":900,"finished":false}},`+
				`{"eventId":"2","status":"DUPLICATE","view":{"positionSeconds":900,"finished":false}}],"userErrors":[]}}`)
		require.Contains(t, ask(graphtest.Cold, home), `{"kind":"CONTINUE_WATCHING","items":{"nodes":[{"playable":{"id":"`+episode+`"}}]}}`)
		require.Contains(t, ask(graphtest.Cold, fmt.Sprintf(`{node(id:%q){...on Episode{view{positionSeconds}}}}`, episode)), `{"positionSeconds":900}`)

		require.Contains(t, ask(graphtest.Cold, record(event("3", episode, "b", "FINISH", 1500, "2026-11-02T10:00:00Z"), event("4", episode, "a", "STOP", 950, "2026-11-01T10:20:00Z"))),
			`{"eventId":"4","status":"SUPERSEDED","view":{"positionSeconds":1500,"finished":true}}`)
		require.NotContains(t, ask(graphtest.Cold, home), "CONTINUE_WATCHING")

		require.Contains(t, ask(graphtest.Cold, record(event("5", "UDE", "b", "STOP", 1, "2026-11-02T10:00:00Z"), event("6", id('E', 4711), "b", "STOP", 1, "2026-11-02T10:00:00Z"), event("7", episode, "c", "STOP", 10, "2026-11-03T10:00:00Z"))),
			`"results":[{"eventId":"7","status":"APPLIED","view":{"positionSeconds":10,"finished":false}}],"userErrors":[{"code":"NOT_FOUND","path":["events","0","playableId"]},{"code":"NOT_FOUND","path":["events","1","playableId"]}]`)
		require.Contains(t, ask(graphtest.Cold, record(event("", episode, "b", "STOP", -1, "2026-11-02T10:00:00Z"))),
			`"results":[],"userErrors":[{"code":"BAD_USER_INPUT","path":["events","0","eventId"]},{"code":"BAD_USER_INPUT","path":["events","0","positionSeconds"]}]`)
		batch := func(n int) string {
			events := make([]any, n)
			for i := range events {
				events[i] = map[string]any{"eventId": fmt.Sprint("offline ", i), "playableId": episode, "playbackSession": "d", "kind": "HEARTBEAT", "positionSeconds": i, "at": "2026-11-04T10:00:00Z"}
			}
			return string(s.Ask(t, graphtest.Cold, `mutation($e:[ViewEventInput!]!){recordViews(events:$e){results{status}userErrors{code}}}`, graphtest.Variables{"e": events}).Body)
		}
		require.Equal(t, 50, strings.Count(batch(50), `"APPLIED"`))
		require.Contains(t, batch(51), `"BAD_USER_INPUT"`)
		require.Contains(t, ask(graphtest.NoProfile, record(stop)), `"PROFILE_REQUIRED"`)
		require.Contains(t, ask(graphtest.Nobody, record(stop)), `"UNAUTHENTICATED"`)
	})
}

func TestMyListAndThumbs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s := filled(t, db, 12)
		title := id('T', 1)
		for _, c := range []struct{ mutation, want string }{
			{`addToMyList(titleId:"` + title + `"){title{inMyList}userErrors{code}}`, `{"title":{"inMyList":true},"userErrors":[]}`},
			{`addToMyList(titleId:"` + title + `"){title{inMyList}userErrors{code}}`, `{"title":{"inMyList":true},"userErrors":[]}`},
			{`removeFromMyList(titleId:"` + title + `"){title{inMyList}userErrors{code}}`, `{"title":{"inMyList":false},"userErrors":[]}`},
			{`removeFromMyList(titleId:"` + title + `"){title{inMyList}userErrors{code}}`, `{"title":{"inMyList":false},"userErrors":[]}`},
			{`rate(titleId:"` + title + `",thumb:UP){title{rating}userErrors{code}}`, `{"title":{"rating":"UP"},"userErrors":[]}`},
			{`rate(titleId:"` + title + `",thumb:DOUBLE_UP){title{rating}userErrors{code}}`, `{"title":{"rating":"DOUBLE_UP"},"userErrors":[]}`},
			{`rate(titleId:"` + title + `"){title{rating}userErrors{code}}`, `{"title":{"rating":null},"userErrors":[]}`},
			{`rate(titleId:"UDE",thumb:UP){title{rating}userErrors{code path}}`, `{"title":null,"userErrors":[{"code":"NOT_FOUND","path":["titleId"]}]}`},
			{`addToMyList(titleId:"` + id('T', 4711) + `"){title{id}userErrors{code path}}`, `{"title":null,"userErrors":[{"code":"NOT_FOUND","path":["titleId"]}]}`},
		} {
			body := string(s.Ask(t, graphtest.Cold, "mutation{"+c.mutation+"}", nil).Body)
			require.Contains(t, body, c.want)
		}
		require.Contains(t, string(s.Ask(t, graphtest.NoProfile, `mutation{addToMyList(titleId:"`+title+`"){title{id}}}`, nil).Body), `"PROFILE_REQUIRED"`)
	})
}
