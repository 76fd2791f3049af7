package genesys_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/sim"
)

// A history says the same whether it is read by queries alone or by jobs too, and whatever becomes of the jobs; where they find more
// than queries, they take fewer requests.
func TestAHistoryReadByJobsSaysTheSame(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		switches sim.Switches
		faults   string
		jobs     func(submitted int) bool
		atMost   float64 // of the requests that queries alone take
	}{
		"where they find more":          {jobs: atLeast(10), atMost: 0.9},
		"where they find no more":       {switches: sim.Switches{JobsTimesLarger: 1}, jobs: fewerThan(4), atMost: 1.1},
		"where they find somewhat more": {switches: sim.Switches{JobsTimesLarger: 6}, jobs: atLeast(10), atMost: 1},
		"where pages must be small":     {switches: sim.Switches{JobsMostPageSize: 100}, jobs: fewerThan(4), atMost: 1.1},
		"where they cannot be ordered":  {faults: "500@aggregates/jobs=1", jobs: fewerThan(33), atMost: 1.2},
		"where their results break":     {faults: "reset@aggregates/jobs/{jobId}/results=1", jobs: fewerThan(9), atMost: 1.2},
		"on a bad day":                  {faults: "503=0.1,drop=0.1", jobs: atLeast(5), atMost: 1.2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			by := readAll(t, c.switches, c.faults, false)
			alone := readAll(t, c.switches, "", true)
			if !c.jobs(by.jobs) || alone.jobs != 0 {
				t.Errorf("%d jobs were submitted, and %d where there should be none", by.jobs, alone.jobs)
			}
			if most := c.atMost * float64(alone.requests); float64(by.requests) > most {
				t.Errorf("%d requests, %d by queries alone", by.requests, alone.requests)
			}
			if diff := cmp.Diff(alone.Extract, by.Extract); diff != "" {
				t.Errorf("without jobs and with them:\n%s", diff)
			}
		})
	}
}

func atLeast(n int) func(int) bool   { return func(jobs int) bool { return jobs >= n } }
func fewerThan(n int) func(int) bool { return func(jobs int) bool { return jobs > 0 && jobs < n } }

// wholeReading is what a history says, and what it took.
type wholeReading struct {
	wrapcast.Extract
	requests, jobs int
}

// shortBudget is an organisation whose ten weeks take queries far longer than the budget gives in ten minutes. It must be called in a
// synctest bubble.
func shortBudget(t *testing.T, o sim.Options, c genesys.Config, network func(near) http.RoundTripper) (*sim.Server, *genesys.Client, wrapcast.Interval) {
	t.Helper()
	const days = 70
	o.Clock = wrapcast.Clock{Now: time.Now, Sleep: sleepReally}
	o.Queues, o.Codes, o.History, o.Volume, o.Switches.MostRows = 2, 3, days, 2, 40
	server, err := sim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	c.BaseURL, c.ClientID, c.ClientSecret, c.Clock, c.RequestsPerMinute = "http://127.0.0.1:1", server.ClientID(), server.ClientSecret(), o.Clock, 2
	c.Transport = network(near{server, 200 * time.Millisecond})
	client, err := genesys.New(c)
	if err != nil {
		t.Fatal(err)
	}
	to := time.Now().UTC().Truncate(wrapcast.QuarterHour)
	return server, client, wrapcast.Interval{From: to.AddDate(0, 0, -days), To: to}
}

// readAll reads everything on a budget that is short.
func readAll(t *testing.T, switches sim.Switches, faults string, queriesOnly bool) (all wholeReading) {
	t.Helper()
	ordered, err := sim.ParseFaults(faults)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		server, client, gap := shortBudget(t, sim.Options{Switches: switches, Faults: ordered}, genesys.Config{QueriesOnly: queriesOnly},
			func(n near) http.RoundTripper { return n })
		defer server.Close()
		defer client.Close()
		_, err := client.ReadHistory(t.Context(), genesys.History{Gaps: []wrapcast.Interval{gap}, Keep: func(_ context.Context, e wrapcast.Extract, _ int) error {
			all.Observations, all.Arrivals = append(all.Observations, e.Observations...), append(all.Arrivals, e.Arrivals...)
			all.QueueHandled = append(all.QueueHandled, e.QueueHandled...)
			return nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		sortRows(&all.Extract)
		all.requests = client.Usage().Requests
		for _, r := range server.Requests() {
			if strings.HasSuffix(r.Endpoint, "aggregates/jobs") {
				all.jobs += r.Count
			}
		}
		t.Logf("%s: %d requests, %d jobs, %v", faults, all.requests, all.jobs, server.Requests())
	})
	return all
}

// interrupter cancels when a job's results have arrived, and notes which interval the job was for.
type interrupter struct {
	near
	cancel   context.CancelFunc
	interval *string
}

func (i interrupter) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "aggregates/jobs") {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		var asked struct {
			Interval string `json:"interval"`
		}
		if err := json.Unmarshal(body, &asked); err != nil {
			return nil, err
		}
		*i.interval, r.Body = asked.Interval, io.NopCloser(bytes.NewReader(body))
	}
	answer, err := i.near.RoundTrip(r)
	if strings.HasSuffix(r.URL.Path, "/results") {
		i.cancel()
	}
	return answer, err
}

func TestWhatAJobHasAnsweredIsKeptThoughTheReadingIsInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		asked := ""
		server, client, gap := shortBudget(t, sim.Options{}, genesys.Config{}, func(n near) http.RoundTripper { return interrupter{n, cancel, &asked} })
		defer server.Close()
		defer client.Close()
		var kept []string
		_, err := client.ReadHistory(ctx, genesys.History{Gaps: []wrapcast.Interval{gap}, Keep: func(_ context.Context, e wrapcast.Extract, _ int) error {
			const layout = "2006-01-02T15:04:05.000Z"
			kept = append(kept, e.From.Format(layout)+"/"+e.To.Format(layout))
			return nil
		}})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("it ended with %v", err)
		}
		if asked == "" || !slices.Contains(kept, asked) {
			t.Errorf("a job answered %q, kept were %q", asked, kept)
		}
	})
}
