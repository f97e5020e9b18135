package payment_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"streamex/ent/paymentmethod"
	"streamex/ent/schema/globalid"
	"streamex/internal/database"
	"streamex/internal/database/dbtest"
	"streamex/internal/payment"
	"streamex/internal/payment/sandbox"
)

func defaults(methods []method) (ids []string) {
	for _, m := range methods {
		if m.Default {
			ids = append(ids, m.ID)
		}
	}
	return ids
}

func TestAdd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWorld(t, db)
		ana, _ := w.account(t, "ana", false)
		require.Empty(t, w.methods(t, ana))

		data, code := w.ask(t, ana, setUp, nil)
		require.Empty(t, code)
		require.Equal(t, map[string]any{"provider": "TEST", "tokenUrl": sandbox.Path, "publishableKey": nil, "clientSecret": nil}, data["setUpPaymentMethod"])

		first := w.mutate(t, ana, add, map[string]any{"i": map[string]any{"token": w.token(t, ana, "4242 4242-4242 4242", "737"), "holder": "  Ana Exámple ", "idempotencyKey": "k1"}})
		require.Empty(t, first.UserErrors)
		m := *first.PaymentMethod
		require.Equal(t, []any{"VISA", "4242", "Ana Exámple", 7, soon(), "VALID", true}, []any{m.Brand, m.LastFour, m.Holder, m.Expiry.Month, m.Expiry.Year, m.Expiry.State, m.Default})
		require.WithinDuration(t, time.Now(), m.AddedAt, time.Minute)

		second := w.mutate(t, ana, add, input(w.token(t, ana, amex, "9173"), "k2"))
		require.Equal(t, "AMEX", second.PaymentMethod.Brand)
		require.False(t, second.PaymentMethod.Default)

		in := input(w.token(t, ana, mastercard, "737"), "k3")
		in["i"].(map[string]any)["default"] = true
		third := w.mutate(t, ana, add, in)
		require.True(t, third.PaymentMethod.Default)
		require.Equal(t, []string{third.PaymentMethod.ID}, defaults(third.PaymentMethods))

		all := w.methods(t, ana)
		require.Len(t, all, 3)
		require.Equal(t, []string{third.PaymentMethod.ID, m.ID, second.PaymentMethod.ID}, []string{all[0].ID, all[1].ID, all[2].ID})

		data, _ = w.ask(t, ana, `query($id: ID!) { node(id: $id) { id ... on PaymentMethod { lastFour expiry { state } } } }`, map[string]any{"id": m.ID})
		require.Equal(t, map[string]any{"id": m.ID, "lastFour": "4242", "expiry": map[string]any{"state": "VALID"}}, data["node"])
	})
}

func TestAddRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWorld(t, db)
		ana, _ := w.account(t, "ana", false)
		bob, _ := w.account(t, "bob", false)
		late := w.token(t, ana, visa, "737")
		w.clock.move(16 * time.Minute)
		fresh := w.token(t, ana, visa, "737")
		used := w.token(t, ana, visa, "737")
		require.Empty(t, w.mutate(t, ana, add, input(used, "used")).UserErrors)

		for name, c := range map[string]struct {
			token, holder, key string
			want               []string
		}{
			"all missing":              {"", " ", "", []string{"BAD_USER_INPUT input.token", "BAD_USER_INPUT input.holder", "BAD_USER_INPUT input.idempotencyKey"}},
			"too long":                 {strings.Repeat("a", 256), strings.Repeat("é", 101), strings.Repeat("k", 101), []string{"BAD_USER_INPUT input.token", "BAD_USER_INPUT input.holder", "BAD_USER_INPUT input.idempotencyKey"}},
			"not one line":             {"a b", "Ana\nExample", "k\tk", []string{"BAD_USER_INPUT input.token", "BAD_USER_INPUT input.holder", "BAD_USER_INPUT input.idempotencyKey"}},
			"control signs":            {"a\x01", "Ana\x7f", "k\x1b", []string{"BAD_USER_INPUT input.token", "BAD_USER_INPUT input.holder", "BAD_USER_INPUT input.idempotencyKey"}},
			"card numbers":             {visa, "Ana " + mastercard, amex, []string{"BAD_USER_INPUT input.token", "BAD_USER_INPUT input.holder", "BAD_USER_INPUT input.idempotencyKey"}},
			"card numbers in groups":   {"4242-4242-4242-4242", "4242 4242/4242 4242", "3782-822463-10005", []string{"BAD_USER_INPUT input.token", "BAD_USER_INPUT input.holder", "BAD_USER_INPUT input.idempotencyKey"}},
			"a card number, wide":      {fresh, "４２４２４２４２４２４２４２４２", "k", []string{"BAD_USER_INPUT input.holder"}},
			"an unknown token":         {"test_tok_none", "Ana", "k", []string{"BAD_USER_INPUT input.token"}},
			"somebody else's token":    {w.token(t, bob, visa, "737"), "Ana", "k", []string{"BAD_USER_INPUT input.token"}},
			"a token that is too old":  {late, "Ana", "k", []string{"BAD_USER_INPUT input.token"}},
			"a token that was used":    {used, "Ana Example", "k", []string{"BAD_USER_INPUT input.token"}},
			"a card that was declined": {w.token(t, ana, sandbox.DeclinedNumber, "737"), "Ana", "k", []string{"BAD_USER_INPUT input.token"}},
		} {
			r := w.mutate(t, ana, add, map[string]any{"i": map[string]any{"token": c.token, "holder": c.holder, "idempotencyKey": c.key}})
			require.Equal(t, c.want, r.problems(), name)
			require.Nil(t, r.PaymentMethod, name)
			require.Len(t, r.PaymentMethods, 1, name)
		}
		require.Len(t, w.methods(t, ana), 1)
		require.Equal(t, 1, db.Client.PaymentRequest.Query().CountX(t.Context()), "a refused request must free its key")
	})
}

func TestAddIsIdempotent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWorld(t, db)
		ana, _ := w.account(t, "ana", false)
		bob, _ := w.account(t, "bob", false)

		in := input(w.token(t, ana, visa, "737"), "key")
		first := w.mutate(t, ana, add, in)
		require.Empty(t, first.UserErrors)
		require.Equal(t, first, w.mutate(t, ana, add, in))

		for _, other := range []map[string]any{
			{"token": in["i"].(map[string]any)["token"], "holder": "Somebody", "idempotencyKey": "key"},
			{"token": w.token(t, ana, visa, "737"), "holder": "Ana Example", "idempotencyKey": "key"},
			{"token": in["i"].(map[string]any)["token"], "holder": "Ana Example", "idempotencyKey": "key", "default": true},
		} {
			r := w.mutate(t, ana, add, map[string]any{"i": other})
			require.Equal(t, []string{"CONFLICT input.idempotencyKey"}, r.problems())
			require.Nil(t, r.PaymentMethod)
		}
		require.Empty(t, w.mutate(t, bob, add, input(w.token(t, bob, visa, "737"), "key")).UserErrors, "keys are the account's own")

		in = input(w.token(t, ana, mastercard, "737"), "at-once")
		var group sync.WaitGroup
		results := make([]result, 10)
		for i := range results {
			group.Go(func() { results[i] = w.mutate(t, ana, add, in) })
		}
		group.Wait()
		for _, r := range results {
			require.Empty(t, r.UserErrors)
			require.Equal(t, results[0].PaymentMethod, r.PaymentMethod)
		}
		require.Len(t, w.methods(t, ana), 2)

		// The provider was away in the middle: the same request goes on.
		in = input(w.token(t, ana, amex, "9173"), "again")
		w.provider.away.Store(true)
		_, code := w.ask(t, ana, add, in)
		require.Equal(t, "UNAVAILABLE", code)
		require.Len(t, w.methods(t, ana), 2)
		w.provider.away.Store(false)
		r := w.mutate(t, ana, add, in)
		require.Empty(t, r.UserErrors)
		require.Len(t, w.methods(t, ana), 3)

		// What was removed does not come back.
		require.True(t, w.mutate(t, ana, remove, map[string]any{"id": r.PaymentMethod.ID}).Detached)
		require.Equal(t, []string{"CONFLICT input.idempotencyKey"}, w.mutate(t, ana, add, in).problems())

		// Keys are forgotten after a week.
		w.clock.move(8 * 24 * time.Hour)
		require.NoError(t, w.service.Tidy(t.Context()))
		require.Zero(t, db.Client.PaymentRequest.Query().CountX(t.Context()))
	})
}

func TestLimit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWorld(t, db)
		ana, _ := w.account(t, "ana", false)
		inputs := make([]map[string]any, 14)
		for i := range inputs {
			inputs[i] = input(w.token(t, ana, visa, "737"), fmt.Sprint("key", i))
			inputs[i]["i"].(map[string]any)["default"] = i%2 == 0
		}
		var group sync.WaitGroup
		results := make([]result, len(inputs))
		for i, in := range inputs {
			group.Go(func() { results[i] = w.mutate(t, ana, add, in) })
		}
		group.Wait()
		refused := 0
		for _, r := range results {
			if r.PaymentMethod == nil {
				refused++
				require.Equal(t, []string{"CONFLICT input"}, r.problems())
			}
		}
		require.Equal(t, len(inputs)-payment.MaxMethods, refused)
		all := w.methods(t, ana)
		require.Len(t, all, payment.MaxMethods)
		require.Len(t, defaults(all), 1)
		require.Equal(t, payment.MaxMethods, db.Client.PaymentReference.Query().CountX(t.Context()), "what was one too many is the provider's no more")

		// Ten cost as many statements as one did.
		bob, _ := w.account(t, "bob", false)
		w.added(t, bob, "key")
		count := func(c caller) int {
			var n int
			_, n = w.counted(t, c, list, nil)
			return n
		}
		require.Equal(t, count(bob), count(ana))
		require.Equal(t, 2, count(ana), "the session and the methods")
	})
}

func TestUpdate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWorld(t, db)
		ana, _ := w.account(t, "ana", false)
		m := w.added(t, ana, "key")
		year, month := time.Now().UTC().Year(), int(time.Now().UTC().Month())
		expiry := func(month, year int) map[string]any { return map[string]any{"month": month, "year": year} }

		for _, c := range []struct {
			change map[string]any
			holder string
			state  string
		}{
			{map[string]any{"holder": " Ana Maria Example"}, "Ana Maria Example", "VALID"},
			{map[string]any{"expiry": expiry(month, year)}, "Ana Maria Example", "EXPIRING"},
			{map[string]any{"expiry": expiry(1, year+20), "holder": "Ana"}, "Ana", "VALID"},
		} {
			for range 2 { // it may come again
				r := w.mutate(t, ana, update, map[string]any{"id": m.ID, "i": c.change})
				require.Empty(t, r.UserErrors)
				require.Equal(t, []any{c.holder, c.state, m.ID}, []any{r.PaymentMethod.Holder, r.PaymentMethod.Expiry.State, r.PaymentMethod.ID})
			}
		}
		for name, c := range map[string]struct {
			change map[string]any
			want   []string
		}{
			"nothing":     {map[string]any{}, []string{"BAD_USER_INPUT input"}},
			"no name":     {map[string]any{"holder": " "}, []string{"BAD_USER_INPUT input.holder"}},
			"a number":    {map[string]any{"holder": visa}, []string{"BAD_USER_INPUT input.holder"}},
			"month 0":     {map[string]any{"expiry": expiry(0, year+1)}, []string{"BAD_USER_INPUT input.expiry"}},
			"month 13":    {map[string]any{"expiry": expiry(13, year+1)}, []string{"BAD_USER_INPUT input.expiry"}},
			"two digits":  {map[string]any{"expiry": expiry(1, 30)}, []string{"BAD_USER_INPUT input.expiry"}},
			"last year":   {map[string]any{"expiry": expiry(12, year-1)}, []string{"BAD_USER_INPUT input.expiry"}},
			"far away":    {map[string]any{"expiry": expiry(1, year+21)}, []string{"BAD_USER_INPUT input.expiry"}},
			"both":        {map[string]any{"holder": "\x01", "expiry": expiry(0, 0)}, []string{"BAD_USER_INPUT input.holder", "BAD_USER_INPUT input.expiry"}},
			"empty input": {map[string]any{"holder": nil, "expiry": nil}, []string{"BAD_USER_INPUT input"}},
		} {
			require.Equal(t, c.want, w.mutate(t, ana, update, map[string]any{"id": m.ID, "i": c.change}).problems(), name)
		}
		w.provider.away.Store(true)
		_, code := w.ask(t, ana, update, map[string]any{"id": m.ID, "i": map[string]any{"holder": "Nobody"}})
		require.Equal(t, "UNAVAILABLE", code)
		require.Equal(t, "Ana", w.methods(t, ana)[0].Holder)
	})
}

func TestRemove(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWorld(t, db)
		ana, _ := w.account(t, "ana", false)
		first, second, third := w.added(t, ana, "1"), w.added(t, ana, "2"), w.added(t, ana, "3")

		r := w.mutate(t, ana, remove, map[string]any{"id": second.ID})
		require.Equal(t, second.ID, *r.RemovedID)
		require.True(t, r.Detached)
		require.Len(t, w.provider.Forgotten(), 1)
		require.Equal(t, []string{first.ID}, defaults(r.PaymentMethods))
		require.Equal(t, []string{"NOT_FOUND id"}, w.mutate(t, ana, remove, map[string]any{"id": second.ID}).problems())

		// The provider is away: the method goes all the same, and nothing is lost.
		w.provider.away.Store(true)
		r = w.mutate(t, ana, remove, map[string]any{"id": first.ID})
		require.Empty(t, r.UserErrors)
		require.Equal(t, first.ID, *r.RemovedID)
		require.False(t, r.Detached)
		require.Equal(t, []string{third.ID}, defaults(r.PaymentMethods), "the other one becomes the default")
		require.NoError(t, w.service.Tidy(t.Context())) // not due yet
		require.Contains(t, w.log.String(), `"attempt":1`)
		require.NotContains(t, w.log.String(), `"attempt":2`)
		w.clock.move(time.Minute)
		require.NoError(t, w.service.Tidy(t.Context()))
		require.Contains(t, w.log.String(), `"attempt":2`)
		require.Len(t, w.provider.Forgotten(), 1)
		w.provider.away.Store(false)
		w.clock.move(time.Hour)
		require.NoError(t, w.service.Tidy(t.Context()))
		require.Len(t, w.provider.Forgotten(), 2)
		require.NotEqual(t, w.provider.Forgotten()[0], w.provider.Forgotten()[1])

		r = w.mutate(t, ana, remove, map[string]any{"id": third.ID})
		require.Empty(t, r.PaymentMethods)
		require.Zero(t, db.Client.PaymentReference.Query().CountX(t.Context()))
	})
}

func TestSetDefault(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWorld(t, db)
		ana, user := w.account(t, "ana", false)
		ids := []string{w.added(t, ana, "1").ID, w.added(t, ana, "2").ID, w.added(t, ana, "3").ID}
		for _, id := range []string{ids[1], ids[1], ids[0]} {
			r := w.mutate(t, ana, setDefault, map[string]any{"id": id})
			require.Empty(t, r.UserErrors)
			require.True(t, r.PaymentMethod.Default)
			require.Equal(t, []string{id}, defaults(r.PaymentMethods))
			require.Equal(t, []string{id}, defaults(w.methods(t, ana)))
		}
		var group sync.WaitGroup
		for i := range 12 {
			group.Go(func() {
				r := w.mutate(t, ana, setDefault, map[string]any{"id": ids[i%3]})
				require.Empty(t, r.UserErrors)
				require.Len(t, defaults(r.PaymentMethods), 1)
			})
		}
		group.Wait()
		require.Len(t, defaults(w.methods(t, ana)), 1)

		// The database holds it too.
		err := db.Client.PaymentMethod.Update().Where(paymentmethod.UserID(user)).SetIsDefault(true).Exec(t.Context())
		require.Error(t, err)
	})
}

// Nobody's, foreign and missing methods answer alike, down to the statements.
func TestOwnership(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWorld(t, db)
		ana, _ := w.account(t, "ana", false)
		bob, _ := w.account(t, "bob", false)
		admin, _ := w.account(t, "admin", true)
		mine := w.added(t, ana, "key")
		theirs := w.added(t, bob, "key")
		const missing = globalid.PaymentMethod(1 << 40)

		operations := map[string]map[string]any{
			update: {"i": map[string]any{"holder": "Mallory"}}, setDefault: {}, remove: {},
			`query($id: ID!) { result: node(id: $id) { id } }`:                                          {},
			`query($id: ID!) { result: nodes(ids: [$id]) { id } }`:                                      {},
			`query($id: ID!) { result: node(id: $id) { __typename } viewer { paymentMethods { id } } }`: {},
		}
		for query, variables := range operations {
			with := func(id string) map[string]any {
				v := map[string]any{"id": id}
				for name, value := range variables {
					v[name] = value
				}
				return v
			}
			for _, c := range []caller{bob, admin} {
				foreign, n := w.counted(t, c, query, with(mine.ID))
				absent, m := w.counted(t, c, query, with(missing.String()))
				require.Equal(t, string(absent), string(foreign), query)
				require.Equal(t, m, n, query)
				require.NotContains(t, string(foreign), mine.ID)
			}
		}
		require.Equal(t, []method{mine}, w.methods(t, ana))
		require.Equal(t, []method{theirs}, w.methods(t, bob))
		require.Empty(t, w.methods(t, admin))
		other := globalid.User(1).String() // an id of another kind
		for _, mutation := range []string{setDefault, remove} {
			require.Equal(t, []string{"NOT_FOUND id"}, w.mutate(t, ana, mutation, map[string]any{"id": other}).problems())
		}

		for _, query := range []string{setUp, add, update, setDefault, remove} {
			variables := map[string]any{"id": mine.ID, "i": map[string]any{}}
			if query == add {
				variables = input("", "")
			}
			_, code := w.ask(t, "", query, variables)
			require.Equal(t, "UNAUTHENTICATED", code, query)
		}
		data, code := w.ask(t, "", list, nil)
		require.Empty(t, code)
		require.Nil(t, data["viewer"])
		require.Equal(t, []method{mine}, w.methods(t, ana))
	})
}

// counted is ask with the answer as it is and the statements that it took.
func (w *world) counted(t *testing.T, c caller, query string, variables map[string]any) (answer []byte, statements int) {
	ctx, counter := database.WithCounter(t.Context())
	status, answer := w.postIn(ctx, c, "/graphql", map[string]any{"query": query, "variables": variables})
	require.Equal(t, 200, status)
	return answer, counter.N()
}

// While the provider is slow, whoever has nothing to do with it does not wait,
// and who has too much to ask of it is told so.
func TestSlowProvider(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWorld(t, db)
		ana, _ := w.account(t, "ana", false)
		bob, _ := w.account(t, "bob", false)
		w.provider.slow = make(chan struct{})
		answers := make(chan string, 10)
		var group sync.WaitGroup
		for i := range cap(answers) {
			in := input(w.token(t, ana, visa, "737"), fmt.Sprint("key", i))
			group.Go(func() {
				_, text := w.post(ana, "/graphql", map[string]any{"query": add, "variables": in})
				answers <- string(text)
			})
		}
		for range 6 { // the others wait for the provider
			require.Contains(t, <-answers, `"OVERLOADED"`)
		}
		start := time.Now()
		for range 5 {
			_, code := w.ask(t, bob, `mutation { selectProfile(id: "RjE") { userErrors { code } } }`, nil)
			require.Empty(t, code)
			require.Empty(t, w.methods(t, ana))
		}
		require.Less(t, time.Since(start), 2*time.Second)
		close(w.provider.slow)
		group.Wait()
		for range 4 {
			require.Contains(t, <-answers, `"userErrors":[]`)
		}
		require.Len(t, w.methods(t, ana), 4)
	})
}

func TestDeletedAccount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWorld(t, db)
		ana, user := w.account(t, "ana", false)
		bob, _ := w.account(t, "bob", false)
		w.added(t, ana, "1")
		w.added(t, ana, "2")
		kept := w.added(t, bob, "1")
		require.NoError(t, db.Client.User.DeleteOneID(user).Exec(t.Context()))
		require.Equal(t, 1, db.Client.PaymentMethod.Query().CountX(t.Context()))
		require.Equal(t, 1, db.Client.PaymentRequest.Query().CountX(t.Context()))

		w.provider.away.Store(true)
		require.NoError(t, w.service.Tidy(t.Context()))
		require.Empty(t, w.provider.Forgotten())
		w.provider.away.Store(false)
		w.clock.move(time.Hour)
		require.NoError(t, w.service.Tidy(t.Context()))
		require.Len(t, w.provider.Forgotten(), 2)
		require.Equal(t, 1, db.Client.PaymentReference.Query().CountX(t.Context()))
		require.Equal(t, []method{kept}, w.methods(t, bob))
	})
}

// Nothing of a card but what may be shown is anywhere after all that can be
// done with it, right and wrong.
func TestNoCardNumberStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newWorld(t, db)
		ana, _ := w.account(t, "ana", false)
		m := w.added(t, ana, "1")
		w.mutate(t, ana, add, input(w.token(t, ana, amex, "9173"), "2"))
		w.mutate(t, ana, add, input(w.token(t, ana, sandbox.DeclinedNumber, "737"), "3"))
		for _, body := range []any{
			map[string]any{"number": visa, "expiryMonth": 1, "expiryYear": 2000, "cvc": "737"},
			map[string]any{"number": visa, "expiryMonth": "x", "expiryYear": 2000, "cvc": "737"},
			map[string]any{"number": visa, "expiryMonth": 1, "expiryYear": soon(), "cvc": "9173", "extra": amex},
			visa,
		} {
			for _, c := range []caller{ana, ""} {
				status, _ := w.post(c, sandbox.Path, body)
				require.GreaterOrEqual(t, status, 400)
			}
		}
		for _, number := range []string{visa, mastercard, amex} { // where none belongs
			w.mutate(t, ana, add, map[string]any{"i": map[string]any{"token": number, "holder": number, "idempotencyKey": number}})
			w.mutate(t, ana, update, map[string]any{"id": m.ID, "i": map[string]any{"holder": number}})
			w.ask(t, ana, remove, map[string]any{"id": m.ID + "x"})
			w.post(ana, "/graphql", map[string]any{"query": setDefault, "variables": map[string]any{"id": number}})
			w.post(ana, "/graphql", map[string]any{"query": update, "variables": map[string]any{"id": m.ID, "i": map[string]any{"expiry": number}}})
			w.post(ana, "/graphql", map[string]any{"query": add, "variables": map[string]any{"i": map[string]any{"number": number, "cvc": "9173"}}})
		}
		w.mutate(t, ana, remove, map[string]any{"id": m.ID})

		dump := dumped(t, db)
		require.Contains(t, dump, "Ana Example")
		for where, text := range map[string]string{"database": dump, "log": logged(t, w.log.String()), "answers": w.answers.String()} {
			for _, number := range []string{visa, mastercard, amex, sandbox.DeclinedNumber} {
				require.NotContains(t, text, number, where)
			}
			require.NotRegexp(t, `"(737|9173)"|\b(737|9173)\b[^-.:]`, regexp.MustCompile(`"addedAt":"[^"]*"`).ReplaceAllString(text, ""), where)
			require.Empty(t, numbers(text), where)
		}
	})
}

// numbers are the Luhn-valid runs of digits in a text that look like cards.
func numbers(text string) (found []string) {
	for _, run := range regexp.MustCompile(`\b[3-6]\d{12,18}\b`).FindAllString(text, -1) {
		if payment.Luhn(run) {
			found = append(found, run)
		}
	}
	return found
}

// dumped is everything that a database holds, a value a line, without times:
// their fractions may be anything.
func dumped(t *testing.T, db *database.DB) string {
	var out strings.Builder
	dbtest.EachValue(t, db, func(table, column string, value any) {
		if _, ok := value.(time.Time); !ok {
			fmt.Fprintln(&out, table, column, value)
		}
	})
	return out.String()
}

// logged is a log without its figures, which may be anything.
func logged(t *testing.T, log string) string {
	var out bytes.Buffer
	for line := range strings.Lines(log) {
		var entry map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &entry))
		for _, figure := range []string{"time", "ms", "bytes"} {
			delete(entry, figure)
		}
		require.NoError(t, json.NewEncoder(&out).Encode(entry))
	}
	return out.String()
}

func TestExpiry(t *testing.T) {
	at := func(text string) time.Time {
		v, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		return v
	}
	for _, c := range []struct {
		month, year int
		now         string
		want        payment.State
	}{
		{3, 2030, "2030-03-31T23:59:59Z", payment.Expiring},
		{3, 2030, "2030-04-01T00:00:00Z", payment.Expired},
		{3, 2030, "2030-02-01T00:00:00Z", payment.Expiring},
		{3, 2030, "2030-01-31T23:59:59Z", payment.Valid},
		{1, 2031, "2030-12-01T00:00:00Z", payment.Expiring},
		{12, 2030, "2031-01-01T00:00:00Z", payment.Expired},
		{12, 2030, "2031-01-01T00:30:00+01:00", payment.Expiring},
	} {
		require.Equal(t, c.want, payment.Expiry{Month: c.month, Year: c.year}.At(at(c.now)), "%+v", c)
	}
}

func TestLuhn(t *testing.T) {
	for number, want := range map[string]bool{visa: true, mastercard: true, amex: true, "4242424242424241": false, "0": true, "": false, "18": true, "81": false} {
		require.Equal(t, want, payment.Luhn(number), number)
	}
}
