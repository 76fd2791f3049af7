package combine

import "slices"

// view is one series as it was at one moment of its past, an origin or the end, and what is derived of that once for
// all members.
type view struct {
	*setup
	*seriesRun
	u      int       // the cut at hand: an origin, nearest first, or at last the end
	past   []float64 // gaps filled, up to the cut
	oldest int       // values of the oldest trusted past
	moment int       // counts the cuts that were entered

	look
	buffers look // the buffers of what is not kept
	drawn   []drawnShape
	blocks  levels
	robust  robust
}

// look is what all members see of a past: the same whenever the series is at that cut.
type look struct {
	shape    []float64 // winsorised shares of the uncleaned past
	hasShape bool
	cleaned  []float64 // the past with outliers clipped
	isClean  bool
	resid    []float64 // what the calendar factor is learned from
	hasResid bool
}

func newView(s *setup) *view {
	return &view{setup: s, buffers: look{shape: make([]float64, s.cfg.Short)}}
}

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
	v.moment++
	if v.kept != nil && v.kept[u].made {
		v.look = v.kept[u].look
		return true
	}
	v.lookAt()
	return true
}

// lookAt makes what all members see of the past at hand.
func (v *view) lookAt() {
	v.look = look{shape: v.buffers.shape}
	if v.mode != weekly && len(v.past) >= 2*v.cfg.Short {
		v.blocks.blocksOf(v.past, v.cfg.Short)
		v.hasShape = v.robust.shapeOf(v.past, &v.blocks, cleanFading, true, v.shape)
	}
	if v.mode != single || v.sparse || !v.hasShape || v.lo < 0 {
		return
	}
	v.buffers.cleaned = resize(v.buffers.cleaned, v.n)
	v.cleaned = v.robust.clean(v.past, v.shape, v.buffers.cleaned[:len(v.past)])
	v.isClean = true
	if v.calendar {
		v.buffers.resid = resize(v.buffers.resid, v.n)
		v.resid = v.robust.residuals(v.raw[:len(v.past)], v.shape, v.buffers.resid)
		v.hasResid = true
	}
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

// drawnShape is a shape of the source of levels at one moment.
type drawnShape struct {
	fading   float64
	robustly bool
	moment   int
	ok       bool
	share    []float64
}

// shapeBy returns the share of each phase in the blocks of the source of levels, made once per cut for all who ask;
// false where there is none.
func (v *view) shapeBy(l *levels, fading float64, robustly bool) ([]float64, bool) {
	if !v.isClean && fading == cleanFading && robustly {
		return v.shape, v.hasShape
	}
	i := slices.IndexFunc(v.drawn, func(d drawnShape) bool { return d.fading == fading && d.robustly == robustly })
	if i < 0 {
		i = len(v.drawn)
		v.drawn = append(v.drawn, drawnShape{fading: fading, robustly: robustly, share: make([]float64, v.cfg.Short)})
	}
	d := &v.drawn[i]
	if d.moment != v.moment {
		d.moment, d.ok = v.moment, v.robust.shapeOf(v.levelSource(), l, fading, robustly, d.share)
	}
	return d.share, d.ok
}
