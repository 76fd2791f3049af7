package combine

import "github.com/wrapcast/wrapcast/forecast/internal/models"

// member forecasts one series after another from every cut. It owns its buffers; each worker has its own.
type member interface {
	// begin takes up a series: what was found of the one before is forgotten.
	begin(v *view)
	// predict writes the steps after the cut at hand; false where the member has no forecast. Cuts come oldest first.
	predict(v *view, out []float64) bool
}

// fitted is the member that fits a model to the past at every cut.
type fitted struct {
	models.Model
	minPast int // history that it needs
}

func (f fitted) begin(*view) {}

func (f fitted) predict(v *view, out []float64) bool {
	if len(v.past) < f.minPast || !f.Fit(v.past) {
		return false
	}
	f.Predict(v.past, out)
	return true
}

// smoothing is one kind of smoothing: seasons, transform, and whether it sees the cleaned history.
type smoothing struct {
	m1, m2 int
	how    transform
	clean  bool
}

// smoothed is the member that smooths through a transform. Its constants are found once per series, on the oldest
// trusted past; at later cuts it smooths on from where it stood.
type smoothed struct {
	smoothing
	model  *models.Smoothing
	fitted bool // to the series at hand
	series []float64
}

func newSmoothed(kind smoothing) *smoothed {
	return &smoothed{smoothing: kind, model: models.NewSmoothing(kind.m1, kind.m2)}
}

// fitCycles is the history from which the constants of a smoothing serve all cuts.
const fitCycles = 12

func (s *smoothed) begin(*view) { s.fitted = false }

func (s *smoothed) predict(v *view, out []float64) bool {
	how := v.own(s.how)
	if s.clean && !v.isClean || how == warped {
		return false
	}
	if !s.fitted || s.clean {
		s.look(v, how)
	}
	if v.atEnd() && v.mode != weekly && v.oldest < fitCycles*v.cfg.Short {
		s.fitted = false // what was fitted to the oldest past knows too little
	}
	switch {
	case !s.fitted:
		train := s.series[:min(v.oldest, len(s.series))]
		if v.atEnd() {
			train = s.series
		}
		s.model.Fit(train)
		s.fitted = true
	case s.clean:
		s.model.Restart()
	}
	s.model.Predict(s.series[:len(v.past)], out)
	for h, f := range out {
		out[h] = how.undo(f, v.hi)
	}
	return true
}

// look makes the series that is smoothed: all of it where it is not cleaned anew at each cut, with gaps where it has
// some.
func (s *smoothed) look(v *view, how transform) {
	source := v.filled
	if s.clean {
		source = v.cleaned
	}
	s.series = resize(s.series, v.n)[:len(source)]
	for t, y := range source {
		s.series[t] = how.apply(y)
	}
	if s.clean {
		return
	}
	for t, y := range v.observed {
		if y != y {
			s.series[t] = y
		}
	}
}

// meanOf is the mean of two members, or the first where the second has no forecast.
type meanOf struct {
	first, second member
	other         []float64
}

func (m *meanOf) begin(v *view) {
	m.first.begin(v)
	m.second.begin(v)
}

func (m *meanOf) predict(v *view, out []float64) bool {
	if !m.first.predict(v, out) {
		return false
	}
	m.other = resize(m.other, len(out))
	if m.second.predict(v, m.other) {
		for h := range out {
			out[h] = (out[h] + m.other[h]) / 2
		}
	}
	return true
}

// remembered asks a member once per cut: members that carry the calendar factor ask for what others have forecast
// already.
type remembered struct {
	of     member
	moment int
	ok     bool
	f      []float64
}

func (r *remembered) begin(v *view) { r.of.begin(v) }

func (r *remembered) predict(v *view, out []float64) bool {
	if r.moment != v.moment {
		r.moment, r.ok = v.moment, r.of.predict(v, out)
		r.f = append(r.f[:0], out...)
	} else {
		copy(out, r.f)
	}
	return r.ok
}
