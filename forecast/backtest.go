package forecast

import "context"

// BacktestOptions say what is tested and on which pasts.
type BacktestOptions struct {
	// Options are those of the forecasts, as in Run.
	Options
	// Origins is how many pasts are forecast. Zero means 4.
	Origins int
	// Stride is the number of steps from one origin to the next. Zero means Horizon, so that no step is
	// forecast twice. The newest origin lies Horizon steps before the end.
	Stride int
	// Leads asks for figures of single steps ahead, counted from 1, beside those of the whole horizon.
	Leads []int
	// Season is the one by which MASE, RMSSE and MSIS are scaled. Zero means the shortest season, 1 if there is none.
	Season int
	// Each, where it is set, is handed every single forecast with its actual values, origin by origin, series in order.
	// history is what the forecast was made from.
	Each func(origin int, history Series, r Result, actual []float64)
}

// Report holds the figures of a backtest.
type Report struct {
	// Overall is the mean over all forecasts as score.py takes it; WAPE and Bias are over the sum of all cells.
	Overall Accuracy
	// Naive2SMAPE and Naive2MASE are those of the M4 benchmark on the same cells, OWA compares with them.
	Naive2SMAPE, Naive2MASE, OWA float64
	// Leads are the figures of the leads asked for, in their order.
	Leads []LeadAccuracy
	// Series has the figures of each series over its origins, in the panel's order.
	Series []SeriesAccuracy
}

// LeadAccuracy is the accuracy of one number of steps ahead.
type LeadAccuracy struct {
	Lead int
	Accuracy
}

// SeriesAccuracy is the accuracy of one series.
type SeriesAccuracy struct {
	ID string
	Accuracy
}

// Backtest forecasts the past of a panel from several origins and compares with the actual values. At each origin the
// engine sees every series as it was then and nothing of later; a series too short for an origin is left out of it. The
// figures follow the definitions of SMAPE, MASE, RMSSE, WAPE, Coverage and MSIS; series whose scale is zero are left
// out of the scaled ones.
func Backtest(ctx context.Context, panel []Series, opt BacktestOptions) (*Report, error) {
	if err := opt.check(); err != nil {
		return nil, err
	}
	opt = opt.withDefaults()
	sums := newScoreSheet(len(panel), opt)
	for origin := range opt.Origins {
		back := opt.Horizon + (opt.Origins-1-origin)*opt.Stride
		past, index := pastPanel(panel, back)
		results, err := Run(ctx, past, opt.Options)
		if err != nil {
			return nil, err
		}
		for j, r := range results {
			i := index[j]
			n := len(past[j].Values)
			actual := panel[i].Values[n : n+opt.Horizon]
			sums.add(i, past[j], r, actual)
			if opt.Each != nil {
				opt.Each(origin, past[j], r, actual)
			}
		}
	}
	return sums.report(panel), nil
}

func (o BacktestOptions) check() error {
	if err := o.Options.check(); err != nil {
		return err
	}
	switch {
	case o.Origins < 0:
		return optionError("Origins", "%d is negative", o.Origins)
	case o.Stride < 0:
		return optionError("Stride", "%d is negative", o.Stride)
	}
	for _, l := range o.Leads {
		if l < 1 || l > o.Horizon {
			return optionError("Leads", "%d is not between 1 and the horizon", l)
		}
	}
	return nil
}

func (o BacktestOptions) withDefaults() BacktestOptions {
	o.Options = o.Options.withDefaults()
	if o.Origins == 0 {
		o.Origins = 4
	}
	if o.Stride == 0 {
		o.Stride = o.Horizon
	}
	return o
}

// pastPanel returns the series that have a history before the last back steps, cut there, and their places.
func pastPanel(panel []Series, back int) (past []Series, index []int) {
	for i, s := range panel {
		if n := len(s.Values) - back; n > 0 {
			past, index = append(past, s.until(n)), append(index, i)
		}
	}
	return past, index
}
