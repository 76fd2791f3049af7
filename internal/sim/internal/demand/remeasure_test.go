package demand_test

import (
	"math"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contactlog"
	"github.com/wrapcast/wrapcast/internal/sim/internal/demand"
	"github.com/wrapcast/wrapcast/internal/sim/internal/figures"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// drawYear writes a year of drawn contacts as a contact log, so that it can be measured like the real one.
func drawYear(t *testing.T, year int, seed uint64) *contactlog.Log {
	t.Helper()
	zone, err := organisation.Zone()
	if err != nil {
		t.Fatal(err)
	}
	m := model(t, func(o *demand.Options) {
		o.Seed, o.Start, o.Events = seed, wrapcast.NewDate(year, 1, 1), wrapcast.NewDate(year+5, 1, 1)
	})
	b := m.Blueprint()
	l := &contactlog.Log{Zone: zone, Sources: []string{"voice", "chat", "email", "message"}}
	for _, q := range b.Queues {
		l.Queues = append(l.Queues, q.Name)
	}
	for _, c := range b.Codes {
		l.Codes = append(l.Codes, c.Name)
	}
	l.Codes = append(l.Codes, "none")
	for day := wrapcast.NewDate(year, 1, 1); day < wrapcast.NewDate(year+1, 1, 1); day++ {
		for c := range m.Day(day) {
			if c.Abandoned {
				continue
			}
			code := c.Code
			if code == contact.NoCode {
				code = len(l.Codes) - 1
			}
			l.Rows = append(l.Rows, contactlog.Row{Opened: c.Arrived, Queue: int32(c.Queue), Code: int32(code), Source: int32(c.Media)})
		}
	}
	l.Sort()
	return l
}

// What is drawn from the figures measures like the figures: volumes, season, week,
// hours, spread of days. The bounds leave room for a year's chance.
func TestDrawnYearMeasuresLikeTheRealOne(t *testing.T) {
	t.Parallel()
	want, err := figures.Load()
	if err != nil {
		t.Fatal(err)
	}
	got := measure(drawYear(t, 2025, 1))
	near(t, "requests in all", float64(got.Requests), float64(want.Requests), 0.03)
	for i, name := range []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"} {
		near(t, name, got.Total.Weekdays[i], want.Total.Weekdays[i], 0.07)
	}
	for i := range want.Total.Months {
		near(t, "month", got.Total.Months[i], want.Total.Months[i], 0.15)
	}
	hours(t, got, want)
	byName := map[string]figures.Type{}
	for _, x := range got.Types {
		byName[x.Name] = x
	}
	var spreadGot, spreadWant, persistGot, persistWant, n float64
	for _, x := range want.Types {
		y := byName[comma(x.Name)]
		if x.Requests() < 1500 || x.Dispersion > 1 {
			continue
		}
		agents := 0.94 // the share that keeps its own code
		near(t, x.Name, float64(y.Requests()), agents*float64(x.Requests()), 0.2)
		spreadGot, spreadWant = spreadGot+y.Dispersion, spreadWant+x.Dispersion
		persistGot, persistWant = persistGot+y.Persistence, persistWant+x.Persistence
		n++
	}
	near(t, "bursts", burstShare(got), burstShare(want), 0.25)
	near(t, "spread of days", spreadGot/n, spreadWant/n, 0.15)
	near(t, "persistence", persistGot/n, persistWant/n, 0.2)
}

// burstShare is the share of all requests that come in bursts.
func burstShare(f *figures.Figures) float64 {
	sum := 0.0
	for _, s := range f.Sources {
		sum += s.Bursts * float64(s.Requests)
	}
	return sum / float64(f.Requests)
}

// comma is how the model mends names.
func comma(name string) string {
	out := ""
	for i := 0; i < len(name); i++ {
		if i+1 < len(name) && name[i] == ' ' && name[i+1] == ' ' {
			out += ","
			continue
		}
		out += string(name[i])
	}
	return out
}

func hours(t *testing.T, got, want *figures.Figures) {
	t.Helper()
	share := func(f *figures.Figures, kind int) (h [24]float64) {
		all := 0.0
		for _, s := range f.Sources {
			for i, n := range s.Hours[kind] {
				h[i] += float64(n)
				all += float64(n)
			}
		}
		for i := range h {
			h[i] /= all
		}
		return h
	}
	for kind, name := range []string{"weekday", "Saturday", "Sunday"} {
		g, w := share(got, kind), share(want, kind)
		for i := range g {
			if math.Abs(g[i]-w[i]) > 0.015 {
				t.Errorf("%s at %d o'clock: %.4f of the contacts, measured %.4f", name, i, g[i], w[i])
			}
		}
	}
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got/want-1) > tolerance {
		t.Errorf("%s: drawn %.3f, measured %.3f", what, got, want)
	}
}
