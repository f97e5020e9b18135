package graph_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"streamex/ent/episode"
	entschema "streamex/ent/schema"
	"streamex/ent/schema/globalid"
	"streamex/ent/season"
	"streamex/ent/user"
	"streamex/graph"
	"streamex/graph/graphtest"
	"streamex/internal/auth"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/payment"
	"streamex/internal/payment/sandbox"
	"streamex/internal/viewer"
)

// callers are the columns of the table of access. What is asked for belongs to
// the owner's household, of which the child is too.
var callers = []struct {
	name string
	who  int
}{{"nobody", graphtest.Nobody}, {"other", graphtest.Other}, {"child", graphtest.Kid}, {"owner", graphtest.Keen}, {"admin", graphtest.Admin}}

// world is an API for whatever its callers do to it.
type world struct {
	db      *database.DB
	auth    *auth.Service
	handler http.Handler
	apps    map[globalid.User]string // secrets of second factors that wait for a code
}

var hashed string // the secret

func newWorld(t *testing.T, url string, titles int) *world {
	db := dbtest.Open(t, url)
	require.NoError(t, graphtest.Fill(t.Context(), db, titles))
	key, err := auth.ParseKey(auth.NewKey())
	require.NoError(t, err)
	accounts := auth.New(db.Client, auth.Options{Log: slog.New(slog.DiscardHandler), Key: key})
	gateway := sandbox.New(nil)
	mux := http.NewServeMux()
	mux.Handle("/graphql", graph.New(graph.Config{DB: db, Auth: accounts, Payments: payment.New(db, gateway, payment.Options{}), Timeout: time.Minute}))
	mux.Handle(sandbox.Path, gateway)
	w := &world{db: db, auth: accounts, handler: accounts.Middleware(mux)}
	if hashed == "" { // slow on purpose: once is enough
		require.NoError(t, accounts.Create(t.Context(), auth.Account{Email: "spare@example.com", Password: secret}))
		hashed = db.Client.User.Query().Where(user.Email("spare@example.com")).OnlyX(t.Context()).PasswordHash
		db.Client.User.Delete().Where(user.Email("spare@example.com")).ExecX(t.Context())
	}
	db.Client.User.Update().SetPasswordHash(hashed).ExecX(t.Context())
	db.Client.Job.Create().SetKind("IMPORT").SetLabel("catalogue.jsonl").SetReport([]entschema.JobCount{{Name: "titles.created", Count: 3}}).ExecX(t.Context())
	for i := range 2 { // one that is the default, and one that is not
		r := w.ask(t, graphtest.Keen, fmt.Sprintf(`mutation{addPaymentMethod(input:{token:%s,holder:"Keen",idempotencyKey:"k%d"}){userErrors{code message}}}`, w.card(t, graphtest.Keen), i))
		require.Empty(t, r.Errors)
		require.Empty(t, r.Data["addPaymentMethod"].(map[string]any)["userErrors"])
	}
	require.Equal(t, 2, db.Client.PaymentMethod.Query().CountX(t.Context()))
	r := w.ask(t, graphtest.Admin, fmt.Sprintf(`mutation{updateGenre(id:%q,version:1,input:{position:21}){userErrors{code}}}`, id('G', graphtest.Genres))) // for the audit log
	require.Empty(t, r.Errors)
	return w
}

func (w *world) post(t *testing.T, who int, path string, in any) []byte {
	body, err := json.Marshal(in)
	require.NoError(t, err)
	r := httptest.NewRequestWithContext(t.Context(), "POST", path, bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if who != graphtest.Nobody {
		r.Header.Set("Authorization", "Bearer "+graphtest.Token(who))
	}
	out := httptest.NewRecorder()
	w.handler.ServeHTTP(out, r)
	return out.Body.Bytes()
}

// factors gives all accounts the second factor that a mutation is about: one that
// was set up, or one that is on.
func (w *world) factors(t *testing.T, mutation string) {
	users := w.db.Client.User.Query().IDsX(t.Context())
	switch mutation {
	case "confirmSecondFactor":
		w.apps = make(map[globalid.User]string)
		for _, id := range users {
			made, err := w.auth.SetUpSecondFactor(viewer.NewContext(t.Context(), viewer.Viewer{User: id}), secret)
			require.NoError(t, err)
			w.apps[id] = made.Secret
		}
	case "removeSecondFactor", "renewRecoveryCodes":
		w.db.Client.User.Update().SetSecondFactorAt(time.Now()).ExecX(t.Context())
		hash := sha256.Sum256([]byte(recoveryCode))
		for _, id := range users {
			w.db.Client.RecoveryCode.Create().SetUserID(id).SetCodeHash(hash[:]).ExecX(t.Context())
		}
	}
}

const recoveryCode = "AAAABBBBCCCCDDDD"

// card is a token for a test card, as a literal.
func (w *world) card(t *testing.T, who int) string {
	var answer struct{ Token string }
	require.NoError(t, json.Unmarshal(w.post(t, who, sandbox.Path, map[string]any{"number": "4242424242424242", "expiryMonth": 7, "expiryYear": time.Now().Year() + 2, "cvc": "737"}), &answer))
	return fmt.Sprintf("%q", answer.Token)
}

// reply is what an operation answered.
type reply struct {
	Data   map[string]any
	Errors []graphtest.Error
}

func (w *world) ask(t *testing.T, who int, query string) (r reply) {
	var body []byte
	if strings.HasPrefix(query, "subscription") {
		body = firstEvent(t, w.handler, who, query)
	} else {
		body = w.post(t, who, "/graphql", map[string]any{"query": query})
	}
	require.NoError(t, json.Unmarshal(body, &r), "%s", body)
	return r
}

// dump is all that a database holds, as text.
func dump(t *testing.T, db *database.DB) string {
	var b strings.Builder
	dbtest.EachValue(t, db, func(table, column string, value any) { fmt.Fprintln(&b, table, column, value) })
	return b.String()
}

// probe is the name under which a field is asked for in the table.
const probe = "probe"

// literal writes an argument. What it is called and where it is says which
// value makes sense.
func (w *world) literal(t *testing.T, s *ast.Schema, who int, root, name string, typ *ast.Type) string {
	if typ.Elem != nil {
		return "[" + w.literal(t, s, who, root, name, typ.Elem) + "]"
	}
	def := s.Types[typ.Name()]
	switch def.Kind {
	case ast.Enum:
		return def.EnumValues[0].Name
	case ast.InputObject:
		var fields []string
		for _, f := range def.Fields {
			if f.Type.NonNull && f.DefaultValue == nil || slices.Contains([]string{"name", "names", "holder", "password", "personName"}, f.Name) {
				fields = append(fields, f.Name+":"+w.literal(t, s, who, root, f.Name, f.Type))
			}
		}
		return "{" + strings.Join(fields, ",") + "}"
	}
	switch name {
	case "playableId":
		return fmt.Sprintf("%q", id('E', 1))
	case "id", "ids":
		for part, id := range map[string]string{"Profile": id('F', graphtest.Spanish), "Session": id('N', graphtest.Cold), "User": id('U', 1), "PaymentMethod": id('M', 2), "Job": id('J', 1), "Progress": id('J', 1),
			"Series": id('T', mature(t, true)), "Season": id('S', 1), "Episode": id('E', 1), "Person": id('P', 1), "Character": id('C', 1), "Genre": id('G', 1), "removeCredit": id('D', 1)} {
			if strings.HasSuffix(root, part) {
				return fmt.Sprintf("%q", id)
			}
		}
		return fmt.Sprintf("%q", id('T', mature(t, false)))
	case "email":
		if root == "signIn" {
			return `"other@example.com"`
		}
		return `"new@example.com"`
	case "password", "currentPassword":
		return fmt.Sprintf("%q", secret)
	case "newPassword":
		return `"another good secret"`
	case "slug":
		return fmt.Sprintf("%q", fmt.Sprintf("title-%d", mature(t, false)))
	case "token":
		if root == "addPaymentMethod" && who != graphtest.Nobody {
			return w.card(t, who)
		}
	case "code":
		if root == "confirmSecondFactor" && who != graphtest.Nobody {
			code, err := totp.GenerateCode(w.apps[w.db.Client.Profile.GetX(t.Context(), globalid.Profile(who)).UserID], time.Now())
			require.NoError(t, err)
			return fmt.Sprintf("%q", code)
		}
		return fmt.Sprintf("%q", recoveryCode)
	case "seasonId":
		return fmt.Sprintf("%q", id('S', 1))
	case "genreIds":
		return fmt.Sprintf("%q", id('G', 1))
	case "text":
		return `"harbour"` // many are called so
	case "month":
		return "7"
	case "year":
		return strconv.Itoa(time.Now().Year() + 3)
	}
	return map[string]string{"ID": `"VDE"`, "String": `"something"`, "Int": "1", "Boolean": "true", "DateTime": `"2026-01-01T00:00:00Z"`}[typ.Name()]
}

// arguments writes those that a field needs, and passwords.
func (w *world) arguments(t *testing.T, s *ast.Schema, who int, f *ast.FieldDefinition) string {
	var args []string
	for _, a := range f.Arguments {
		if a.Type.NonNull && a.DefaultValue == nil || a.Name == "password" || a.Name == "force" {
			args = append(args, a.Name+":"+w.literal(t, s, who, f.Name, a.Name, a.Type))
		}
	}
	if len(args) == 0 {
		return ""
	}
	return "(" + strings.Join(args, ",") + ")"
}

// mature is a title that is not for children.
func mature(t *testing.T, series bool) int64 { return int64(firstAbove(t, 12, series)) }

// ways says how to get at an object of each type: an operation with %s where
// its selection goes. What has an id is asked for by one of the owner's, or of
// a title that is not for children; what has none through the nearest that has.
func (w *world) ways(t *testing.T, s *ast.Schema) map[string]string {
	series := mature(t, true)
	ways := map[string]string{"Query": "{%s}", "Subscription": "subscription{%s}"}
	for name, node := range map[string]string{
		"Movie": id('T', mature(t, false)), "Series": id('T', series), "Genre": id('G', 1),
		"Season":  id('S', int64(w.db.Client.Season.Query().Where(season.SeriesID(globalid.Title(series))).Order(season.ByID()).FirstIDX(t.Context()))),
		"Episode": id('E', int64(w.db.Client.Episode.Query().Where(episode.SeriesID(globalid.Title(series))).Order(episode.ByID()).FirstIDX(t.Context()))),
		"Person":  id('P', 1), "Character": id('C', characterOf(int(mature(t, false)))),
		"User": id('U', 1), "Profile": id('F', graphtest.Keen), "Session": id('N', graphtest.Keen), "PaymentMethod": id('M', 1), "Job": id('J', 1),
	} {
		ways[name] = fmt.Sprintf(`{node(id:%q){...on %s{%%s}}}`, node, name)
	}
	queue := []string{"Query"}
	for name := range ways {
		if name != "Query" && name != "Subscription" {
			queue = append(queue, name)
		}
	}
	slices.Sort(queue[1:])
	for len(queue) > 0 {
		from := s.Types[queue[0]]
		queue = queue[1:]
		for _, f := range from.Fields {
			if strings.HasPrefix(f.Name, "__") || f.Name == "node" || f.Name == "nodes" && from.Name == "Query" {
				continue
			}
			for _, to := range append(s.GetPossibleTypes(s.Types[f.Type.Name()]), s.Types[f.Type.Name()]) {
				if _, known := ways[to.Name]; known || to.Kind != ast.Object {
					continue
				}
				ways[to.Name] = strings.Replace(ways[from.Name], "%s", f.Name+w.arguments(t, s, 0, f)+"{...on "+to.Name+"{%s}}", 1)
				queue = append(queue, to.Name)
			}
		}
	}
	for _, reason := range s.Types["Reason"].Types { // which some items have
		ways[reason] = "{home{rows(first:100){nodes{items(first:50){nodes{reason{...on " + reason + "{%s}}}}}}}}"
	}
	because := globalid.Global{Kind: globalid.KindHomeRow, Rest: "b." + strconv.FormatInt(series, 36)} // a page need not have room for it
	ways["BecauseYouWatched"] = fmt.Sprintf(`{node(id:%q){...on HomeRow{reason{...on BecauseYouWatched{%%s}}}}}`, because)
	ways["Editing"] = strings.Replace(ways["Movie"], "%s", "editing{%s}", 1)
	ways["Text"] = strings.Replace(ways["Movie"], "%s", "editing{texts{%s}}", 1)
	ways["TitleProgress"] = "{titles(first:100){nodes{progress{%s}}}}" // of those that somebody watched
	ways["View"] = "{titles(first:100){nodes{...on Movie{view{%s}}}}}"
	return ways
}

// outcome says what a caller found of a field: the code of the error, "-" when
// there was no object to ask, "null", or "seen".
func outcome(r reply) string {
	if len(r.Errors) > 0 {
		return r.Errors[0].Extensions.Code
	}
	found := "-"
	walk(r.Data, func(object map[string]any) {
		if value, ok := object[probe]; ok && found != "seen" {
			found = "null"
			if value != nil {
				found = "seen"
			}
		}
	})
	return found
}

// done says what came of a mutation: the code of the error, what was wrong with
// the input, or "done".
func done(r reply) string {
	if len(r.Errors) > 0 {
		return r.Errors[0].Extensions.Code
	}
	payload, _ := r.Data[probe].(map[string]any)
	if problems, _ := payload["userErrors"].([]any); len(problems) > 0 {
		problem := problems[0].(map[string]any)
		return fmt.Sprint(problem["code"], " ", problem["path"])
	}
	return "done"
}

// selection asks for a field under the name of the probe.
func selection(s *ast.Schema, f *ast.FieldDefinition, args string) string {
	if s.Types[f.Type.Name()].IsLeafType() {
		return probe + ":" + f.Name + args
	}
	return probe + ":" + f.Name + args + "{__typename}"
}

// Every field of every object is asked for by everybody, and the golden file
// says who gets what. Whoever adds a field reviews its line:
//
//	Type.field: nobody | other household | child | owner | administrator
func TestAccess(t *testing.T) {
	s := schema()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		w := newWorld(t, url, 200)
		ways := w.ways(t, s)
		before := dump(t, w.db)
		var lines []string
		for name, def := range s.Types {
			if def.Kind != ast.Object || strings.HasPrefix(name, "__") || ways[name] == "" {
				continue
			}
			for _, f := range def.Fields {
				if strings.HasPrefix(f.Name, "__") {
					continue
				}
				var cells []string
				for _, c := range callers {
					query := strings.Replace(ways[name], "%s", selection(s, f, w.arguments(t, s, c.who, f)), 1)
					cells = append(cells, outcome(w.ask(t, c.who, query)))
				}
				require.True(t, slices.Contains(cells, "seen") || slices.Contains(cells, "null"), "nobody gets at %s.%s", name, f.Name)
				lines = append(lines, name+"."+f.Name+": "+strings.Join(cells, " | "))
			}
		}
		require.Equal(t, before, dump(t, w.db), "reading has changed something")
		slices.Sort(lines)
		golden(t, "testdata/access.txt", []byte(strings.Join(lines, "\n")+"\n"))
	})
}

// Every mutation is tried by everybody, with input that is right; see
// TestAccess. Below it is what its payload shows of each field. What is refused
// has changed nothing in the database.
//
// Each one that is not starts over with another database, which is quick on
// SQLite alone; who may do what depends on neither.
func TestAccessOfMutations(t *testing.T) {
	s := schema()
	var w *world
	var before string
	var lines []string
	for _, f := range s.Mutation.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		payload := s.Types[f.Type.Name()]
		var parts, came []string
		shown := make([][]string, len(payload.Fields))
		for _, p := range payload.Fields {
			if p.Name == "userErrors" {
				parts = append(parts, "userErrors{code path}")
			} else {
				parts = append(parts, strings.TrimPrefix(selection(s, p, ""), probe+":"))
			}
		}
		w = nil
		for _, c := range callers {
			if w == nil {
				w = newWorld(t, dbtest.SQLite(t), 12)
				w.factors(t, f.Name)
				before = dump(t, w.db)
			}
			r := w.ask(t, c.who, "mutation{"+probe+":"+f.Name+w.arguments(t, s, c.who, f)+"{"+strings.Join(parts, " ")+"}}")
			came = append(came, done(r))
			object, _ := r.Data[probe].(map[string]any)
			for i, p := range payload.Fields {
				cell := "-"
				if value, ok := object[p.Name]; ok {
					cell = "null"
					if value != nil {
						cell = "seen"
					}
				}
				shown[i] = append(shown[i], cell)
			}
			if came[len(came)-1] == "done" {
				w = nil
			} else {
				require.Equal(t, before, dump(t, w.db), "%s as %s is refused and does something", f.Name, c.name)
			}
		}
		lines = append(lines, f.Name+": "+strings.Join(came, " | "))
		for i, p := range payload.Fields {
			if p.Name != "userErrors" {
				lines = append(lines, f.Name+" "+p.Name+": "+strings.Join(shown[i], " | "))
			}
		}
	}
	slices.Sort(lines)
	golden(t, "testdata/access-mutations.txt", []byte(strings.Join(lines, "\n")+"\n"))
}

// Every type of the schema is in the table: it can be reached, or is what a
// mutation gives, or a part of that.
func TestAccessLeavesNothingOut(t *testing.T) {
	s := schema()
	w := newWorld(t, dbtest.SQLite(t), 12)
	ways := w.ways(t, s)
	for name, def := range s.Types {
		if def.Kind != ast.Object || strings.HasPrefix(name, "__") || ways[name] != "" || def == s.Mutation || name == "UserError" {
			continue
		}
		given := func(f *ast.FieldDefinition) bool { return f.Type.Name() == name }
		require.True(t, slices.ContainsFunc(s.Mutation.Fields, func(f *ast.FieldDefinition) bool {
			return given(f) || slices.ContainsFunc(s.Types[f.Type.Name()].Fields, given)
		}), "nobody gets at %s", name)
	}
}

// To whom a row does not belong, a mutation answers as if there were none: byte
// for byte, and at the same cost.
func TestForeignIDsInMutations(t *testing.T) {
	s := schema()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		w := newWorld(t, url, 12)
		tried := 0
		for _, f := range s.Mutation.Fields {
			id := f.Arguments.ForName("id")
			if id == nil {
				continue
			}
			foreign := w.arguments(t, s, graphtest.Other, f)
			own := strings.Trim(w.literal(t, s, graphtest.Other, f.Name, "id", id.Type), `"`)
			global, err := globalid.Parse(own)
			require.NoError(t, err)
			global.Rest = "zzzz"
			missing := strings.Replace(foreign, own, global.String(), 1)
			require.NotEqual(t, foreign, missing)
			var bodies []string
			for _, args := range []string{foreign, missing} {
				query := "mutation{" + f.Name + args + "{userErrors{code message path}}}"
				bodies = append(bodies, string(w.post(t, graphtest.Other, "/graphql", map[string]any{"query": query})))
			}
			require.Equal(t, bodies[0], bodies[1])
			require.Regexp(t, `NOT_FOUND|FORBIDDEN`, bodies[0])
			require.Contains(t, bodies[0], `"statements":`)
			tried++
		}
		require.Greater(t, tried, 8)
	})
}

// What is typed for a text to look for, or for a place in a list, is never more
// than that.
func TestInjection(t *testing.T) {
	graphtest.Each(t, 200, func(t *testing.T, s *graphtest.Server) {
		for _, text := range []string{`' OR '1'='1`, `" OR ""="`, `x' UNION SELECT 1,2,3 --`, `'; DROP TABLE titles; --`, `%`, `_`, `%%`, `\`, `\%`, `*`, `$1`, `?`, `{{7*7}}`, `)`, `a' OR sort_key LIKE '%`} {
			v := graphtest.Variables{"t": text}
			for _, query := range []string{`query($t: String!) { title(slug: $t) { id } }`, `query($t: String) { people(text: $t) { nodes { id } } }`, `query($t: String) { characters(text: $t) { nodes { id } } }`} {
				a := s.Ask(t, graphtest.Keen, query, v)
				require.Empty(t, a.Errors(t), "%s", a.Body)
				require.Regexp(t, `"nodes":\[\]|"title":null`, string(a.Body), text)
			}
			require.Contains(t, string(s.Ask(t, graphtest.Admin, `query($t: String) { users(text: $t) { nodes { id } } }`, v).Body), `"nodes":[]`, text)
			for _, query := range []string{`query($t: String) { titles(after: $t) { nodes { id } } }`, `query($t: String) { people(after: $t) { nodes { id } } }`, `query($t: TitleOrderField!) { titles(orderBy: {field: $t}) { nodes { id } } }`} {
				errs := s.Ask(t, graphtest.Keen, query, v).Errors(t)
				require.NotEmpty(t, errs, text)
				require.Contains(t, []string{"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"}, errs[0].Extensions.Code)
			}
		}
		require.Empty(t, s.Log())
	})
}
