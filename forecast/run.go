package forecast

import (
	"cmp"
	"context"
	"slices"
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
	keep, joint := len(opt.Levels), opt.Joint
	if opt.Paths > 0 {
		opt.Levels, opt.Joint = pathLevels(opt.Levels), true
	}
	results, err := opt.run(ctx, panel)
	if err != nil {
		return nil, err
	}
	for i := range results {
		results[i].nest()
	}
	if opt.Paths > 0 {
		err = opt.drawPaths(ctx, results)
	}
	for i := range results {
		results[i].keep(keep, joint)
	}
	return results, err
}

// keep drops what was only there to draw paths from: bands beyond the first so many, errors nobody asked for.
func (r *Result) keep(bands int, joint bool) {
	r.Bands = r.Bands[:min(bands, len(r.Bands))]
	r.Accuracy.Levels = r.Accuracy.Levels[:min(bands, len(r.Accuracy.Levels))]
	if !joint {
		r.Tests = nil
	}
}

// nest lets each band hold the median and the bands of the levels below it, where rounding in the last digit has
// crossed them.
func (r *Result) nest() {
	inside := slices.SortedFunc(slices.Values(r.Bands), func(a, b Band) int { return cmp.Compare(a.Level, b.Level) })
	lower, upper := r.Median, r.Median
	for _, b := range inside {
		for h := range lower {
			b.Lower[h], b.Upper[h] = min(b.Lower[h], lower[h]), max(b.Upper[h], upper[h])
		}
		lower, upper = b.Lower, b.Upper
	}
}

func (o Options) run(ctx context.Context, panel []Series) ([]Result, error) {
	if o.Algorithm == Auto {
		return runAuto(ctx, panel, o)
	}
	results := make([]Result, len(panel))
	err := inParallel(ctx, len(panel), o.Workers, func(_, i int) error {
		results[i] = forecastAlone(panel[i], []string{o.Algorithm}, o)
		return nil
	})
	return results, err
}
