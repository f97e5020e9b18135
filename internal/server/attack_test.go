package server_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/graph"
	"streamex/graph/guard"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
)

// times joins n copies of a text, each with its number in place of #.
func times(n int, text string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(text, "#", strconv.Itoa(i)))
	}
	return b.String()
}

// nested puts n pairs of brackets round a text.
func nested(n int, open, text, shut string) string {
	return strings.Repeat(open, n) + text + strings.Repeat(shut, n)
}

// chained is n fragments of which each spreads the next one, by name.
func chained(n int, format string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.NewReplacer("#+", strconv.Itoa(i+1), "#", strconv.Itoa(i)).Replace(format))
	}
	return b.String()
}

// post is the body of an operation.
func post(query string, variables any) string {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		panic(err) // tests' own values can be written
	}
	return string(body)
}

// attack is a request that must be refused.
type attack struct {
	name, body string
	code, says string // of who refuses it
}

const (
	tooComplex = graph.TooComplex
	badInput   = graph.BadUserInput
	unparsed   = "GRAPHQL_PARSE_FAILED"
	invalid    = "GRAPHQL_VALIDATION_FAILED"
	badRequest = "BAD_REQUEST"
)

// attacks on parser, validator, executor and memory.
func attacks() []attack {
	q := func(name, code, says, query string) attack { return attack{name, post(query, nil), code, says} }
	v := func(name, code, says, query string, variables any) attack {
		return attack{name, post(query, variables), code, says}
	}
	filter := "query($f:TitleFilter){titles(filter:$f){nodes{id}}}"
	list := []attack{
		q("101 aliases", tooComplex, "80 selections in one set", "{"+times(101, "a#:genres{id} ")+"}"),
		q("10,000 aliases", tooComplex, "20000 bytes", "{"+times(10_000, "a#:genres{id} ")+"}"),
		q("600 aliases in 30 fragments", tooComplex, "2000 tokens", "{"+times(30, "...F# ")+"}"+times(30, "fragment F# on Query{"+times(20, "b#:genres{id} ")+"}")),
		q("a field 500 times", tooComplex, "80 selections in one set", "{genres{"+strings.Repeat("id ", 500)+"}}"),
		q("a field 10,000 times", tooComplex, "20000 bytes", "{genres{"+strings.Repeat("id ", 10_000)+"}}"),
		q("2^12 overlapping selections", tooComplex, "20000 bytes", overlapping(12)),
		q("depth 20", tooComplex, "15 levels", "{titles{nodes{"+nested(9, "similar{nodes{", "id", "}}")+"}}}"),
		q("depth 100", tooComplex, "15 levels", "{titles{nodes{"+nested(49, "similar{nodes{", "id", "}}")+"}}}"),
		q("depth 900", tooComplex, "2000 tokens", "{titles{nodes{"+nested(449, "similar{nodes{", "id", "}}")+"}}}"),
		q("depth 60 in fragments", tooComplex, "15 levels", "{titles{nodes{...F0}}}"+chained(29, "fragment F# on Title{similar{nodes{...F#+}}}")+"fragment F29 on Title{id}"),
		q("1,000,000 braces", badRequest, "request is too large", strings.Repeat("{", 1_000_000)),
		q("1,000,000 brackets", badRequest, "request is too large", "{genres(x:"+strings.Repeat("[", 1_000_000)),
		q("19,000 braces", unparsed, "nesting depth of 1000", strings.Repeat("{a", 9_500)),
		q("19,000 brackets", unparsed, "nesting depth of 1000", "{genres(x:"+strings.Repeat("[", 19_000)),
		q("a circle of fragments", invalid, `"A" spreads itself`, "{viewer{...A}}fragment A on Viewer{...B}fragment B on Viewer{...A}"),
		q("a circle through fields", invalid, `"F" spreads itself`, "{title(slug:\"a\"){...F}}fragment F on Title{id similar{nodes{...F similar{nodes{...F}}}}}"),
		q("26 doubling fragments", tooComplex, "80 selections in one set", "{viewer{...F0}}"+chained(26, "fragment F# on Viewer{...F#+ ...F#+}")+"fragment F26 on Viewer{__typename}"),
		q("60 doubling fragments", tooComplex, "40 fragments", "{viewer{...F0}}"+chained(60, "fragment F# on Viewer{...F#+ ...F#+}")+"fragment F60 on Viewer{__typename}"),
		q("26 doubling fragments that read the schema", tooComplex, "80 selections in one set", "{__schema{types{...F0}}}"+chained(26, "fragment F# on __Type{...F#+ ...F#+}")+"fragment F26 on __Type{name}"),
		q("25 fragments doubling through fields", tooComplex, "30 aliases", "{title(slug:\"a\"){...F0}}"+chained(25, "fragment F# on Title{a:similar{nodes{...F#+}} b:similar{nodes{...F#+}}}")+"fragment F25 on Title{id}"),
		q("3,000 chained fragments", tooComplex, "20000 bytes", "{viewer{...F0}}"+chained(3_000, "fragment F# on Viewer{...F#+}")+"fragment F3000 on Viewer{__typename}"),
		q("a star of 1,000 fragments", tooComplex, "20000 bytes", "{viewer{"+times(1_000, "...F# ")+"}}"+times(1_000, "fragment F# on Viewer{__typename}")),
		q("10 directives", invalid, "Unknown directive", "{viewer"+strings.Repeat("@a", 10)+"{__typename}}"),
		q("10,000 directives", tooComplex, "2000 tokens", "{viewer"+strings.Repeat("@a", 9_000)+"{__typename}}"),
		q("100,000 directives", tooComplex, "20000 bytes", "{viewer"+strings.Repeat("@a", 100_000)+"{__typename}}"),
		q("31 directives", tooComplex, "30 directives", "{viewer"+strings.Repeat("@a", 31)+"{__typename}}"),
		q("31 aliases", tooComplex, "30 aliases", "{titles{"+times(31, "a#:totalCount ")+"}}"),
		q("21 root fields", tooComplex, "20 root fields", "{"+strings.Repeat("viewer{__typename}", 21)+"}"),
		q("540 fields", tooComplex, "500 fields", "{titles{nodes{"+strings.Repeat("genres{...F}", 9)+"}}} fragment F on Genre{"+strings.Repeat("id ", 59)+"}"),
		q("6 operations", tooComplex, "5 operations", times(6, "query Q#{viewer{__typename}}")),
		q("1,000 operations", tooComplex, "20000 bytes", times(1_000, "query Q#{viewer{__typename}}")),
		q("160 KB of comments", tooComplex, "20000 bytes", strings.Repeat("#\n", 80_000)+"{viewer{__typename}}"),
		q("2 MB of comments", badRequest, "request is too large", strings.Repeat("#\n", 1_000_000)+"{viewer{__typename}}"),
		q("5 MB of commas", badRequest, "request is too large", "{viewer{"+strings.Repeat(",", 5_000_000)+"__typename}}"),
		q("an alias of 1 MB", badRequest, "request is too large", "{"+strings.Repeat("a", 1_000_000)+":viewer{__typename}}"),
		q("an alias of 200 KB", tooComplex, "20000 bytes", "{"+strings.Repeat("a", 200_000)+":viewer{__typename}}"),
		q("60 errors", invalid, `Cannot query field "wrong0"`, "{viewer{"+times(60, "wrong# ")+"}}"),
		q("5,000 errors", tooComplex, "20000 bytes", "{viewer{"+times(5_000, "wrong# ")+"}}"),
		q("errors with long names", invalid, `Cannot query field "aaa`, "{viewer{"+times(9, strings.Repeat("a", 2_000)+"# ")+"}}"),
		{"a batch of 20", "[" + strings.Repeat(post("{viewer{__typename}}", nil)+",", 19) + post("{viewer{__typename}}", nil) + "]", badRequest, "not a GraphQL request"},
		{"a batch of 1,000", "[" + strings.Repeat(post("{viewer{__typename}}", nil)+",", 999) + post("{viewer{__typename}}", nil) + "]", badRequest, "not a GraphQL request"},
		v("a string of 10 MB", badRequest, "request is too large", "query($s:String!){title(slug:$s){id}}", map[string]any{"s": strings.Repeat("a", 10<<20)}),
		v("a string of 200 KB", badInput, "10000 bytes", "query($s:String!){title(slug:$s){id}}", map[string]any{"s": strings.Repeat("a", 200_000)}),
		{"JSON 9,000 deep", `{"query":"{viewer{__typename}}","variables":{"a":` + nested(9_000, "[", "1", "]") + `}}`, tooComplex, "8 levels in a value"},
		{"JSON 100,000 deep", `{"query":"{viewer{__typename}}","variables":{"a":` + nested(100_000, "[", "1", "]") + `}}`, badRequest, "not a GraphQL request"},
		{"100,000 keys", `{"query":"{viewer{__typename}}","variables":{` + times(100_000, `"a#":1,`) + `"b":1}}`, badRequest, "request is too large"},
		{"20,000 keys", `{"query":"{viewer{__typename}}","variables":{` + times(20_000, `"a#":1,`) + `"b":1}}`, tooComplex, "5000 values"},
		v("a filter of depth 400", tooComplex, "8 levels in a value", filter, map[string]any{"f": json.RawMessage(nested(400, `{"and":[`, "", "]}"))}),
		v("5,000 alternatives", tooComplex, "1000 elements in a list", filter, map[string]any{"f": map[string]any{"or": strings.Split(strings.Repeat("a", 5_000), "")}}),
		q("a literal of depth 200", tooComplex, "8 levels in a value", "{titles(filter:"+nested(200, "{and:[", "", "]}")+"){nodes{id}}}"),
		q("200 schemas", tooComplex, "80 selections in one set", "{"+times(200, "a#:__schema{types{name}} ")+"}"),
		q("20 schemas", tooComplex, "costs 40000", "{"+times(20, "a#:__schema{types{name}} ")+"}"),
		q("three pages in each other", tooComplex, "costs 1020201", "{titles(first:100){nodes{similar(first:100){nodes{similar(first:100){nodes{id}}}}}}}"),
		q("seven pages in each other", tooComplex, "costs 1073741824", "{titles(first:100){nodes{"+nested(6, "similar(first:100){nodes{", "id", "}}")+"}}}"),
		v("an overflowing number", badInput, "wrong form", "query($n:Int){titles(first:$n){nodes{id}}}", map[string]any{"n": json.Number("18446744073709551616")}),
		q("an overflowing literal", badInput, "number is too large", "{titles(first:18446744073709551616){nodes{id}}}"),
	}
	for _, n := range []string{"101", "1000000", "2147483647", "2147483648", "-1", "0"} {
		list = append(list,
			q("a page of "+n, badInput, "between 1 and 100", "{titles(first:"+n+"){nodes{id}}}"),
			v("a page of "+n+" in a variable", badInput, "between 1 and 100", "query($n:Int){titles(first:$n){nodes{id}}}", map[string]any{"n": json.Number(n)}))
	}
	return list
}

// overlapping selects the same field twice on each level.
func overlapping(levels int) string {
	text := "id"
	for range levels {
		text = "similar{nodes{" + text + "}} similar{nodes{" + text + "}}"
		if len(text) > 200_000 {
			break
		}
	}
	return "{titles{nodes{" + text + "}}}"
}

// ask sends a body to the API as a client that says what it takes, and tells
// how many statements that cost.
func ask(s http.Handler, body string, headers ...string) (w *httptest.ResponseRecorder, statements int) {
	r := httptest.NewRequest("POST", "/graphql", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/graphql-response+json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	ctx, counter := database.WithCounter(r.Context())
	w = httptest.NewRecorder()
	s.ServeHTTP(w, r.WithContext(ctx))
	return w, counter.N()
}

// problem is an error in an answer.
type problem struct {
	Message    string
	Path       []any
	Extensions struct {
		Code       string
		RetryAfter int
	}
}

func problems(t *testing.T, body []byte) []problem {
	var answer struct{ Errors []problem }
	require.NoError(t, json.Unmarshal(body, &answer), "%.300s", body)
	return answer.Errors
}

// allocated is what f allocates, in bytes.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// Each attack is refused with its code in no time, with a small answer, with
// next to no memory and before any statement of its own; as an administrator's
// too, who may do more than others.
func TestAttacks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		s, out := newServer(t, db, nil)
		_, admin := signIn(t, db, true)
		for _, a := range attacks() {
			for _, headers := range [][]string{nil, {"Authorization", "Bearer " + admin}} {
				quickest := time.Hour
				for range 5 {
					var w *httptest.ResponseRecorder
					var statements int
					start := cpu(t) // of the machine others may want a part
					memory := allocated(func() { w, statements = ask(s, a.body, headers...) })
					quickest = min(quickest, cpu(t)-start)
					require.Less(t, memory, uint64(16<<20), a.name)
					require.GreaterOrEqual(t, w.Code, 400, "%s: %.300s", a.name, w.Body)
					require.Less(t, w.Code, 500, "%s: %.300s", a.name, w.Body)
					require.Less(t, w.Body.Len(), 16<<10, a.name)
					require.Equal(t, len(headers)/2, statements, "%s: only the session is looked up", a.name)
					errs := problems(t, w.Body.Bytes())
					require.NotEmpty(t, errs, a.name)
					require.LessOrEqual(t, len(errs), 5, a.name)
					require.Equal(t, a.code, errs[0].Extensions.Code, "%s: %s", a.name, errs[0].Message)
					require.Contains(t, errs[0].Message, a.says, "%s: another layer refuses it", a.name)
				}
				require.Less(t, quickest, slowdown*50*time.Millisecond, a.name)
			}
		}
		require.NotContains(t, out.String(), `"level":"ERROR"`)
	})
}

// cpu is the processor time that this process has used.
func cpu(t *testing.T) time.Duration {
	var u syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// While attacks come in, somebody honest is served without much delay, and
// nothing goes on when they stop.
func TestHonestClientBesideAttacks(t *testing.T) {
	db := dbtest.Open(t, dbtest.SQLite(t))
	s, _ := newServer(t, db, nil)
	listener := httptest.NewServer(s)
	defer listener.Close()
	list := attacks()
	stop := make(chan struct{})
	var attackers sync.WaitGroup
	for i := range 4 {
		attackers.Go(func() {
			for k := i; ; k++ {
				select {
				case <-stop:
					return
				default:
					ask(s, list[k%len(list)].body)
				}
			}
		})
	}
	// The attackers keep this process busy: what it takes of the processor while
	// somebody waits is how long they would, had it one processor of its own.
	var worst, waited time.Duration
	client := &http.Client{Timeout: 10 * time.Second}
	for range 40 {
		start, clock := cpu(t), time.Now()
		resp, err := client.Post(listener.URL+"/graphql", "application/json", strings.NewReader(`{"query":"{viewer{user{id}}}"}`))
		require.NoError(t, err)
		resp.Body.Close()
		require.Equal(t, 200, resp.StatusCode)
		worst, waited = max(worst, cpu(t)-start), max(waited, time.Since(clock))
		time.Sleep(10 * time.Millisecond)
	}
	close(stop)
	attackers.Wait()
	t.Logf("at most %v of processor time, %v by the clock", worst, waited)
	require.Less(t, worst, slowdown*500*time.Millisecond)
	runtime.GC() // cleaning up is not what is looked for
	before := cpu(t)
	time.Sleep(300 * time.Millisecond)
	require.Less(t, cpu(t)-before, 150*time.Millisecond, "work goes on after the last answer")
}

// What clients may leave with us is bounded: documents, by their hash too.
func TestCacheFloods(t *testing.T) {
	db := dbtest.Open(t, dbtest.SQLite(t))
	s, _ := newServer(t, db, nil)
	heap := func() int64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := heap()
	for i := range 1_500 { // as large as they may be
		query := fmt.Sprintf("query Q%d{genres{%s}}", i, strings.Repeat("id ", 80))
		query += strings.Repeat(" ", guard.MaxBytes-len(query))
		body := post(query, nil)
		if i%2 == 0 {
			sum := sha256.Sum256([]byte(query))
			body = strings.TrimSuffix(body, "}") + `,"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + hex.EncodeToString(sum[:]) + `"}}}`
		}
		w, _ := ask(s, body)
		require.NotContains(t, w.Body.String(), tooComplex)
	}
	require.Less(t, heap()-before, int64(40<<20))
	runtime.KeepAlive(s)
}

func TestPersistedQueries(t *testing.T) {
	db := dbtest.Open(t, dbtest.SQLite(t))
	s, _ := newServer(t, db, nil)
	query := "{viewer{__typename}}"
	sum := sha256.Sum256([]byte(query))
	hash, ownHash := hex.EncodeToString(sum[:]), hash
	send := func(query, hash string) (int, string) {
		in := map[string]any{"extensions": map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": hash}}}
		if query != "" {
			in["query"] = query
		}
		body, err := json.Marshal(in)
		require.NoError(t, err)
		w, _ := ask(s, string(body))
		if errs := problems(t, w.Body.Bytes()); len(errs) > 0 {
			return w.Code, errs[0].Extensions.Code + " " + errs[0].Message
		}
		return w.Code, ""
	}
	expect := func(status int, text, query, hash string) {
		t.Helper()
		gotStatus, gotText := send(query, hash)
		require.Equal(t, status, gotStatus)
		require.Equal(t, text, gotText)
	}
	expect(400, "PERSISTED_QUERY_NOT_FOUND PersistedQueryNotFound", "", hash)
	expect(400, "BAD_USER_INPUT the hash is not the query's", "{viewer{user{id}}}", hash)
	expect(400, "PERSISTED_QUERY_NOT_FOUND PersistedQueryNotFound", "", hash) // nothing was poisoned
	expect(200, "", query, hash)
	expect(200, "", "", hash)
	expect(400, "PERSISTED_QUERY_NOT_FOUND PersistedQueryNotFound", "", strings.ToUpper(hash))
	expect(200, "", "", ownHash) // the web app's own
	expect(400, "BAD_USER_INPUT the hash is not the query's", query, ownHash)

	resp := get(s, "/graphql?extensions="+`{"persistedQuery":{"version":1,"sha256Hash":"`+hash+`"}}`)
	require.Equal(t, 200, resp.Code)
	require.JSONEq(t, `{"viewer":null}`, string(data(t, resp.Body.Bytes())))
}

func data(t *testing.T, body []byte) json.RawMessage {
	var answer struct{ Data json.RawMessage }
	require.NoError(t, json.NewDecoder(bytes.NewReader(body)).Decode(&answer))
	return answer.Data
}
