package forecast

import (
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// outlook is the work on one series: what each candidate said at the origins in its past, and says now.
type outlook struct {
	s       Series
	opt     Options
	floor   float64
	scale   float64
	square  float64
	window  int   // steps compared at each origin
	cuts    []int // lengths of the history at the origins, oldest first
	members []candidate
}

type candidate struct {
	model Model
	past  [][]float64 // per cut, window steps
	now   []float64
	err   float64
}

func newOutlook(s Series, opt Options) *outlook {
	o := &outlook{s: s, opt: opt, floor: floorFor(s.Values, opt.NonNegative)}
	m := opt.shortSeason(s)
	o.scale, o.square = stat.Scale(s.Values, m)
	o.window, o.cuts = originsIn(len(s.Values), opt.Horizon, m)
	return o
}

// originsIn returns how many steps can be compared at each origin and where the origins lie: up to eight, half a
// horizon apart, each with two cycles and five values before it.
func originsIn(n, horizon, m int) (window int, cuts []int) {
	least := 2*m + 5
	window = max(1, min(horizon, (n-least)/2))
	step := max(1, window/2)
	for k := window + 7*step; k >= window; k -= step {
		if n-k >= least {
			cuts = append(cuts, n-k)
		}
	}
	return window, cuts
}

// try adds a candidate, unless it cannot be fitted to the whole history.
func (o *outlook) try(m Model) error {
	f, err := m.Fit(o.s, o.opt)
	if err != nil {
		return err
	}
	c := candidate{model: m, now: f.Forecast(o.opt.Horizon, nil).Mean}
	guard(c.now, o.s.Values, o.floor)
	sum, n := 0.0, 0
	for _, cut := range o.cuts {
		past := constant(o.window, math.NaN())
		if f, err := m.Fit(o.s.until(cut), o.opt); err == nil {
			past = f.Forecast(o.window, nil).Mean
			guard(past, o.s.Values[:cut], o.floor)
		}
		for i, v := range past {
			if e := math.Abs(o.s.Values[cut+i] - v); !math.IsNaN(e) {
				sum += e
				n++
			}
		}
		c.past = append(c.past, past)
	}
	c.err = ratio(sum, float64(n)) / scaleOr1(o.scale)
	o.members = append(o.members, c)
	return nil
}

func scaleOr1(s float64) float64 {
	if s > 0 {
		return s
	}
	return 1
}

func (o *outlook) best() Model {
	var best Model
	least := math.Inf(1)
	for _, c := range o.members {
		if best == nil || c.err < least {
			best, least = c.model, c.err
		}
	}
	return best
}
