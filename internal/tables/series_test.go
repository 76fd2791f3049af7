package tables_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/tables"
)

const header = "series_id,timestamp,value\n"

func read(t *testing.T, text string, o tables.Options) *tables.File {
	t.Helper()
	l, err := tables.Read(strings.NewReader(text), o)
	if err != nil {
		t.Fatalf("reading: %v", err)
	}
	return l
}

func timestamps(s tables.Series, n int) []string {
	var out []string
	for _, step := range s.Next(n) {
		out = append(out, step.Timestamp)
	}
	return out
}

func TestAFileSaysByItsRowsHowFarItsStepsAreApart(t *testing.T) {
	t.Parallel()
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, rows string
		zone       *time.Location
		want       tables.Frequency
		next       []string
	}{
		{"plain integers are steps", "a,7,1\na,8,2\n", nil, tables.Steps, []string{"9", "10"}},
		{"dates a day apart", "a,2026-02-27,1\na,2026-02-28,2\n", nil, tables.Daily, []string{"2026-03-01", "2026-03-02"}},
		{"dates a week apart", "a,2026-11-02,1\na,2026-11-09,2\n", nil, tables.Weekly, []string{"2026-11-16", "2026-11-23"}},
		{"hours with a T", "a,2026-11-02T22:00:00,1\na,2026-11-02T23:00:00,2\n", nil, tables.Hourly, []string{"2026-11-03T00:00:00", "2026-11-03T01:00:00"}},
		{"quarter-hours with a space", "a,2026-11-02 22:00,1\na,2026-11-02 22:15,2\n", nil, tables.QuarterHourly, []string{"2026-11-02 22:30", "2026-11-02 22:45"}},
		{"half-hours", "a,2026-11-02T22:00,1\na,2026-11-02T22:30,2\n", nil, tables.HalfHourly, []string{"2026-11-02T23:00", "2026-11-02T23:30"}},
		{"a gap does not hide the step", "a,2026-11-02,1\na,2026-11-03,2\na,2026-11-04,2\na,2026-11-30,2\n", nil, tables.Daily, []string{"2026-12-01"}},
		{"hours without an offset do not know clock changes", "a,2026-03-08T01:00:00,1\na,2026-03-08T02:00:00,2\n", nil, tables.Hourly, []string{"2026-03-08T03:00:00"}},
		{"instants are hours of a zone that jumps", "a,2026-03-08T00:00:00-05:00,1\na,2026-03-08T01:00:00-05:00,2\n", newYork, tables.Hourly, []string{"2026-03-08T03:00:00-04:00"}},
		{"local days of 23 hours are days", "a,2026-03-07T00:00:00-05:00,1\na,2026-03-08T00:00:00-05:00,1\na,2026-03-09T00:00:00-04:00,2\n", newYork, tables.Daily, []string{"2026-03-10T00:00:00-04:00"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := read(t, header+c.rows, tables.Options{Zone: c.zone})
			if l.Frequency != c.want {
				t.Fatalf("frequency %s, want %s", l.Frequency, c.want)
			}
			if diff := cmp.Diff(c.next, timestamps(l.Series[0], len(c.next))); diff != "" {
				t.Errorf("next timestamps (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMissingRowsAndEmptyValuesAreGapsNotZeros(t *testing.T) {
	t.Parallel()
	rows := header + "a,3,\na,1,5\na,4,NA\na,6,2\na,7,\n"
	nan := math.NaN()
	for _, c := range []struct {
		name string
		fill tables.Filling
		want []float64
	}{
		{"as they are", tables.FillNone, []float64{5, nan, nan, nan, nan, 2, nan}},
		{"filled inside the series", tables.FillZero, []float64{5, 0, 0, 0, 0, 2, nan}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := read(t, rows, tables.Options{Fill: c.fill})
			same := cmp.Comparer(func(x, y float64) bool { return x == y || math.IsNaN(x) && math.IsNaN(y) })
			if diff := cmp.Diff(c.want, l.Series[0].Values, same); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBadFilesAreRefusedWithTheLineAndWhatToDo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"an empty file", "", "the file is empty"},
		{"a header alone", header, "no rows"},
		{"no times", "name,colour\na,red\n", "the first line"},
		{"text in a number column", header + "a,1,1\na,2,many\n", `line 3: value "many" is not a number`},
		{"an infinite number", header + "a,1,1\na,2,Inf\n", "line 3"},
		{"a number too large for a machine", header + "a,1,1e999\n", "line 2"},
		{"a million-character field", header + "a,1," + strings.Repeat("9", 1_000_000) + "\n", "1000000 characters"},
		{"binary junk", "\x00\x01\x02\xff\xfe\n\x00,\x01", "line 1 is not text"},
		{"binary junk below the header", header + "a,1,1\n\x00\xfe,2,1\n", "line 3 is not text"},
		{"duplicate rows", header + "a,1,1\nb,1,1\na,1,2\n", `line 4: series "a" has 1 twice, first on line 2`},
		{"too few columns", header + "a,1\n", "wrong number of fields"},
		{"a bad timestamp", header + "a,tomorrow,1\n", `line 2: "tomorrow" is not a timestamp`},
		{"an offset and none", header + "a,2026-11-23T00:00:00Z,1\na,2026-11-24T00:00:00,1\n", "line 3"},
		{"a row off the grid", header + "a,2026-11-23T00:00:00,1\na,2026-11-23T01:00:00,1\na,2026-11-23T02:00:00,1\na,2026-11-23T02:20:00,1\n", "line 5"},
		{"a mistyped year", header + "a,2026-11-23T00:00:00,1\na,2026-11-23T00:15:00,1\na,9026-11-23T00:00:00,1\n", "for 3 rows"},
		{"ten days", header + "a,2026-01-01,1\na,2026-01-11,1\na,2026-01-21,1\na,2026-01-31,1\n", "none of"},
		{"a single dated row", header + "a,2026-01-01,1\n", "how far apart"},
		{"a truncated gzip file", "\x1f\x8b\x08\x00", "not CSV"},
		{"no series id", header + ",1,1\n", "line 2 has no series_id"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := tables.Read(strings.NewReader(c.text), tables.Options{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v, want one with %q", err, c.want)
			}
			if wrapcast.KindOf(err) != wrapcast.InvalidData {
				t.Errorf("kind %s", wrapcast.KindOf(err))
			}
			if len(err.Error()) > 300 {
				t.Errorf("the message has %d characters", len(err.Error()))
			}
		})
	}
}

func TestDatesDoNotGoWithPlainSteps(t *testing.T) {
	t.Parallel()
	_, err := tables.Read(strings.NewReader(header+"a,2026-11-23,1\n"), tables.Options{Frequency: tables.Steps})
	if wrapcast.KindOf(err) != wrapcast.InvalidData || wrapcast.Hint(err) == "" {
		t.Errorf("error %v", err)
	}
}

func TestGzippedFilesAndByteOrderMarksAreRead(t *testing.T) {
	t.Parallel()
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	_, _ = w.Write([]byte("\ufeff" + header + "a,1,5\n"))
	_ = w.Close()
	l := read(t, z.String(), tables.Options{})
	if len(l.Series) != 1 || l.Series[0].Values[0] != 5 {
		t.Errorf("read %+v", l.Series)
	}
}

func TestSeriesKeepTheOrderOfTheFileAndForecastsComeOutInIt(t *testing.T) {
	t.Parallel()
	l := read(t, header+"zebra,1,1\napple,1,1\nzebra,2,1\n", tables.Options{})
	f := tables.Forecast{Mean: []float64{1.5}, Median: []float64{1},
		Bands: []wrapcast.Band{{Level: 0.8, Lower: []float64{0}, Upper: []float64{3}}, {Level: 0.975, Lower: []float64{0}, Upper: []float64{4}}}}
	var out strings.Builder
	if err := l.WriteForecast(&out, []tables.Forecast{f, f}); err != nil {
		t.Fatal(err)
	}
	want := "series_id,timestamp,mean,median,lo-80,hi-80,lo-97.5,hi-97.5\nzebra,3,1.5,1,0,3,0,4\napple,2,1.5,1,0,3,0,4\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestAnIDThatLooksLikeAFormulaIsQuotedAndReadAsItWas(t *testing.T) {
	t.Parallel()
	l := read(t, header+"=cmd(),1,1\n＋49,1,1\nit's,1,1\n", tables.Options{})
	f := tables.Forecast{Mean: []float64{1}, Median: []float64{1}}
	var out strings.Builder
	if err := l.WriteForecast(&out, []tables.Forecast{f, f, f}); err != nil {
		t.Fatal(err)
	}
	want := "series_id,timestamp,mean,median\n'=cmd(),2,1,1\n'＋49,2,1,1\nit's,2,1,1\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
	again := read(t, strings.Replace(out.String(), "mean", "value", 1), tables.Options{})
	for i, s := range again.Series {
		if s.ID != l.Series[i].ID {
			t.Errorf("%q is read as %q", l.Series[i].ID, s.ID)
		}
	}
}

func TestNamesThatLookAlikeAreTold(t *testing.T) {
	t.Parallel()
	l := read(t, header+"Refund,1,1\nRefund ,2,1\nrefund,1,1\nSale,1,1\n", tables.Options{})
	if len(l.Series) != 3 || len(l.Notes) == 0 || !strings.Contains(l.Notes[0], `"Refund" and "refund"`) {
		t.Errorf("%d series, %q", len(l.Series), l.Notes)
	}
}

func TestRowsInAnyOrderGiveTheSameSeries(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := []string{"a,2026-10-30,1", "a,2026-10-31,2", "a,2026-11-01,3", "a,2026-11-02,4", "a,2026-11-05,5"}
		shuffled := rapid.Permutation(rows).Draw(t, "rows")
		sorted, err := tables.Read(strings.NewReader(header+strings.Join(rows, "\n")), tables.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := tables.Read(strings.NewReader(header+strings.Join(shuffled, "\n")), tables.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range sorted.Series[0].Values {
			if w := got.Series[0].Values[i]; v != w && !(math.IsNaN(v) && math.IsNaN(w)) {
				t.Fatalf("step %d is %v, sorted %v", i, w, v)
			}
		}
	})
}

// FuzzRead reads anything, of any shape: nothing panics, what is read is read the same way twice, and every series goes
// on.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/corpus/*")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil && !strings.HasSuffix(file, ".golden") {
			f.Add(string(text), false)
		}
	}
	f.Add(header+"a,1,1\n", false)
	f.Add(header+"a,2026-11-23T00:00:00-05:00,1\nb,2026-11-24T00:00:00-05:00,\n", true)
	f.Add(header+"a,2026-11-01 00:00,1\na,2026-11-01 01:00,1\na,2026-11-01 01:00,1\na,2026-11-01 02:00,1\n", true)
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string, inZone bool) {
		var zone *time.Location
		if inZone {
			zone = newYork
		}
		l, err := tables.Read(strings.NewReader(text), tables.Options{Zone: zone})
		again, err2 := tables.Read(strings.NewReader(text), tables.Options{Zone: zone})
		if err != nil {
			if err2 == nil || err2.Error() != err.Error() {
				t.Fatalf("%v, and then %v", err, err2)
			}
			return
		}
		if err2 != nil || fmt.Sprint(l.Reading, l.Notes) != fmt.Sprint(again.Reading, again.Notes) {
			t.Fatalf("read otherwise: %v, %v", again, err2)
		}
		for i, s := range l.Series {
			if again.Series[i].ID != s.ID || len(again.Series[i].Values) != len(s.Values) ||
				len(s.Values) < 5000 && fmt.Sprint(again.Series[i].Values) != fmt.Sprint(s.Values) {
				t.Fatalf("series %q is read otherwise", s.ID)
			}
			if len(s.Values) == 0 {
				t.Errorf("series %q has no values", s.ID)
			}
			if next := s.Next(30); len(next) != 30 || next[29].Wall < 25 {
				t.Errorf("series %q goes on with %v", s.ID, next)
			}
		}
	})
}

// pivot writes a row per day on which a count that begins on 2026-01-05 has contacts.
func pivot(id string, counts []int) string {
	var b strings.Builder
	first := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	for i, n := range counts {
		if n > 0 {
			fmt.Fprintf(&b, "%s,%s,%d\n", id, first.AddDate(0, 0, i).Format(time.DateOnly), n)
		}
	}
	return b.String()
}

// TestWhatCountsAsRowsOnlyWhereSomethingCame looks at one code beside a busy one.
func TestWhatCountsAsRowsOnlyWhereSomethingCame(t *testing.T) {
	t.Parallel()
	daily := func(count func(day int) int) []int {
		out := make([]int, 140)
		for i := range out {
			out[i] = count(i)
		}
		return out
	}
	busy := daily(func(d int) int { return 70 + d*7919%20 })
	for _, c := range []struct {
		name  string
		rows  []int
		zeros bool
	}{
		{"once", daily(func(d int) int { return map[int]int{40: 1}[d] }), true},
		{"twice within days", daily(func(d int) int { return map[int]int{40: 2, 42: 1}[d] }), true},
		{"busy on weekdays, rare at weekends", daily(func(d int) int {
			if d%7 >= 5 {
				return d % 7 % 5 * (d / 7 % 2)
			}
			return 3 + d%3
		}), true},
		{"a hole of most of the history", daily(func(d int) int {
			if d > 20 && d < 130 {
				return 0
			}
			return 70 + d%5
		}), false},
		{"ended", daily(func(d int) int { return max(0, 40*(80-d)/80) }), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := read(t, header+pivot("busy", busy)+pivot("code", c.rows), tables.Options{})
			s := l.Series[1]
			zeros := !slices.ContainsFunc(s.Values, math.IsNaN) && s.Timestamp(len(s.Values)-1) == "2026-05-24"
			if zeros != c.zeros {
				t.Errorf("filled up to the file's end is %v: %v", zeros, s.Values)
			}
		})
	}
}

// TestTheStepOfAFileOfRareCodes is a day where rows lie any number of days apart.
func TestTheStepOfAFileOfRareCodes(t *testing.T) {
	t.Parallel()
	counts := make([]int, 140)
	for i := range 30 {
		counts[i*i*37%140] = 1
	}
	if l := read(t, header+pivot("code", counts), tables.Options{}); l.Frequency != tables.Daily {
		t.Errorf("the step is %s", l.Frequency)
	}
	months := header
	for m := range 24 {
		months += fmt.Sprintf("a,%d-%02d-01,5\n", 2024+m/12, m%12+1)
	}
	if l := read(t, months, tables.Options{}); l.Frequency != tables.Monthly || timestamps(l.Series[0], 1)[0] != "2026-01-01" {
		t.Errorf("months: %s, then %v", l.Frequency, timestamps(l.Series[0], 1))
	}
}

// TestCompactTimesAreNoWholeNumbers reads them, and months and weeks of years.
func TestCompactTimesAreNoWholeNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		first, second, third, next string
		f                          tables.Frequency
	}{
		{"202611302200", "202611302300", "202612010000", "202612010100", tables.Hourly},
		{"20261130T233000", "20261130T234500", "20261201T000000", "20261201T001500", tables.QuarterHourly},
		{"20261130 22:00", "20261130 22:30", "20261130 23:00", "20261130 23:30", tables.HalfHourly},
		{"202698", "202699", "202700", "202701", tables.Steps},
	} {
		l := read(t, header+"a,"+c.first+",1\na,"+c.second+",2\na,"+c.third+",3\n", tables.Options{})
		if got := l.Series[0].Next(1)[0].Timestamp; l.Frequency != c.f || got != c.next {
			t.Errorf("after %s comes %s, by %s", c.third, got, l.Frequency)
		}
	}
	for _, c := range []struct {
		rows, next string
		f          tables.Frequency
	}{
		{"a,202611,1\na,202612,2\na,202701,3\n", "2027-02", tables.Monthly},
		{"a,202651,1\na,202652,2\na,202653,2\na,202701,3\n", "2027-W02", tables.Weekly},
	} {
		l := read(t, header+c.rows, tables.Options{})
		if got := l.Series[0].Next(1)[0].Timestamp; l.Frequency != c.f || got != c.next {
			t.Errorf("%q goes on with %s, by %s", c.rows, got, l.Frequency)
		}
	}
}
