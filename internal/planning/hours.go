package planning

import "github.com/wrapcast/wrapcast"

// Opening hours are learned from where contacts fell. They matter because a closed
// quarter-hour must be planned as exactly zero, however much is borrowed from queues
// that are open.

// slots is how many quarter-hours the wall clock has; every profile is learned on these.
const slots = wrapcast.QuarterHoursInDay

const (
	// enough contacts of one weekday to say when it is open.
	enough = 20
	// pause is the shortest empty stretch inside the day, in quarter-hours, that can be a closure.
	pause = 4
	// surelyClosed is how many contacts an empty stretch would have had at the day's mean rate, at least, to be one.
	surelyClosed = 20
)

// hours says which quarter-hours of the wall clock are open, by weekday.
type hours [7][slots]bool

// learnHours reads opening hours off contacts per weekday and quarter-hour: from the
// first to the last contact of the weekday, without stretches of an hour or more that
// stayed empty although the day's mean rate would have brought twenty contacts. A
// weekday with fewer than twenty contacts is as open as all its days together; with
// fewer than twenty in all, ok is false.
func learnHours(counts *grid) (h hours, ok bool) {
	var all [slots]float64
	total := 0.0
	for _, day := range counts {
		for s, n := range day {
			all[s] += n
			total += n
		}
	}
	if total < enough {
		return h, false
	}
	week := openSlots(&all)
	for weekday := range counts {
		h[weekday] = week
		if sumOf(counts[weekday][:]) >= enough {
			h[weekday] = openSlots(&counts[weekday])
		}
	}
	return h, true
}

func openSlots(counts *[slots]float64) [slots]bool {
	var open [slots]bool
	first, last := -1, -1
	for s, n := range counts {
		if n > 0 {
			if first < 0 {
				first = s
			}
			last = s
		}
	}
	if first < 0 {
		return open
	}
	rate := sumOf(counts[:]) / float64(last-first+1)
	for from := first; from <= last; {
		to := from + 1
		for to <= last && (counts[to] == 0) == (counts[from] == 0) {
			to++
		}
		closed := counts[from] == 0 && to-from >= pause && rate*float64(to-from) >= surelyClosed
		for s := from; s < to; s++ {
			open[s] = !closed
		}
		from = to
	}
	return open
}

func sumOf(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum
}
