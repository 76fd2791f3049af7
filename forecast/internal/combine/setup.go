package combine

// setup is what is decided of a group before any of its series is looked at.
type setup struct {
	cfg      Config
	tune     Tuning
	mode     mode
	window   int // steps compared at an origin
	origins  []origin
	minPast  int // history an origin needs
	length   int // of the median series
	longest  int // values of the longest one
	small    bool
	yearly   bool // a year is looked for
	calendar bool // movable feasts and last year's days are looked at
	sources  sourceTable
}

// smallGroup is the size of a group from which its series lend each other their errors.
const smallGroup = 10

func newSetup(cfg Config, of Extent) *setup {
	s := &setup{cfg: cfg, mode: cfg.mode(), tune: cfg.tuning(), small: of.Series < smallGroup, length: of.Median,
		longest: of.Longest}
	s.calendar = cfg.Daily && cfg.Short == 7 && s.mode == single && s.length >= calendarMin
	s.place(s.length)
	if s.calendar {
		s.sources = newSources(of.Last-of.Longest, of.Last+cfg.Horizon+1)
	}
	return s
}

// cuts is how many cuts a series has: the origins, and the end.
func (s *setup) cuts() int { return len(s.origins) + 1 }

// allows says whether an origin may be looked at under a mask: the last mask allows all, mask u those whose windows
// don't overlap that of origin u.
func (s *setup) allows(mask, u int) bool {
	if mask == len(s.origins) {
		return true
	}
	d := s.origins[mask].back - s.origins[u].back
	return d >= s.window || -d >= s.window
}

// maxLeads bounds the direct leads of autoregressions; beyond them the forecasts are fed back as history.
func (s *setup) maxLeads() int {
	switch s.mode {
	case double:
		return min(s.cfg.Horizon, 2*s.cfg.Long, maxDirect)
	case single:
		return min(s.cfg.Horizon, 16*s.cfg.Short)
	default:
		return min(s.cfg.Horizon, 104)
	}
}

// maxDirect keeps the tables of fine steps small.
const maxDirect = 480

// levelPlan says which features the level regression of a cut has: lags in blocks, and last year's levels.
func (s *setup) levelPlan(blocks int) (lags int, yearly bool) {
	lags = 4
	if s.mode == double {
		lags = 8
	}
	return lags, s.cfg.Short == 7 && s.mode == single && blocks >= minYearBlocks
}

// levelLeads is how many blocks ahead the level is forecast directly.
func (s *setup) levelLeads() int {
	return min(maxLevelLead, (s.cfg.Horizon+s.cfg.Short-1)/s.cfg.Short)
}

// week is how many short seasons the long one has.
func (s *setup) week() int { return max(1, s.cfg.Long/max(1, s.cfg.Short)) }

// warpOf is the transform that makes the scatter of a series even: none where it goes below zero, or touches it without
// a season to say that it may.
func (s *setup) warpOf(h *history) transform {
	switch {
	case h.positive:
		return logarithm
	case h.lo >= 0 && s.mode != weekly:
		return root
	}
	return plain
}
