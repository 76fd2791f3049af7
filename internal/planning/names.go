package planning

import (
	"math"

	"github.com/wrapcast/wrapcast"
)

func hundredths(v float64) float64 { return math.Round(100*v) / 100 }

func groupName(g wrapcast.PlanningGroup) string {
	if g.Name == "" {
		return string(g.ID)
	}
	return g.Name
}
