package planning

import (
	"math"
	"strings"

	"github.com/wrapcast/wrapcast"
)

func hundredths(v float64) float64 { return math.Round(100*v) / 100 }

func groupName(g wrapcast.PlanningGroup) string {
	if g.Name == "" {
		return string(g.ID)
	}
	return g.Name
}

// names are what queues are called.
type names map[wrapcast.QueueID]string

func namesOf(d wrapcast.Directory) names {
	n := make(names, len(d.Queues))
	for _, q := range d.Queues {
		n[q.ID] = q.Name
	}
	return n
}

// stream calls a stream by its queue's name and its channel, and what it has beyond them: "Billing / voice".
func (n names) stream(s wrapcast.Stream) string {
	name := n[s.Queue]
	if name == "" {
		name = string(s.Queue)
	}
	parts := []string{name, string(s.Media)}
	if s.Language != "" {
		parts = append(parts, string(s.Language))
	}
	for _, id := range s.Skills.IDs() {
		parts = append(parts, string(id))
	}
	return strings.Join(parts, " / ")
}
