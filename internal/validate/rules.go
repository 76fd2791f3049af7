package validate

import (
	"cmp"

	"github.com/wrapcast/wrapcast"
)

// Rules are the thresholds of validation. The zero value holds the
// defaults; a negative number switches a rule off.
type Rules struct {
	// MinDays is the shortest history in days from the first contact on; zero means 14.
	MinDays int
	// MaxHorizon is the longest horizon in days; zero means 90.
	MaxHorizon int
	// IQRFactor is how many interquartile ranges beyond the quartiles a day may lie; zero means 1.5.
	IQRFactor float64
	// MinSeasonality is the least weekly autocorrelation (lag 7); zero means 0.3.
	MinSeasonality float64
	// MaxMaskedShare is the share of the days with contacts that may be masked for being too high, and again for
	// being too low; zero means 0.05. A rule that would hide more (and more than two days) describes the code's
	// habit, not its accidents, and masks nothing on that side.
	MaxMaskedShare float64
	// MaxGapShare is the share of days that may be missing; zero means 0.1.
	MaxGapShare float64
	// MaxUncodedShare is the share of the organisation's contacts that may lack a code of an agent; zero means 0.2.
	MaxUncodedShare float64
	// MaxOtherShare is the share of a queue's coded contacts whose code may say nothing, "Other" and the like; zero
	// means 0.2.
	MaxOtherShare float64
	// EndedAfter is the silence in days after which a code may have ended; zero means 28.
	EndedAfter int
	// ShiftChange is the least change of level of more than four weeks ago that is reported, as a share of the level
	// before; zero means 0.25. Those of the last four weeks are reported where the engine follows them.
	ShiftChange float64
	// Explained names the local days the calendar accounts for (holidays, closures, events). They are never masked:
	// the models learn from them what such days are like.
	Explained map[wrapcast.Date]string
	// Special are those of them that the engine learns apart from the others, because they are rare.
	Special map[wrapcast.Date]string
}

// The default thresholds, used where Rules holds zero.
const (
	defaultMinDays         = 14
	defaultMaxHorizon      = 90
	defaultIQRFactor       = 1.5
	defaultMinSeasonality  = 0.3
	defaultMaxMaskedShare  = 0.05
	defaultMaxGapShare     = 0.1
	defaultMaxUncodedShare = 0.2
	defaultMaxOtherShare   = 0.2
	defaultEndedAfter      = 28
	defaultShiftChange     = 0.25
)

// Defaults are the rules that hold where none are set.
func Defaults() Rules { return Rules{}.withDefaults() }

func (r Rules) withDefaults() Rules {
	r.MinDays = cmp.Or(r.MinDays, defaultMinDays)
	r.MaxHorizon = cmp.Or(r.MaxHorizon, defaultMaxHorizon)
	r.IQRFactor = cmp.Or(r.IQRFactor, defaultIQRFactor)
	r.MinSeasonality = cmp.Or(r.MinSeasonality, defaultMinSeasonality)
	r.MaxMaskedShare = cmp.Or(r.MaxMaskedShare, defaultMaxMaskedShare)
	r.MaxGapShare = cmp.Or(r.MaxGapShare, defaultMaxGapShare)
	r.MaxUncodedShare = cmp.Or(r.MaxUncodedShare, defaultMaxUncodedShare)
	r.MaxOtherShare = cmp.Or(r.MaxOtherShare, defaultMaxOtherShare)
	r.EndedAfter = cmp.Or(r.EndedAfter, defaultEndedAfter)
	r.ShiftChange = cmp.Or(r.ShiftChange, defaultShiftChange)
	return r
}
