package forecast

import (
	"context"
	"fmt"
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// Run forecasts every series of a panel and returns the results in the panel's order. Series that share a step and
// their last moment learn from each other; series without a calendar count as one such group.
//
// An error is an *Error that names the option, or the series and the position of the value, that cannot be used, or
// that of ctx. Histories that are short, constant, empty or masked throughout are no error: Result.Fallback tells.
func Run(ctx context.Context, panel []Series, opt Options) ([]Result, error) {
	if err := opt.check(); err != nil {
		return nil, err
	}
	opt = opt.withDefaults()
	for _, s := range panel {
		if err := s.check(); err != nil {
			return nil, err
		}
	}
	keep := len(opt.Levels)
	if opt.Paths > 0 {
		opt.Levels = pathLevels(opt.Levels)
	}
	results, err := opt.run(ctx, panel)
	if err != nil {
		return nil, err
	}
	return results, inParallel(ctx, len(panel), opt.Workers, func(_, i int) error {
		if opt.Paths > 0 {
			drawPaths(&results[i], opt, keep, i)
		}
		return nil
	})
}

func (o Options) run(ctx context.Context, panel []Series) ([]Result, error) {
	if o.Algorithm == Auto {
		return runAuto(ctx, panel, o)
	}
	m, err := New(o.Algorithm)
	if err != nil {
		return nil, err
	}
	results := make([]Result, len(panel))
	err = inParallel(ctx, len(panel), o.Workers, func(_, i int) error {
		results[i] = forecastAlone(panel[i], []Model{m}, o)
		return nil
	})
	return results, err
}

// forecastAlone fits the candidates at every origin and at the end, weighs them by their errors, and takes the
// intervals from the errors of the weighted mean.
func forecastAlone(s Series, candidates []Model, opt Options) Result {
	r := Result{ID: s.ID, Model: opt.Algorithm}
	if stat.Count(s.Values) == 0 {
		r.Fallback = "the history is empty: zero until there is one"
		candidates = nil
	}
	o := newOutlook(s, opt)
	for _, m := range candidates {
		if err := o.try(m); err != nil && r.Fallback == "" {
			r.Fallback = err.Error()
		}
	}
	if len(o.members) == 0 && stat.Count(s.Values) > 0 {
		_ = o.try(method{"naive", fitNaive}) // it fits any history that is not empty
	}
	if missing := len(s.Values) - stat.Count(s.Values); missing > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%d of %d values are missing and were left out", missing, len(s.Values)))
	}
	o.finish(&r)
	if opt.Explain {
		r.Components = componentsOf(s, o.best(), opt)
	}
	return r
}

func componentsOf(s Series, m Model, opt Options) []Component {
	if m == nil {
		return nil
	}
	f, err := m.Fit(s, opt)
	if err != nil {
		return nil
	}
	return f.Components()
}

// guard bounds a forecast to half the range of the history beyond it and replaces what is not a number.
func guard(f, history []float64, floor float64) {
	lo, hi := stat.Range(history)
	if math.IsNaN(lo) {
		lo, hi = 0, 0
	}
	margin := (hi - lo) / 2
	for i, v := range f {
		if math.IsNaN(v) {
			v = stat.Mean(history)
		}
		f[i] = max(floor, lo-margin, min(v, hi+margin))
	}
}
