package graph

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"streamex/ent/schema/globalid"
	"streamex/graph/guard"
	"streamex/graph/loader"
	"streamex/graph/relay"
	"streamex/internal/database"
)

// Codes of errors, in extensions.code. Clients rely on them.
const (
	Unauthenticated  = "UNAUTHENTICATED"       // nobody is signed in
	ProfileRequired  = "PROFILE_REQUIRED"      // the session chose no profile yet
	PasswordExpired  = "PASSWORD_EXPIRED"      // the account needs another password first
	Forbidden        = "FORBIDDEN"             // for administrators only
	BadRequest       = "BAD_REQUEST"           // not GraphQL over HTTP
	BadUserInput     = guard.BadUserInput      // an argument is wrong; the path ends in it
	NotFound         = "NOT_FOUND"             // of user errors; reading answers null
	TooComplex       = guard.TooComplex        // the operation would cost too much
	RateLimited      = "RATE_LIMITED"          // asked for too much; retryAfter tells when to ask again
	Overloaded       = "OVERLOADED"            // we have too much to do; so does it here
	Unavailable      = "UNAVAILABLE"           // the database is away
	Internal         = "INTERNAL_SERVER_ERROR" // our fault; logged under the traceId
	DocumentNotFound = "PERSISTED_QUERY_NOT_FOUND"
	parseFailed      = "GRAPHQL_PARSE_FAILED"
	validationFailed = "GRAPHQL_VALIDATION_FAILED"
)

// failure is an error that says what clients may know.
type failure struct {
	code, message string
	wait          time.Duration // before trying again, if that helps
}

func (f *failure) Error() string { return f.message }

var (
	errUnauthenticated = &failure{code: Unauthenticated, message: "sign in first"}
	errProfileRequired = &failure{code: ProfileRequired, message: "choose a profile first"}
	errPasswordExpired = &failure{code: PasswordExpired, message: "change the password first"}
	errForbidden       = &failure{code: Forbidden, message: "this is for administrators"}
	errKidsMode        = &failure{code: Forbidden, message: "this is not for a child's profile: leave kids mode first"}
)

const errForm = "the value has the wrong form"

// presenter turns an error into what clients see, and logs what they do not.
type presenter struct {
	log   *slog.Logger
	trace func(context.Context) string
}

func (p presenter) present(ctx context.Context, err error) *gqlerror.Error {
	out := &gqlerror.Error{Path: graphql.GetPath(ctx)}
	var shown *gqlerror.Error
	if errors.As(err, &shown) {
		out.Locations = shown.Locations
		if shown.Path != nil {
			out.Path = shown.Path
		}
	}
	if fc := graphql.GetFieldContext(ctx); fc != nil {
		if why := denied(ctx, fc); why != nil { // arguments are read before anybody asks who may pass
			err, out.Path = why, fc.Path()
		}
	}
	code := Internal
	var known *failure
	var input *loader.InputError
	switch {
	case errors.As(err, &known):
		code, out.Message = known.code, known.message
	case errors.As(err, &input):
		code, out.Message = BadUserInput, input.Error()
		for name := range strings.SplitSeq(input.Argument, ".") {
			out.Path = append(out.Path, ast.PathName(name))
		}
	case errors.Is(err, relay.ErrCursor):
		code, out.Message = BadUserInput, "after is "+relay.ErrCursor.Error()
		out.Path = append(out.Path, ast.PathName("after"))
	case errors.Is(err, globalid.ErrInvalid):
		code, out.Message = BadUserInput, globalid.ErrInvalid.Error()
		if fc := graphql.GetFieldContext(ctx); fc != nil && len(out.Path) == len(fc.Path()) {
			out.Path = append(out.Path, ast.PathName("id"))
		}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil:
		code, out.Message = Unavailable, "the request was given up"
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			p.note(ctx, "request took too long", err, out.Path)
		}
	case database.Away(err):
		code, out.Message = Unavailable, "the database is away, try again soon"
		p.note(ctx, "database away", err, out.Path)
	case shown != nil && len(out.Path) > 1 && out.Path[0] == ast.PathName("variable"): // that does not fit its type
		code, out.Message = BadUserInput, shown.Message
		if strings.HasPrefix(out.Message, "cannot use ") || strings.HasPrefix(out.Message, "must be a ") { // names types of Go
			out.Message = errForm
		}
		if op := graphql.GetOperationContext(ctx).Operation; op != nil {
			out.Path = used(op, out.Path)
		}
	case shown != nil && shown.Extensions["code"] != nil: // of the executor: parsing and validation
		code, _ = shown.Extensions["code"].(string)
		out.Message = shown.Message
	case argument(ctx, out.Path):
		code, out.Message = BadUserInput, errForm
	default:
		out.Message = "something went wrong on our side"
		p.note(ctx, "request failed", err, out.Path)
	}
	out.Extensions = map[string]any{"code": code}
	if known != nil && known.wait > 0 {
		out.Extensions["retryAfter"] = int(math.Ceil(known.wait.Seconds()))
	}
	if code == Internal || code == Unavailable {
		out.Extensions["traceId"] = p.trace(ctx)
	}
	return out
}

// note logs an error, unless it is a statement's that was logged for another
// field.
func (p presenter) note(ctx context.Context, what string, err error, path ast.Path) {
	var f *loader.Failure
	if errors.As(err, &f) && !f.First() {
		return
	}
	p.log.ErrorContext(ctx, what, "err", err, "path", path.String(), "trace_id", p.trace(ctx))
}

// argument tells whether an error's path leads below the field into its
// arguments: gqlgen reports so what it cannot read.
func argument(ctx context.Context, path ast.Path) bool {
	fc := graphql.GetFieldContext(ctx)
	return fc != nil && fc.Args == nil && len(path) > len(fc.Path())
}

// used turns the path of a variable's fault into that of the argument that it
// is used for first: what follows the name stays.
func used(op *ast.OperationDefinition, path ast.Path) ast.Path {
	name, _ := path[1].(ast.PathName)
	var field func(ast.SelectionSet, ast.Path) ast.Path
	field = func(selections ast.SelectionSet, at ast.Path) ast.Path {
		for _, s := range selections {
			below, inner := ast.SelectionSet(nil), at
			switch s := s.(type) {
			case *ast.Field:
				below, inner = s.SelectionSet, append(slices.Clip(at), ast.PathName(s.Alias))
				for _, a := range s.Arguments {
					if found := holds(a.Value, string(name), append(slices.Clip(inner), ast.PathName(a.Name))); found != nil {
						return found
					}
				}
			case *ast.InlineFragment:
				below = s.SelectionSet
			case *ast.FragmentSpread:
				below = s.Definition.SelectionSet
			}
			if found := field(below, inner); found != nil {
				return found
			}
		}
		return nil
	}
	if found := field(op.SelectionSet, nil); found != nil {
		return append(found, path[2:]...)
	}
	return path // of a directive
}

// holds returns the path to a variable within a value at a path, nil when it is
// not in there.
func holds(v *ast.Value, name string, at ast.Path) ast.Path {
	if v.Kind == ast.Variable && v.Raw == name {
		return at
	}
	for i, c := range v.Children {
		step := ast.PathElement(ast.PathIndex(i))
		if c.Name != "" {
			step = ast.PathName(c.Name)
		}
		if found := holds(c.Value, name, append(slices.Clip(at), step)); found != nil {
			return found
		}
	}
	return nil
}
