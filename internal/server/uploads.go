package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"streamex/ent/schema/globalid"
	"streamex/graph/model"
	"streamex/internal/catalog"
	"streamex/internal/media"
	"streamex/internal/viewer"
)

// stall is how long a body that is being sent may pause.
const stall = 15 * time.Second

// uploads are the routes that take files, of administrators alone.
func (s *Server) uploads(r chi.Router) {
	r.Use(s.Auth.Middleware, noteViewer, administrators)
	r.Put("/artwork/{id}/{shape}", s.uploadPicture)
	r.Post("/imports/jsonl", s.uploadCatalogue)
}

// administrators lets nobody else pass.
func administrators(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch v := viewer.From(r.Context()); {
		case !v.SignedIn():
			refuse(w, http.StatusUnauthorized, "UNAUTHENTICATED", "sign in first", "")
		case !v.Admin:
			refuse(w, http.StatusForbidden, "FORBIDDEN", "this is for administrators", "")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// arriving is a body that may take as long as it needs, while it keeps coming.
type arriving struct {
	io.Reader
	control *http.ResponseController
}

func (a arriving) Read(p []byte) (int, error) {
	// Only tests have connections without deadlines.
	_ = a.control.SetReadDeadline(time.Now().Add(stall))
	_ = a.control.SetWriteDeadline(time.Now().Add(2 * time.Minute)) // the answer comes after it
	return a.Reader.Read(p)
}

func body(w http.ResponseWriter, r *http.Request, limit int64) io.Reader {
	return arriving{http.MaxBytesReader(w, r.Body, limit), http.NewResponseController(w)}
}

// uploadPicture makes a picture that an administrator has the artwork of a title:
//
//	PUT /artwork/{title's id}/{poster or backdrop}?version=N
//
// The version is the title's that the administrator saw.
func (s *Server) uploadPicture(w http.ResponseWriter, r *http.Request) {
	title, shape := globalid.Title(0), media.Shape(chi.URLParam(r, "shape"))
	if err := title.UnmarshalGQL(chi.URLParam(r, "id")); err != nil || shape != media.Poster && shape != media.Backdrop {
		refuse(w, http.StatusNotFound, "NOT_FOUND", "there is no such title or kind of picture", "")
		return
	}
	version, err := strconv.Atoi(r.URL.Query().Get("version"))
	if err != nil {
		refuse(w, http.StatusBadRequest, "BAD_USER_INPUT", "version must be the number of the title's version", "")
		return
	}
	upload, err := io.ReadAll(body(w, r, media.MaxPicture))
	if err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			refuse(w, http.StatusRequestEntityTooLarge, "BAD_USER_INPUT", media.ErrLarge.Error(), "")
			return
		}
		refuse(w, http.StatusBadRequest, "BAD_REQUEST", "the picture did not arrive whole", "")
		return
	}
	picture, err := s.draw(r.Context(), title.String(), shape, upload)
	switch {
	case errors.Is(err, media.ErrFormat), errors.Is(err, media.ErrAnimated), errors.Is(err, media.ErrLarge), errors.Is(err, media.ErrSmall):
		refuse(w, http.StatusUnprocessableEntity, "BAD_USER_INPUT", err.Error(), "")
		return
	case err == nil:
		err = s.Media.SavePicture(r.Context(), picture)
	}
	if err != nil {
		s.fault(w, r, err)
		return
	}
	row, err := catalog.SetPicture(r.Context(), s.DB, title, version, string(shape), picture.Name, picture.Color)
	switch {
	case errors.Is(err, catalog.ErrNotFound):
		refuse(w, http.StatusNotFound, "NOT_FOUND", "there is no such title", "")
	case errors.Is(err, catalog.ErrStale):
		refuse(w, http.StatusConflict, "CONFLICT", "the title was changed meanwhile", "")
	case err != nil:
		s.fault(w, r, err)
	default:
		art := model.Core{Title: row}.Artwork()
		answer(w, map[string]any{
			"title":   map[string]any{"id": row.ID.String(), "version": row.Version},
			"artwork": map[string]string{"poster": art.Poster, "card": art.Card, "backdrop": art.Backdrop, "color": art.Color},
		})
	}
}

// draw makes one picture ready at a time: each takes much memory.
func (s *Server) draw(ctx context.Context, owner string, shape media.Shape, upload []byte) (*media.Picture, error) {
	select {
	case s.drawing <- struct{}{}:
		defer func() { <-s.drawing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return media.NewPicture(owner, shape, upload)
}

// fault answers for what is not the client's fault.
func (s *Server) fault(w http.ResponseWriter, r *http.Request, err error) {
	trace := RequestID(r.Context())
	s.Log.ErrorContext(r.Context(), "an upload failed", "err", err, "trace_id", trace)
	refuse(w, http.StatusInternalServerError, "INTERNAL_SERVER_ERROR", "something went wrong on our side", trace)
}
