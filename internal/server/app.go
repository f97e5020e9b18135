package server

import (
	"context"
	"net/http"
	"path"
	"strings"
	"time"

	"streamex/internal/viewer"
)

// homeDocument is the web app's operation behind its first page.
const homeDocument = "HomeQuery"

// patience is how long the first page waits for its answer before it goes out
// without: the web app then asks itself, and can say that something is wrong.
const patience = 2 * time.Second

// demoHead tells the web app to show the demo accounts.
var demoHead = []byte(`<meta name="streamex-demo" content="1">`)

func (s *Server) head() []byte {
	if s.Demo {
		return demoHead
	}
	return nil
}

// home serves the first page, with its answer in it for whoever can have one.
func (s *Server) home(w http.ResponseWriter, r *http.Request) {
	s.Site.Page(w, r, s.head(), s.boot(r))
}

// boot is the answer to the first page's operation in the form that the web app
// takes it, nil when the page must do without.
func (s *Server) boot(r *http.Request) []byte {
	v, err := s.Auth.Viewer(r)
	if err != nil {
		s.Log.ErrorContext(r.Context(), "database away", "err", err, "trace_id", RequestID(r.Context()))
		return nil
	}
	note(r.Context(), v)
	if v.Profile == 0 { // to sign in or to choose one, before anything is shown
		return nil
	}
	ctx, cancel := context.WithTimeout(viewer.NewContext(r.Context(), v), patience)
	defer cancel()
	hash, response, ok := s.API.Answer(ctx, homeDocument)
	if !ok {
		return nil
	}
	boot := make([]byte, 0, len(response)+len(hash)+64)
	boot = append(append(append(boot, `{"id":"`...), hash...), `","variables":{},"response":`...)
	return append(append(boot, response...), '}')
}

// app serves the files of the web app, and its page for every other path.
func (s *Server) app(w http.ResponseWriter, r *http.Request) {
	name := path.Clean("/" + r.URL.Path)
	if strings.Contains(name, "/.") { // .git, .env: nothing of the web app begins so
		http.NotFound(w, r)
		return
	}
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	if s.Demo && reads && path.Ext(name) == "" && !strings.HasPrefix(name, "/assets/") {
		s.Site.Page(w, r, demoHead, nil)
		return
	}
	s.Site.ServeHTTP(w, r)
}

// graphiql serves the playground to administrators and, in the demo, to all;
// for everybody else there is nothing here.
func (s *Server) graphiql() http.Handler {
	site := s.GraphiQL.Under("/graphiql")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.Demo {
			v, err := s.Auth.Viewer(r)
			if err != nil {
				s.Log.ErrorContext(r.Context(), "database away", "err", err, "trace_id", RequestID(r.Context()))
				refuse(w, http.StatusServiceUnavailable, "UNAVAILABLE", "the database is away, try again soon", RequestID(r.Context()))
				return
			}
			note(r.Context(), v)
			if !v.Admin {
				http.NotFound(w, r)
				return
			}
		}
		site.ServeHTTP(w, r)
	})
}
