package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	mathrand "math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/internal/store"
)

// serveProcess is `wrapcast serve` in a process of its own.
type serveProcess struct {
	servingDocument
	process *exec.Cmd
	log     *bytes.Buffer
}

func startServing(t *testing.T, env []string, args ...string) *serveProcess {
	t.Helper()
	s := &serveProcess{log: &bytes.Buffer{}}
	s.process = command(context.Background(), t, env, append([]string{"--json"}, args...)...)
	s.process.Stderr = s.log
	out, err := s.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.process.Process.Kill(); _ = s.process.Wait() })
	lines := bufio.NewReader(out)
	for s.URL == "" { // a demo prints its run before
		var document json.RawMessage
		decoder := json.NewDecoder(lines)
		if err := decoder.Decode(&document); err != nil {
			t.Fatalf("the service did not say where it is: %v\n%s", err, s.log)
		}
		_ = json.Unmarshal(document, &s.servingDocument)
		lines = bufio.NewReader(decoder.Buffered())
		if s.URL == "" {
			lines = bufio.NewReader(out)
		}
	}
	return s
}

// ask asks the API with the token that was printed.
func (s *serveProcess) ask(t *testing.T, method, path, body string) (status int, answer map[string]any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.API+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.Token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", method, path, err, s.log)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return response.StatusCode, answer
}

// stop stops the service as Ctrl+C does, and wants it to end well.
func (s *serveProcess) stop(t *testing.T) {
	t.Helper()
	_ = s.process.Process.Signal(os.Interrupt)
	if err := s.process.Wait(); err != nil {
		t.Errorf("the service ends with %v\n%s", err, s.log)
	}
}

func TestServeWithoutConfigurationSaysWhatToDoFirst(t *testing.T) {
	t.Parallel()
	s := startServing(t, []string{"WRAPCAST_DATA=" + t.TempDir()}, "serve", "--listen", "127.0.0.1:0")
	status, answer := s.ask(t, http.MethodGet, "/status", "")
	if next, _ := answer["next"].([]any); status != http.StatusOK || len(next) == 0 || !strings.Contains(next[0].(string), "wrapcast demo") {
		t.Errorf("status answers %d: %v", status, answer)
	}
	if status, answer := s.ask(t, http.MethodPost, "/runs", "{}"); status != http.StatusServiceUnavailable || !strings.Contains(answer["hint"].(string), "GENESYS_CLIENT_ID") {
		t.Errorf("a run is answered with %d: %v", status, answer)
	}
	config := filepath.Join(t.TempDir(), "wrapcast.yaml")
	writeFile(t, config, "serve: {listen: "+strings.TrimSuffix(strings.TrimPrefix(s.API, "http://"), "/api/v1")+"}\n")
	asks := func() (int, string) {
		a, _, said := testApp(t, nil)
		return a.run(t.Context(), []string{"--config", config, "serve", "ready"}), said.String()
	}
	if code, said := asks(); code != cli.ExitDone {
		t.Errorf("a running server is not ready: %d %s", code, said)
	}
	s.stop(t)
	if s.log.Len() > 0 {
		t.Errorf("it said %s", s.log)
	}
	if code, said := asks(); code != cli.ExitFailed || !strings.Contains(said, "nobody answers at http://127.0.0.1:") {
		t.Errorf("of a server that has ended, ready says %d %s", code, said)
	}
}

func TestServeRefusesToShowItselfToEverybody(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	settings := func(name, text string) string {
		writeFile(t, filepath.Join(dir, name), text)
		return filepath.Join(dir, name)
	}
	proxy := settings("proxy.yaml", `serve: {public_url: "https://wfm.example.com"}`)
	for _, c := range []struct {
		name string
		args []string
		says string
	}{
		{"in the clear", []string{"serve", "--listen", "0.0.0.0:0"}, "passwords would travel in the clear"},
		{"behind a proxy while nobody has an account", []string{"--config", proxy, "serve", "--listen", "127.0.0.1:0"}, "https://wfm.example.com, and nobody here has to log in"},
		{"with half a certificate", []string{"--config", settings("tls.yaml", "serve: {tls_cert_file: cert.pem}"), "serve"}, "belong together"},
		{"at an address that is none", []string{"--config", settings("url.yaml", "serve: {public_url: wfm.example.com}"), "serve"}, "serve.public_url"},
		{"with an identity provider and nowhere to come back to", []string{"--config", settings("oidc.yaml", "serve: {oidc: {issuer: x, client_id: y}}"), "serve"}, "public_url"},
		{"with two schedules of one name", []string{"--config", settings("twice.yaml", `schedules: [{name: a, cron: "0 2 * * *"}, {name: a, cron: "0 3 * * *"}]`), "serve"}, `two are called "a"`},
		{"with a schedule that never comes", []string{"--config", settings("never.yaml", `schedules: [{cron: "0 25 * * *"}]`), "serve"}, "is no schedule"},
		{"a first user who can let nobody in", []string{"serve", "user", "add", "farah", "--role", "viewer"}, "no admin with a password would be left"},
		{"a role that is none", []string{"serve", "user", "add", "wendy", "--role", "boss"}, `there is no role "boss"`},
		{"a password that is too short", []string{"serve", "user", "add", "wendy", "--password-stdin"}, "at least 12 characters"},
		{"a change of nobody", []string{"serve", "user", "change", "nobody", "--role", "viewer"}, "nobody"},
		{"a change to nothing", []string{"serve", "user", "change", "wendy"}, "no role is given"},
		{"a change to nothing in an organisation", []string{"serve", "user", "change", "wendy", "--organisation", "Boston"}, "no role is given"},
		{"a change to a role that is none", []string{"serve", "user", "change", "wendy", "--role", "boss"}, `there is no role "boss"`},
		{"a change in an organisation nobody knows", []string{"serve", "user", "change", "wendy", "--organisation", "Atlantis=viewer"}, "there is no organisation Atlantis"},
		{"an address that is none", []string{"serve", "ready", "ftp://wfm.example.com"}, "no address of a server"},
		{"the password of nobody", []string{"serve", "user", "password", "nobody"}, "nobody"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a, _, said := testApp(t, nil)
			a.sessions.Terminal.In = strings.NewReader("too short\n")
			if code := a.run(t.Context(), c.args); code == cli.ExitDone || !strings.Contains(said.String(), c.says) {
				t.Errorf("exit code %d: %s", code, said)
			}
		})
	}
}

func TestUsersAreMadeAtTheCommandLine(t *testing.T) {
	t.Parallel()
	a, out, said := testApp(t, nil)
	a.sessions.Terminal.In = strings.NewReader("long enough for one\n")
	for _, args := range [][]string{{"serve", "user", "add", "wendy", "--password-stdin"}, {"serve", "user", "add", "farah", "--role", "viewer"}, {"serve", "user", "list", "--json"}} {
		if code := a.run(t.Context(), args); code != cli.ExitDone {
			t.Fatalf("%v: exit code %d: %s", args, code, said)
		}
	}
	if text := out.String(); !strings.Contains(text, "farah logs in with the password ") || strings.Contains(text, "wendy logs in") || !strings.Contains(text, `"role": "viewer"`) {
		t.Errorf("it says %s", text)
	}
}

// A user's role and organisations are changed at the command line: whoever is logged in has to log in again, the
// installation's chain says so, and the last administrator stays one.
func TestUsersAreChangedAtTheCommandLine(t *testing.T) {
	t.Parallel()
	a, out, said := testApp(t, nil)
	work := func(want int, args ...string) {
		t.Helper()
		out.Reset()
		a.sessions.Terminal.JSON = false
		if code := a.run(t.Context(), append([]string{"serve", "user"}, args...)); code != want {
			t.Fatalf("%v: exit code %d, want %d: %s", args, code, want, said)
		}
	}
	work(cli.ExitDone, "add", "wendy")
	work(cli.ExitDone, "add", "paul", "--role", "viewer")
	db, err := a.sessions.Store(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	now := time.Now()
	err = db.Update(t.Context(), func(tx *store.Tx) error {
		paul, err := tx.Access().AccountNamed("paul")
		if err != nil {
			return err
		}
		return errors.Join(tx.Directory().Save(wrapcast.Directory{Organisation: wrapcast.Organisation{ID: "a", Name: "Boston"}}),
			tx.Access().AddSession(wrapcast.Session{Hash: "his", Account: paul.ID, CreatedAt: now, UsedAt: now, ExpiresAt: now.Add(time.Hour)}))
	})
	if err != nil {
		t.Fatal(err)
	}
	work(cli.ExitDone, "change", "PAUL", "--role", "planner", "--organisation", "boston", "--json")
	if got := strings.Join(strings.Fields(out.String()), ""); !strings.Contains(got, `"role":"","organisations":[{"organisation":"a","role":"planner"}]`) || !strings.Contains(got, "wrapcast.user/1") {
		t.Errorf("it says %s", out)
	}
	err = db.View(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.Access().Session("his"); wrapcast.KindOf(err) != wrapcast.NotFound {
			t.Errorf("paul stays logged in: %v", err)
		}
		var last wrapcast.AuditEntry
		for e, err := range tx.Audit().Entries(wrapcast.Installation, 0, 0) {
			if last = e; err != nil {
				return err
			}
		}
		if last.Action != "user.changed" || last.Detail != "paul as planner in a" || last.Actor != cli.Login() {
			t.Errorf("the chain says %+v", last)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	work(cli.ExitFailed, "change", "wendy", "--role", "viewer")
	work(cli.ExitFailed, "change", "wendy", "--organisation", "a=admin")
	work(cli.ExitDone, "change", "paul", "--role", "publisher")
	work(cli.ExitDone, "list")
	if text := strings.Join(strings.Fields(out.String()), " "); !strings.Contains(text, "paul publisher may log in") || !strings.Contains(text, "wendy admin") {
		t.Errorf("it lists %s", text)
	}
	work(cli.ExitDone, "password", "paul", "--quiet")
	if len(strings.TrimSpace(out.String())) < 20 {
		t.Errorf("a quiet command keeps the password to itself: %q", out)
	}
}

func TestTheDocumentOfTheAPINeedsNoData(t *testing.T) {
	t.Parallel()
	a, out, said := testApp(t, nil)
	none := filepath.Join(t.TempDir(), "none")
	if code := a.run(t.Context(), []string{"--data", none, "serve", "--openapi"}); code != cli.ExitDone || !strings.Contains(out.String(), `"openapi":"3.1.0"`) {
		t.Errorf("exit code %d: %s", code, said)
	}
	if _, err := os.Stat(none); err == nil {
		t.Error("it makes a data directory")
	}
}

// The demo ends in a dashboard from which one can plan and submit.
func TestTheDemoEndsInADashboardThatWorks(t *testing.T) {
	t.Parallel()
	s := startServing(t, []string{"WRAPCAST_DATA=" + t.TempDir()}, "demo", "--quiet", "--scale", "XS", "--rate-limit", "100000", "--listen", "127.0.0.1:0")
	status, made := s.ask(t, http.MethodPost, "/plans", "{}")
	if status != http.StatusCreated {
		t.Fatalf("planning answers %d: %v\n%s", status, made, s.log)
	}
	plan := made["items"].([]any)[0].(map[string]any)["id"].(string)
	if status, run := s.ask(t, http.MethodPost, "/runs", `{"submit":["`+plan+`"]}`); status != http.StatusAccepted {
		t.Fatalf("submitting answers %d: %v", status, run)
	}
	if run := s.awaitRun(t); run["state"] != "done" {
		t.Errorf("the submission's run is %v: %v", run["state"], run["reason"])
	}
	s.stop(t)
}

// awaitRun waits until the latest run is over.
func (s *serveProcess) awaitRun(t *testing.T) map[string]any {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if _, run := s.ask(t, http.MethodGet, "/runs/latest", ""); run["state"] != "pending" && run["state"] != "running" {
			return run
		}
	}
	t.Fatalf("the run does not end\n%s", s.log)
	return nil
}

// A service killed at any moment of a run leaves it to the next, which takes it up by itself: nothing is lost and
// nothing accepted twice.
func TestAServiceKilledAtAnyMomentTakesTheRunUpAgain(t *testing.T) {
	t.Parallel()

	began := time.Now()
	calm := newVictim(t, startVictimsPlatform(t))
	whole := calm.serveRun(t, 0)
	want := calm.stored(t, began.Add(-wrapcast.QuarterHour))
	moments := mathrand.New(mathrand.NewPCG(6, 9))
	for range 4 {
		moment := time.Duration(moments.Float64() * float64(whole))
		v := newVictim(t, startVictimsPlatform(t))
		v.serveRun(t, moment)
		for plan, times := range v.accepted(t) {
			if times > 1 {
				t.Errorf("killed after %v: plan %s was accepted %d times", moment, plan, times)
			}
		}
		if !maps.Equal(v.stored(t, began.Add(-wrapcast.QuarterHour)), want) {
			t.Errorf("killed after %v: the history is not that of a calm run", moment)
		}
		v.verifyChain(t)
	}
}

// serveRun starts a run in a service, kills it after a moment if that is not zero, and lets another end it. It returns
// how long the run took.
func (v *victim) serveRun(t *testing.T, moment time.Duration) time.Duration {
	t.Helper()
	s := startServing(t, v.env, "serve", "--listen", "127.0.0.1:0")
	began := time.Now()
	status, asked := s.ask(t, http.MethodPost, "/runs", "{}")
	if status != http.StatusAccepted {
		t.Fatalf("starting a run answers %d: %v\n%s", status, asked, s.log)
	}
	if moment > 0 {
		time.Sleep(moment)
		_ = s.process.Process.Signal(syscall.SIGKILL)
		_ = s.process.Wait()
		s = startServing(t, v.env, "serve", "--listen", "127.0.0.1:0")
	}
	run := s.awaitRun(t)
	took := time.Since(began)
	if run["id"] != asked["id"] || run["state"] != "done" && run["state"] != "partial" {
		t.Errorf("killed after %v: run %v is %v: %v\n%s", moment, run["id"], run["state"], run["reason"], s.log)
	}
	s.stop(t)
	return took
}

// The command that stays says what is due and ends well; beside a service on the same data it waits for its turn.
func TestRunEverySaysWhenItIsDueAndStopsWhenTold(t *testing.T) {
	t.Parallel()
	v := newVictim(t, startSimulator(t, "--scale", "XS", "--rate-limit", "100000"))
	for _, args := range [][]string{{"run", "--every", "0 2 * * *", "--dry-run"}, {"worker"}} {
		c := command(t.Context(), t, v.env, args...)
		said, err := c.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(said).ReadString('\n')
		if want := map[string]string{"run": "(0 2 * * *)", "worker": "No schedule is set"}[args[0]]; err != nil || !strings.Contains(line, want) {
			t.Errorf("%v says %q, %v", args, line, err)
		}
		_ = c.Process.Signal(os.Interrupt)
		if err := c.Wait(); err != nil {
			t.Errorf("%v ends with %v", args, err)
		}
	}
}

func TestServeRunsForWhatWasImportedWithoutSettingsOfItsOwn(t *testing.T) {
	t.Parallel()
	dir, left := t.TempDir(), t.TempDir()
	const head = "date,time,queue,code,handled\n"
	first, second := filepath.Join(dir, "first.csv"), filepath.Join(left, "second.csv")
	writeFile(t, first, head+"2026-05-04,08:00,Billing,Refund,10\n2026-05-04,08:30,Billing,Refund,4\n")
	writeFile(t, second, head+"2026-05-05,08:00,Billing,Refund,8\n2026-05-05,08:30,Billing,Refund,5\n")
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(second, old, old); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "wrapcast.yaml")
	writeFile(t, config, "files: {directory: '"+left+"'}\n")
	env := []string{"WRAPCAST_DATA=" + filepath.Join(dir, "data")}
	if out, err := command(t.Context(), t, env, "import", first, "--organisation", "Harbour").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, args := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"--config", config, "serve", "--listen", "127.0.0.1:0"}} {
		s := startServing(t, env, args...)
		if len(args) == 3 { // the second takes this run up
			if status, answer := s.ask(t, http.MethodPost, "/runs", `{"dry_run": true}`); status >= http.StatusMultipleChoices {
				t.Errorf("a run is answered with %d: %v\n%s", status, answer, s.log)
			}
		}
		for deadline := time.Now().Add(time.Minute); len(args) > 3; {
			_, answer := s.ask(t, http.MethodGet, "/imports", "")
			if files, _ := json.Marshal(answer); bytes.Contains(files, []byte("second.csv")) {
				break
			} else if time.Now().After(deadline) {
				t.Fatalf("the directory was not read: %s\n%s", files, s.log)
			}
			select {
			case <-time.After(50 * time.Millisecond):
			case <-t.Context().Done():
				return
			}
		}
		s.stop(t)
	}
}
