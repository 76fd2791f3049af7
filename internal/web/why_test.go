package web_test

import (
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

func TestTheComponentsOfAForecastAddUpToIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.made(t, "/overrides", anOverride(t, s))
	code := s.items(t, "/codes?limit=1")[0]["id"].(string)
	tag := s.ask(t, http.MethodGet, "/calendar", nil, "Authorization", "Bearer "+s.secrets["admin"]).Header.Get("ETag")
	if status, body := s.do(t, http.MethodPut, "/calendar", map[string]any{"calendar": map[string]any{"holidays": []any{"US"}}}, "If-Match", tag); status != http.StatusOK {
		t.Fatalf("the calendar answers %d: %v", status, body)
	}
	_, series := s.get(t, "/forecasts/latest/series?code="+code)
	_, body := s.get(t, "/forecasts/latest/components?days=40&code="+code)
	values, parts := body["values"].([]any), map[string][]any{}
	for _, p := range body["parts"].([]any) {
		parts[p.(map[string]any)["name"].(string)] = p.(map[string]any)["values"].([]any)
	}
	mean := series["mean"].([]any)
	if len(values) != 40+len(mean) || len(parts) != 6 || body["ahead"] != series["from"] {
		t.Fatalf("%d values from %v, %d parts", len(values), body["from"], len(parts))
	}
	special, changed := 0.0, 0.0
	for i, v := range values {
		sum := 0.0
		for _, p := range parts {
			sum += p[i].(float64)
		}
		if math.Abs(sum-v.(float64)) > 0.01 {
			t.Fatalf("day %d: the parts are %g, the value %v", i, sum, v)
		}
		if ahead := i - 40; ahead >= 0 && v != mean[ahead] {
			t.Errorf("day %d: %v is forecast, %v taken apart", ahead, mean[ahead], v)
		}
		special += math.Abs(parts["special"][i].(float64))
		changed += parts["overrides"][i].(float64)
	}
	why := body["explanation"].(map[string]any)
	level, weekdays := why["level"].(map[string]any), why["weekdays"].([]any)
	if want := mean28(parts["level"][40:]); math.Abs(level["forecast"].(float64)-want) > 0.01 {
		t.Errorf("the level forecast is %v, its component has %g", level["forecast"], want)
	}
	if level["recent"] == nil || len(weekdays) != 7 || weekdays[1].(map[string]any)["forecast"] == nil {
		t.Errorf("the explanation is %v", why)
	}
	if days := why["special_days"].([]any); len(days) == 0 || days[0].(map[string]any)["names"] == nil ||
		days[0].(map[string]any)["effect"] == nil {
		t.Errorf("the calendar does %v", days)
	}
	if special == 0 || changed <= 0 {
		t.Errorf("special days differ by %g, overrides changed %g", special, changed)
	}
}

// mean28 is the mean of the first 28 values, or of all where there are fewer.
func mean28(values []any) float64 {
	sum, n := 0.0, min(len(values), 28)
	for _, v := range values[:n] {
		sum += v.(float64)
	}
	return sum / float64(n)
}

func TestTheQuarterHoursOfADayAddUpToItsMean(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	code, queue := s.items(t, "/codes?limit=1")[0]["id"].(string), s.items(t, "/queues?limit=1")[0]["id"].(string)
	for _, of := range []string{"", "code=" + code, "queue=" + queue, "code=" + code + "&queue=" + queue} {
		_, series := s.get(t, "/forecasts/latest/series?"+of)
		_, quarters := s.get(t, "/forecasts/latest/quarter-hours?"+of)
		at, mean := 0, series["mean"].([]any)
		for day := range 14 {
			sum, last := 0.0, at+dayLength(t, quarters, day)
			for ; at < last; at++ {
				sum += quarters["handled"].([]any)[at].(float64)
			}
			if math.Abs(sum-mean[day].(float64)) > 0.1 {
				t.Errorf("%q, day %d: the quarter-hours are %g, the day is %v", of, day, sum, mean[day])
			}
		}
		if at != len(quarters["handled"].([]any)) {
			t.Errorf("%q: 14 days have %d quarter-hours, not %d", of, at, len(quarters["handled"].([]any)))
		}
	}
	if status, body := s.get(t, "/forecasts/latest/quarter-hours?from=2020-01-01"); status != http.StatusUnprocessableEntity || body["hint"] == nil {
		t.Errorf("days long gone answer %d: %v", status, body)
	}
}

// dayLength is how many quarter-hours the day so many days after the first has in the answer's zone.
func dayLength(t *testing.T, answer map[string]any, days int) int {
	t.Helper()
	zone, err := time.LoadLocation(answer["time_zone"].(string))
	if err != nil {
		t.Fatal(err)
	}
	from, err := wrapcast.ParseDate(answer["from"].(string))
	if err != nil {
		t.Fatal(err)
	}
	return (from + wrapcast.Date(days)).QuarterHours(zone)
}
