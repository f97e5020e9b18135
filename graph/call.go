package graph

import (
	"context"
	"regexp"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"streamex/graph/guard"
	"streamex/internal/database"
)

const (
	// maxErrors and maxMessage, in bytes, bound the errors of an answer.
	maxErrors  = 5
	maxMessage = 300

	// timeout of an operation.
	timeout = 10 * time.Second
)

// names are what operations may be called.
var names = regexp.MustCompile(`^(?:[_A-Za-z]\w{0,99})?$`)

var errOperationName = &failure{code: errcode.ValidationFailed, message: "operationName is not a name"}

// call is one operation on its way from parameters to answer.
type call struct {
	api     *API
	ctx     context.Context
	start   time.Time
	counter *database.Counter
	oc      *graphql.OperationContext
	refused gqlerror.List // why it will not run
	ends    []func()
	ran     bool
}

// prepare parses, validates and limits an operation. The call must be ended.
func (a *API) prepare(ctx context.Context, params *graphql.RawParams) *call {
	c := &call{api: a, start: time.Now()}
	ctx, cancel := context.WithTimeout(ctx, a.config.Timeout)
	c.ends = append(c.ends, cancel)
	ctx, c.counter = database.WithCounter(ctx)
	c.ctx = graphql.StartOperationTrace(ctx)
	params.ReadTime = graphql.TraceTiming{Start: graphql.Now(), End: graphql.Now()}
	if err := a.limits.spend(ctx, flat); err != nil {
		c.oc, c.refused = new(graphql.OperationContext), asList(err)
		return c
	}
	if !names.MatchString(params.OperationName) { // or an error would say it again, whatever it is
		c.oc, c.refused = new(graphql.OperationContext), asList(errOperationName)
		return c
	}
	c.oc, c.refused = a.exec.CreateOperationContext(c.ctx, params)
	if c.refused != nil {
		_ = a.limits.spend(ctx, refused) // too little left shows at the next request
	}
	return c
}

// kind is what the operation does, "" when that is not known.
func (c *call) kind() ast.Operation {
	if c.oc.Operation == nil {
		return ""
	}
	return c.oc.Operation.Operation
}

// run answers. It returns nil when nobody waits for the answer any more.
func (c *call) run() *graphql.Response {
	if c.refused == nil {
		c.refused = asList(c.admit())
	}
	if c.refused != nil {
		ctx := graphql.WithOperationContext(c.ctx, c.oc)
		return c.finish(c.api.exec.DispatchError(ctx, c.refused))
	}
	c.ran = true
	responses, ctx := c.api.exec.DispatchOperation(c.ctx, c.oc)
	if c.kind() == ast.Subscription {
		return c.finish(c.event(ctx, responses))
	}
	return c.finish(responses(ctx))
}

// refuse keeps the call from running.
func (c *call) refuse(err error) { c.refused = asList(err) }

// asList makes an error that stands for the whole answer what the executor takes.
func asList(err error) gqlerror.List {
	if err == nil {
		return nil
	}
	return gqlerror.List{{Err: err, Message: err.Error()}}
}

// finish cuts an answer to what clients may get, and tells of it.
func (c *call) finish(resp *graphql.Response) *graphql.Response {
	if resp == nil {
		return nil
	}
	resp.Errors = resp.Errors[:min(maxErrors, len(resp.Errors))]
	for _, err := range resp.Errors {
		if len(err.Message) > maxMessage {
			err.Message = err.Message[:maxMessage] + "…"
		}
	}
	if cost := guard.Cost(c.oc); cost > 0 || c.ran {
		if resp.Extensions == nil {
			resp.Extensions = make(map[string]any, 1)
		}
		resp.Extensions["cost"] = spent{cost, guard.MaxCost, c.counter.N()}
	}
	if tell := c.api.config.OnOperation; tell != nil && c.ran {
		tell(c.oc.OperationName, string(c.kind()), time.Since(c.start), c.counter.N(), len(resp.Errors) > 0)
	}
	return resp
}

// spent is extensions.cost of an answer.
type spent struct {
	Requested  int64 `json:"requested"`
	Limit      int64 `json:"limit"`
	Statements int   `json:"statements"`
}

func (c *call) encode(resp *graphql.Response) []byte { return encode(resp, c.ran) }

// end gives back what the call has. It may be called again.
func (c *call) end() {
	for _, end := range c.ends {
		end()
	}
	c.ends = nil
}
