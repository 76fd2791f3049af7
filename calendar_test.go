package wrapcast_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
)

func TestACalendarIsWrittenFlatAndReadBack(t *testing.T) {
	t.Parallel()
	text := `{"holidays":["US-MA"],"except":["Columbus Day"],` +
		`"closures":[{"name":"inventory","from":"2026-12-31","repeat":"yearly","queues":["billing"],"begins":"12:00","ends":"24:00"}],` +
		`"events":[{"name":"mailing","from":"2026-01-13","to":"2026-01-14","repeat":"monthly-weekday","interval":2,"skip":["2026-05-12"]}],` +
		`"hours":[{"open":[{"days":"mon-fri","begins":"08:00","ends":"18:30"}]}]}`
	var calendar wrapcast.Calendar
	if err := json.Unmarshal([]byte(text), &calendar); err != nil {
		t.Fatal(err)
	}
	back, err := json.Marshal(calendar)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(text, string(back)); diff != "" {
		t.Error(diff)
	}
	if calendar.Closures[0].From != wrapcast.NewDate(2026, 12, 31) || calendar.Hours[0].Open[0].Ends != 18*60+30 {
		t.Errorf("read as %+v", calendar)
	}
}

func TestTimesOfDay(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]wrapcast.TimeOfDay{"00:00": 0, "8:05": 485, "08:30": 510, "23:59": 1439, "24:00": 1440} {
		var got wrapcast.TimeOfDay
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "8", "08:3", "08:60", "24:01", "25:00", "-1:00", "+8:00", "08:30:00", "noon", "08:-1", "999:00"} {
		var got wrapcast.TimeOfDay
		if err := got.UnmarshalText([]byte(text)); wrapcast.KindOf(err) != wrapcast.Usage {
			t.Errorf("%q is read as %d, %v", text, got, err)
		}
	}
}

func TestChangesOfContacts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]wrapcast.Change{`"+30 %"`: 0.3, `"-20%"`: -0.2, `"5.5 %"`: 0.055, `0.3`: 0.3, `-1`: -1,
		`"-100 %"`: -1} {
		var c wrapcast.Change
		if err := json.Unmarshal([]byte(text), &c); err != nil || math.Abs(float64(c-want)) > 1e-12 {
			t.Errorf("%s: %v, %v", text, c, err)
		}
	}
	for _, wrong := range []string{`"30"`, `"+x %"`, `"-101 %"`, `"+2000 %"`, `true`, `"NaN %"`} {
		var c wrapcast.Change
		if err := json.Unmarshal([]byte(wrong), &c); err == nil {
			t.Errorf("%s is taken for %v", wrong, c)
		}
	}
	for c, want := range map[wrapcast.Change]string{0.3: "+30 %", -0.125: "-12.5 %", 0: "+0 %", 1.0 / 3: "+33.33 %"} {
		if got := c.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if text, err := json.Marshal(wrapcast.Change(0.3)); string(text) != "0.3" || err != nil {
		t.Errorf("%s, %v", text, err)
	}
}
