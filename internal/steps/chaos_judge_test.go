package steps_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// figures are what must not depend on how hard it was to come by: the history before today, the forecast, and the plan.
type figures struct {
	History  []wrapcast.Observation
	Forecast map[string][]float64
	Plan     []wrapcast.GroupPlan
	Payload  []wrapcast.PayloadDimension
}

func (w *chaosWorld) figures(t *testing.T, out steps.Outcome) figures {
	t.Helper()
	f := figures{Forecast: numbers(out.Forecast)}
	if p := out.Plans[0]; p.Week != nil {
		f.Plan = p.Week.Groups
	} else {
		f.Payload = p.Payload.Dimensions
	}
	midnight := wrapcast.DateOf(chaosNoon).Midnight(chaosNoon.Location())
	err := w.Store.View(t.Context(), func(tx *store.Tx) error {
		for o, err := range tx.History().Observations(out.Run.Organisation, out.Extract.From, midnight) {
			if err != nil {
				return err
			}
			f.History = append(f.History, o)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	sorted(f.History)
	return f
}

// numbers are the parts of a forecast that must not depend on anything but history.
func numbers(f *wrapcast.Forecast) map[string][]float64 {
	n := map[string][]float64{}
	for _, c := range f.Codes {
		n["mean "+c.Code.Name], n["median "+c.Code.Name] = c.Mean, c.Median
		for _, b := range c.Bands {
			n["lower "+c.Code.Name], n["upper "+c.Code.Name] = b.Lower, b.Upper
		}
	}
	for _, l := range f.Leaves {
		n["leaf "+string(l.Leaf.Queue)+string(l.Leaf.Code)+string(l.Leaf.Media)] = l.Mean
	}
	return n
}

// judge checks what must be true after every run, however it ended.
func (w *chaosWorld) judge(t *testing.T, out steps.Outcome, err error) {
	t.Helper()
	w.acceptedOnce(t)
	w.auditIsTrue(t, out)
	if err != nil {
		w.errorIsPrecise(t, err)
		return
	}
	if n := len(w.receiver.Messages()); n == 0 || !strings.Contains(string(w.receiver.Messages()[n-1].Body), out.Submissions[0].TargetForecastID) {
		t.Errorf("%d messages, none that tells of the forecast", n)
	}
}

// errorIsPrecise checks that an error is for people: a kind of its own, what went wrong, what to do next, and no
// secret.
func (w *chaosWorld) errorIsPrecise(t *testing.T, err error) {
	t.Helper()
	e, ok := errors.AsType[*wrapcast.Error](err)
	if !ok || e.Kind == wrapcast.Internal || len(e.Message) < 20 || wrapcast.Hint(err) == "" {
		t.Errorf("the error is %q (%s) with the hint %q", err, wrapcast.KindOf(err), wrapcast.Hint(err))
	}
	for _, hidden := range []string{w.sim.ClientSecret(), "signature=", "Bearer"} {
		if strings.Contains(err.Error(), hidden) {
			t.Errorf("the error tells a secret: %v", err)
		}
	}
}

// auditIsTrue verifies the chain and compares what it tells of each submission with the store and with the platform.
func (w *chaosWorld) auditIsTrue(t *testing.T, out steps.Outcome) {
	t.Helper()
	told := map[string]string{} // by submission, what the last entry says of its state
	err := w.Store.View(t.Context(), func(tx *store.Tx) error {
		entries := tx.Audit().Entries(w.sim.Directory().Organisation.ID, 1, 0)
		if _, err := audit.Verify(entries); err != nil {
			return err
		}
		for e, err := range entries {
			if err != nil {
				return err
			}
			if state, ok := strings.CutPrefix(e.Action, "submit."); ok && e.Action != "submit.answer_lost" {
				told[e.Objects["submission"]] = state
			}
		}
		return nil
	})
	if err != nil {
		t.Errorf("the audit chain: %v", err)
	}
	for _, s := range out.Submissions {
		if told[string(s.ID)] != string(s.State) && s.State != wrapcast.SubmissionPlanned {
			t.Errorf("the chain says that the submission is %q, the store %q", told[string(s.ID)], s.State)
		}
		switch there := w.holds(s); {
		case s.State == wrapcast.SubmissionCompleted && !there, s.State == wrapcast.SubmissionFailed && there:
			t.Errorf("the submission is %s, the platform has it: %v", s.State, there)
		}
	}
}

// holds reports whether the target has the forecast of a submission; one that a rest target took may still fail there.
func (w *chaosWorld) holds(s wrapcast.Submission) bool {
	if s.Target == wrapcast.REST {
		return s.State == wrapcast.SubmissionCompleted &&
			slices.ContainsFunc(w.sim.RESTForecasts(), func(f sim.RESTForecast) bool { return f.ID == s.TargetForecastID })
	}
	return slices.ContainsFunc(w.sim.Forecasts(), func(f sim.Forecast) bool { return strings.Contains(f.Description, string(s.Plan)) })
}

// sameAs compares with the figures of the calm run.
func (f figures) sameAs(t *testing.T, calm figures) {
	t.Helper()
	if !slices.Equal(f.History, calm.History) {
		t.Errorf("the history differs from the calm run's: %d cells, %d there", len(f.History), len(calm.History))
	}
	if f.History, calm.History = nil, nil; !reflect.DeepEqual(f, calm) { // Diff alone takes long
		t.Errorf("forecast or plan (-calm +this):\n%.2000s", cmp.Diff(calm, f))
	}
}

// describe says how a run ended, in one line.
func describe(out steps.Outcome, err error) string {
	states := []string{}
	for _, s := range out.Submissions {
		states = append(states, string(s.State))
	}
	return fmt.Sprintf("run %s, submissions %v, %d requests, %d repeated: %v", out.Run.State, states, out.Usage.Requests, out.Usage.Retries, err)
}
