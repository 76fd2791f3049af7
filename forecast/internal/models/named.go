package models

// Setting is what a named model is set up for: everything but the values of the history.
type Setting struct {
	// Seasons are the lengths in steps of all cycles of two steps or more, ascending; some may be fractions, such as
	// 365.25.
	Seasons []float64
	// Length is how many values the history has. Models take seasons of which it holds two cycles.
	Length int
	// Columns returns the explaining columns known beside the history: events and regressors, with a value per step of
	// history and horizon each. Only regression asks for them. nil means none.
	Columns func() []Column
}

// Column is one explaining column.
type Column struct {
	// Name is shown in components: "event payday", "regressor price".
	Name string
	// Values has one number per step of history and horizon; NaN, and steps beyond the end, count as 0.
	Values []float64
}

// Names lists the models that New knows, in the order of the documentation.
func Names() []string {
	return []string{"mean", "naive", "drift", "seasonalNaive", "weekdayAverage", "exponentialSmoothing", "ets",
		"theta", "arima",
		"regression", "croston"}
}

// New returns the model of a name, set up but not fitted; false for a name that is not among Names. Every model can be
// fitted to a history with at least one value: it then falls back on a simpler one where it needs more.
func New(name string, s Setting) (Model, bool) {
	short, long := s.shortAndLong()
	switch name {
	case "mean":
		return &Mean{}, true
	case "naive":
		return &Walk{}, true
	case "drift":
		return &Walk{Drift: true}, true
	case "seasonalNaive":
		return orElse(&SeasonalNaive{Period: short}, &Walk{}), true
	case "weekdayAverage":
		return &PhaseAverage{Period: long}, true
	case "exponentialSmoothing":
		return NewSmoothing(s.firstTwo()), true
	case "ets":
		return orElse(&ETS{Period: short}, &Mean{}), true
	case "theta":
		return orElse(&SeasonalTheta{Period: short}, &Walk{}), true
	case "arima":
		return orElse(&ARIMA{}, &Mean{}), true
	case "regression":
		return orElse(&Regression{Setting: s}, &Mean{}), true
	case "croston":
		return &Croston{}, true
	}
	return nil, false
}

// WholeSeasons returns the seasons that are whole numbers of steps and of which the history holds at least two cycles.
func (s Setting) WholeSeasons() []int {
	var out []int
	for _, p := range s.Seasons {
		if m := int(p); float64(m) == p && 2*m <= s.Length {
			out = append(out, m)
		}
	}
	return out
}

// shortAndLong returns the shortest and the longest whole season, 1 where there is none.
func (s Setting) shortAndLong() (short, long int) {
	whole := s.WholeSeasons()
	if len(whole) == 0 {
		return 1, 1
	}
	return whole[0], whole[len(whole)-1]
}

// firstTwo returns the two shortest whole seasons, 1 in the place of one that there is not.
func (s Setting) firstTwo() (first, second int) {
	whole := append(s.WholeSeasons(), 1, 1)
	return whole[0], whole[1]
}
