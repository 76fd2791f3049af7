package staffing

import (
	"math"

	"github.com/wrapcast/wrapcast"
)

// Goal is how a queue is to be served; what is 0 is no part of it. All parts that are given must hold.
type Goal struct {
	// Share of all contacts is answered within Within seconds. A Share of 0 asks for nothing.
	Share, Within float64
	// ASA is the longest mean wait in seconds, Abandoned the largest share that may give up, Occupancy the largest share
	// of their time that agents may be busy.
	ASA, Abandoned, Occupancy float64
}

// MaxLoad is the largest load in erlangs that agents are counted for; beyond it numbers are mistyped.
const MaxLoad = 100_000

const maxTime = 30 * 86_400 // a month in seconds: no contact takes so long, and nobody waits so long

// Check says what of a goal cannot be.
func (g Goal) Check() error {
	const share = "a share is above 0 and below 1, such as 0.8"
	switch {
	case !(g.Share >= 0 && g.Share < 1):
		return usage("a service level of %v cannot be a goal", g.Share).WithHint(share)
	case !(g.Within >= 0) || math.IsInf(g.Within, 0):
		return usage("an answer within %v seconds cannot be a goal", g.Within)
	case !(g.ASA >= 0) || math.IsInf(g.ASA, 0):
		return usage("a mean wait of %v seconds cannot be a goal", g.ASA)
	case !(g.Abandoned >= 0 && g.Abandoned < 1):
		return usage("a share of %v that gives up cannot be a goal", g.Abandoned).WithHint(share)
	case !(g.Occupancy >= 0 && g.Occupancy <= 1):
		return usage("an occupancy of %v cannot be a goal", g.Occupancy).WithHint(share)
	case g == Goal{Within: g.Within}:
		return usage("there is no goal").WithHint("give a service level, a mean wait, an occupancy or a share that gives up")
	}
	return nil
}

func usage(format string, args ...any) *wrapcast.Error {
	return wrapcast.Errorf(wrapcast.Usage, "", format, args...)
}

// met tells whether a number of agents is enough.
func (g Goal) met(p Performance) bool {
	return p.Stable && (g.Share == 0 || p.ServiceLevel(g.Within) >= g.Share) &&
		(g.ASA == 0 || p.ASA <= g.ASA) && (g.Abandoned == 0 || p.Abandoned <= g.Abandoned) &&
		(g.Occupancy == 0 || p.Occupancy <= g.Occupancy)
}

// Agents is the least whole number of agents that meet a goal, 0 where nothing comes: more agents serve better, so that
// it is found by halving. An error where the goal or the queue cannot be.
func (q Queue) Agents(g Goal) (int, error) {
	if err := g.Check(); err != nil {
		return 0, err
	}
	if err := q.Check(); err != nil {
		return 0, err
	}
	if q.Load() == 0 {
		return 0, nil
	}
	return q.agents(g), nil
}

// agents is Agents of what was checked. Enough is found from the load on in growing strides, then by halving.
func (q Queue) agents(g Goal) int {
	few := -1 // not enough
	if q.Patience == 0 {
		few = int(math.Floor(q.Load()))
	}
	stride := 1 + int(math.Sqrt(q.Load()))
	enough := max(few, int(q.Load())) + 1
	for !g.met(q.With(float64(enough))) {
		few = enough
		enough += stride
		stride *= 2
	}
	for enough-few > 1 {
		middle := (enough + few) / 2
		if g.met(q.With(float64(middle))) {
			enough = middle
		} else {
			few = middle
		}
	}
	return enough
}

// Check says what of a queue cannot be.
func (q Queue) Check() error {
	for _, part := range []struct {
		name       string
		value, max float64
	}{{"contacts per second", q.Rate, MaxLoad}, {"handle time in seconds", q.Handle, maxTime},
		{"patience in seconds", q.Patience, maxTime}} {
		switch {
		case !(part.value >= 0):
			return usage("%s cannot be %v", part.name, part.value)
		case part.value > part.max:
			return usage("%s cannot be %.3g, which is more than %.0f", part.name, part.value, part.max).
				WithHint("look at the numbers and their units; who never gives up has no patience at all")
		}
	}
	if q.Load() > MaxLoad {
		return usage("a load of %.3g erlangs is more than %d", q.Load(), MaxLoad).
			WithHint("look at the number of contacts, the interval and the handle time")
	}
	return nil
}
