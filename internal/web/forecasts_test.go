package web_test

import (
	"math"
	"net/http"
	"testing"
)

func TestAnOverrideIsSeenInTheLatestForecastAtOnceAndGoesWithIt(t *testing.T) {
	t.Parallel()
	s := newWorkingSite(t)
	o := anOverride(t, s)
	code := o["codes"].([]any)[0].(string)
	series := func(of string) (mean, base []any) {
		_, body := s.get(t, "/forecasts/latest/series?"+of)
		return body["mean"].([]any), body["base"].([]any)
	}
	before, base := series("code=" + code)
	if len(base) != 0 {
		t.Fatalf("without an override there is a base: %v", base)
	}
	kept := s.made(t, "/overrides", o)["override"].(map[string]any)
	for _, of := range []string{"code=" + code, ""} {
		mean, base := series(of)
		if moved := sum(mean) - sum(base); math.Abs(moved-(kept["after"].(float64)-kept["before"].(float64))) > 0.1 || len(base) != len(mean) {
			t.Errorf("%q has %d days and a base of %d, moved by %g; the override moves it from %v to %v", of, len(mean), len(base), moved, kept["before"], kept["after"])
		}
	}
	if status, _ := s.do(t, http.MethodDelete, "/overrides/"+kept["id"].(string), nil); status != http.StatusNoContent {
		t.Fatalf("withdrawing answers %d", status)
	}
	if mean, base := series("code=" + code); len(base) != 0 || sum(mean) != sum(before) {
		t.Errorf("withdrawn, it leaves a base %v and %g contacts, before it were %g", base, sum(mean), sum(before))
	}
}

func sum(values []any) (s float64) {
	for _, v := range values {
		s += v.(float64)
	}
	return s
}
