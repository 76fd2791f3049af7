package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	mathrand "math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/outcome"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/webhook"
)

// TestKilledAtAnyMomentNothingIsLostAndNothingAcceptedTwice kills runs with SIGKILL at
// seeded moments, each followed by a rerun, each against a simulator of its own in a process of its own: what is there
// already would not be imported again.
func TestKilledAtAnyMomentNothingIsLostAndNothingAcceptedTwice(t *testing.T) {
	t.Parallel()
	const kills, workers = 50, 2
	began := time.Now()
	calm := newVictim(t, startVictimsPlatform(t))
	calm.run(t)
	whole := time.Since(began)
	want := calm.stored(t, began.Add(-wrapcast.QuarterHour))
	if len(want) == 0 {
		t.Fatal("the calm run stored nothing")
	}

	moments := mathrand.New(mathrand.NewPCG(2, kills))
	work := make(chan time.Duration)
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for moment := range work {
				v := newVictim(t, startVictimsPlatform(t))
				v.killAfter(t, moment)
				v.checkRerun(t, moment)
				if !maps.Equal(v.stored(t, began.Add(-wrapcast.QuarterHour)), want) {
					t.Errorf("killed after %v: the history is not that of a calm run", moment)
				}
				v.stop()
			}
		})
	}
	for range kills {
		work <- time.Duration(moments.Float64() * float64(whole))
	}
	close(work)
	wait.Wait()
}

func startVictimsPlatform(t *testing.T) *simulator {
	t.Helper()
	return startSimulator(t, "--scale", "XS", "--rate-limit", "100000", "--import-delay", "50ms", "--client-id", "victim",
		"--client-secret", "secret")
}

// checkRerun checks that the rerun after a kill ends well, or says truly that one plan is in doubt.
func (v *victim) checkRerun(t *testing.T, moment time.Duration) {
	t.Helper()
	got := v.run(t)
	if len(got.Submissions) != 1 {
		t.Errorf("killed after %v: %d submissions", moment, len(got.Submissions))
		return
	}
	accepted := v.accepted(t)
	for plan, times := range accepted {
		if times > 1 {
			t.Errorf("killed after %v: plan %s was accepted %d times", moment, plan, times)
		}
	}
	s := got.Submissions[0]
	switch there := accepted[string(s.PlanID)]; {
	case s.Status == wrapcast.SubmissionCompleted && there == 1:
	case s.Status == wrapcast.SubmissionUnchanged && len(accepted) == 1: // the killed run was over
	case s.Status == wrapcast.SubmissionUnknown && there == 0: // killed between announcing the request and sending it
		t.Logf("killed after %v: plan %s is in doubt, and was not accepted", moment, s.PlanID)
	default:
		t.Errorf("killed after %v: plan %s is %s, the platform accepted it %d times", moment, s.PlanID, s.Status, there)
	}
	if n := v.hook.told(got.RunID); n != 1 {
		t.Errorf("killed after %v: %d different messages tell of the run", moment, n)
	}
	v.verifyChain(t)
}

// simulator is `wrapcast simulate` in a process of its own.
type simulator struct {
	simulatorDocument
	client *genesys.Client
	stop   func()
}

func startSimulator(t *testing.T, args ...string) *simulator {
	t.Helper()
	c := command(context.Background(), t, nil, append([]string{"simulate", "--json"}, args...)...)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	stop := sync.OnceFunc(func() { _ = c.Process.Kill(); _ = c.Wait() })
	t.Cleanup(stop)
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatalf("the simulator said nothing: %v", err)
	}
	s := &simulator{stop: stop}
	if err := json.Unmarshal(line, &s.simulatorDocument); err != nil {
		t.Fatalf("the simulator said %s: %v", line, err)
	}
	s.client, err = genesys.New(genesys.Config{BaseURL: s.BaseURL, ClientID: s.ClientID, ClientSecret: s.ClientSecret,
		Clock: wrapcast.Clock{Now: time.Now, Sleep: sleep}, RequestsPerMinute: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// accepted counts by plan how often the platform took it in, in the weeks that can be planned now.
func (s *simulator) accepted(t *testing.T) map[string]int {
	t.Helper()
	listed, err := s.client.Forecasts(t.Context(), s.BusinessUnitID, s.nextWeek(t))
	if err != nil {
		t.Fatal(err)
	}
	times := map[string]int{}
	for _, f := range listed {
		times[string(planning.PlanOf(f.Description))]++
	}
	return times
}

func (s *simulator) nextWeek(t *testing.T) wrapcast.Date {
	t.Helper()
	week, err := planning.NextWeek(wrapcast.BusinessUnit{TimeZone: s.TimeZone, WeekStart: time.Monday}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return week
}

// victim is a data directory whose runs are killed.
type victim struct {
	*simulator
	dir  string
	env  []string
	hook *hook
}

// victimSettings make waits short: the simulator answers at once.
const victimSettings = `
api: {requests_per_minute: 100000}
submit: {look_for: 2s, await_for: 20s}
`

func newVictim(t *testing.T, s *simulator) *victim {
	t.Helper()
	v := &victim{simulator: s, dir: t.TempDir(), hook: newHook(t)}
	settings := filepath.Join(v.dir, "wrapcast.yaml")
	writeFile(t, settings, victimSettings)
	v.env = []string{"GENESYS_BASE_URL=" + s.BaseURL, "GENESYS_CLIENT_ID=" + s.ClientID, "GENESYS_CLIENT_SECRET=" + s.ClientSecret,
		"WFM_WEBHOOK_URL=" + v.hook.url, "WFM_WEBHOOK_SECRET=" + v.hook.secret, "WRAPCAST_CONFIG=" + settings,
		"WRAPCAST_DATA=" + filepath.Join(v.dir, "data")}
	return v
}

// run does a whole run; one in doubt is a run too.
func (v *victim) run(t *testing.T) outcome.Document {
	t.Helper()
	c := command(t.Context(), t, v.env, "run", "--json", "--quiet")
	var out, said bytes.Buffer
	c.Stdout, c.Stderr = &out, &said
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != cli.ExitPartial) {
		t.Fatalf("the run ended with %v: %s", err, said.String())
	}
	var d outcome.Document
	if err := json.Unmarshal(out.Bytes(), &d); err != nil {
		t.Fatalf("the run printed %q: %v", out.String(), err)
	}
	return d
}

// killAfter starts a run and kills it after a moment, unless it is over by then.
func (v *victim) killAfter(t *testing.T, moment time.Duration) {
	t.Helper()
	c := command(t.Context(), t, v.env, "run", "--json", "--quiet")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(moment)
	_ = c.Process.Kill() // SIGKILL; an error means that it is over
	_ = c.Wait()
}

// stored returns what was handled before an instant, by leaf and quarter-hour, as the data directory has it.
func (v *victim) stored(t *testing.T, before time.Time) map[string]int {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: filepath.Join(v.dir, "data")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	cells := map[string]int{}
	err = s.View(t.Context(), func(tx *store.Tx) error {
		for o, err := range tx.History().Observations(v.OrganisationID, time.Unix(0, 0), before) {
			if err != nil {
				return err
			}
			cells[fmt.Sprint(o.Leaf, o.Start.Unix(), o.HandleMs)] = o.Handled
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return cells
}

func (v *victim) verifyChain(t *testing.T) {
	t.Helper()
	c := command(t.Context(), t, v.env, "audit", "verify")
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("the audit chain: %s", out)
	}
}

// hook receives a victim's webhooks.
type hook struct {
	url, secret string
	receiver    *webhook.Receiver
}

func newHook(t *testing.T) *hook {
	t.Helper()
	secret, err := webhook.NewSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	r, err := webhook.NewReceiver(webhook.ReceiverConfig{Secrets: []string{secret}, Clock: wrapcast.Clock{Now: time.Now, Sleep: sleep}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	return &hook{url: server.URL, secret: secret, receiver: r}
}

// told counts the messages that tell of the result of a run, each once however often it came.
func (h *hook) told(run wrapcast.RunID) int {
	n := 0
	for _, m := range h.receiver.Messages() {
		if strings.Contains(string(m.Body), string(run)) && strings.Contains(string(m.Body), webhook.TypeForecastGenerated) {
			n++
		}
	}
	return n
}

// command runs wrapcast in a process of its own: the binary WRAPCAST_BINARY names, which
// make test builds without the race detector, or else this test binary.
func command(ctx context.Context, t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	binary := os.Getenv("WRAPCAST_BINARY")
	if binary == "" {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		binary = self
	}
	c := exec.CommandContext(ctx, binary, args...)
	c.Env = append(os.Environ(), asWrapcast+"=1")
	c.Env = append(c.Env, env...)
	return c
}
