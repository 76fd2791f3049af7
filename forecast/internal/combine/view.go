package combine

// view is one series as it was at one moment of its past, an origin or the end, and what is derived of that once for
// all members.
type view struct {
	*setup
	*seriesRun
	u      int       // the cut at hand: an origin, nearest first, or at last the end
	past   []float64 // gaps filled, up to the cut
	oldest int       // values of the oldest trusted past
	moment int       // counts the cuts that were entered

	shape    []float64 // winsorised shares of the uncleaned past
	hasShape bool
	cleaned  []float64 // the past with outliers clipped
	isClean  bool
	resid    []float64 // what the calendar factor is learned from
	hasResid bool

	blocks levels
	robust robust
}

func newView(s *setup) *view { return &view{setup: s, shape: make([]float64, s.cfg.Short)} }

// take takes up a series.
func (v *view) take(w *seriesRun) {
	v.seriesRun = w
	v.oldest = w.n
	for u, ok := range w.trusted {
		if ok {
			v.oldest = min(v.oldest, w.cut[u])
		}
	}
}

// enter moves to a cut; false where its history is too short to be trusted. Cuts come oldest first.
func (v *view) enter(u int) bool {
	if u < len(v.trusted) && !v.trusted[u] {
		return false
	}
	v.u, v.past = u, v.filled[:v.cut[u]]
	v.hasShape, v.isClean, v.hasResid = false, false, false
	v.moment++
	if v.mode != weekly && len(v.past) >= 2*v.cfg.Short {
		v.blocks.blocksOf(v.past, v.cfg.Short)
		v.hasShape = v.robust.shapeOf(v.past, &v.blocks, cleanFading, true, v.shape)
	}
	if v.mode == single && !v.sparse && v.hasShape && v.lo >= 0 {
		v.cleaned = resize(v.cleaned, v.n)[:len(v.past)]
		v.cleaned = v.robust.clean(v.past, v.shape, v.cleaned)
		v.isClean = true
		if v.calendar {
			v.resid = resize(v.resid, v.n)
			v.resid = v.robust.residuals(v.raw[:len(v.past)], v.shape, v.resid)
			v.hasResid = true
		}
	}
	return true
}

// atEnd tells whether what is forecast is the future.
func (v *view) atEnd() bool { return v.u == len(v.origins) }

const cleanFading = 0.97

// levelSource is the past that levels and shapes are taken from: cleaned where it was.
func (v *view) levelSource() []float64 {
	if v.isClean {
		return v.cleaned
	}
	return v.past
}
