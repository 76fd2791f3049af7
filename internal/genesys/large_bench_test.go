package genesys_test

import (
	"cmp"
	"context"
	"flag"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/sim"
)

var (
	largeDays  = flag.Int("large.days", 7, "how many days of history BenchmarkHistoryOfSizeL reads; 731 are two years")
	largeRows  = flag.Int("large.rows", 0, "the most rows the platform gives at once; 0 is the simulator's 100,000")
	largeSize  = flag.String("large.size", "L", "the organisation: L has 10,000 leaves, M 2,500")
	largeMax   = flag.Int("large.max-days", 31, "the longest interval the platform answers, in days")
	largeSpeed = flag.Int("large.speed", 0, "how much faster than real time budget and limiter run; 0 leaves both out")
	largeFor   = flag.Duration("large.for", 0, "stop after so long on that clock; 0 reads everything")
)

// BenchmarkHistoryOfSizeL reads the history of a large organisation over HTTP, and says how many requests it took
// beside the fewest that could do, which share of the budget was used, and how often the platform had to refuse.
//
//	go test ./internal/genesys -run '^$' -bench HistoryOfSizeL -benchtime 1x -timeout 3h -large.days 731
//	go test ./internal/genesys -run '^$' -bench HistoryOfSizeL -benchtime 1x -timeout 3h -large.days 731 -large.size M -large.max-days 7
//	go test ./internal/genesys -run '^$' -bench HistoryOfSizeL -benchtime 1x -large.rows 6000 -large.speed 20 -large.for 10m
//
// The third is bound by the budget: answers are small enough for both ends to share a machine.
func BenchmarkHistoryOfSizeL(b *testing.B) {
	for b.Loop() {
		l := newLarge(b)
		began := time.Now()
		l.read(b)
		l.report(b, time.Since(began))
	}
}

// large is a reading of the largest organisation.
type large struct {
	server *sim.Server
	client *genesys.Client
	clock  wrapcast.Clock
	most   int // rows at once
	// codes and queues are how many rows each quarter-hour had.
	codes, queues map[time.Time]int
}

func newLarge(b *testing.B) *large {
	b.Helper()
	perMinute, limit := 0, 0 // the defaults of both
	if *largeSpeed == 0 {
		perMinute, limit = 1<<30, 1<<30
	}
	l := &large{clock: clockOfSpeed(max(*largeSpeed, 1)), most: cmp.Or(*largeRows, 100_000), codes: map[time.Time]int{}, queues: map[time.Time]int{}}
	var err error
	size := map[string]sim.Size{"L": sim.SizeL(), "M": sim.SizeM()}[*largeSize]
	l.server, err = sim.New(sim.Options{Size: size, History: *largeDays, Clock: l.clock, RequestsPerMinute: limit,
		Switches: sim.Switches{MaxRows: l.most, MaxDays: *largeMax}})
	if err != nil {
		b.Fatal(err)
	}
	host := httptest.NewServer(l.server)
	l.client, err = genesys.New(genesys.Config{BaseURL: host.URL, ClientID: l.server.ClientID(), ClientSecret: l.server.ClientSecret(), Clock: l.clock,
		RequestsPerMinute: perMinute, AttemptTimeout: time.Hour, Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 16}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.client.Close(); host.Close(); l.server.Close() })
	return l
}

// clockOfSpeed runs so much faster than real time.
func clockOfSpeed(speed int) wrapcast.Clock {
	began := time.Now()
	return wrapcast.Clock{
		Now:   func() time.Time { return began.Add(time.Since(began) * time.Duration(speed)) },
		Sleep: func(ctx context.Context, d time.Duration) error { return sleepReally(ctx, d/time.Duration(speed)) },
	}
}

func (l *large) read(b *testing.B) {
	b.Helper()
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	end := l.clock.Now().Add(*largeFor)
	to := l.clock.Now().UTC().Truncate(wrapcast.QuarterHour)
	gap := wrapcast.Interval{From: to.AddDate(0, 0, -*largeDays), To: to}
	_, err := l.client.ReadHistory(ctx, genesys.History{Gaps: []wrapcast.Interval{gap}, Keep: func(_ context.Context, e wrapcast.Extract, _ int) error {
		l.keep(e)
		if *largeFor > 0 && l.clock.Now().After(end) {
			cancel()
		}
		return nil
	}})
	if err != nil && ctx.Err() == nil {
		b.Fatal(err)
	}
}

// keep counts the rows of a piece.
func (l *large) keep(e wrapcast.Extract) {
	for _, o := range e.Observations {
		l.codes[o.Start]++
	}
	type row struct {
		queue wrapcast.QueueID
		media wrapcast.MediaType
		start time.Time
	}
	seen := map[row]bool{}
	for _, a := range e.Arrivals {
		seen[row{a.Queue, a.Media, a.Start}] = true
	}
	for _, h := range e.QueueHandled {
		seen[row{h.Queue, h.Media, h.Start}] = true
	}
	for r := range seen {
		l.queues[r.start]++
	}
}

// fewest is into how few pieces a history fits, each of as many quarter-hours in a row as the platform gives at once.
func (l *large) fewest(rows map[time.Time]int) (pieces int) {
	longest := min(31, *largeMax) * 96
	length, sum := longest, 0
	for _, at := range slices.SortedFunc(maps.Keys(rows), time.Time.Compare) {
		if length == longest || sum+rows[at] > l.most {
			pieces, length, sum = pieces+1, 0, 0
		}
		length, sum = length+1, sum+rows[at]
	}
	return pieces
}

func (l *large) report(b *testing.B, took time.Duration) {
	b.Helper()
	asked, refused := 0, 0
	for _, r := range l.server.Requests() {
		if strings.Contains(r.Endpoint, "aggregates/") {
			asked += r.Count
			if r.Status >= http.StatusBadRequest {
				refused += r.Count
			}
		}
	}
	u := l.client.Usage()
	least := l.fewest(l.codes) + l.fewest(l.queues)
	rows := 0
	for _, n := range l.codes {
		rows += n
	}
	b.ReportMetric(float64(asked), "requests")
	b.ReportMetric(float64(least), "least")
	b.ReportMetric(float64(asked)/float64(least), "requests/least")
	b.ReportMetric(float64(refused), "refused")
	b.ReportMetric(float64(u.RateLimited), "429s")
	b.ReportMetric(float64(rows), "rows")
	b.ReportMetric(took.Seconds(), "s")
	if *largeSpeed > 0 {
		b.ReportMetric(float64(u.Share()), "of-budget")
	}
}
