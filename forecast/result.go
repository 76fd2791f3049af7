package forecast

// Result is the forecast of one series.
type Result struct {
	// ID is that of the series.
	ID string
	// Mean holds one value per step of the horizon: what sums and staffing need.
	Mean []float64
	// Median is as often above what comes as below it: what absolute errors reward.
	Median []float64
	// Bands are the intervals, in the order of Options.Levels.
	Bands []Band
	// Paths are sample paths, Options.Paths of them with one value per step each. Those of the same place in all results
	// of a Run are one future: sums over series and steps may be taken path by path.
	Paths [][]float64
	// Tests are the errors of the test periods, nearest to the end first, where Options.Joint asked for them: what joint
	// paths are drawn from.
	Tests []TestPeriod
	// Model names what was used: "auto", "exponentialSmoothing".
	Model string
	// Fallback says why a simpler method than the one asked for was used, "" when it was not.
	Fallback string
	// Members are the candidates of the combination, best first. One alone for a named algorithm.
	Members []Member
	// Accuracy was measured by forecasting the past from several origins, by the combination itself.
	Accuracy Accuracy
	// Components add up to the mean, or to the fitted history, where Options.Explain asked for them.
	Components []Component
	// Notes tell in words what else was done: values missing, steps bounded.
	Notes []string
}

// Band is a prediction interval per step.
type Band struct {
	// Level is the share of outcomes it should hold, a fraction such as 0.85.
	Level float64
	// Lower and Upper bound it, one value per step.
	Lower, Upper []float64
}

// Member is one candidate of a combination.
type Member struct {
	// Name is the member's: "smoothing, logarithm".
	Name string
	// Error is its mean absolute error over the backtest origins, over the mean absolute step of the
	// seasonal naive inside the sample. NaN where it could not be measured.
	Error float64
	// Weight is its share in the forecast, 0 to 1; the weights of a result add up to 1.
	Weight float64
}

// Component is one part of a forecast or of a fitted history.
type Component struct {
	// Name says which: "level", "season 7", "yearly", "event Thanksgiving".
	Name string
	// Values holds one value per step of the history, followed by one per step of the horizon where the
	// component reaches that far. NaN where it is undefined.
	Values []float64
}

// Accuracy holds the figures of a backtest. NaN stands for what could not be measured.
type Accuracy struct {
	// WAPE is the sum of absolute errors of the median over the sum of absolute actuals.
	WAPE float64
	// Bias is the sum of mean minus actual over the sum of absolute actuals: above 0 is too high.
	Bias float64
	// SMAPE is the mean of 200·|y-f|/(|y|+|f|) for the median, 0 where both are 0.
	SMAPE float64
	// MASE is the mean absolute error of the median over that of the seasonal naive inside the sample.
	MASE float64
	// RMSSE is the root of the mean squared error of the mean over that of the seasonal naive inside the sample.
	RMSSE float64
	// Levels has the figures of each interval, in the order of Options.Levels.
	Levels []LevelScore
	// Origins is how many times the past was forecast, Cells how many values were compared.
	Origins, Cells int
}

// LevelScore says how good the intervals of one level were.
type LevelScore struct {
	// Level is the share of outcomes the interval should hold.
	Level float64
	// Coverage is the share it held.
	Coverage float64
	// MSIS is the mean interval score over the scale of MASE: width, plus a penalty for each miss.
	MSIS float64
}
