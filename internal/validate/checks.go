package validate

import (
	"fmt"
	"math"

	"github.com/wrapcast/wrapcast"
)

// checker applies one rule after another to a history that is not empty.
type checker struct {
	series  Series
	history history
	rules   Rules
	report  *wrapcast.CodeReport
}

func (c checker) find(severity wrapcast.Severity, code, message, advice string) {
	c.report.Findings = append(c.report.Findings, wrapcast.Finding{
		Code: code, Severity: severity, Place: c.report.Name, Message: message, Advice: advice,
	})
}

// fallBack names the simpler method, unless a worse rule has named one already.
func (c checker) fallBack(to string) {
	if c.report.Fallback == "" {
		c.report.Fallback = to
	}
}

func (c checker) length() {
	if days := c.report.Days - c.report.Gaps; days < c.rules.MinDays {
		c.find(wrapcast.Blocking, "short-history",
			fmt.Sprintf("%d days read since the first contact on %s, at least %d are needed", days, c.history.from,
				c.rules.MinDays),
			fmt.Sprintf("wait %d days, or map the code onto the one it took over from", c.rules.MinDays-days))
		c.fallBack(fallbackAverage)
	}
}

func (c checker) seasonality(values []float64) {
	switch score := c.report.Seasonality; {
	case constant(values):
		c.find(wrapcast.Info, "flat", fmt.Sprintf("the same number, %s, on every day", number(known(values)[0])), "")
	case !score.Known(), c.report.Days < c.rules.MinDays:
		return // too short to have a week, which is said elsewhere
	case float64(score) < c.rules.MinSeasonality && c.rules.MinSeasonality > 0:
		c.find(wrapcast.Blocking, "weak-seasonality",
			fmt.Sprintf("weekly autocorrelation %.3f is below %.3g", float64(score), c.rules.MinSeasonality),
			c.seasonalityAdvice())
		c.fallBack(fallbackLevel)
	}
}

func (c checker) seasonalityAdvice() string {
	if c.history.sparse() {
		return "forecast it together with a code like it: it has too few contacts for a weekly pattern of its own"
	}
	return "look for a change of level or of opening hours; a history that begins after it scores higher"
}

func (c checker) ended() bool {
	days, ended := c.history.ended(c.series.Code, c.rules)
	if !ended {
		return false
	}
	last := c.history.last() - wrapcast.Date(days)
	what := "the code seems to be no longer used"
	if c.series.Code.Deleted {
		what = "the code was deleted"
	}
	c.find(wrapcast.Warning, "ended", fmt.Sprintf("no contact for %d days, the last on %s: %s", days, last, what),
		"retire the code, or map it onto the one that took over")
	c.fallBack(fallbackZero)
	return true
}

func (c checker) freshness() {
	if n := c.history.unread; n > 0 {
		c.find(wrapcast.Warning, "stale", fmt.Sprintf("the last %d days were never read: history ends on %s", n,
			c.history.last()),
			"run wrapcast extract before the forecast")
	}
}

func (c checker) gaps() {
	if n := c.history.broken; n > 0 {
		c.find(wrapcast.Warning, "not-a-count",
			fmt.Sprintf("%d days held no count (negative, or beyond %.0e) and are taken as never read", n, largest),
			"correct them at their source")
	}
	if c.report.Gaps == 0 {
		return
	}
	severity := wrapcast.Info
	if c.rules.MaxGapShare > 0 && float64(c.report.Gaps) > c.rules.MaxGapShare*float64(c.report.Days) {
		severity = wrapcast.Warning
	}
	c.find(severity, "gaps", fmt.Sprintf("%d of %d days were never read: %s", c.report.Gaps, c.report.Days,
		someOf(c.history.gapSpans(), 3)),
		"run wrapcast extract for these days")
}

// recentShift is how many days after a change of level the models are still learning it.
const recentShift = 8 * week

func (c checker) shift(values []float64) {
	if c.rules.ShiftChange < 0 {
		return
	}
	first, seen := c.seenByEngine(values)
	s, found := lastShift(first, seen, c.rules.ShiftChange)
	if !found {
		return
	}
	severity, advice := wrapcast.Info, ""
	if c.history.last()-s.day < recentShift {
		severity, advice = wrapcast.Warning, "if it will not last, name it as an event in the calendar"
	}
	if s.followed {
		advice = "the forecast begins at the new level; " + advice
	}
	change := fmt.Sprintf("× %.2f", s.ratio())
	if math.IsInf(s.ratio(), 1) {
		change = "from nothing"
	}
	c.find(severity, "level-shift", fmt.Sprintf("the level changed on %s: %.3g contacts a day before, %.3g after (%s)",
		s.day, s.before, s.after, change), advice)
}

func (c checker) outliers(odd outliers) {
	if n := len(odd.masks); n > 0 {
		days := make([]wrapcast.Date, n)
		for i, m := range odd.masks {
			days[i] = m.Day
		}
		c.find(wrapcast.Info, "outliers", fmt.Sprintf("%d days are masked as outliers or by hand: %s", n,
			someOf(days, 3)),
			"name those with a cause as events in the calendar")
	}
	if odd.spared > 0 {
		c.find(wrapcast.Info, "outliers-kept",
			fmt.Sprintf("%d outliers are not masked: so many of %d days with contacts are a pattern",
				odd.spared, c.history.active()), "")
	}
}

func (c checker) sparse() {
	if c.history.sparse() {
		c.find(wrapcast.Info, "sparse", fmt.Sprintf("no contact on %d of the %d days read: no day is masked as an outlier",
			c.report.Zeros, c.report.Days-c.report.Gaps), "")
	}
}
