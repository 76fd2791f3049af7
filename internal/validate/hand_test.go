package validate

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
)

// weeks has the same week over and over, with one day out of the ordinary.
func weeksWithAnOutage(n int, odd wrapcast.Date) Series {
	s := Series{Code: wrapcast.Code{ID: "c", Name: "Refund"}, From: wrapcast.NewDate(2026, 6, 1)}
	for t := range 7 * n {
		s.Values = append(s.Values, []float64{110, 100, 95, 97, 105, 30, 12}[t%7]+float64((t*7)%5))
	}
	s.Values[odd-s.From] = 900
	return s
}

func TestPeopleDecideAboveTheRules(t *testing.T) {
	t.Parallel()
	odd, plain := wrapcast.NewDate(2026, 7, 8), wrapcast.NewDate(2026, 7, 16)
	s := weeksWithAnOutage(12, odd)
	daysOf := func(s Series, rules Rules) map[wrapcast.Date]string {
		masked := map[wrapcast.Date]string{}
		for _, m := range Check(s, rules).Masks {
			masked[m.Day] = m.Rule
		}
		return masked
	}
	for name, c := range map[string]struct {
		hidden, shown map[wrapcast.Date]string
		rules         Rules
		want          map[wrapcast.Date]string
	}{
		"the rule alone":                    {want: map[wrapcast.Date]string{odd: "iqr"}},
		"a day shown by hand is not masked": {shown: map[wrapcast.Date]string{odd: "it was a real day"}, want: map[wrapcast.Date]string{}},
		"a day hidden by hand is":           {hidden: map[wrapcast.Date]string{plain: "outage"}, want: map[wrapcast.Date]string{odd: "iqr", plain: "hand"}},
		"even where the rule is off":        {hidden: map[wrapcast.Date]string{plain: "outage"}, rules: Rules{IQRFactor: -1}, want: map[wrapcast.Date]string{plain: "hand"}},
		"both ways at once":                 {hidden: map[wrapcast.Date]string{plain: "outage"}, shown: map[wrapcast.Date]string{odd: "x"}, want: map[wrapcast.Date]string{plain: "hand"}},
		"days beyond the history are none":  {hidden: map[wrapcast.Date]string{plain + 900: "x", s.From - 1: "y"}, want: map[wrapcast.Date]string{odd: "iqr"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := s
			s.Hidden, s.Shown = c.hidden, c.shown
			if diff := cmp.Diff(c.want, daysOf(s, c.rules)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestAMaskSetByHandKeepsItsReason(t *testing.T) {
	t.Parallel()
	day := wrapcast.NewDate(2026, 7, 16)
	s := weeksWithAnOutage(12, day+1)
	s.Hidden = map[wrapcast.Date]string{day: "outage of the phone line (ann)"}
	for _, m := range Check(s, Rules{}).Masks {
		if m.Day == day && (m.Reason != "outage of the phone line (ann)" || m.Value != s.Values[day-s.From]) {
			t.Errorf("masked as %+v", m)
		}
	}
}
