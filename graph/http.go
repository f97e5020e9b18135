package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/gorilla/websocket"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

const (
	mediaJSON = "application/json"
	mediaGQL  = "application/graphql-response+json"

	// maxBody bounds a request, in bytes.
	maxBody = 256 << 10
)

// request is the body of a GraphQL request.
type request struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
	Extensions    map[string]any `json:"extensions"`
}

func (in request) params(r *http.Request) graphql.RawParams {
	return graphql.RawParams{Query: in.Query, OperationName: in.OperationName, Variables: in.Variables, Extensions: in.Extensions, Headers: r.Header}
}

// ServeHTTP answers GraphQL over HTTP: POST with JSON for all operations, GET
// for those that change nothing. Subscriptions are answered as server-sent
// events, or over a WebSocket.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if websocket.IsWebSocketUpgrade(r) {
		a.serveSocket(w, r)
		return
	}
	media := negotiate(r.Header.Values("Accept"))
	if media == "" {
		refuse(w, mediaJSON, http.StatusNotAcceptable, "answers are "+mediaGQL+", "+mediaJSON+" or "+mediaEvents)
		return
	}
	in, status, reason := read(w, r)
	if reason != "" {
		refuse(w, media, status, reason)
		return
	}
	params := in.params(r)
	c := a.prepare(r.Context(), &params)
	defer c.end()
	switch kind := c.kind(); {
	case kind == ast.Mutation && r.Method == http.MethodGet:
		w.Header().Set("Allow", "POST")
		refuse(w, media, http.StatusMethodNotAllowed, "a mutation cannot be sent so")
		return
	case kind == ast.Subscription && media != mediaEvents:
		refuse(w, media, http.StatusNotAcceptable, "a subscription is answered as "+mediaEvents+" or over a WebSocket")
		return
	case kind == ast.Subscription:
		a.serveEvents(w, r, c, params)
		return
	}
	resp := c.run()
	if resp == nil { // nobody is there to read it
		return
	}
	status = http.StatusOK
	if !c.ran {
		status = refusal(media, resp.Errors)
	}
	answer(w, media, status, resp, c.ran)
}

// answer writes a whole answer. As events it is one, unless the operation is to
// be sent again later: the status says so.
func answer(w http.ResponseWriter, media string, status int, resp *graphql.Response, ran bool) {
	if media == mediaEvents && status <= http.StatusBadRequest {
		out := newEvents(w)
		_ = errors.Join(out.next(encode(resp, ran)), out.complete()) // or nobody reads it
		return
	}
	if media == mediaEvents {
		media = mediaJSON
	}
	if !ran {
		if wait, ok := resp.Errors[0].Extensions["retryAfter"].(int); ok {
			w.Header().Set("Retry-After", strconv.Itoa(wait))
		}
	}
	write(w, media, status, encode(resp, ran))
}

// refusal is the status of an operation that was not run. The media type made
// for GraphQL says more than 200; limits show in both, for proxies and clients
// that back off by status.
func refusal(media string, errs gqlerror.List) int {
	code, _ := errs[0].Extensions["code"].(string)
	switch {
	case code == RateLimited:
		return http.StatusTooManyRequests
	case code == Overloaded, code == Unavailable:
		return http.StatusServiceUnavailable
	case code == TooComplex:
		return http.StatusBadRequest
	case media == mediaGQL && errcode.GetErrorKind(errs) == errcode.KindProtocol:
		return http.StatusBadRequest
	}
	return http.StatusOK
}

// negotiate chooses the media type of the answer, "" when none is acceptable.
// Who does not say, or takes anything, gets plain JSON.
func negotiate(accept []string) string {
	if len(accept) == 0 {
		return mediaJSON
	}
	media, most, closest := "", 0.0, 0
	for part := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		name, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		quality := 1.0
		if q, ok := params["q"]; ok {
			if quality, err = strconv.ParseFloat(q, 64); err != nil {
				continue
			}
		}
		var specific int
		offer := mediaJSON
		switch name {
		case mediaGQL:
			offer, specific = mediaGQL, 3
		case mediaJSON:
			specific = 3
		case mediaEvents:
			offer, specific = mediaEvents, 3
		case "application/*":
			specific = 2
		case "*/*":
			specific = 1
		default:
			continue
		}
		if quality > most || quality == most && specific > closest {
			media, most, closest = offer, quality, specific
		}
	}
	return media
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
		if r.Header.Get("Content-Encoding") != "" { // small may become huge
			return in, http.StatusUnsupportedMediaType, "the body must not be compressed"
		}
		if r.ContentLength > maxBody {
			return in, http.StatusRequestEntityTooLarge, "the request is too large"
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
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

// encode writes an answer; one that never ran has no data.
func encode(resp *graphql.Response, ran bool) []byte {
	var b bytes.Buffer
	b.Grow(len(resp.Data) + 256)
	part := func(name string, v any) {
		text, ok := v.(json.RawMessage)
		if !ok {
			var err error
			if text, err = json.Marshal(v); err != nil {
				text = []byte("null")
			}
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + name + `":`)
		b.Write(text)
	}
	b.WriteByte('{')
	if len(resp.Errors) > 0 {
		part("errors", resp.Errors)
	}
	if ran {
		data := resp.Data
		if len(data) == 0 {
			data = json.RawMessage("null")
		}
		part("data", data)
	}
	if len(resp.Extensions) > 0 {
		part("extensions", resp.Extensions)
	}
	b.WriteByte('}')
	return b.Bytes()
}

func refuse(w http.ResponseWriter, media string, status int, reason string) {
	if media == mediaEvents {
		media = mediaJSON
	}
	body, _ := json.Marshal(map[string]any{"errors": gqlerror.List{{Message: reason, Extensions: map[string]any{"code": BadRequest}}}})
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
