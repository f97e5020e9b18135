package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"sync"
	"time"

	"streamex/internal/database"
)

// subject is a handler that is measured.
type subject struct {
	database, name string
	handler        http.Handler

	bytes, statements int
	requests          int
	own, theirs       time.Duration // CPU of this process and of the database's
	mallocs           uint64
	took              time.Duration // of all rounds
	latencies         []time.Duration
}

// warm fills caches and notes what does not change between requests.
func (s *subject) warm(o options) error {
	for range 2 * o.clients {
		r := newRequest()
		ctx, counter := database.WithCounter(r.Context())
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r.WithContext(ctx))
		if w.Code != http.StatusOK {
			return fmt.Errorf("%s on %s: status %d: %.300s", s.name, s.database, w.Code, w.Body)
		}
		s.bytes, s.statements = w.Body.Len(), max(1, counter.N())
	}
	return nil
}

// round sends requests from all clients at once.
func (s *subject) round(o options, postgres int) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	ownBefore, theirsBefore, start := ownCPU(), treeCPU(postgres), time.Now()

	var mu sync.Mutex
	var wg sync.WaitGroup
	left := make(chan struct{}, o.requests)
	for range o.requests {
		left <- struct{}{}
	}
	close(left)
	for range o.clients {
		wg.Go(func() {
			var mine []time.Duration
			for range left {
				began := time.Now()
				s.handler.ServeHTTP(&sink{header: make(http.Header)}, newRequest())
				mine = append(mine, time.Since(began))
			}
			mu.Lock()
			defer mu.Unlock()
			s.latencies = append(s.latencies, mine...)
		})
	}
	wg.Wait()

	s.took += time.Since(start)
	s.own += ownCPU() - ownBefore
	s.theirs += treeCPU(postgres) - theirsBefore
	runtime.ReadMemStats(&after)
	s.mallocs += after.Mallocs - before.Mallocs
	s.requests += o.requests
}

func (s *subject) each(d time.Duration) float64 { return d.Seconds() * 1000 / float64(s.requests) }

// cpu is the milliseconds of a request, those of the database included.
func (s *subject) cpu() float64 { return s.each(s.own + s.theirs) }

func (s *subject) databaseCPU() float64 { return s.each(s.theirs) }

func (s *subject) allocs() uint64 { return s.mallocs / uint64(s.requests) }

func (s *subject) rate() float64 { return float64(s.requests) / s.took.Seconds() }

// percentile is a latency in milliseconds.
func (s *subject) percentile(p float64) float64 {
	slices.Sort(s.latencies)
	return s.latencies[int(p*float64(len(s.latencies)-1))].Seconds() * 1000
}

// sink takes an answer as a client would that reads it at once.
type sink struct {
	header http.Header
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) Write(b []byte) (int, error) { return len(b), nil }
func (s *sink) WriteHeader(int)             {}
