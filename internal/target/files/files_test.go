package files_test

import (
	"encoding/csv"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/target/files"
)

func date(t interface{ Fatal(...any) }, text string) wrapcast.Date {
	d, err := wrapcast.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func zone(t interface{ Fatal(...any) }, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// input has one subject with so many contacts in every quarter-hour of some days.
func input(t interface{ Fatal(...any) }, in, from string, days int, each float64) files.Input {
	loc, first := zone(t, in), date(t, from)
	n := 0
	for d := range wrapcast.Date(days) {
		n += (first + d).QuarterHours(loc)
	}
	return files.Input{Zone: loc, From: first, Days: days, WeekStart: time.Monday, Subjects: []files.Subject{{ID: "q", Name: "Billing",
		Channel: "voice", Offered: slices.Repeat([]float64{each}, n), Seconds: slices.Repeat([]float64{240}, n)}}}
}

func records(t *testing.T, tpl files.Template, in files.Input) [][]string {
	t.Helper()
	f, err := files.New(tpl, in, "forecast.csv")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(b.String()))
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func named(t *testing.T, name string) files.Template {
	t.Helper()
	tpl, err := files.Named(name)
	if err != nil {
		t.Fatal(err)
	}
	return tpl
}

func TestGenesysTakesUTCAndPlanningGroups(t *testing.T) {
	t.Parallel()
	rows := records(t, named(t, "genesys-import-forecast"), input(t, "America/New_York", "2026-12-07", 7, 1.5))
	if got := strings.Join(rows[0], "|"); got != "Interval Start UTC Date|Planning Group|Number Offered|Average Handle Time (Seconds)" {
		t.Errorf("headings %s", got)
	}
	if got := strings.Join(rows[1], "|"); got != "2026-12-07T05:00:00Z|Billing|1.50|240.00" {
		t.Errorf("first row %s", got)
	}
	if len(rows) != 1+7*96 || rows[len(rows)-1][0] != "2026-12-14T04:45:00Z" {
		t.Errorf("%d rows to %s", len(rows), rows[len(rows)-1][0])
	}
	seen := map[string]bool{}
	for _, r := range rows[1:] {
		if seen[r[0]+r[1]] {
			t.Errorf("two rows of %s", r[0])
		}
		seen[r[0]+r[1]] = true
	}
	if _, err := files.New(named(t, "genesys-import-forecast"), input(t, "UTC", "2026-12-07", 49, 1), "f.csv"); wrapcast.KindOf(err) != wrapcast.InvalidData ||
		!strings.Contains(err.Error(), "49 days, and may have 42") {
		t.Errorf("seven weeks: %v", err)
	}
}

func TestCalabrioTakesLocalTimesAndNoHeadings(t *testing.T) {
	t.Parallel()
	in := input(t, "Europe/Berlin", "2026-12-07", 1, 2)
	rows := records(t, named(t, "calabrio-forecast"), in)
	if got := strings.Join(rows[0], "|"); got != "Billing|20261207 00:00|20261207 00:15|2.00|240.00|0" || len(rows) != 96 {
		t.Errorf("%d rows, the first %s", len(rows), got)
	}
	in.Subjects[0].Name = strings.Repeat("x", 51)
	if _, err := files.New(named(t, "calabrio-forecast"), in, "f.csv"); err == nil || !strings.Contains(err.Error(), "51 characters") {
		t.Errorf("a long name: %v", err)
	}
}

// The hour that comes twice is one row with the contacts of both, or two rows with one name; the one that never comes has
// none.
func TestClocksChange(t *testing.T) {
	t.Parallel()
	tpl := named(t, "calabrio-forecast")
	at := func(rows [][]string, start string) (found []string) {
		for _, r := range rows {
			if r[1] == start {
				found = append(found, r[3])
			}
		}
		return found
	}
	autumn := input(t, "Europe/Berlin", "2026-10-25", 1, 2)
	if got := at(records(t, tpl, autumn), "20261025 02:15"); !slices.Equal(got, []string{"4.00"}) {
		t.Errorf("added: %v", got)
	}
	tpl.Layout.TwiceComing = "both"
	if got := at(records(t, tpl, autumn), "20261025 02:15"); !slices.Equal(got, []string{"2.00", "2.00"}) {
		t.Errorf("both: %v", got)
	}
	spring := records(t, tpl, input(t, "Europe/Berlin", "2026-03-29", 1, 2))
	if got := at(spring, "20260329 02:15"); got != nil || len(spring) != 92 {
		t.Errorf("an hour that never comes: %v, %d rows", got, len(spring))
	}
}

// Whatever the interval, the zone and the decimals: the file adds up to the forecast within half a unit of its last
// decimal for each subject, a day within one, and what is closed stays zero.
func TestSumsAreTheForecasts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := input(t, rapid.SampledFrom([]string{"Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC"}).Draw(t, "zone"),
			rapid.SampledFrom([]string{"2026-10-24", "2026-03-28", "2026-12-07", "2026-10-31"}).Draw(t, "from"), rapid.IntRange(1, 3).Draw(t, "days"), 0)
		total := 0.0
		for i := range in.Subjects[0].Offered {
			if rapid.Bool().Draw(t, "open") {
				in.Subjects[0].Offered[i] = rapid.Float64Range(0, 40).Draw(t, "contacts")
			}
			total += in.Subjects[0].Offered[i]
		}
		tpl := files.Template{Name: "own", Of: "queue", Interval: rapid.SampledFrom([]string{"15", "30", "60", "day"}).Draw(t, "interval"),
			Round: files.Rounding{Contacts: rapid.IntRange(0, 3).Draw(t, "decimals")}, Columns: []files.Column{{Heading: "at", Value: "start"},
				{Heading: "who", Value: "name"}, {Heading: "n", Value: "contacts"}},
			Layout: files.Layout{TwiceComing: rapid.SampledFrom([]string{"add", "both"}).Draw(t, "twice")}}
		f, err := files.New(tpl, in, "f.csv")
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, r := range rows[1:] {
			n, err := strconv.ParseFloat(r[2], 64)
			if err != nil || n < 0 {
				t.Fatalf("%v: %v", r, err)
			}
			sum += n
		}
		if unit := math.Pow10(-tpl.Round.Contacts); math.Abs(sum-total) > unit/2+1e-6 {
			t.Errorf("the file has %g contacts, the forecast %g", sum, total)
		}
	})
}

func TestATemplateIsToldAllThatIsWrongWithIt(t *testing.T) {
	t.Parallel()
	_, err := files.Parse([]byte("name: ours\nof: queu\nintervall: 15\ninterval: 20\nzone: Mars/Base\ncolumns:\n  - {heading: At, value: begin}\n  - {headng: Who, value: name}\nlayout: {separater: ;}\n"))
	if wrapcast.KindOf(err) != wrapcast.Usage {
		t.Fatalf("%v", err)
	}
	for _, want := range []string{`no key "intervall" (did you mean "interval"?)`, `no key "columns.headng" (did you mean "heading"?)`,
		`no key "layout.separater" (did you mean "separator"?)`, `of is "queu"; it is planning_group or queue`, `interval is "20"`, `zone "Mars/Base" is not known`,
		"column 2 has no heading", "a template needs columns with start, contacts"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("not told: %s\n%v", want, err)
		}
	}
	if _, err := files.Named("genesys"); wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(wrapcast.Hint(err), "genesys-import-forecast") {
		t.Errorf("%v, %s", err, wrapcast.Hint(err))
	}
}
