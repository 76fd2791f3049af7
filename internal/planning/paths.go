package planning

import (
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// PathRoller rolls joint paths of streams up to a planning group as Week rolls up their means: handled to offered
// contacts, streams to the group. What chance and rounding leave between the mean over the paths and the plan is taken
// out, quarter-hour by quarter-hour, so that the mean of the paths is the plan.
type PathRoller struct {
	// Recent are the patterns that the plan was made with.
	Recent *RecentPatterns
	// Plan is the group's, from the first day of its week on.
	Plan wrapcast.GroupPlan

	day       wrapcast.Date
	paths     wrapcast.GroupPaths
	converted bool
}

// Add adds the paths of one of the group's streams; the first of a day begins it.
func (r *PathRoller) Add(s wrapcast.StreamPaths) {
	if !r.converted || r.day != s.Day {
		r.day, r.converted = s.Day, true
		r.paths = wrapcast.GroupPaths{Group: r.Plan.Group, Day: s.Day, Offered: zerosLike(s.Contacts),
			Seconds: zerosLike(s.Seconds)}
	}
	ratio := r.Recent.conversion(s.Stream)
	for q, row := range s.Contacts {
		offered, seconds := r.paths.Offered[q], r.paths.Seconds[q]
		for k, n := range row {
			offered[k] += ratio * n
			seconds[k] += ratio * s.Seconds[q][k]
		}
	}
	r.addReasons(s, ratio)
}

// addReasons shares the seconds of a stream out to the codes of its leaves: its quarter-hours by what each is expected
// to make of the stream's day, its days as they are in each path.
func (r *PathRoller) addReasons(s wrapcast.StreamPaths, ratio float64) {
	whole := 0.0
	for _, l := range s.Leaves {
		whole += sumOf(l.Contacts) * l.HandleSeconds
	}
	for _, l := range s.Leaves {
		own := sumOf(l.Contacts) * l.HandleSeconds
		if !(own > 0) {
			continue
		}
		reason := r.reason(l.Code, len(s.Seconds), len(l.Contacts))
		for q, row := range s.Seconds {
			reason.Expected[q] += ratio * own / whole * sumOf(row) / float64(len(row))
		}
		for k, n := range l.Contacts {
			reason.Day[k] += ratio * n * l.HandleSeconds
		}
	}
}

// reason is the code's among those of the day.
func (r *PathRoller) reason(code wrapcast.CodeID, quarterHours, paths int) *wrapcast.ReasonPaths {
	i := slices.IndexFunc(r.paths.Reasons, func(p wrapcast.ReasonPaths) bool { return p.Code == code })
	if i < 0 {
		i = len(r.paths.Reasons)
		r.paths.Reasons = append(r.paths.Reasons, wrapcast.ReasonPaths{Code: code,
			Expected: make([]float64, quarterHours), Day: make([]float64, paths)})
	}
	return &r.paths.Reasons[i]
}

// Rolled is what was added of a day, whose first quarter-hour is the at-th of the plan's arrays. Quarter-hours the plan
// has no contacts in have none in any path; where it has some and no path has, they are in every path alike.
func (r *PathRoller) Rolled(at int) wrapcast.GroupPaths {
	for q := range r.paths.Offered {
		offered, handle := 0.0, 0.0
		if i := at + q; i < len(r.Plan.Offered) && i < len(r.Plan.HandleSeconds) {
			offered, handle = r.Plan.Offered[i], r.Plan.HandleSeconds[i]
		}
		scaleTo(r.paths.Offered[q], offered, nil)
		scaleTo(r.paths.Seconds[q], offered*handle, r.paths.Offered[q])
		r.scaleReasons(q, offered*handle)
	}
	r.converted = false
	return r.paths
}

// scaleReasons makes what is expected of the codes in a quarter-hour add up to the plan's seconds; where nothing is
// expected of any, they share what the plan has by their days.
func (r *PathRoller) scaleReasons(q int, seconds float64) {
	sum, days := 0.0, 0.0
	for _, p := range r.paths.Reasons {
		sum += p.Expected[q]
		days += sumOf(p.Day)
	}
	for _, p := range r.paths.Reasons {
		switch {
		case sum > 0:
			p.Expected[q] *= seconds / sum
		case days > 0:
			p.Expected[q] = seconds * sumOf(p.Day) / days
		}
	}
}

// scaleTo multiplies values until they have a mean; where all are zero they become what alike says, or the mean.
func scaleTo(values []float64, mean float64, alike []float64) {
	sum := sumOf(values)
	if !(sum > 0) {
		other := sumOf(alike)
		for k := range values {
			values[k] = mean
			if other > 0 {
				values[k] = mean * alike[k] / (other / float64(len(alike)))
			}
		}
		return
	}
	by := mean * float64(len(values)) / sum
	if math.IsInf(by, 0) || math.IsNaN(by) {
		by = 0
	}
	for k := range values {
		values[k] *= by
	}
}

func zerosLike(rows [][]float64) [][]float64 {
	out := make([][]float64, len(rows))
	for q := range rows {
		out[q] = make([]float64, len(rows[q]))
	}
	return out
}
