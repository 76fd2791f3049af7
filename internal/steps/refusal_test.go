package steps_test

import (
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys"
)

// deaf is a platform whose notifications do not come through.
const deaf = "drop@GET /channels/{channelId}=1"

func TestARefusalIsFoundWithoutNotificationsWithinAMinute(t *testing.T) {
	t.Parallel()
	w := newChaosWorld(t, setting{faults: "import-error=1," + deaf, impatient: true})
	out, err := w.Run(t.Context(), w.spec)
	s := out.Submissions[0]
	if wrapcast.KindOf(err) != wrapcast.Refused || s.State != wrapcast.SubmissionFailed || !strings.Contains(s.Reason, "taken for refused") ||
		!strings.Contains(err.Error(), "was refused") || out.Run.State != wrapcast.RunFailed {
		t.Fatalf("it ended with %v, %+v", err, s)
	}
	// The clock runs sixty times as fast: a busy machine may add some seconds of it.
	if took := s.UpdatedAt.Sub(s.SentAt); took < genesys.DefaultUnheard || took > 90*time.Second {
		t.Errorf("found after %v", took)
	}
	w.makeWell(t)
	if out, err = w.Run(t.Context(), w.spec); err != nil || out.Submissions[0].State != wrapcast.SubmissionCompleted {
		t.Errorf("the next run: %v, %+v", err, out.Submissions)
	}
}

func TestARefusalToldWithoutAReasonIsARefusal(t *testing.T) {
	t.Parallel()
	w := newChaosWorld(t, setting{faults: "import-error=1", impatient: true})
	out, err := w.Run(t.Context(), w.spec)
	s := out.Submissions[0]
	if wrapcast.KindOf(err) != wrapcast.Refused || s.State != wrapcast.SubmissionFailed || !strings.Contains(s.Reason, `reports the import as "Error"`) {
		t.Fatalf("it ended with %v, %+v", err, s)
	}
	if took := s.UpdatedAt.Sub(s.SentAt); took > 30*time.Second {
		t.Errorf("told after %v", took)
	}
}

// An import that was only slow is found by the next run, which does not import the same again, and by settling.
func TestWhatWasTakenForRefusedMayStillArrive(t *testing.T) {
	t.Parallel()
	for name, find := range map[string]func(*testing.T, *chaosWorld) wrapcast.SubmissionState{
		"the next run": func(t *testing.T, w *chaosWorld) wrapcast.SubmissionState {
			t.Helper()
			out := w.mustRun(t)
			if s := out.Submissions[0]; s.State != wrapcast.SubmissionUnchanged {
				t.Errorf("the next run's submission is %+v", s)
			}
			return w.stateLeft(t)
		},
		"settling": func(t *testing.T, w *chaosWorld) wrapcast.SubmissionState {
			t.Helper()
			settled, err := w.Settle(t.Context(), w.spec)
			if err != nil || len(settled) != 1 || settled[0].State != wrapcast.SubmissionCompleted {
				t.Errorf("settled: %v, %+v", err, settled)
			}
			return w.stateLeft(t)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newChaosWorld(t, setting{faults: "import-slow=1:5m," + deaf, impatient: true})
			if _, err := w.Run(t.Context(), w.spec); wrapcast.KindOf(err) != wrapcast.Refused {
				t.Fatalf("it ended with %v", err)
			}
			for len(w.sim.Forecasts()) == 0 {
				time.Sleep(10 * time.Millisecond)
			}
			w.makeWell(t)
			if state := find(t, w); state != wrapcast.SubmissionCompleted {
				t.Errorf("the first submission is %s", state)
			}
			if n := w.acceptedOnce(t); n != 1 {
				t.Errorf("%d imports", n)
			}
		})
	}
}
