package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

const (
	mediaJSON = "application/json"
	mediaGQL  = "application/graphql-response+json"

	// maxBody bounds a request, in bytes.
	maxBody = 256 << 10
)

var operationName = regexp.MustCompile(`(?:query|mutation|subscription)\s+(\w+)`)

// request is the body of a GraphQL request.
type request struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
	Extensions    map[string]any `json:"extensions"`
}

// ServeHTTP answers GraphQL over HTTP: POST with JSON for all operations, GET
// for queries.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	media := mediaJSON
	if strings.Contains(r.Header.Get("Accept"), mediaGQL) {
		media = mediaGQL
	}
	in, status, reason := read(w, r)
	if reason != "" {
		refuse(w, media, status, reason)
		return
	}
	params := &graphql.RawParams{Query: in.Query, OperationName: in.OperationName, Variables: in.Variables, Extensions: in.Extensions, Headers: r.Header}
	if r.Method == http.MethodGet && !a.isQuery(r.Context(), params) {
		w.Header().Set("Allow", "POST")
		refuse(w, media, http.StatusMethodNotAllowed, "GET serves queries only")
		return
	}
	resp, _, ran := a.run(r.Context(), params)
	status = http.StatusOK
	if !ran && media == mediaGQL && errcode.GetErrorKind(resp.Errors) == errcode.KindProtocol {
		status = http.StatusBadRequest
	}
	write(w, media, status, encode(resp, ran))
}

// read takes the request apart. reason is not empty when that fails.
func read(w http.ResponseWriter, r *http.Request) (in request, status int, reason string) {
	switch r.Method {
	case http.MethodGet:
		q := r.URL.Query()
		in.Query, in.OperationName = q.Get("query"), q.Get("operationName")
		if unmarshal(q.Get("variables"), &in.Variables) != nil || unmarshal(q.Get("extensions"), &in.Extensions) != nil {
			return in, http.StatusBadRequest, "variables and extensions must be JSON objects"
		}
	case http.MethodPost:
		if mt, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || mt != mediaJSON {
			return in, http.StatusUnsupportedMediaType, "the body must be " + mediaJSON
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return in, http.StatusRequestEntityTooLarge, "the request is too large"
		}
		if err != nil || unmarshal(string(body), &in) != nil || len(body) == 0 {
			return in, http.StatusBadRequest, "the body is not a GraphQL request"
		}
	default:
		w.Header().Set("Allow", "GET, POST")
		return in, http.StatusMethodNotAllowed, "use GET or POST"
	}
	if in.Query == "" && in.Extensions["persistedQuery"] == nil {
		return in, http.StatusBadRequest, "the query is missing"
	}
	return in, 0, ""
}

// unmarshal reads JSON, keeping integers exact; an empty text is nothing.
func unmarshal(text string, v any) error {
	if text == "" {
		return nil
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("more than one value")
	}
	return nil
}

// isQuery tells whether a request is for a query, as far as its text tells;
// whatever it says of text that does not parse, running it reports the fault.
func (a *API) isQuery(ctx context.Context, p *graphql.RawParams) bool {
	params := *p
	oc, errs := a.exec.CreateOperationContext(graphql.StartOperationTrace(ctx), &params)
	return errs != nil || oc.Operation.Operation == ast.Query
}

// encode writes an answer; one that never ran has no data.
func encode(resp *graphql.Response, ran bool) []byte {
	var b bytes.Buffer
	b.Grow(len(resp.Data) + 256)
	b.WriteByte('{')
	if len(resp.Errors) > 0 {
		list, err := json.Marshal(resp.Errors)
		if err != nil {
			list = []byte(`[{"message":"the errors could not be written"}]`)
		}
		b.WriteString(`"errors":`)
		b.Write(list)
	}
	if ran {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.WriteString(`"data":`)
		if len(resp.Data) == 0 {
			b.WriteString("null")
		}
		b.Write(resp.Data)
	}
	b.WriteByte('}')
	return b.Bytes()
}

func refuse(w http.ResponseWriter, media string, status int, reason string) {
	body, _ := json.Marshal(map[string]any{"errors": gqlerror.List{{Message: reason, Extensions: map[string]any{"code": "BAD_REQUEST"}}}})
	write(w, media, status, body)
}

func write(w http.ResponseWriter, media string, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", media+"; charset=utf-8")
	h.Set("Cache-Control", "private, no-store")
	h.Add("Vary", "Accept")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
