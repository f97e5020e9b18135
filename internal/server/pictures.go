package server

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"streamex/internal/media"
)

// picture shows an uploaded picture, in the size that ?w= asks for. Its name
// comes from its content and its title, and is known to those only who may see
// the title.
func (s *Server) picture(w http.ResponseWriter, r *http.Request) {
	as, ok := strings.CutSuffix(chi.URLParam(r, "file"), ".jpg")
	if !ok {
		http.NotFound(w, r)
		return
	}
	width, _ := strconv.Atoi(r.URL.Query().Get("w")) // 0, the largest, for what is no number
	name := chi.URLParam(r, "name")
	file, at, err := s.Media.Picture(r.Context(), name, as, width)
	switch {
	case errors.Is(err, media.ErrNotFound):
		http.NotFound(w, r)
		return
	case err != nil:
		s.Log.ErrorContext(r.Context(), "a picture cannot be read", "err", err, "trace_id", RequestID(r.Context()))
		refuse(w, http.StatusInternalServerError, "INTERNAL_SERVER_ERROR", "something went wrong on our side", RequestID(r.Context()))
		return
	}
	defer file.Close()
	h := w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("ETag", `"`+name+"-"+as+"-"+strconv.Itoa(width)+`"`)
	http.ServeContent(w, r, "", at, file)
}
