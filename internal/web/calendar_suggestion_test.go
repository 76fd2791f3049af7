package web_test

import (
	"net/http"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

func TestWhatTheHistorySaysOfTheCalendarIsToldUntilItIsThere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.suggest(t)
	_, found := s.get(t, "/calendar/suggestion")
	if regions := listOf(found["regions"]); len(regions) != 1 || len(listOf(found["returning"])) != 1 {
		t.Fatalf("%v", found)
	}
	calendarItems := func() (n int) {
		_, overview := s.get(t, "/overview")
		for _, item := range listOf(overview["attention"]) {
			if item.(map[string]any)["kind"] == "calendar" {
				n++
			}
		}
		return n
	}
	if n := calendarItems(); n != 1 {
		t.Errorf("%d things on the overview say so", n)
	}
	body := map[string]any{"calendar": map[string]any{"holidays": []string{"US-MA"},
		"events": []any{map[string]any{"name": "day before Christmas Day", "from": "2025-12-24", "repeat": "yearly",
			"expected": -0.5}}}}
	admin := []string{"Authorization", "Bearer " + s.secrets[wrapcast.RoleAdmin]}
	tag := s.ask(t, http.MethodGet, "/calendar", nil, admin...).Header.Get("ETag")
	if status, answer := s.do(t, http.MethodPut, "/calendar", body, append(admin, "If-Match", tag)...); status != http.StatusOK {
		t.Fatalf("%d %v", status, answer)
	}
	_, found = s.get(t, "/calendar/suggestion")
	if len(listOf(found["regions"]))+len(listOf(found["returning"])) != 0 || calendarItems() != 0 {
		t.Errorf("%v", found)
	}
	days := s.items(t, "/calendar/days?from=2026-12-24&to=2026-12-24")
	if len(days) != 1 || days[0]["expected"] != -0.5 {
		t.Errorf("%v", days)
	}
}

// suggest puts a suggestion into what the latest run said.
func (s *site) suggest(t *testing.T) {
	t.Helper()
	err := s.store.Update(t.Context(), func(tx *store.Tx) error {
		all, err := tx.Directory().Organisations()
		if err != nil {
			return err
		}
		org := all[0].ID
		units, err := tx.Directory().Units(org)
		if err != nil {
			return err
		}
		report, err := tx.Validations().Latest(org, units[0].ID)
		if err != nil {
			return err
		}
		runs, err := tx.Runs().Latest(org, 1)
		if err != nil {
			return err
		}
		day := wrapcast.NewDate(2025, 12, 25)
		report.CalendarSuggestion = &wrapcast.CalendarSuggestion{Schema: wrapcast.CalendarSuggestionSchema,
			Moved: []wrapcast.MovedDay{{Day: day, Change: -0.9, Name: "Christmas Day"}},
			Regions: []wrapcast.RegionFit{{Region: "US-MA", Name: "United States, Massachusetts", Fits: 1, Of: 1,
				Days: []wrapcast.Date{day}}},
			Returning: []wrapcast.ReturningDays{{Event: wrapcast.CalendarEvent{Name: "day before Christmas Day",
				Days: wrapcast.Days{From: day - 1, Repeat: wrapcast.Yearly}}, Days: []wrapcast.Date{day - 1}}}}
		return tx.Validations().Save(org, runs[0].ID, units[0].ID, report)
	})
	if err != nil {
		t.Fatal(err)
	}
}
