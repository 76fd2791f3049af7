package steps_test

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/webhook"
)

var errLost = errors.New("the connection broke")

// importing reports whether a request is the one by which the platform takes a plan in.
func importing(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/shorttermforecasts/import")
}

func TestAnImportWhoseAnswerIsLostIsFoundByLooking(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.meddleWith(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		answer, err := send()
		if importing(r) && err == nil {
			answer.Body.Close()
			return nil, errLost
		}
		return answer, err
	})
	out := w.mustRun(t)
	if s := out.Submissions[0]; s.State != wrapcast.SubmissionCompleted || s.TargetForecastID == "" {
		t.Errorf("the submission is %+v", s)
	}
	if n := w.acceptedOnce(t); n != 1 {
		t.Errorf("%d accepted", n)
	}
}

func TestAnImportThatNeverArrivedIsADoubtAndNeverSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sent := 0
	w.meddleWith(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		if importing(r) {
			sent++
			return nil, errLost
		}
		return send()
	})
	out, err := w.Run(t.Context(), w.spec)
	if wrapcast.KindOf(err) != wrapcast.Partial || out.Submissions[0].State != wrapcast.SubmissionUnknown {
		t.Errorf("the submission is %s: %v", out.Submissions[0].State, err)
	}
	if !strings.Contains(wrapcast.Hint(err), "submit --settle") {
		t.Errorf("the hint is %q", wrapcast.Hint(err))
	}
	if sent != 1 || w.acceptedOnce(t) != 0 {
		t.Errorf("sent %d times, accepted %d", sent, w.acceptedOnce(t))
	}
	if n := len(w.told(webhook.TypeForecastGenerated)); n != 1 {
		t.Errorf("%d messages tell of it", n)
	}
}

func TestSettlingFindsWhatArrivedAfterAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var sent atomic.Bool
	w.meddleWith(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		answer, err := send()
		if importing(r) {
			sent.Store(true)
		}
		lost := sent.Load() && (importing(r) || strings.HasSuffix(r.URL.Path, "/shorttermforecasts")) || strings.Contains(r.URL.Path, "notifications")
		if lost && err == nil {
			answer.Body.Close()
			return nil, errLost
		}
		return answer, err
	})
	out, err := w.Run(t.Context(), w.spec)
	if out.Submissions[0].State != wrapcast.SubmissionUnknown {
		t.Fatalf("the submission is %s: %v", out.Submissions[0].State, err)
	}
	w.meddleWith(func(_ *http.Request, send func() (*http.Response, error)) (*http.Response, error) { return send() })
	settled, err := w.Settle(t.Context(), w.spec)
	if err != nil || len(settled) != 1 || settled[0].State != wrapcast.SubmissionCompleted {
		t.Errorf("settled %+v, %v", settled, err)
	}
	if n := w.acceptedOnce(t); n != 1 {
		t.Errorf("%d accepted", n)
	}
	if again, err := w.Settle(t.Context(), w.spec); err != nil || len(again) != 0 {
		t.Errorf("settling again: %+v, %v", again, err)
	}
}

func TestARefusedImportFailsAndTheMessageSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.meddleWith(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		if importing(r) {
			w.sim.Permit("analytics:conversationAggregate:view") // an administrator takes the rest away
		}
		return send()
	})
	out, err := w.Run(t.Context(), w.spec)
	if wrapcast.KindOf(err) != wrapcast.Refused || out.Submissions[0].State != wrapcast.SubmissionFailed || out.Run.State != wrapcast.RunFailed {
		t.Errorf("the submission is %s, the run %s: %v", out.Submissions[0].State, out.Run.State, err)
	}
	if n := len(w.told(webhook.TypeForecastGenerated)); n != 1 || !strings.Contains(w.told(webhook.TypeForecastGenerated)[0], `"status":"failed"`) {
		t.Errorf("%d messages", n)
	}
}

func TestALostAnswerOfTheRestTargetIsAskedForAgainByItsKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.spec.Target = wrapcast.REST
	posts := 0
	w.meddleWith(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		answer, err := send()
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/wfm/scheduling/forecasts") && err == nil {
			if posts++; posts == 1 {
				answer.Body.Close()
				return nil, errLost
			}
		}
		return answer, err
	})
	out := w.mustRun(t)
	if out.Submissions[0].State != wrapcast.SubmissionCompleted || len(w.sim.RESTForecasts()) != 1 || posts != 2 {
		t.Errorf("the submission is %s, %d taken, %d posts", out.Submissions[0].State, len(w.sim.RESTForecasts()), posts)
	}
}
