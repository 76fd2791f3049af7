package figures

import (
	"math"
	"time"
)

// bursts measures Source.Bursts. Chance lets a share 1-exp(-rate × 5 minutes) follow
// another, where the rate is that of the same department, type and source on that day, spread over the day by the
// source's hours. The first of each day has none to follow and does not count.
func (s *survey) bursts(source int32, hours [3][24]int) float64 {
	type leaf struct{ queue, code int32 }
	type leafDay struct {
		leaf
		day int
	}
	perDay, last := map[leafDay]int{}, map[leafDay]int64{}
	for _, i := range s.bySource[source] {
		row := s.log.Rows[i]
		perDay[leafDay{leaf{row.Queue, row.Code}, s.day[i]}]++
	}
	const window = 5 * time.Minute
	var follow, chance, all float64
	for _, i := range s.bySource[source] {
		row := s.log.Rows[i]
		l := leafDay{leaf{row.Queue, row.Code}, s.day[i]}
		if before, seen := last[l]; seen {
			if row.Opened-before <= window.Milliseconds() {
				follow++
			}
			chance += 1 - math.Exp(-float64(perDay[l]-1)*s.hourShare(i, hours)*window.Hours())
			all++
		}
		last[l] = row.Opened
	}
	if chance >= all {
		return 0
	}
	return max(follow-chance, 0) / (all - chance)
}

// hourShare returns which share of a day like that of row i falls into its hour.
func (s *survey) hourShare(i int, hours [3][24]int) float64 {
	day := hours[s.dayKind(i)]
	sum := 0
	for _, n := range day {
		sum += n
	}
	return float64(day[s.hour[i]]) / float64(sum)
}

func (s *survey) dayKind(i int) int { return DayKind(s.weekday(s.day[i]), !s.regular[s.day[i]]) }
