package server_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// program is the real one, in a process of its own.
type program struct {
	t   *testing.T
	pid int
	url string // of the API
}

// startProgram builds the program and serves the demo with it. Budgets are off,
// so that attacks get as far as they can.
func startProgram(t *testing.T) *program {
	t.Helper()
	folder := t.TempDir()
	binary := filepath.Join(folder, "streamex")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "streamex/cmd/streamex").CombinedOutput()
	require.NoError(t, err, "%s", out)
	cmd := exec.Command(binary, "--database", "sqlite:"+filepath.Join(folder, "streamex.db"), "--log-level", "error", "serve", "--demo", "--addr", "127.0.0.1:0", "--rate", "0")
	cmd.Dir = folder
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // nothing is left behind
	printed, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(printed).ReadString('\n')
	require.NoError(t, err)
	url := regexp.MustCompile(`http://\S+`).FindString(line)
	require.NotEmpty(t, url, line)
	return &program{t, cmd.Process.Pid, url + "/graphql"}
}

// do sends a body and returns the status of its answer, and the answer.
func (p *program) do(client *http.Client, token, body string) (status int, answer []byte, err error) {
	r, err := http.NewRequest(http.MethodPost, p.url, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/graphql-response+json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(resp.Body)
	return resp.StatusCode, answer, err
}

func (p *program) signIn(email string) (token string) {
	p.t.Helper()
	_, answer, err := p.do(http.DefaultClient, "", post(`mutation { signIn(input: {email: "`+email+`", password: "streamex-demo"}) { token } }`, nil))
	require.NoError(p.t, err)
	var in struct {
		Data struct{ SignIn struct{ Token string } }
	}
	require.NoError(p.t, json.Unmarshal(answer, &in))
	require.NotEmpty(p.t, in.Data.SignIn.Token, "%s", answer)
	return in.Data.SignIn.Token
}

// memory reads one of the kernel's figures of the process, in bytes.
func (p *program) memory(name string) int {
	p.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	require.NoError(p.t, err)
	found := regexp.MustCompile(name + `:\s+(\d+) kB`).FindSubmatch(text)
	require.NotNil(p.t, found, name)
	kB, err := strconv.Atoi(string(found[1]))
	require.NoError(p.t, err)
	return kB << 10
}

// forgetPeak makes the kernel's VmHWM what the process has now.
func (p *program) forgetPeak() {
	p.t.Helper()
	require.NoError(p.t, os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.pid), []byte("5"), 0))
}

// browse is what somebody honest asks for.
var browse = post(`{ titles(first: 20) { nodes { id name } } }`, nil)

// p95 of the times that an honest client waits for some answers.
func (p *program) p95(client *http.Client, token string, answers int) time.Duration {
	p.t.Helper()
	var took []time.Duration
	for range answers {
		start := time.Now()
		status, answer, err := p.do(client, token, browse)
		require.NoError(p.t, err)
		require.Contains(p.t, []int{200, 503}, status, "%s", answer)
		took = append(took, time.Since(start))
		time.Sleep(5 * time.Millisecond)
	}
	slices.Sort(took)
	return took[answers*95/100]
}

// No attack, and no burst, makes the real program take much memory, or somebody
// honest wait.
func TestProgramUnderAttack(t *testing.T) {
	p := startProgram(t)
	honest := p.signIn("viewer@example.com")
	client := &http.Client{Timeout: time.Minute, Transport: new(http.Transport)}
	many := &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 500}}
	const bar = 50 << 20

	t.Logf("%v for p95 of the honest client alone", p.p95(client, honest, 200))
	start, most := p.memory("VmRSS"), 0
	for _, a := range attacks() {
		before := p.memory("VmRSS")
		p.forgetPeak()
		var attackers sync.WaitGroup
		for range 8 {
			attackers.Go(func() {
				status, answer, err := p.do(many, "", a.body)
				if err == nil && (status < 400 || status >= 500) { // cut off while it is sent is fine, too
					t.Errorf("%s: %d %.300s", a.name, status, answer)
				}
			})
		}
		attackers.Wait()
		peak := p.memory("VmHWM") - before
		most = max(most, peak)
		require.Less(t, peak, bar, a.name)
	}
	t.Logf("at most %d KB more at the peak of an attack, %d KB after all", most>>10, (p.memory("VmRSS")-start)>>10)
	require.Less(t, p.memory("VmRSS")-start, bar)

	greedy := p.signIn("family@example.com")
	feast := post(`{ titles(first: 50) { nodes { id name synopsis genres { name } similar(first: 10) { nodes { id name } } } } }`, nil)
	best := time.Hour
	for range 3 { // the machine may have been busy with something else
		before := p.memory("VmRSS")
		p.forgetPeak()
		var burst sync.WaitGroup
		for range 400 {
			burst.Go(func() {
				status, answer, err := p.do(many, greedy, feast)
				if err != nil || status != 200 && status != 429 && status != 503 {
					t.Errorf("%d %.300s: %v", status, answer, err)
				}
			})
		}
		beside := p.p95(client, honest, 40)
		burst.Wait()
		t.Logf("p95 beside 400 at once: %v, %d KB more", beside, (p.memory("VmHWM")-before)>>10)
		best = min(best, beside)
		if best < 500*time.Millisecond {
			break
		}
	}
	require.Less(t, best, slowdown*500*time.Millisecond)
	require.Less(t, p.p95(client, honest, 40), slowdown*500*time.Millisecond, "it is over when it is over")
}
