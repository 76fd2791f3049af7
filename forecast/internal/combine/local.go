package combine

import (
	"github.com/wrapcast/wrapcast/forecast/internal/models"
	"github.com/wrapcast/wrapcast/forecast/internal/stl"
)

// Seasons by local regression: both seasons are taken out of the newest weeks as STL does, what is left is forecast by
// its level and the autocorrelation of its error, and the last cycle of each season is repeated. It finds smooth
// patterns that move slowly better than smoothing does. It costs most of all members and is therefore run at the
// nearest origins only.

const (
	localWeeks   = 12 // cycles of the long season that are decomposed
	localOrigins = 3  // nearest origins at which it is judged
)

// localRegression is the member that decomposes.
type localRegression struct {
	how     transform
	seasons []int
	parts   stl.Decomposer
	model   *models.Smoothing
	rest    []float64
}

func newLocalRegression(how transform, short, long int) *localRegression {
	return &localRegression{how: how, seasons: []int{short, long}, model: models.NewSmoothing(1, 1)}
}

func (l *localRegression) begin(*view) {}

func (l *localRegression) predict(v *view, out []float64) bool {
	short, long := l.seasons[0], l.seasons[1]
	if v.u < len(v.origins) && v.u >= localOrigins || len(v.past) < 3*long {
		return false
	}
	how := v.own(l.how)
	if how == warped {
		how = plain
	}
	from := max(0, len(v.past)-localWeeks*long)
	l.rest = resize(l.rest, len(v.past)-from)
	for t, y := range v.past[from:] {
		l.rest[t] = how.apply(y)
	}
	parts := l.parts.Several(l.rest, l.seasons)
	for t := range l.rest {
		l.rest[t] = parts.Trend[t] + parts.Remainder[t]
	}
	l.model.Fit(l.rest)
	l.model.Predict(l.rest, out)
	n := len(l.rest)
	for h := range out {
		f := out[h] + parts.Seasons[0][n-short+h%short] + parts.Seasons[1][n-long+h%long]
		out[h] = how.undo(f, v.hi)
	}
	return true
}
