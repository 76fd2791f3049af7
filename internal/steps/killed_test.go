package steps_test

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/webhook"
)

// side is a death before or after a transition between two states of a submission.
type side struct {
	// transition is the one of docs/STATES.md.
	transition string
	faults     string
	target     wrapcast.Target
	// dies is when the process dies; told: when its webhook arrives, taken: when the platform has done what the import
	// asked.
	dies        moment
	told, taken bool
	// left is the state that the dead process must have left in the store, "" for no submission.
	left wrapcast.SubmissionState
	// ends are the states the submission may have after the next run has taken the work up.
	ends []wrapcast.SubmissionState
	// impatient waits for no outcome; ignoresKey is a rest target that honours no key.
	impatient, ignoresKey bool
	// slow is how long the platform takes for an import, where that must outlast what a busy machine needs to store its
	// answer; 0 is as usual.
	slow time.Duration
	// postgres keeps everything in a database.
	postgres bool
}

const (
	planned   = wrapcast.SubmissionPlanned
	uploading = wrapcast.SubmissionUploading
	sending   = wrapcast.SubmissionSending
	accepted  = wrapcast.SubmissionAccepted
	completed = wrapcast.SubmissionCompleted
	failed    = wrapcast.SubmissionFailed
	unknown   = wrapcast.SubmissionUnknown
)

// sides has every transition of docs/STATES.md, its left side first: the answer is there, the state after it is not
// stored; then its right side: the state is stored, what follows it has not begun.
func sides() []side {
	before := func(ending string, nth int) moment { return moment{Before: ending, Nth: nth} }
	after := func(ending string, nth int) moment { return moment{After: ending, Nth: nth} }
	heard := moment{Heard: `"status":"Error"`}
	const (
		list, channel        = "GET /shorttermforecasts", "POST /notifications/channels"
		upload, put, imports = "POST /import/uploadurl", "PUT ", "POST /shorttermforecasts/import"
		rest                 = "POST /wfm/scheduling/forecasts"
		lost                 = "notification-lost=1"
		at                   = "#1@" + importCall
	)
	done, doubt, no := []wrapcast.SubmissionState{completed}, []wrapcast.SubmissionState{unknown}, []wrapcast.SubmissionState{failed}
	wfm := []side{
		{transition: "→ planned", dies: after(list, 0), left: "", ends: done},
		{transition: "→ planned", dies: before(channel, 0), left: planned, ends: done},
		{transition: "planned → uploading", dies: after("POST /subscriptions", 0), left: planned, ends: done},
		{transition: "planned → uploading", dies: before(upload, 0), left: uploading, ends: done},
		{transition: "uploading → sending", dies: after(put, 0), left: uploading, ends: done},
		{transition: "uploading → sending", dies: before(imports, 0), left: sending, ends: doubt}, // it was on its lips: nobody knows
		{transition: "uploading → failed", faults: "withdraw#1@import/uploadurl", dies: after(upload, 0), left: uploading, ends: done},
		{transition: "uploading → failed", faults: "withdraw#1@import/uploadurl", told: true, left: failed, ends: no},
		{transition: "sending → accepted", dies: after(imports, 0), left: sending, ends: done},
		{transition: "sending → accepted, the answer on its way", taken: true, left: sending, ends: done},
		{transition: "sending → accepted", faults: lost, dies: before(list, 1), left: accepted, ends: done},
		{transition: "sending → failed", faults: "withdraw" + at, dies: after(imports, 0), left: sending, ends: doubt},
		{transition: "sending → failed", faults: "withdraw" + at, told: true, left: failed, ends: no},
		{transition: "sending → completed, found", faults: "drop-after" + at + "," + lost, dies: after(list, 1), left: sending, ends: done},
		{transition: "sending → completed, found", faults: "drop-after" + at + "," + lost, told: true, left: completed, ends: done},
		{transition: "sending → failed, heard", faults: "late" + at + "=1:5s,import-error=1", dies: heard, left: sending, ends: doubt},
		{transition: "sending → unknown", faults: "drop-before" + at, impatient: true, dies: after(list, 1), left: sending, ends: doubt},
		{transition: "sending → unknown", faults: "drop-before" + at, impatient: true, told: true, left: unknown, ends: doubt},
		{transition: "accepted → completed", faults: lost, dies: after(list, 1), left: accepted, ends: done},
		{transition: "accepted → completed", told: true, left: completed, ends: done},
		// The platform tells it once; to whoever was not told, that it is in no list says so.
		{transition: "accepted → failed", faults: "import-error=1", dies: heard, left: accepted, ends: no, slow: 5 * time.Minute},
		{transition: "accepted → failed", faults: "import-error=1", told: true, left: failed, ends: no},
		{transition: "accepted → unknown", faults: "import-stuck=1", impatient: true, dies: after(list, 1), left: accepted, ends: doubt},
		{transition: "accepted → unknown", faults: "import-stuck=1", impatient: true, told: true, left: unknown, ends: doubt},
	}
	article := []side{
		{transition: "planned → sending", dies: moment{Reported: true}, left: planned, ends: done},
		{transition: "planned → sending", dies: before(rest, 0), left: sending, ends: done}, // sent again, by its key
		{transition: "sending → accepted", dies: after(rest, 0), left: sending, ends: done},
		{transition: "sending → accepted, no key honoured", ignoresKey: true, dies: after(rest, 0), left: sending, ends: doubt},
		{transition: "accepted → completed", told: true, left: completed, ends: done},
		{transition: "accepted → failed", faults: "import-error=1", told: true, left: failed, ends: no},
		{transition: "accepted → unknown", faults: "import-stuck=1", impatient: true, told: true, left: unknown, ends: doubt},
	}
	for i := range article {
		article[i].target = wrapcast.REST
	}
	return append(wfm, article...)
}

// TestKilledOnBothSidesOfEveryTransitionAPlanIsAcceptedOnce kills a process at the exact moments between which a
// submission changes its state, looks at what it left, and lets another process take the work up in a world that is
// well again.
func TestKilledOnBothSidesOfEveryTransitionAPlanIsAcceptedOnce(t *testing.T) {
	t.Parallel()
	if underRace {
		t.Skip("make chaos runs this without the race detector")
	}
	all := make(chan side)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for s := range all {
				t.Run(s.name(), s.test)
			}
		})
	}
	for i, s := range sides() {
		all <- s
		if i%6 == 4 { // some on PostgreSQL too; make fleet does all
			s.postgres = true
			all <- s
		}
	}
	close(all)
	wait.Wait()
}

func (s side) name() string {
	where := "left side"
	if s.told || s.dies.Before != "" {
		where = "right side"
	}
	if s.postgres {
		where += ", on PostgreSQL"
	}
	if s.target == wrapcast.REST {
		return "rest, " + s.transition + ", " + where
	}
	return s.transition + ", " + where
}

func (s side) test(t *testing.T) {
	w := newChaosWorld(t, setting{faults: s.faults, target: s.target, importDelay: s.slow, postgres: s.postgres})
	if s.impatient {
		w.spec.AwaitFor, w.spec.LookFor = time.Millisecond, time.Millisecond
	}
	w.kill(t, s)
	if left := w.stateLeft(t); left != s.left {
		t.Errorf("it died %+v and left the submission %q, not %q", s, left, s.left)
	}
	w.takeUp(t, s)
}

// kill lets a process do the run until it dies.
func (w *chaosWorld) kill(t *testing.T, s side) {
	t.Helper()
	v := &victim{URL: w.url, Place: w.place(), ClientID: w.sim.ClientID(), ClientSecret: w.sim.ClientSecret(), Began: w.began, Spec: w.spec,
		IgnoresKey: s.ignoresKey, Moment: s.dies}
	process := make(chan *os.Process, 1)
	end := func() {
		p := <-process
		process <- p
		_ = p.Kill()
	}
	if s.told {
		w.hook.before(end)
	}
	if s.taken {
		w.platform.after("/shorttermforecasts/import", end)
	}
	c := v.start(t)
	process <- c.Process
	if err := c.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("the process ended with %v, it should have been killed", err)
	}
	w.hook.before(nil)
	w.platform.after("", nil)
}

// stateLeft is the state of the run's submission, "" where there is none.
func (w *chaosWorld) stateLeft(t *testing.T) wrapcast.SubmissionState {
	t.Helper()
	if all := w.statesLeft(t); len(all) > 0 {
		return wrapcast.SubmissionState(all[0])
	}
	return ""
}

// statesLeft are the states of all submissions.
func (w *chaosWorld) statesLeft(t *testing.T) (states []string) {
	t.Helper()
	err := w.Store.View(t.Context(), func(tx *store.Tx) error {
		all, err := tx.Submissions().In(w.sim.Directory().Organisation.ID, planned, uploading, sending, accepted, completed, failed, unknown,
			wrapcast.SubmissionUnchanged)
		for _, s := range all {
			states = append(states, string(s.State))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return states
}

// takeUp lets another process go on where the dead one stood, once the world is well again.
func (w *chaosWorld) takeUp(t *testing.T, s side) {
	t.Helper()
	w.makeWell(t)
	w.Targets = targets(clientOf(w.WrapUpForecaster), s.ignoresKey)
	w.Alive = func(holder string) bool { return !strings.HasPrefix(holder, "victim") }
	out, err := w.Run(t.Context(), w.spec)
	if !out.TakenUp {
		t.Errorf("the run was not taken up: %v", err)
	}
	state := out.Submissions[0].State
	if !slices.Contains(s.ends, state) {
		t.Errorf("it ended %s, not %v: %v", state, s.ends, err)
	}
	if (err == nil) != (state == completed) {
		t.Errorf("it is %s, and the run ended with %v", state, err)
	}
	w.acceptedOnce(t)
	w.auditIsTrue(t, out)
	if n := len(w.told(webhook.TypeForecastGenerated)); n != 1 {
		t.Errorf("%d different messages tell of the run", n)
	}
	w.settleAgain(t, out)
}

// settleAgain looks once more for what is in doubt: it stays so unless the platform has it.
func (w *chaosWorld) settleAgain(t *testing.T, out steps.Outcome) {
	t.Helper()
	requests := len(w.sim.Imports()) + len(w.sim.RESTForecasts())
	settled, _ := w.Settle(t.Context(), w.spec)
	for _, s := range settled {
		if w.holds(s) != (s.State == completed) {
			t.Errorf("settled as %s, the platform has it: %v", s.State, w.holds(s))
		}
	}
	if len(w.sim.Imports())+len(w.sim.RESTForecasts()) != requests {
		t.Error("settling sent something that was accepted")
	}
	if doubtful := out.Submissions[0].State == unknown; doubtful != (len(settled) == 1) {
		t.Errorf("%s, and %d were settled", out.Submissions[0].State, len(settled))
	}
}

// gate is a handler before or after which something can be done.
type gate struct {
	http.Handler
	mu     sync.Mutex
	path   string
	first  func()
	second func()
}

func (g *gate) before(do func()) { g.mu.Lock(); g.first = do; g.mu.Unlock() }

func (g *gate) after(path string, do func()) { g.mu.Lock(); g.path, g.second = path, do; g.mu.Unlock() }

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	first, second := g.first, g.second
	if g.path != "" && !strings.HasSuffix(r.URL.Path, g.path) {
		second = nil
	}
	g.mu.Unlock()
	if first != nil {
		first()
	}
	if second != nil {
		g.Handler.ServeHTTP(&unsent{header: http.Header{}}, r)
		second()
		panic(http.ErrAbortHandler)
	}
	g.Handler.ServeHTTP(w, r)
}

// unsent is an answer that never leaves.
type unsent struct{ header http.Header }

func (u *unsent) Header() http.Header         { return u.header }
func (u *unsent) Write(b []byte) (int, error) { return len(b), nil }
func (u *unsent) WriteHeader(int)             {}
