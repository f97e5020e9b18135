package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"
	"golang.org/x/text/language"

	"streamex/ent/profile"
	"streamex/ent/schema/globalid"
	"streamex/ent/session"
	"streamex/ent/user"
	"streamex/internal/viewer"
)

const (
	english = "en"

	// strangers is the maturity limit of who is not signed in.
	strangers = 12

	// patience is how long it may take to find out who asks: a database that is
	// silent must not keep somebody longer.
	patience = 5 * time.Second
)

// matcher chooses among the product's languages; the first is the default.
var matcher = language.NewMatcher([]language.Tag{language.English, language.Spanish})

// Middleware makes next see who is asking. It answers itself, with 503, when
// the database cannot tell.
func (s *Service) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, err := s.Viewer(r)
		if err != nil {
			s.unavailable(w, r, err)
			return
		}
		ctx := context.WithValue(r.Context(), jarKey{}, s.jar(w, r))
		next.ServeHTTP(w, r.WithContext(viewer.NewContext(ctx, v)))
	})
}

// Viewer returns who asks in r: nobody, when its token is missing, forged or
// expired. An error means that the database could not tell.
func (s *Service) Viewer(r *http.Request) (viewer.Viewer, error) {
	return s.viewer(r, func(a asker) { s.touch(r.Context(), a) })
}

// Again is Viewer for a request that is still being answered: that its session
// is looked at again is no use of it.
func (s *Service) Again(r *http.Request) (viewer.Viewer, error) {
	return s.viewer(r, func(asker) {})
}

func (s *Service) viewer(r *http.Request, found func(asker)) (viewer.Viewer, error) {
	v := viewer.Viewer{Maturity: strangers}
	if hash, ok := tokenHash(s.token(r)); ok {
		ctx, cancel := context.WithTimeout(r.Context(), patience)
		defer cancel()
		askers, err := s.find(ctx, hash)
		if err != nil {
			return viewer.Viewer{}, fmt.Errorf("auth: finding the session: %w", err)
		}
		for _, a := range askers { // one at most
			found(a)
			v = a.viewer()
		}
	}
	if v.Language == "" {
		v.Language = preferred(r)
	}
	return v, nil
}

// token is what r shows as a token. A header stands before the cookie, even a
// broken one: who names a session means no other.
func (s *Service) token(r *http.Request) string {
	scheme, token, found := strings.Cut(r.Header.Get("Authorization"), " ")
	if found && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token)
	}
	if c, err := r.Cookie(cookieName(s.secure(r))); err == nil {
		return c.Value
	}
	return ""
}

// asker is a session with its account and profile, in one row.
type asker struct {
	User     globalid.User    `sql:"user_id"`
	Role     string           `sql:"role"`
	Expired  bool             `sql:"password_expired"`
	Session  globalid.Session `sql:"id"`
	Began    time.Time        `sql:"created_at"`
	LastUsed time.Time        `sql:"last_used_at"`
	Profile  globalid.Profile `sql:"profile_id"` // 0, and neither child nor language = none chosen
	Child    bool             `sql:"child"`
	Language string           `sql:"language"`
	Maturity int              `sql:"maturity"` // of the profile, else the account's lowest
}

// find returns who asks with a token, if anybody. It is the one statement that
// every request costs: found by the unique index on the hash, joined by primary
// keys. Roles and disabled accounts count at once.
//
// A session without a profile sees what the account's youngest profile may see:
// it can be in anybody's hands, and PINs would protect nothing otherwise.
func (s *Service) find(ctx context.Context, hash []byte) (rows []asker, err error) {
	err = s.db.Session.Query().
		Where(session.TokenHash(hash), session.ExpiresAtGT(s.now())).
		Modify(func(q *sql.Selector) {
			u, p := sql.Table(user.Table), sql.Table(profile.Table)
			q.Join(u).On(q.C(session.FieldUserID), u.C(user.FieldID))
			q.Where(sql.EQ(u.C(user.FieldDisabled), false))
			q.LeftJoin(p).OnP(sql.And(
				sql.ColumnsEQ(q.C(session.FieldProfileID), p.C(profile.FieldID)),
				sql.ColumnsEQ(q.C(session.FieldUserID), p.C(profile.FieldUserID)),
			))
			q.Select(q.C(session.FieldID), q.C(session.FieldUserID), u.C(user.FieldRole), u.C(user.FieldPasswordExpired), q.C(session.FieldCreatedAt), q.C(session.FieldLastUsedAt),
				sql.As(p.C(profile.FieldID), "profile_id"), p.C(profile.FieldChild), p.C(profile.FieldLanguage))
			y := sql.Table(profile.Table).As("y")
			youngest := sql.Select(sql.Min(y.C(profile.FieldMaturity))).From(y).Where(sql.ColumnsEQ(y.C(profile.FieldUserID), q.C(session.FieldUserID)))
			q.AppendSelectExprAs(sql.ExprFunc(func(b *sql.Builder) {
				b.WriteString("COALESCE(").Ident(p.C(profile.FieldMaturity)).Comma().Wrap(func(b *sql.Builder) { b.Join(youngest) }).WriteString(")")
			}), profile.FieldMaturity)
		}).
		Scan(ctx, &rows)
	return rows, err
}

func (a asker) viewer() viewer.Viewer {
	v := viewer.Viewer{
		User: a.User, Admin: a.Role == string(user.RoleADMIN) && !a.Child && !a.Expired, Session: a.Session, Expired: a.Expired,
		Profile: a.Profile, Child: a.Child, Maturity: a.Maturity, Language: a.Language,
	}
	if v.Profile == 0 && v.Admin {
		v.Maturity = viewer.Adult
	}
	return v
}

// preferred is the language that the client of r likes best of ours.
func preferred(r *http.Request) string {
	header := r.Header.Get("Accept-Language")
	if header == "" {
		return english
	}
	tag, _ := language.MatchStrings(matcher, header) // one that does not parse matches nothing
	base, _ := tag.Base()
	return base.String()
}

// unavailable answers for a database that is away, as the API does.
func (s *Service) unavailable(w http.ResponseWriter, r *http.Request, err error) {
	ctx := r.Context()
	trace := s.options.TraceID(ctx)
	if ctx.Err() == nil { // else the client left
		s.options.Log.ErrorContext(ctx, "database away", "err", err, "trace_id", trace)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Retry-After", "1")
	w.WriteHeader(http.StatusServiceUnavailable)
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": []any{map[string]any{
		"message":    "the database is away, try again soon",
		"extensions": map[string]string{"code": "UNAVAILABLE", "traceId": trace},
	}}})
}
