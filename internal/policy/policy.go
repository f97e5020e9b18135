// Package policy keeps viewers to what they may see: titles that are available
// and fit for the profile's age, and the rows of the viewer's own account and
// profile. It works below the resolvers, on every query of the client it
// guards, so that what is hidden answers exactly like what does not exist.
package policy

import (
	"context"
	"time"

	"entgo.io/ent/dialect/sql"

	"streamex/ent"
	"streamex/ent/character"
	"streamex/ent/credit"
	"streamex/ent/episode"
	"streamex/ent/hook"
	"streamex/ent/intercept"
	"streamex/ent/listitem"
	"streamex/ent/profile"
	"streamex/ent/rating"
	"streamex/ent/recoverycode"
	"streamex/ent/season"
	"streamex/ent/session"
	"streamex/ent/title"
	"streamex/ent/user"
	"streamex/ent/view"
	"streamex/internal/viewer"
)

// Guard makes every query of db keep to the policy. Statements in SQL of our own
// are not seen by it: they write Visible themselves. What hangs on a title and
// has no identifier of its own (its movie or series, videos, genres) is as
// visible as the title through which it is found. Administrators, who have to
// look after it, also see what is not available and people without credits.
func Guard(db *ent.Client) *ent.Client {
	db.Title.Intercept(intercept.TraverseTitle(func(ctx context.Context, q *ent.TitleQuery) error {
		if !within(ctx) {
			q.Where(func(s *sql.Selector) { s.Where(sql.P(func(b *sql.Builder) { Visible(ctx, b, s.TableName()) })) })
		}
		return nil
	}))
	db.Season.Intercept(intercept.TraverseSeason(func(ctx context.Context, q *ent.SeasonQuery) error {
		ofTitle(ctx, season.FieldSeriesID, func(p func(*sql.Selector)) { q.Where(p) })
		return nil
	}))
	db.Episode.Intercept(intercept.TraverseEpisode(func(ctx context.Context, q *ent.EpisodeQuery) error {
		ofTitle(ctx, episode.FieldSeriesID, func(p func(*sql.Selector)) { q.Where(p) })
		return nil
	}))
	db.Character.Intercept(intercept.TraverseCharacter(func(ctx context.Context, q *ent.CharacterQuery) error {
		ofTitle(ctx, character.FieldTitleID, func(p func(*sql.Selector)) { q.Where(p) })
		return nil
	}))
	db.Credit.Intercept(intercept.TraverseCredit(func(ctx context.Context, q *ent.CreditQuery) error {
		ofTitle(ctx, credit.FieldTitleID, func(p func(*sql.Selector)) { q.Where(p) })
		return nil
	}))
	db.Person.Intercept(intercept.TraversePerson(func(ctx context.Context, q *ent.PersonQuery) error {
		// A person is seen through their credits: somebody who is in hidden titles only is hidden too.
		if !within(ctx) && !viewer.From(ctx).Admin {
			q.Where(func(s *sql.Selector) {
				s.Where(sql.P(func(b *sql.Builder) {
					b.WriteString("EXISTS (SELECT 1 FROM credits c JOIN titles t ON t.id = c.title_id WHERE c.person_id = ").
						WriteString(s.C("id")).WriteString(" AND ")
					Visible(ctx, b, "t")
					b.WriteString(")")
				}))
			})
		}
		return nil
	}))
	db.Profile.Intercept(intercept.TraverseProfile(func(ctx context.Context, q *ent.ProfileQuery) error {
		q.Where(profile.UserID(viewer.From(ctx).User))
		return nil
	}))
	db.View.Intercept(intercept.TraverseView(func(ctx context.Context, q *ent.ViewQuery) error {
		q.Where(view.ProfileID(viewer.From(ctx).Profile))
		return nil
	}))
	db.ListItem.Intercept(intercept.TraverseListItem(func(ctx context.Context, q *ent.ListItemQuery) error {
		q.Where(listitem.ProfileID(viewer.From(ctx).Profile))
		return nil
	}))
	db.Rating.Intercept(intercept.TraverseRating(func(ctx context.Context, q *ent.RatingQuery) error {
		q.Where(rating.ProfileID(viewer.From(ctx).Profile))
		return nil
	}))
	db.Session.Intercept(intercept.TraverseSession(func(ctx context.Context, q *ent.SessionQuery) error {
		q.Where(session.UserID(viewer.From(ctx).User))
		return nil
	}))
	db.User.Intercept(intercept.TraverseUser(func(ctx context.Context, q *ent.UserQuery) error {
		if v := viewer.From(ctx); !v.Admin {
			q.Where(user.ID(v.User))
		}
		return nil
	}))
	db.Job.Intercept(intercept.TraverseJob(func(ctx context.Context, q *ent.JobQuery) error {
		if !viewer.From(ctx).Admin {
			q.Where(func(s *sql.Selector) { s.Where(sql.False()) })
		}
		return nil
	}))
	db.RecoveryCode.Intercept(intercept.TraverseRecoveryCode(func(ctx context.Context, q *ent.RecoveryCodeQuery) error {
		q.Where(recoverycode.UserID(viewer.From(ctx).User))
		return nil
	}))
	guardPayments(db)
	guardWrites(db)
	guardEditing(db)
	return db
}

// guardWrites keeps viewers to the rows of their own account in what they write;
// administrators write every account.
func guardWrites(db *ent.Client) {
	db.Profile.Use(writeOwn)
	db.Session.Use(writeOwn)
	db.RecoveryCode.Use(writeOwn)
	db.User.Use(func(next ent.Mutator) ent.Mutator {
		return hook.UserFunc(func(ctx context.Context, m *ent.UserMutation) (ent.Value, error) {
			if v := viewer.From(ctx); !v.Admin {
				if m.Op().Is(ent.OpCreate) {
					return nil, ErrForeign
				}
				m.Where(user.ID(v.User))
			}
			return next.Mutate(ctx, m)
		})
	})
}

// Visible writes the condition that the viewer of ctx may see the row of
// titles that goes by the name of table.
func Visible(ctx context.Context, b *sql.Builder, table string) {
	t := sql.Table(table)
	v := viewer.From(ctx)
	b.WriteString("(").Ident(t.C(title.FieldMaturity)).WriteString(" <= ").Arg(v.Maturity)
	if v.Admin {
		b.WriteString(")")
		return
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	b.WriteString(" AND (").Ident(t.C(title.FieldAvailableFrom)).WriteString(" IS NULL OR ").Ident(t.C(title.FieldAvailableFrom)).WriteString(" <= ").Arg(now).
		WriteString(") AND (").Ident(t.C(title.FieldAvailableUntil)).WriteString(" IS NULL OR ").Ident(t.C(title.FieldAvailableUntil)).WriteString(" > ").Arg(now).
		WriteString("))")
}

// ofTitle adds the condition that the row's title is visible.
func ofTitle(ctx context.Context, column string, where func(func(*sql.Selector))) {
	if within(ctx) {
		return
	}
	where(func(s *sql.Selector) {
		s.Where(sql.P(func(b *sql.Builder) {
			b.WriteString("EXISTS (SELECT 1 FROM titles t WHERE t.id = ").WriteString(s.C(column)).WriteString(" AND ")
			Visible(ctx, b, "t")
			b.WriteString(")")
		}))
	})
}

type withinKey struct{}

// Within says that the rows asked for hang on titles that the viewer was
// already found to see, so that they need no second look.
func Within(ctx context.Context) context.Context {
	return context.WithValue(ctx, withinKey{}, true)
}

func within(ctx context.Context) bool { return ctx.Value(withinKey{}) != nil }
