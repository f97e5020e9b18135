package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"

	entjob "streamex/ent/job"
	"streamex/ent/schema"
	"streamex/internal/importer"
	"streamex/internal/viewer"
)

// maxCatalogue bounds a file to import.
const maxCatalogue = 4 << 30

// uploadCatalogue takes a catalogue in our own format, and starts a job that
// imports it:
//
//	POST /imports/jsonl?name=NAME
//
// The name is the file's, for people. One import runs at a time.
func (s *Server) uploadCatalogue(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("name")
	if name == "" || len(name) > 200 {
		name = "catalogue.jsonl"
	}
	select {
	case s.importing <- struct{}{}:
	default:
		refuse(w, http.StatusConflict, "CONFLICT", "another import is running", "")
		return
	}
	started := false
	defer func() {
		if !started {
			<-s.importing
		}
	}()
	file, err := os.CreateTemp("", "streamex-import-*.jsonl")
	if err != nil {
		s.fault(w, r, err)
		return
	}
	defer func() {
		if !started {
			forget(file)
		}
	}()
	size, err := io.Copy(file, body(w, r, maxCatalogue))
	if err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			refuse(w, http.StatusRequestEntityTooLarge, "BAD_USER_INPUT", "the file is too large: at most 4 GB", "")
			return
		}
		refuse(w, http.StatusBadRequest, "BAD_REQUEST", "the file did not arrive whole", "")
		return
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		s.fault(w, r, err)
		return
	}
	row, err := s.Jobs.Start(r.Context(), viewer.From(r.Context()).User, entjob.KindIMPORT, name, func(ctx context.Context, progress func(done, total int64)) ([]schema.JobCount, error) {
		defer func() { forget(file); <-s.importing }()
		in := &counting{r: file, progress: func(done int64) { progress(done, size) }}
		summary, err := importer.ImportJSONL(ctx, s.DB, "-", in, importer.Options{})
		if wrong, ok := errors.AsType[*importer.LineError](err); ok {
			err = &lineError{wrong}
		}
		return counts(summary), err
	})
	if err != nil {
		s.fault(w, r, err)
		return
	}
	started = true
	answer(w, map[string]any{"job": map[string]any{"id": row.ID.String()}})
}

// forget deletes a file that was uploaded to be read once.
func forget(f *os.File) {
	_ = f.Close()
	_ = os.Remove(f.Name())
}

// counting tells how much was read.
type counting struct {
	r        io.Reader
	done     int64
	progress func(done int64)
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.done += int64(n)
	c.progress(c.done)
	return n, err
}

// lineError shows people what is wrong with a line of their file.
type lineError struct{ *importer.LineError }

// Public is the text for people.
func (e *lineError) Public() string { return fmt.Sprintf("Line %d: %v", e.Line, e.Err) }

// counts is what an import did, for the job's report.
func counts(s *importer.Summary) (out []schema.JobCount) {
	if s == nil {
		return nil
	}
	for _, part := range []struct {
		name   string
		counts map[string]int64
	}{{"inserted", s.Inserted}, {"changed", s.Changed}, {"skipped", s.Skipped}} {
		for _, name := range slices.Sorted(maps.Keys(part.counts)) {
			out = append(out, schema.JobCount{Name: part.name + "." + name, Count: part.counts[name]})
		}
	}
	return out
}
