package payment_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// mockVersion is the version of Stripe's own mock server that is tested against.
const mockVersion = "v0.203.0"

// mockBinary is Stripe's mock server, from the module proxy or the user's
// cache. Without it the tests fail: Stripe was not tested then.
var mockBinary = sync.OnceValues(func() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	folder := filepath.Join(cache, "streamex", "stripe-mock-"+mockVersion)
	path := filepath.Join(folder, "stripe-mock")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	install := exec.Command("go", "install", "github.com/stripe/stripe-mock@"+mockVersion)
	install.Dir = os.TempDir() // outside of this module
	install.Env = append(os.Environ(), "GOBIN="+folder, "GOFLAGS=")
	if out, err := install.CombinedOutput(); err != nil {
		return "", fmt.Errorf("Stripe was NOT tested: stripe-mock %s cannot be had: %w\n%s", mockVersion, err, out)
	}
	return path, nil
})

// mock is Stripe's mock server with a record of what it was asked. It keeps no
// state: answers are what change made of its examples.
type mock struct {
	url      string
	mu       sync.Mutex
	requests []string
}

func (m *mock) Requests() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]string{}, m.requests...)
}

// mockServer is the mock server of this test binary, which takes seconds to
// start; TestMain ends it.
var mockServer struct {
	sync.Once
	run     *exec.Cmd
	address string
	err     error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if run := mockServer.run; run != nil {
		_ = run.Process.Kill()
		_ = run.Wait()
	}
	os.Exit(code)
}

func mockAddress() (string, error) {
	s := &mockServer
	s.Do(func() {
		binary, err := mockBinary()
		if err != nil {
			s.err = err
			return
		}
		run := exec.Command(binary, "-http-addr", "127.0.0.1:0", "-https-addr", "127.0.0.1:0")
		out, err := run.StdoutPipe()
		if s.err = err; err != nil {
			return
		}
		if s.err = run.Start(); s.err != nil {
			return
		}
		s.run = run
		lines := bufio.NewScanner(out)
		for s.address == "" && lines.Scan() {
			_, s.address, _ = strings.Cut(lines.Text(), "Listening for HTTP at address: ")
		}
		if s.address == "" {
			s.err = errors.New("stripe-mock does not listen")
		}
		go func() { _, _ = io.Copy(io.Discard, out) }() // else it would wait for a reader
	})
	return s.address, s.err
}

// startMock lets change make the mock's answers its own.
func startMock(t *testing.T, change func(path string, answer map[string]any)) *mock {
	address, err := mockAddress()
	require.NoError(t, err)
	m := &mock{}
	target, err := url.Parse("http://" + address)
	require.NoError(t, err)
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ModifyResponse = func(r *http.Response) error {
		var answer map[string]any
		if err := json.NewDecoder(r.Body).Decode(&answer); err != nil {
			return err
		}
		change(r.Request.URL.Path, answer)
		text, err := json.Marshal(answer)
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
		r.Header.Set("Content-Length", fmt.Sprint(len(text)))
		return err
	}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		m.mu.Lock()
		m.requests = append(m.requests, strings.TrimSpace(r.Method+" "+r.URL.Path+" "+string(body)))
		m.mu.Unlock()
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	m.url = front.URL
	return m
}
