package panel_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/panel"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/tables"
)

func panelOf(t *testing.T, rows string, c *wrapcast.Calendar, horizon int, o tables.Options) *panel.Panel {
	t.Helper()
	file, err := tables.Read(strings.NewReader("series_id,timestamp,value\n"+rows), o)
	if err != nil {
		t.Fatal(err)
	}
	p, err := panel.New(file, c, horizon)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// counted is a result of which step i is i+1.
func counted(id string, steps int) forecast.Result {
	r := forecast.Result{ID: id, Bands: []forecast.Band{{Level: 0.8}}}
	for i := range steps {
		v := float64(i + 1)
		r.Mean, r.Median = append(r.Mean, v), append(r.Median, v)
		r.Bands[0].Lower, r.Bands[0].Upper = append(r.Bands[0].Lower, v-1), append(r.Bands[0].Upper, v+1)
	}
	r.Components = []forecast.Component{{Name: "level", Values: append([]float64{7, 7}, r.Mean...)}}
	return r
}

func day(text string) wrapcast.Date {
	d, err := wrapcast.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func TestWhatTheCalendarClosesTeachesNothingAndIsZero(t *testing.T) {
	t.Parallel()
	c := &wrapcast.Calendar{Closures: []wrapcast.Closure{
		{Name: "move", Days: wrapcast.Days{From: day("2026-09-02")}},
		{Name: "stocktaking", Days: wrapcast.Days{From: day("2026-09-05")}, Queues: []wrapcast.QueueID{"a"}},
		{Name: "party", Days: wrapcast.Days{From: day("2026-09-06")}, Begins: 12 * 60, Ends: 14 * 60},
	}}
	rows := ""
	for _, id := range []string{"a", "b"} {
		for d := 1; d <= 3; d++ {
			rows += fmt.Sprintf("%s,2026-09-0%d,50\n", id, d)
		}
	}
	p := panelOf(t, rows, c, 3, tables.Options{})
	for _, s := range p.Series {
		if diff := cmp.Diff([]float64{50, math.NaN(), 50}, s.Values, cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("%s teaches (-want +got):\n%s", s.ID, diff)
		}
	}
	results := p.Results([]forecast.Result{counted("a", 3), counted("b", 3)})
	for i, want := range [][]float64{{1, 0, 3}, {1, 2, 3}} {
		r := results[i]
		if diff := cmp.Diff(want, r.Mean); diff != "" {
			t.Errorf("%s (-want +got):\n%s", r.ID, diff)
		}
		if want[1] == 0 && (r.Bands[0].Upper[1] != 0 || r.Bands[0].Lower[1] != 0 || r.Components[0].Values[3] != 0) {
			t.Errorf("%s is closed with %+v", r.ID, r)
		}
	}
}

func TestQuarterHoursOutsideTheOpeningHoursAreZero(t *testing.T) {
	t.Parallel()
	c := &wrapcast.Calendar{Hours: []wrapcast.OpeningHours{{Open: []wrapcast.OpenHours{
		{Days: "mon-fri", Begins: 8 * 60, Ends: 18 * 60}}}}}
	p := panelOf(t, "a,2026-11-06 17:00,5\na,2026-11-06 17:30,5\na,2026-11-06 18:00,1\n", c, 96, tables.Options{})
	if !math.IsNaN(p.Series[0].Values[2]) {
		t.Errorf("a contact after hours teaches: %v", p.Series[0].Values)
	}
	open := 0
	for i, v := range p.Results([]forecast.Result{counted("a", 96)})[0].Mean {
		at := time.Date(2026, 11, 6, 18, 30, 0, 0, time.UTC).Add(time.Duration(i) * 30 * time.Minute)
		if v > 0 && (at.Weekday() == time.Saturday || at.Weekday() == time.Sunday || at.Hour() < 8 || at.Hour() >= 18) {
			t.Errorf("%s is closed, and gets %v", at, v)
		}
		if v > 0 {
			open++
		}
	}
	if open != 0 { // Friday evening to Sunday evening
		t.Errorf("%d steps are open", open)
	}
}

func TestTheEngineForecastsAsFarAsTheStepsOfTheFileNeed(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		last  string
		wall  int
		means []float64
	}{
		{"2026-10-31 23:00", 3, []float64{1, 2, 2, 3}}, // 01:00 comes twice
		{"2026-03-07 23:00", 5, []float64{1, 2, 4, 5}}, // 02:00 does not come
	} {
		p := panelOf(t, "a,"+c.last[:11]+"22:00,1\na,"+c.last+",1\n", nil, 4, tables.Options{Zone: zone})
		if p.Horizon() != c.wall {
			t.Errorf("after %s: %d steps of the clock, want %d", c.last, p.Horizon(), c.wall)
		}
		r := p.Results([]forecast.Result{counted("a", c.wall)})[0]
		if diff := cmp.Diff(c.means, r.Mean); diff != "" || len(p.Steps(0)) != 4 || len(r.Components[0].Values) != 6 {
			t.Errorf("after %s (-want +got):\n%s%v", c.last, diff, p.Steps(0))
		}
	}
}

func TestOfASeriesWithoutAValueNothingIsKnown(t *testing.T) {
	t.Parallel()
	p := panelOf(t, "a,2026-09-01,\na,2026-09-02,\nb,2026-09-01,5\nb,2026-09-02,5\n", nil, 2, tables.Options{})
	r := p.Results([]forecast.Result{counted("a", 2), counted("b", 2)})
	if !math.IsNaN(r[0].Mean[0]) || !math.IsNaN(r[0].Bands[0].Lower[1]) || r[0].Fallback == "" || r[1].Mean[1] != 2 {
		t.Errorf("%+v", r)
	}
	file, err := tables.Read(strings.NewReader("series_id,timestamp,value\na,2026-09-01,\na,2026-09-02,NA\n"), tables.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if none, err := panel.New(file, nil, 2); err != nil || none.AnyKnown() || !p.AnyKnown() {
		t.Errorf("a file without any value is known: %v", err)
	}
}

func TestACalendarNeedsDates(t *testing.T) {
	t.Parallel()
	months, err := tables.Read(strings.NewReader("series_id,timestamp,value\na,2026-01-01,5\na,2026-02-01,5\n"), tables.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := panel.New(months, &wrapcast.Calendar{Holidays: []string{"US"}}, 3); wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(err.Error(), "months") {
		t.Errorf("months: %v", err)
	}
	file, err := tables.Read(strings.NewReader("series_id,timestamp,value\na,1,5\na,2,5\n"), tables.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := panel.New(file, &wrapcast.Calendar{Holidays: []string{"US"}}, 2); wrapcast.KindOf(err) != wrapcast.Usage {
		t.Errorf("%v", err)
	}
}

// TestAllStepsOfAnHourThatComesTwiceAreForecast ends inside it: the last step ahead is not the furthest on the wall.
func TestAllStepsOfAnHourThatComesTwiceAreForecast(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	rows := "a,2026-11-01T00:30:00-04:00,5\na,2026-11-01T00:45:00-04:00,5\na,2026-11-01T01:00:00-04:00,5\n"
	p := panelOf(t, rows, nil, 6, tables.Options{Zone: zone})
	got := p.Results([]forecast.Result{counted("a", p.Horizon())})[0].Mean
	if diff := cmp.Diff([]float64{1, 2, 3, 1, 1, 2}, got); diff != "" {
		t.Errorf("01:15 to 01:45, then 01:00 to 01:30 (-want +got):\n%s", diff)
	}
}

// TestAWeekIsClosedWhereAllItsDaysAre and what the calendar says of other queues is told.
func TestAWeekIsClosedWhereAllItsDaysAre(t *testing.T) {
	t.Parallel()
	c := &wrapcast.Calendar{Closures: []wrapcast.Closure{
		{Name: "holidays", Days: wrapcast.Days{From: day("2026-12-21"), To: day("2026-12-27")}},
		{Name: "two days", Days: wrapcast.Days{From: day("2026-12-28"), To: day("2026-12-29")}, Queues: []wrapcast.QueueID{"b"}},
	}, Hours: []wrapcast.OpeningHours{{Open: []wrapcast.OpenHours{{Days: "mon-fri", Begins: 8 * 60, Ends: 18 * 60}}}}}
	p := panelOf(t, "a,2026-11-30,500\na,2026-12-07,500\na,2026-12-14,500\n", c, 3, tables.Options{})
	got := p.Results([]forecast.Result{counted("a", 3)})[0].Mean
	if diff := cmp.Diff([]float64{0, 2, 3}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"b"}, p.Strangers()); diff != "" {
		t.Errorf("queues of no series (-want +got):\n%s", diff)
	}
}
