package calendar

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
)

// world draws the days of codes with a week, times what factor says of a day.
func worldOf(codes, days int, from wrapcast.Date, factor func(code int, day wrapcast.Date) float64) [][]float64 {
	all := make([][]float64, codes)
	for i := range all {
		rng := rand.New(rand.NewPCG(uint64(i), 7))
		all[i] = make([]float64, days)
		for t := range all[i] {
			day := from + wrapcast.Date(t)
			mean := float64(4+3*i) * []float64{0.5, 1.4, 1.2, 1.1, 1.1, 1, 0.7}[day.Weekday()] * factor(i, day)
			all[i][t] = math.Max(0, math.Round(mean+1.3*math.Sqrt(mean)*rng.NormFloat64()))
		}
	}
	return all
}

func suggestFrom(t *testing.T, codes [][]float64, from wrapcast.Date, c wrapcast.Calendar,
	zone string) wrapcast.CalendarSuggestion {
	t.Helper()
	rc, err := Resolve(c, from, from+wrapcast.Date(len(codes[0]))+30)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Suggest(SuggestHistory{From: from, Codes: codes, Calendar: rc, Regions: c.Holidays, Zone: zone})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// onHolidays is what the public holidays of a region bring, and other days as other says.
func onHolidays(t *testing.T, region string, share float64, other func(int, wrapcast.Date) float64) func(int, wrapcast.Date) float64 {
	t.Helper()
	rc, err := Resolve(wrapcast.Calendar{Holidays: []string{region}}, date("2023-01-01"), date("2027-12-31"))
	if err != nil {
		t.Fatal(err)
	}
	return func(code int, day wrapcast.Date) float64 {
		if len(rc.Names(day)) > 0 {
			return share
		}
		return other(code, day)
	}
}

func ordinaryDay(int, wrapcast.Date) float64 { return 1 }

func TestTheRegionIsFoundWhoseHolidaysTheHistoryKeeps(t *testing.T) {
	t.Parallel()
	from := date("2024-11-29")
	for region, zone := range map[string]string{"US-MA": "America/New_York", "DE-BY": "Europe/Berlin", "MX": "",
		"GB-SCT": "Europe/London", "CA-QC": "America/Toronto", "NZ": "", "IN": "Asia/Kolkata"} {
		s := suggestFrom(t, worldOf(12, 730, from, onHolidays(t, region, 0.3, ordinaryDay)), from, wrapcast.Calendar{}, zone)
		if len(s.Regions) != 1 || s.Regions[0].Region != region && !slices.Contains(s.Regions[0].Alike, region) ||
			s.Regions[0].Fits < s.Regions[0].Of-2 || len(s.Unexplained()) > 2 {
			t.Errorf("%s: %+v, unexplained %+v", region, s.Regions, s.Unexplained())
		}
	}
}

func TestWhatTheCalendarNamesIsNotSuggestedAgain(t *testing.T) {
	t.Parallel()
	from := date("2024-11-29")
	codes := worldOf(12, 730, from, onHolidays(t, "US-MA", 0.3, ordinaryDay))
	s := suggestFrom(t, codes, from, wrapcast.Calendar{Holidays: []string{"US-MA"}}, "America/New_York")
	if len(s.Regions) != 0 || len(s.Moved) > 2 {
		t.Errorf("%+v", s)
	}
	s = suggestFrom(t, codes, from, wrapcast.Calendar{Holidays: []string{"US"}}, "America/New_York")
	if len(s.Regions) != 0 { // two days of Patriots are no region
		t.Errorf("%+v", s.Regions)
	}
	if len(s.Returning) != 1 || s.Returning[0].Event.Name != "3rd Monday of April" ||
		s.Returning[0].Event.Repeat != wrapcast.YearlyWeekday {
		t.Errorf("%+v, want Patriots' Day as a day that returns", s.Returning)
	}
}

func TestDaysThatReturnAreNamedAndReadyToBeAdded(t *testing.T) {
	t.Parallel()
	from := date("2024-06-03")
	factor := onHolidays(t, "US", 0.3, func(_ int, day wrapcast.Date) float64 {
		_, month, number := civil(day)
		switch text := day.String()[5:]; {
		case text == "12-24":
			return 0.4
		case text == "09-17":
			return 2.5
		case number == 1:
			return 1.5
		case month == 6 && number == 12 && day.Year() == 2025:
			return 0.2 // once
		}
		return 1
	})
	s := suggestFrom(t, worldOf(12, 900, from, factor), from, wrapcast.Calendar{}, "")
	got := map[string]wrapcast.ReturningDays{}
	for _, r := range s.Returning {
		got[r.Event.Name] = r
	}
	for name, want := range map[string]struct {
		from   string
		repeat wrapcast.Repeat
		change float64
	}{"day before Christmas Day": {"2024-12-24", wrapcast.Yearly, -0.6}, "17 September": {"2024-09-17", wrapcast.Yearly, 1.5},
		"1st of the month": {"2024-07-01", wrapcast.Monthly, 0.5}} {
		r := got[name]
		if r.Event.From != date(want.from) || r.Event.Repeat != want.repeat ||
			math.Abs(float64(r.Change)-want.change) > 0.2 {
			t.Errorf("%s: %+v, want %+v", name, r, want)
		}
	}
	if len(got) != 3 {
		t.Errorf("%d days return: %+v", len(got), s.Returning)
	}
	if left := s.Unexplained(); len(left) != 1 || left[0].Day != date("2025-06-12") || left[0].Change > -0.6 {
		t.Errorf("unexplained %+v, want 12 June 2025", left)
	}
	said := SuggestionFindings(s)
	if len(said) != 4 || said[0].Code != "calendar-suggestion" || said[0].Place != "US" ||
		!strings.Contains(said[0].Message, "United States fit ") || said[1].Code != "day-without-a-name" {
		t.Errorf("%+v", said)
	}
}

func TestNothingIsSuggestedOfChanceALevelABurstOrAnOutage(t *testing.T) {
	t.Parallel()
	from := date("2024-11-29")
	for name, factor := range map[string]func(int, wrapcast.Date) float64{
		"chance": ordinaryDay,
		"a change of level": func(_ int, day wrapcast.Date) float64 {
			if day > from+300 {
				return 2
			}
			return 1
		},
		"a code that bursts": func(code int, day wrapcast.Date) float64 {
			if code == 5 && day%17 == 0 {
				return 5
			}
			return 1
		},
		"three weeks of outage": func(_ int, day wrapcast.Date) float64 {
			if day > from+300 && day < from+321 {
				return 0.1
			}
			return 1
		},
		"closed weekends": func(_ int, day wrapcast.Date) float64 {
			if w := day.Weekday(); w == 0 || w == 6 {
				return 0
			}
			return 1
		},
	} {
		s := suggestFrom(t, worldOf(12, 730, from, factor), from, wrapcast.Calendar{}, "America/New_York")
		if len(s.Regions) != 0 || len(s.Returning) != 0 || len(s.Moved) > 4 {
			t.Errorf("%s: regions %+v, returning %+v, moved %+v", name, s.Regions, s.Returning, s.Moved)
		}
	}
	empty := suggestFrom(t, [][]float64{{}}, from, wrapcast.Calendar{}, "")
	if len(empty.Moved)+len(empty.Regions)+len(empty.Returning) != 0 {
		t.Errorf("%+v", empty)
	}
}

func TestDaysThatAreHiddenOrNeverReadSayNothing(t *testing.T) {
	t.Parallel()
	from := date("2024-11-29")
	codes := worldOf(6, 400, from, func(_ int, day wrapcast.Date) float64 {
		if day == from+200 {
			return 0.1
		}
		return 1
	})
	if s := suggestFrom(t, codes, from, wrapcast.Calendar{}, ""); len(s.Moved) != 1 || s.Moved[0].Day != from+200 {
		t.Fatalf("%+v", s.Moved)
	}
	codes[2][200] = math.NaN()
	if s := suggestFrom(t, codes, from, wrapcast.Calendar{}, ""); len(s.Moved) != 0 {
		t.Errorf("%+v", s.Moved)
	}
}

func TestTwoRegionsAreFoundTogether(t *testing.T) {
	t.Parallel()
	from := date("2024-11-29")
	factor := onHolidays(t, "US", 0.4, onHolidays(t, "IN", 0.4, ordinaryDay))
	s := suggestFrom(t, worldOf(10, 730, from, factor), from, wrapcast.Calendar{}, "America/New_York")
	// Good Friday is a holiday in India and in some states alone.
	if len(s.Regions) != 2 || !strings.HasPrefix(s.Regions[0].Region, "US") || s.Regions[1].Region != "IN" {
		t.Errorf("%v", s.Regions)
	}
}

func TestEveryRegionHasAName(t *testing.T) {
	t.Parallel()
	for _, r := range HolidayRegions() {
		if r.Name == r.Region || strings.HasPrefix(r.Name, ", ") {
			t.Errorf("%s is called %q", r.Region, r.Name)
		}
	}
	if got := RegionName("US-MA"); got != "United States, Massachusetts" {
		t.Error(got)
	}
	for zone, want := range map[string]string{"America/Chicago": "US", "Europe/Kyiv": "UA", "UTC": "", "": ""} {
		if got := countryOf(zone); got != want {
			t.Errorf("%s lies in %q, want %q", zone, got, want)
		}
	}
}
