package calendar

import (
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
)

// By the laws themselves; where the library has them otherwise, its day is in the column of days that are ordinary.
func TestHolidaysAreThoseOfTheLaw(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ region, holidays, ordinary string }{
		{"MX", "2026-02-02 2026-03-16 2026-11-16 2026-12-25 2024-10-01",
			"2026-02-05 2026-03-20 2026-03-21 2027-12-24 2024-12-01"},
		{"AR", "2026-04-03 2026-06-15 2026-08-17 2025-11-24 2026-10-12", "2026-06-17 2025-11-20"},
		{"LU", "2026-06-23 2026-05-09", "2026-07-23 2018-05-09"},
		{"NZ", "2022-06-24 2026-07-10 2022-09-26", "2021-06-24"},
		{"CH-GE", "2026-09-10 2027-09-09 2026-12-31", "2026-06-04"},
		{"CH-VD", "2026-09-21 2027-09-20", "2026-09-14"},
		{"UA", "2026-10-01 2026-07-15 2026-12-25 2026-04-12 2026-05-08 2022-10-14 2023-01-07",
			"2026-10-14 2026-01-07 2026-05-09 2026-07-28"},
		{"AU-WA", "2026-04-05 2022-04-17", "2021-04-04"}, {"AU-SA", "2026-04-05", "2023-04-09"},
		{"AU-NT", "2026-04-05", "2022-04-17"},
		{"IT", "2026-10-04 2026-04-05", "2025-10-04"},
		{"GB-SCT", "2022-09-19 2026-11-30", "2026-08-31"},
		{"SK", "2025-09-15 2023-09-01 2024-11-17 2027-05-08", "2026-09-15 2024-09-01 2025-11-17 2026-05-08"},
		{"CA", "2026-05-18 2026-09-30 2028-10-02 2026-12-28", "2026-08-03 2026-04-06 2020-09-30"},
		{"CA-QC", "2026-06-24 2026-05-18", "2026-02-16 2026-11-11"},
		{"CA-BC", "2026-02-16 2018-02-12 2026-08-03 2023-09-30", "2022-09-30"},
		{"CA-NL", "2026-07-01 2026-11-11", "2026-05-18"},
		{"US-CA", "2026-03-31 2026-11-27 2024-04-01 2026-11-26", "2026-10-12"},
		{"US-TX", "2026-11-27 2026-12-24 2026-12-26", "2026-10-12"},
		{"US-NV", "2026-10-30 2024-11-29", "2024-11-22"}, {"US-LA", "2026-02-17 2026-04-03", "2025-11-04"},
		{"US-HI", "2026-03-26 2026-06-11 2026-08-21 2026-11-03", "2025-11-04"},
		{"US-NY", "2025-11-04 2026-02-12 2026-07-03", "2026-02-13"},
		{"IN", "2026-11-08 2026-03-04 2026-08-15 2026-10-20", "2026-11-09"},
	} {
		a := resolved(t, wrapcast.Calendar{Holidays: []string{c.region}}, "2018-01-01", "2030-12-31")
		for day := range strings.FieldsSeq(c.holidays) {
			if len(a.Names(date(day))) == 0 {
				t.Errorf("%s: %s is no holiday", c.region, day)
			}
		}
		for day := range strings.FieldsSeq(c.ordinary) {
			if names := a.Names(date(day)); len(names) > 0 {
				t.Errorf("%s: %s is %v, and should be an ordinary day", c.region, day, names)
			}
		}
	}
}

func TestAllStatesAndProvincesAreOffered(t *testing.T) {
	t.Parallel()
	count := map[string]int{}
	for _, r := range HolidayRegions() {
		country, _, _ := strings.Cut(r.Region, "-")
		count[country]++
	}
	for country, want := range map[string]int{"US": 52, "CA": 14, "IN": 1, "DE": 17, "CH": 27, "GB": 5, "AU": 8} {
		if count[country] != want { // the states, the District of Columbia, and the whole
			t.Errorf("%d regions of %s, want %d", count[country], country, want)
		}
	}
}

func TestRulesOfTheTable(t *testing.T) {
	t.Parallel()
	for rule, want := range map[string]string{
		"12 june": "2026-06-12", "monday 3 march": "2026-03-16", "monday last may": "2026-05-25",
		"friday from 20 june": "2026-06-26", "friday from 26 june": "2026-06-26", "monday by 24 may": "2026-05-18",
		"monday by 18 may": "2026-05-18", "easter": "2026-04-05", "easter -2": "2026-04-03", "easter +60": "2026-06-04",
		"orthodox": "2026-04-12", "orthodox +1": "2026-04-13", "thursday 4 november +1": "2026-11-27",
		"on 2025-06-20 2026-07-10": "2026-07-10", "on 2025-06-20": "",
	} {
		days, err := parseRule(rule)
		got := ""
		if err == nil && len(days(2026)) > 0 {
			got = days(2026)[0].String()
		}
		if err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", rule, got, err, want)
		}
	}
	for _, wrong := range []string{"", "sometime", "32 june", "12 juni", "monday 6 may", "moonday 1 may", "monday from 1",
		"easter +x", "monday at 1 may", "on yesterday", "friday from 40 june"} {
		if _, err := parseRule(wrong); err == nil {
			t.Errorf("%q is taken for a rule", wrong)
		}
	}
}

func TestYearsAndMovesOfTheTable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "2021 2022 2023 2024", "2022-": "2022 2023 2024", "-2022": "2021 2022",
		"2021,2023": "2021 2023", "2021-2022,2024": "2021 2022 2024", "even": "2022 2024", "even 2023-": "2024"} {
		in, err := parseYears(text)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for year := 2021; year <= 2024; year++ {
			if in(year) {
				got = append(got, wrapcast.NewDate(year, 1, 1).String()[:4])
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %v, want %s", text, got, want)
		}
	}
	known := map[string][]holiday{"A": nil}
	if err := amend(known, "B from A: a law\n  4 july | X | 2020- | sat-1 sun+1\n  4 july | Y | | moved sat-1 sun+1\n"); err != nil {
		t.Fatal(err)
	}
	also, instead := known["B"][0].on(2026)[0], known["B"][1].on(2026)[0] // a Saturday
	if also.actual != date("2026-07-04") || also.observed != date("2026-07-03") ||
		instead.actual != date("2026-07-03") || instead.observed != instead.actual || known["B"][0].on(2019) != nil {
		t.Errorf("%v, %v", also, instead)
	}
	for _, wrong := range []string{"B from Z: a law", "B from A", "  4 july | X", "B: a law\n  4 july", "B: a law\n drop | X",
		"B: a law\n 4 july | X | twenty", "B: a law\n 4 july | X | | sat", "B: a law\n 4 july | X | | sat+x",
		"B: a law\n 4 july | X | | | more"} {
		if err := amend(map[string][]holiday{"A": nil}, wrong); err == nil || !strings.Contains(err.Error(), "line ") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

func TestOrthodoxEaster(t *testing.T) {
	t.Parallel()
	for year, want := range map[int]string{2008: "2008-04-27", 2013: "2013-05-05", 2014: "2014-04-20", 2021: "2021-05-02",
		2024: "2024-05-05", 2025: "2025-04-20", 2026: "2026-04-12", 2027: "2027-05-02", 2030: "2030-04-28"} {
		if got := orthodoxEaster(year); got != date(want) {
			t.Errorf("%d: %s, want %s", year, got, want)
		}
	}
}

func BenchmarkRegions(b *testing.B) {
	for b.Loop() {
		if _, err := regions(); err != nil {
			b.Fatal(err)
		}
	}
}
