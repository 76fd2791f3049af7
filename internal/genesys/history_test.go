package genesys_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/source"
)

// scissors cut a reading off at one of its questions about history, counted from 1: before it is sent, or when its
// answer has begun.
type scissors struct {
	http.RoundTripper
	asked atomic.Int64
	done  atomic.Bool
	at    int64
	after bool
	cut   context.CancelFunc
}

func (s *scissors) RoundTrip(r *http.Request) (*http.Response, error) {
	now := strings.HasSuffix(r.URL.Path, "aggregates/query") && s.asked.Add(1) == s.at && !s.done.Swap(true)
	if now && !s.after {
		s.cut()
		s.asked.Add(-1) // it was never sent
		return nil, context.Canceled
	}
	answer, err := s.RoundTripper.RoundTrip(r)
	if now && s.after {
		s.cut()
	}
	return answer, err
}

// A reading that is cut off at any question goes on where it stood, and repeats at most one piece of history for each
// question that may be under way: what its queues had, and what its codes had.
func TestAReadingThatIsCutOffRepeatsWhatWasUnderWay(t *testing.T) {
	t.Parallel()
	for parallel, most := range map[int]int{1: 2, 4: 8} {
		t.Run(fmt.Sprintf("%d at a time", parallel), func(t *testing.T) {
			t.Parallel()
			s := &scissors{RoundTripper: http.DefaultTransport}
			w := meet(t, sim.Options{History: 12, Queues: 2, Codes: 3}, genesys.Config{ChunkDays: 3, Parallel: parallel, Transport: s})
			d, err := w.client.WholeDirectory(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			from, to := w.history(t, d)
			calm, whole := w.read(t, from, to, s)
			for cut := 2; cut < 2*calm+2; cut++ {
				s.at, s.after = int64(cut/2), cut%2 == 1
				asked, kept := w.read(t, from, to, s)
				if asked > calm+most || asked < calm {
					t.Errorf("cut off at question %d (after it: %v): %d were asked, %d without", s.at, s.after, asked, calm)
				}
				if !slices.Equal(kept.Observations, whole.Observations) || !slices.Equal(kept.Arrivals, whole.Arrivals) {
					t.Errorf("cut off at question %d (after it: %v): what was kept differs", s.at, s.after)
				}
			}
		})
	}
}

// read reads a history, goes on after a cut, and returns how many questions it took in all.
func (w *world) read(t *testing.T, from, to time.Time, s *scissors) (asked int, all wrapcast.Extract) {
	t.Helper()
	s.asked.Store(0)
	s.done.Store(false)
	left := []wrapcast.Interval{{From: from, To: to}}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.cut = cancel
	h := genesys.History{Keep: func(_ context.Context, e wrapcast.Extract, _ int) error {
		all.Observations, all.Arrivals = append(all.Observations, e.Observations...), append(all.Arrivals, e.Arrivals...)
		left = without(left, wrapcast.Interval{From: e.From, To: e.To})
		return nil
	}}
	for len(left) > 0 {
		h.Gaps = slices.Clone(left)
		sizes, err := w.client.ReadHistory(ctx, h)
		if err != nil && ctx.Err() == nil {
			t.Fatal(err)
		}
		h.Known, ctx = sizes, t.Context()
	}
	sortRows(&all)
	return int(s.asked.Load()), all
}

// without takes an interval out of others.
func without(all []wrapcast.Interval, out wrapcast.Interval) (left []wrapcast.Interval) {
	for _, i := range all {
		before, after := i, i
		if out.From.Before(i.To) {
			before.To = out.From
		}
		if out.To.After(i.From) {
			after.From = out.To
		}
		if before.From.Before(before.To) {
			left = append(left, before)
		}
		if after.From.Before(after.To) && after != before {
			left = append(left, after)
		}
	}
	return left
}

// near is a platform without a network, whose answers take a while.
type near struct {
	http.Handler
	takes time.Duration
}

func (n near) RoundTrip(r *http.Request) (response *http.Response, err error) {
	defer func() {
		switch broken := recover(); {
		case broken == nil:
		case errors.Is(broken.(error), http.ErrAbortHandler):
			err = io.ErrUnexpectedEOF
		default:
			panic(broken)
		}
	}()
	time.Sleep(n.takes)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	defer r.Body.Close()
	answer := httptest.NewRecorder()
	n.ServeHTTP(answer, r)
	response = answer.Result()
	response.Body = io.NopCloser(answer.Body)
	return response, nil
}

// A long reading uses its budget, and none of the platform's patience: in a world where time passes only while
// everybody waits, the share is exact.
func TestALongReadingUsesItsWholeBudgetAndIsNeverRefused(t *testing.T) {
	t.Parallel()
	for name, takes := range map[string]time.Duration{"quick answers": 200 * time.Millisecond, "slow answers": 1500 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const days = 35
				clock := wrapcast.Clock{Now: time.Now, Sleep: sleepReally}
				server, err := sim.New(sim.Options{Clock: clock, Queues: 1, Codes: 2, History: days, Volume: 0.2, Switches: sim.Switches{MaxBuckets: 12}})
				if err != nil {
					t.Fatal(err)
				}
				defer server.Close()
				to := time.Now().UTC().Truncate(wrapcast.QuarterHour)
				from, learning := to.AddDate(0, 0, -days), to.AddDate(0, 0, 3-days)
				_, sizes := readFrom(t, server, takes, genesys.History{Gaps: []wrapcast.Interval{{From: from, To: learning}}})
				u, _ := readFrom(t, server, takes, genesys.History{Gaps: []wrapcast.Interval{{From: learning, To: to}}, Known: sizes})
				if share := float64(u.Share()); share < 0.95 || share > 1.05 || u.RateLimited > 0 || u.Requests < 300 {
					t.Errorf("%.3f of the budget, %+v", share, u)
				}
				t.Logf("%.3f of the budget: %d requests in %s", float64(u.Share()), u.Requests, u.Latest.Sub(u.First))
			})
		})
	}
}

// readFrom reads a history from a server whose answers take so long.
func readFrom(t *testing.T, server *sim.Server, takes time.Duration, h genesys.History) (source.Usage, genesys.LearnedLimits) {
	t.Helper()
	client, err := genesys.New(genesys.Config{BaseURL: "http://127.0.0.1:1", ClientID: server.ClientID(), ClientSecret: server.ClientSecret(),
		Clock: wrapcast.Clock{Now: time.Now, Sleep: sleepReally}, Transport: near{server, takes}})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	h.Keep = func(context.Context, wrapcast.Extract, int) error { return nil }
	sizes, err := client.ReadHistory(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	return client.Usage(), sizes
}

func sleepReally(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
