package validate

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// organisation is two codes and the contacts without one over a year.
func organisation(t *testing.T) Request {
	t.Helper()
	r := Request{From: monday, To: monday + 364, Zone: zone(t, "America/New_York"), Horizon: 42}
	for i, c := range []wrapcast.Code{code("Refund"), code("Billing"), {ID: wrapcast.NoCode}} {
		r.Series = append(r.Series, Series{Code: c, From: monday, Values: demand(uint64(i), 365, steady([]float64{60, 30, 5}[i]), office)})
	}
	return r
}

func TestHistoryJudgesEveryCodeInOrder(t *testing.T) {
	t.Parallel()
	report := History(organisation(t), Rules{})
	names := []string{}
	for _, c := range report.Codes {
		names = append(names, c.Name)
	}
	if !slices.Equal(names, []string{"Refund", "Billing", "(no code)"}) || report.Schema != wrapcast.ValidationSchema {
		t.Errorf("schema %q, codes %v", report.Schema, names)
	}
}

func TestHistoryListsTheDaysTheClocksChange(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"America/New_York":    "2026-03-08 2026-11-01",
		"Europe/Berlin":       "2026-03-29 2026-10-25",
		"Australia/Lord_Howe": "2026-04-05 2026-10-04", // half an hour: 98 and 94 quarter-hours
		"Asia/Kolkata":        "",
	} {
		r := organisation(t)
		r.Zone = zone(t, name)
		got := []string{}
		for _, d := range History(r, Rules{}).ClockChanges {
			got = append(got, d.String())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", name, got, want)
		}
	}
}

func TestHistoryTellsOfDaysOddForAllCodes(t *testing.T) {
	t.Parallel()
	r := organisation(t)
	for _, s := range r.Series {
		s.Values[100] = 0
		s.Values[200], s.Values[201] = math.NaN(), math.NaN()
	}
	report := History(r, Rules{})
	places := map[string]string{}
	for _, f := range report.Findings {
		places[f.Code+" "+f.Place] = f.Message
	}
	if !strings.Contains(places["odd-day "+(monday+100).String()], "all codes together: 0 on a Wednesday") {
		t.Errorf("no word of the outage: %v", places)
	}
	if gap := "gaps 2026-07-24 to 2026-07-25"; !strings.Contains(places[gap], "2 days were never read") {
		t.Errorf("no word of the gap: %v", places)
	}
}

func TestADayOnlyOneCodeMissesIsNoGapOfTheWhole(t *testing.T) {
	t.Parallel()
	r := organisation(t)
	r.Series[0].Values[200] = math.NaN()
	if codes := findingCodes(History(r, Rules{}).Findings); slices.Contains(codes, "gaps") {
		t.Errorf("findings %v", codes)
	}
}

func TestHistoryCountsContactsWithoutACode(t *testing.T) {
	t.Parallel()
	r := organisation(t)
	r.Series = append(r.Series, Series{Code: wrapcast.Code{ID: "ININ-WRAP-UP-TIMEOUT"}, From: monday, Values: demand(9, 365, steady(60), office)})
	report := History(r, Rules{})
	at := slices.Index(findingCodes(report.Findings), "uncoded")
	if at < 0 || report.Findings[at].Severity != wrapcast.Warning || !strings.Contains(report.Findings[at].Message, "with a system code") {
		t.Errorf("findings %+v", report.Findings)
	}
	if report = History(r, Rules{MaxUncodedShare: 0.9}); report.Findings[slices.Index(findingCodes(report.Findings), "uncoded")].Severity != wrapcast.Info {
		t.Error("a share within the limit is a warning")
	}
}

func TestTheHorizonIsAtMostNinetyDaysUnlessConfigured(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		days  int
		rules Rules
		ok    bool
	}{
		{1, Rules{}, true}, {90, Rules{}, true}, {91, Rules{}, false}, {0, Rules{}, false}, {-1, Rules{}, false},
		{91, Rules{MaxHorizon: 120}, true}, {121, Rules{MaxHorizon: 120}, false}, {5000, Rules{MaxHorizon: -1}, true},
	} {
		err := Horizon(c.days, c.rules)
		if (err == nil) != c.ok {
			t.Errorf("%d days: %v", c.days, err)
		}
		if err != nil && (wrapcast.KindOf(err) != wrapcast.Usage || wrapcast.Hint(err) == "") {
			t.Errorf("%d days: kind %s, hint %q", c.days, wrapcast.KindOf(err), wrapcast.Hint(err))
		}
		r := organisation(t)
		r.Horizon = c.days
		if blocked := Refuse(wrapcast.ValidationReport{Findings: History(r, c.rules).Findings}) != nil; blocked == c.ok {
			t.Errorf("%d days: the report blocks: %v", c.days, blocked)
		}
	}
}

func TestAnEmptyOrganisationIsSaidToBeEmpty(t *testing.T) {
	t.Parallel()
	report := History(Request{From: monday, To: monday + 30, Horizon: 28}, Rules{})
	if codes := findingCodes(report.Findings); !slices.Equal(codes, []string{"no-contacts"}) {
		t.Errorf("findings %v", codes)
	}
	if err := Refuse(report); wrapcast.KindOf(err) != wrapcast.InvalidData {
		t.Errorf("strict mode says %v", err)
	}
}

func TestRefuseNamesTheWorstCodesWithReasonAndAdvice(t *testing.T) {
	t.Parallel()
	r := organisation(t)
	r.Series[2].Values = r.Series[2].Values[:9] // contacts without a code: nine days
	report := History(r, Rules{})
	err := Refuse(report)
	if wrapcast.KindOf(err) != wrapcast.InvalidData {
		t.Fatalf("strict mode says %v", err)
	}
	for _, part := range []string{"refuses 1 of 3 codes", "(no code): 9 days read", "at least 14"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not in %q", part, err)
		}
	}
	for _, part := range []string{"wait 5 days", "without --strict"} {
		if !strings.Contains(wrapcast.Hint(err), part) {
			t.Errorf("%q is not in the hint %q", part, wrapcast.Hint(err))
		}
	}
	report.Codes = report.Codes[:2]
	if err := Refuse(report); err != nil {
		t.Errorf("two good codes are refused: %v", err)
	}
}

func TestRefuseStaysReadableForManyCodes(t *testing.T) {
	t.Parallel()
	r := organisation(t)
	for i := range 200 {
		r.Series = append(r.Series, Series{Code: code(strings.Repeat("x", i%30+1)), From: monday, Values: make([]float64, 100)})
	}
	err := Refuse(History(r, Rules{}))
	if !strings.Contains(err.Error(), "refuses 200 of 203 codes") || !strings.Contains(err.Error(), "and 195 more") || len(err.Error()) > 600 {
		t.Errorf("%v", err)
	}
}

func BenchmarkHistoryOfTwoHundredCodes(b *testing.B) {
	r := Request{From: monday, To: monday + 729, Zone: time.UTC, Horizon: 42}
	for i := range 200 {
		r.Series = append(r.Series, Series{Code: code("c"), From: monday, Values: demand(uint64(i), 730, steady(20), office)})
	}
	b.ReportAllocs()
	for b.Loop() {
		History(r, Rules{})
	}
}
