package combine

import (
	"github.com/wrapcast/wrapcast/forecast/internal/models"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// yearlyMember forecasts what a yearly profile leaves, and puts the profile back.
type yearlyMember struct {
	yearly
	years  *yearDecomposer
	rest   []float64
	model  *models.Smoothing
	fitted bool // the model, to the series at hand
	week   weekLevel
}

func newYearlyMember(kind yearly, years *yearDecomposer) *yearlyMember {
	return &yearlyMember{yearly: kind, years: years, model: models.NewSmoothing(years.of.cfg.Short, 1),
		week: newWeekLevel(years.of.cfg.Short)}
}

func (m *yearlyMember) begin(*view) { m.fitted = false }

func (m *yearlyMember) predict(v *view, out []float64) bool {
	n, how := len(v.past), v.own(m.kind.how)
	if n < minYearly || how == warped {
		return false
	}
	w, p := m.years.decomposed(v, m.kind)
	m.rest = resize(m.rest, n)
	for t, x := range w.z {
		m.rest[t] = x - m.share*p.at(t-n)
	}
	if m.special {
		days, effects := m.years.days, m.years.effectsOf(v, m.kind)
		for t := range m.rest {
			m.rest[t] -= effects.of(days, t-n)
		}
		m.predictRest(out)
		for h := range out {
			out[h] += effects.of(days, h)
		}
	} else {
		m.predictRest(out)
	}
	for h, f := range out {
		out[h] = how.undo(f+m.share*p.at(h), v.hi)
	}
	return true
}

// predictRest forecasts what the profile leaves, by level and week or by seasonal smoothing.
func (m *yearlyMember) predictRest(out []float64) {
	switch {
	case m.level:
		m.week.predict(m.rest, out)
		return
	case m.fitted:
		m.model.Refit(m.rest)
	default:
		m.model.Fit(m.rest)
		m.fitted = true
	}
	m.model.Predict(m.rest, out)
}

// weekLevel forecasts by level smoothing of the series without its weekday profile, and puts the profile back.
type weekLevel struct {
	level       models.Holt
	week, count []float64 // by weekday
	rest        []float64
}

func newWeekLevel(days int) weekLevel {
	return weekLevel{level: models.Holt{Alphas: []float64{0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9}},
		week: make([]float64, days), count: make([]float64, days)}
}

func (w *weekLevel) predict(y, out []float64) {
	m, n := len(w.week), len(y)
	w.learnWeek(y)
	w.rest = resize(w.rest, n)
	for t, v := range y {
		w.rest[t] = v - w.week[t%m]
	}
	w.level.Fit(w.rest)
	w.level.Predict(w.rest, out)
	for h := range out {
		out[h] += w.week[(n+h)%m]
	}
}

// learnWeek finds the mean difference to the centred mean of a week, per weekday, over the last 26 weeks.
func (w *weekLevel) learnWeek(x []float64) {
	m, n := len(w.week), len(x)
	week, count := w.week, w.count
	clear(week)
	clear(count)
	half := m / 2
	for t := max(half, n-26*m); t+half < n; t++ {
		week[t%m] += x[t] - stat.Mean(x[t-half:t+half+1])
		count[t%m]++
	}
	mean := 0.0
	for d := range week {
		week[d] /= max(count[d], 1)
		mean += week[d] / float64(m)
	}
	for d := range week {
		week[d] -= mean
	}
}
