package validate

import (
	"slices"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
)

func masksOf(values []float64, rules Rules) []wrapcast.Mask {
	return Check(series(values), rules).Masks
}

func TestAnOutageAndABurstAreMaskedInPlace(t *testing.T) {
	t.Parallel()
	for _, days := range []int{21, 35, 60, 180, 730} {
		values := demand(1, days, steady(40), office)
		values[8], values[days-8] = 0, 4*values[days-8]+60 // a Tuesday out, a burst a week before the end
		masks := masksOf(values, Rules{})
		for _, day := range []wrapcast.Date{monday + 8, monday + wrapcast.Date(days-8)} {
			if !slices.Contains(maskedDays(masks), day) {
				t.Errorf("%d days: %s is not masked, only %v", days, day, maskedDays(masks))
			}
		}
		for _, m := range masks {
			if m.Rule != "iqr" || m.Value != values[m.Day-monday] || !strings.Contains(m.Reason, "expected") {
				t.Errorf("mask %+v does not say what it hides", m)
			}
		}
	}
}

func TestAQuietSundayIsNoOutlier(t *testing.T) {
	t.Parallel()
	values := repeat(30, 100, 100, 100, 100, 100, 100, 3)
	for i := range values { // a little movement, or the interquartile range would be zero
		values[i] += float64(i % 3)
	}
	report := Check(series(values), Rules{})
	if len(report.Masks) != 0 {
		t.Errorf("masked %v", maskedDays(report.Masks))
	}
	if report.OutliersRaw != 30 {
		t.Errorf("the raw rule counts %d outliers, want the 30 Sundays", report.OutliersRaw)
	}
}

func TestChanceAloneMasksFewDays(t *testing.T) {
	t.Parallel()
	for _, level := range []float64{0.5, 1, 2, 5, 20, 100, 1000} {
		for _, days := range []int{28, 56, 365} {
			masked, all := 0, 0
			for seed := range uint64(20) {
				masked += len(masksOf(demand(seed, days, steady(level), office), Rules{}))
				all += days
			}
			if share := float64(masked) / float64(all); share > 0.025 {
				t.Errorf("mean %g over %d days: %.1f %% of pure chance is masked", level, days, 100*share)
			}
		}
	}
}

func TestFlatSparseAndBurstyCodesKeepTheirDays(t *testing.T) {
	t.Parallel()
	rare := make([]float64, 200)
	for t := 3; t < len(rare); t += 9 {
		rare[t] = float64(1 + t%5)
	}
	bursts := make([]float64, 200)
	for t := range bursts {
		if t%4 == 0 { // one day in four: the third quartile lies just above zero
			bursts[t] = 20
		}
	}
	oneOff := repeat(60, 100)
	oneOff[20] = 0
	for name, values := range map[string][]float64{
		"a constant":                     repeat(60, 100),
		"a constant but for one day":     oneOff,
		"a contact every nine days":      rare,
		"twenty contacts every four":     bursts,
		"a single contact in two years":  append([]float64{1}, make([]float64, 700)...),
		"a contact now and then, by two": demand(3, 300, steady(0.2), [7]float64{1, 1, 1, 1, 1, 1, 1}),
	} {
		if masks := masksOf(values, Rules{}); len(masks) != 0 {
			t.Errorf("%s: masked %v", name, maskedDays(masks))
		}
	}
}

func TestAHabitOfBurstsIsNotMasked(t *testing.T) {
	t.Parallel()
	values := demand(5, 280, steady(30), office)
	for t := 2; t < len(values); t += 11 { // every eleven days a mailing goes out
		values[t] = 3*values[t] + 10
	}
	values[102] = 0 // an outage on a Thursday is still an accident
	report := Check(series(values), Rules{})
	if !slices.Contains(maskedDays(report.Masks), monday+102) {
		t.Errorf("the outage is not masked: %v", maskedDays(report.Masks))
	}
	if !slices.Contains(findingCodes(report.Findings), "outliers-kept") || len(report.Masks) > 6 {
		t.Errorf("masked %v, findings %v", maskedDays(report.Masks), findingCodes(report.Findings))
	}
}

func TestANewLevelIsNotEaten(t *testing.T) {
	t.Parallel()
	for _, since := range []int{3, 5, 7, 10, 14, 20, 28, 60, 150} {
		for _, factor := range []float64{0.2, 3} {
			const days = 300
			values := demand(7, days, func(t int) float64 {
				if t >= days-since {
					return 60 * factor
				}
				return 60
			}, [7]float64{1, 1, 1, 1, 1, 0.9, 0.9})
			masked := 0
			for _, m := range masksOf(values, Rules{}) {
				if m.Day >= monday+wrapcast.Date(days-since) {
					masked++
				}
			}
			if masked > 1+since/20 {
				t.Errorf("%d of %d days of the new level (× %g) are masked", masked, since, factor)
			}
		}
	}
}

func TestDaysTheCalendarExplainsAreNotMasked(t *testing.T) {
	t.Parallel()
	values := demand(9, 120, steady(40), office)
	values[50] = 0
	holiday := monday + 50
	if !slices.Contains(maskedDays(masksOf(values, Rules{})), holiday) {
		t.Fatal("the test needs a day that is odd without a calendar")
	}
	explained := Rules{Explained: map[wrapcast.Date]string{holiday: "Presidents' Day"}}
	if slices.Contains(maskedDays(masksOf(values, explained)), holiday) {
		t.Error("a holiday the calendar names is masked")
	}
}

func TestMaskingCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	values := demand(11, 120, steady(40), office)
	values[50] = 900
	report := Check(series(values), Rules{IQRFactor: -1})
	if len(report.Masks) != 0 || report.OutliersRaw != 0 {
		t.Errorf("%d masks, %d raw outliers", len(report.Masks), report.OutliersRaw)
	}
}

func TestAMaskHidesItsDayFromTheAutocorrelation(t *testing.T) {
	t.Parallel()
	values := demand(13, 120, steady(40), office)
	clean := Check(series(values), Rules{}).Seasonality
	values[50] = 5000
	report := Check(series(values), Rules{})
	if diff := float64(report.Seasonality - clean); diff < -0.05 || diff > 0.05 {
		t.Errorf("one burst moves the autocorrelation from %.3f to %.3f", clean, report.Seasonality)
	}
	if raw := autocorrelation(values, 7); raw > 0.3 {
		t.Errorf("the test needs a burst that matters: unmasked %.3f", raw)
	}
}
