package tables_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/tables"
)

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// rowsOf writes one row of a series per instant, with the clock's hour as its value.
func rowsOf(zone *time.Location, layout string, from time.Time, step time.Duration, n int) string {
	var b strings.Builder
	b.WriteString(header)
	for i := range n {
		at := from.Add(time.Duration(i) * step).In(zone)
		fmt.Fprintf(&b, "a,%s,%d\n", at.Format(layout), at.Hour())
	}
	return b.String()
}

func TestHoursKeepTheirPlaceOnTheWallWhereTheClocksChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, zone, layout string
		from               time.Time
	}{
		{"back, with offsets", "America/New_York", time.RFC3339, time.Date(2026, 10, 30, 4, 0, 0, 0, time.UTC)},
		{"forward, with offsets", "America/New_York", time.RFC3339, time.Date(2026, 3, 6, 5, 0, 0, 0, time.UTC)},
		{"back, without", "Europe/Berlin", time.DateTime, time.Date(2026, 10, 23, 22, 0, 0, 0, time.UTC)},
		{"forward, without", "Europe/Berlin", "2006-01-02T15:04", time.Date(2026, 3, 27, 23, 0, 0, 0, time.UTC)},
		{"by half an hour", "Australia/Lord_Howe", time.RFC3339, time.Date(2026, 4, 3, 13, 0, 0, 0, time.UTC)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			zone := zoneOf(t, c.zone)
			text := rowsOf(zone, c.layout, c.from, 30*time.Minute, 2*24*5)
			l := read(t, text, tables.Options{Zone: zone, Fill: tables.FillNone})
			for i, v := range l.Series[0].Values {
				if hour := l.Clock(l.Series[0], i).Hour(); !math.IsNaN(v) && int(v) != hour {
					t.Fatalf("%s holds what came at %v o'clock", l.Clock(l.Series[0], i), v)
				}
			}
		})
	}
}

// TestTheStepsAheadAreThoseThatReallyPass goes on from any row with what the same zone's clock says next.
func TestTheStepsAheadAreThoseThatReallyPass(t *testing.T) {
	t.Parallel()
	zone := zoneOf(t, "America/New_York")
	rapid.Check(t, func(t *rapid.T) {
		step := rapid.SampledFrom([]time.Duration{15 * time.Minute, 30 * time.Minute, time.Hour}).Draw(t, "step")
		layout := rapid.SampledFrom([]string{time.RFC3339, time.DateTime}).Draw(t, "layout")
		from := time.Date(2026, rapid.SampledFrom([]time.Month{3, 10}).Draw(t, "month"),
			rapid.IntRange(5, 28).Draw(t, "day"), 4, 0, 0, 0, time.UTC)
		n := rapid.IntRange(3, 200).Draw(t, "rows")
		l, err := tables.Read(strings.NewReader(rowsOf(zone, layout, from, step, n)), tables.Options{Zone: zone})
		if err != nil {
			t.Fatal(err)
		}
		for i, next := range l.Series[0].Next(300) {
			at := from.Add(time.Duration(n+i) * step).In(zone)
			clock := l.Clock(l.Series[0], len(l.Series[0].Values)+next.Wall).Format(time.TimeOnly)
			if next.Timestamp != at.Format(layout) || next.Wall >= 0 && clock != at.Format(time.TimeOnly) && i > 3 {
				t.Fatalf("step %d is %s at %s on the wall, want %s", i, next.Timestamp, clock, at.Format(layout))
			}
		}
	})
}

func TestTheHourThatComesTwiceIsTwoSteps(t *testing.T) {
	t.Parallel()
	rows := header + "a,2026-11-01 00:00,8\na,2026-11-01 01:00,3\na,2026-11-01 01:00,5\na,2026-11-01 02:00,7\n"
	l := read(t, rows, tables.Options{Zone: zoneOf(t, "America/New_York")})
	if diff := cmp.Diff([]float64{8, 4, 7}, l.Series[0].Values); diff != "" {
		t.Errorf("on the wall (-want +got):\n%s", diff)
	}
	_, err := tables.Read(strings.NewReader(rows), tables.Options{})
	if wrapcast.KindOf(err) != wrapcast.InvalidData || !strings.Contains(wrapcast.Hint(err), "--tz") {
		t.Errorf("without a zone: %v, hint %q", err, wrapcast.Hint(err))
	}
	for name, more := range map[string]string{"three times": "a,2026-11-01 01:00,1\n", "on another day": "a,2026-11-01 00:00,1\n"} {
		_, err := tables.Read(strings.NewReader(rows+more), tables.Options{Zone: zoneOf(t, "America/New_York")})
		if wrapcast.KindOf(err) != wrapcast.InvalidData {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnHourThatNeverWasIsLeftOutOrRefused(t *testing.T) {
	t.Parallel()
	rows := header + "a,2026-03-08 01:00,8\na,2026-03-08 02:00,%s\na,2026-03-08 03:00,5\na,2026-03-08 04:00,5\n"
	o := tables.Options{Zone: zoneOf(t, "America/New_York")}
	l := read(t, fmt.Sprintf(rows, "0"), o)
	if diff := cmp.Diff([]float64{8, math.NaN(), 5, 5}, l.Series[0].Values, cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
	_, err := tables.Read(strings.NewReader(fmt.Sprintf(rows, "4")), o)
	if err == nil || !strings.Contains(err.Error(), "line 3") || !strings.Contains(wrapcast.Hint(err), "--tz") {
		t.Errorf("%v", err)
	}
}

func TestOffsetsComeOutAsTheyCameIn(t *testing.T) {
	t.Parallel()
	newYork := zoneOf(t, "America/New_York")
	for _, c := range []struct {
		name, rows string
		zone       *time.Location
		next       string
	}{
		{"days at midnight of an offset", "a,2026-02-28T00:00:00-05:00,1\na,2026-03-01T00:00:00-05:00,1\n", nil,
			"2026-03-02T00:00:00-05:00"},
		{"days at a time of day", "a,2026-02-28T05:30:00Z,1\na,2026-03-01T05:30:00Z,1\n", nil, "2026-03-02T05:30:00Z"},
		{"days of a zone, written in UTC", "a,2026-02-28T05:00:00Z,1\na,2026-03-01T05:00:00Z,1\n", newYork,
			"2026-03-02T05:00:00Z"},
		{"days at noon without an offset", "a,2026-02-28 12:00,1\na,2026-03-01 12:00,1\n", nil, "2026-03-02 12:00"},
		{"hours of an offset", "a,2026-03-08T00:00:00+05:30,1\na,2026-03-08T01:00:00+05:30,1\n", nil,
			"2026-03-08T02:00:00+05:30"},
		{"hours of a zone, written in UTC", "a,2026-03-08T05:00:00Z,1\na,2026-03-08T06:00:00Z,1\n", newYork,
			"2026-03-08T07:00:00Z"},
		{"compact dates", "a,20260227,1\na,20260228,1\n", nil, "20260301"},
	} {
		if got := timestamps(read(t, header+c.rows, tables.Options{Zone: c.zone}).Series[0], 1); got[0] != c.next {
			t.Errorf("%s: goes on with %s, want %s", c.name, got[0], c.next)
		}
	}
}

func TestOffsetsThatChangeAreToldOf(t *testing.T) {
	t.Parallel()
	rows := header + "a,2026-11-01T01:00:00-04:00,1\na,2026-11-01T01:00:00-05:00,1\na,2026-11-01T02:00:00-05:00,1\n"
	if notes := read(t, rows, tables.Options{}).Notes; len(notes) != 1 || !strings.Contains(notes[0], "--tz") {
		t.Errorf("notes %q", notes)
	}
	if notes := read(t, rows, tables.Options{Zone: zoneOf(t, "America/New_York")}).Notes; len(notes) != 0 {
		t.Errorf("with a zone: notes %q", notes)
	}
}

// byDay writes a series by day from Monday 2026-01-05 on; a value below zero is a day without a row.
func byDay(id string, values ...float64) string {
	var b strings.Builder
	for i, v := range values {
		if v >= 0 {
			fmt.Fprintf(&b, "%s,%s,%v\n", id, wrapcast.NewDate(2026, 1, 5)+wrapcast.Date(i), v)
		}
	}
	return b.String()
}

func weeks(n int, week ...float64) []float64 { return slices.Repeat(week, n) }

func TestAPatternSaysWhatAStepWithoutARowMeans(t *testing.T) {
	t.Parallel()
	busy := byDay("busy", weeks(4, 80, 81, 82, 83, 84, 30, 20)...)
	for _, c := range []struct {
		name, rows, note string
		missing, zeros   int
		closed           int
	}{
		{"weekdays that are never there are closed", byDay("a", weeks(4, 60, 61, 62, 63, -1, -1, -1)...), "closed", 9, 0, 9},
		{"so are most of them", byDay("a", weeks(4, -1, -1, -1, -1, -1, 60, 61)...), "closed", 15, 0, 15},
		{"two weeks prove nothing", byDay("a", weeks(2, 60, 61, 62, 63, -1, -1, -1)...), "unknown", 3, 0, 0},
		{"a rare count has rows where something came", byDay("a", weeks(4, 1, -1, -1, 2, -1, -1, -1, -1)...), "zero", 0, 18, 0},
		{"a count of one a day has a row on two days of three", byDay("a", weeks(3, 1, 1, -1, 2, 1, -1, 1, 3, -1, 1)...),
			"zero", 0, 9 - 1, 0},
		{"a busy count has not", byDay("a", weeks(3, 50, 60, -1, 55, 61, -1, 57, 52, 60, 50)...), "unknown", 6, 0, 0},
		{"a file that writes zeros leaves gaps", byDay("a", weeks(4, 1, -1, -1, 0, -1, 2)...), "unknown", 12, 0, 0},
		{"amounts are no counts", byDay("a", weeks(4, 1.5, -1, -1, 2, -1, 1)...), "unknown", 12, 0, 0},
	} {
		l := read(t, header+busy+c.rows, tables.Options{Frequency: tables.Daily})
		s := l.Series[1]
		var got struct{ missing, zeros, closed int }
		for i, v := range s.Values {
			switch {
			case math.IsNaN(v) && s.Closed(i):
				got.closed, got.missing = got.closed+1, got.missing+1
			case math.IsNaN(v):
				got.missing++
			case v == 0:
				got.zeros++
			}
		}
		if got.missing != c.missing || got.closed != c.closed || c.note == "zero" && got.zeros < c.zeros {
			t.Errorf("%s: %+v", c.name, got)
		}
		if notes := strings.Join(l.Notes, "\n"); !strings.Contains(notes, "taken for "+c.note) || !strings.Contains(notes, "a") {
			t.Errorf("%s: notes %q", c.name, notes)
		}
		plain := read(t, header+busy+c.rows, tables.Options{Frequency: tables.Daily, Fill: tables.FillNone})
		if s := plain.Series[1]; slices.Contains(s.Values, 0) != strings.Contains(c.rows, ",0\n") || s.Closed(6) {
			t.Errorf("%s: --fill none has %v", c.name, s.Values)
		}
	}
}

func TestACountOfRareContactsEndsWhereTheFileEnds(t *testing.T) {
	t.Parallel()
	rows := header + byDay("busy", weeks(4, 80, 81, 82, 83, 84, 30, 20)...) + byDay("rare", 1, -1, -1, -1, 1, -1, -1, -1, -1, 2)
	for _, fill := range []tables.Filling{tables.FillPattern, tables.FillZero} {
		if got := timestamps(read(t, rows, tables.Options{Fill: fill}).Series[1], 1); got[0] != "2026-02-02" {
			t.Errorf("fill %q: goes on with %s", fill, got[0])
		}
	}
	l := read(t, rows, tables.Options{Fill: tables.FillNone})
	if got := timestamps(l.Series[1], 1); got[0] != "2026-01-15" || !strings.Contains(strings.Join(l.Notes, ""), "rare (2026-01-14)") {
		t.Errorf("left alone: goes on with %s, notes %q", got[0], l.Notes)
	}
}

func TestALongerStepAmongTheFilesIsRefused(t *testing.T) {
	t.Parallel()
	busy := byDay("busy", weeks(6, 80, 81, 82, 83, 84, 30, 20)...)
	weekly := header + busy + byDay("a", weeks(6, 600, -1, -1, -1, -1, -1, -1)...)
	_, err := tables.Read(strings.NewReader(weekly), tables.Options{})
	if err == nil || !strings.Contains(err.Error(), `"a"`) || !strings.Contains(wrapcast.Hint(err), "--freq W") {
		t.Errorf("%v, hint %q", err, wrapcast.Hint(err))
	}
	for fill, want := range map[tables.Filling]float64{tables.FillZero: 0, tables.FillNone: math.NaN()} {
		got := read(t, weekly, tables.Options{Fill: fill}).Series[1].Values[3]
		if got != want && !math.IsNaN(want) || math.IsNaN(got) != math.IsNaN(want) {
			t.Errorf("fill %q: %v on a day without a row", fill, got)
		}
	}
	every5th := byDay("a", weeks(8, 1, -1, -1, -1, -1)...)
	if _, err := tables.Read(strings.NewReader(header+busy+every5th), tables.Options{}); err != nil {
		t.Errorf("a row every fifth day: %v", err)
	}
}

// TestOffsetsAndDigitsComeOutAsTheyCameIn covers what programs write for the same instants.
func TestOffsetsAndDigitsComeOutAsTheyCameIn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, zone, rows, want string }{
		{"+00:00", "", "a,2026-03-01T00:00:00+00:00,1\na,2026-03-02T00:00:00+00:00,1\n", "2026-03-03T00:00:00+00:00"},
		{"Z", "", "a,2026-03-01T00:00:00Z,1\na,2026-03-02T00:00:00Z,1\n", "2026-03-03T00:00:00Z"},
		{"thousandths", "", "a,2026-03-01T00:00:00.000Z,1\na,2026-03-02T00:00:00.000Z,1\n", "2026-03-03T00:00:00.000Z"},
		{"no offset", "", "a,2026-03-01 00:00:00.00,1\na,2026-03-02 00:00:00.00,1\n", "2026-03-03 00:00:00.00"},
		{"London in UTC", "Europe/London", "a,2026-03-27T00:00:00Z,1\na,2026-03-28T00:00:00Z,1\na,2026-03-29T00:00:00Z,1\n",
			"2026-03-29T23:00:00Z"},
		{"London on its clock", "Europe/London",
			"a,2026-03-27T00:00:00+00:00,1\na,2026-03-28T00:00:00+00:00,1\na,2026-03-29T00:00:00+00:00,1\n", "2026-03-30T00:00:00+01:00"},
		{"dates at midnight of UTC", "America/New_York",
			"a,2026-10-30T00:00:00Z,1\na,2026-10-31T00:00:00Z,1\na,2026-11-01T00:00:00Z,1\n", "2026-11-02T00:00:00Z"},
		{"midnights of New York in UTC", "America/New_York",
			"a,2026-10-31T04:00:00Z,1\na,2026-11-01T04:00:00Z,1\n", "2026-11-02T05:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := tables.Options{}
			if c.zone != "" {
				o.Zone = zoneOf(t, c.zone)
			}
			l := read(t, header+c.rows, o)
			if got := l.Series[0].Next(1)[0].Timestamp; got != c.want {
				t.Errorf("the next step is %s, want %s", got, c.want)
			}
		})
	}
}

func TestDaysOfAnotherClockAreTheDatesWritten(t *testing.T) {
	t.Parallel()
	l := read(t, header+"a,2026-07-03T00:00:00Z,1\na,2026-07-04T00:00:00Z,1\n",
		tables.Options{Zone: zoneOf(t, "America/New_York")})
	if got := l.Clock(l.Series[0], 1).Format(time.DateOnly); got != "2026-07-04" {
		t.Errorf("the second day is %s", got)
	}
	if len(l.Notes) != 1 || !strings.Contains(l.Notes[0], "the dates that are written") {
		t.Errorf("notes %q", l.Notes)
	}
}
