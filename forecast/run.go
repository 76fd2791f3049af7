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
	keep := len(opt.Levels)
	if opt.Paths > 0 {
		opt.Levels = pathLevels(opt.Levels)
	}
	results, err := opt.run(ctx, panel)
	if err != nil {
		return nil, err
	}
	return results, inParallel(ctx, len(panel), opt.Workers, func(_, i int) error {
		results[i].nest()
		if opt.Paths > 0 {
			drawPaths(&results[i], opt, keep, i)
		}
		return nil
	})
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
