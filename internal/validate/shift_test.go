package validate

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
)

func TestALevelShiftIsFoundWhereItHappened(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		at     int
		factor float64
	}{
		{"long ago, up", 200, 1.6}, {"long ago, down", 200, 0.5}, {"three weeks ago", 344, 2}, {"two months ago", 300, 0.4},
	} {
		values := demand(4, 365, func(t int) float64 {
			if t >= c.at {
				return 80 * c.factor
			}
			return 80
		}, office)
		s, found := lastShift(monday, values, 0.3)
		if !found || math.Abs(float64(s.day-monday)-float64(c.at)) > 4 {
			t.Errorf("%s: found %v at day %d, want about %d", c.name, found, s.day-monday, c.at)
			continue
		}
		if math.Abs(s.ratio()-c.factor) > 0.15 {
			t.Errorf("%s: ratio %.2f, want %.2f", c.name, s.ratio(), c.factor)
		}
	}
}

func TestTheLatestOfTwoShiftsIsReported(t *testing.T) {
	t.Parallel()
	values := demand(4, 365, func(t int) float64 { return []float64{40, 90, 180}[min(t/120, 2)] }, office)
	if s, found := lastShift(monday, values, 0.3); !found || s.day < monday+wrapcast.Date(235) || math.Abs(s.ratio()-2) > 0.2 {
		t.Errorf("found %v %+v", found, s)
	}
}

func TestChanceTrendAndASingleBurstAreNoShift(t *testing.T) {
	t.Parallel()
	wrong := 0
	for seed := range uint64(200) {
		if _, found := lastShift(monday, demand(seed, 365, steady(25), office), 0.3); found {
			wrong++
		}
	}
	if wrong > 1 {
		t.Errorf("%d of 200 series of pure chance have a shift", wrong)
	}
	trend := demand(4, 730, func(t int) float64 { return 40 * math.Exp(float64(t)/730) }, office)
	if s, found := lastShift(monday, trend, 0.3); found {
		t.Errorf("a doubling over two years is taken for a shift: %+v", s)
	}
	burst := demand(4, 365, steady(40), office)
	burst[180] = 4000
	h := historyOf(series(burst))
	if s, found := lastShift(monday, h.without(findOutliers(h, Rules{}.withDefaults()).masks), 0.3); found {
		t.Errorf("a burst is taken for a shift: %+v", s)
	}
}

func TestAShiftOfTheLastWeekIsNone(t *testing.T) {
	t.Parallel()
	values := demand(4, 200, func(t int) float64 { return 50 + 100*float64(t/196) }, office)
	if s, found := lastShift(monday, values, 0.3); found {
		t.Errorf("found %+v with four days to judge by", s)
	}
}

// One finder: what validation reports is, to the day and the hundredth, what the engine says it did.
func TestValidationReportsTheShiftThatTheEngineFollows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ago    int
		factor float64
	}{{8, 2}, {14, 2}, {14, 0.5}, {21, 1.35}, {27, 0.7}, {20, 12}} {
		values := demand(7, 300, func(t int) float64 {
			if t >= 300-c.ago {
				return 60 * c.factor
			}
			return 60
		}, office)
		s := series(values)
		s.Hidden = map[wrapcast.Date]string{s.From + 250: "a mailing"}
		values[250] = 4000
		rules := Rules{Special: map[wrapcast.Date]string{s.From + 290: "a holiday"},
			Explained: map[wrapcast.Date]string{s.From + 290: "a holiday"}}
		report := Check(s, rules)
		at := slices.Index(findingCodes(report.Findings), "level-shift")
		if at < 0 {
			t.Errorf("× %g %d days ago: no shift among %v", c.factor, c.ago, findingCodes(report.Findings))
			continue
		}
		message := report.Findings[at].Message
		seen := slices.Clone(values)
		for _, m := range report.Masks {
			seen[m.Day-s.From] = math.NaN()
		}
		seen[290] = math.NaN()
		said := engineNote(t, s.From, seen)
		day, _, _ := strings.Cut(strings.TrimPrefix(message, "the level changed on "), ":")
		_, ratio, _ := strings.Cut(strings.TrimSuffix(message, ")"), "(× ")
		if !strings.Contains(said, "on "+day+",") || c.factor < 8 && !strings.HasSuffix(said, "by "+ratio) {
			t.Errorf("validation: %s; engine: %s", message, said)
		}
		if !strings.HasPrefix(report.Findings[at].Advice, "the forecast begins at the new level; ") {
			t.Errorf("advice %q", report.Findings[at].Advice)
		}
	}
}

// engineNote is what auto says of the level of a history of days.
func engineNote(t *testing.T, from wrapcast.Date, values []float64) string {
	t.Helper()
	r, err := forecast.Run(t.Context(), []forecast.Series{{Values: values, Start: from.Midnight(time.UTC),
		Step: 24 * time.Hour}}, forecast.Options{Horizon: 7, NonNegative: forecast.NonNegativeAlways})
	if err != nil {
		t.Fatal(err)
	}
	for _, note := range r[0].Notes {
		if strings.HasPrefix(note, "the level ") {
			return note
		}
	}
	return ""
}
