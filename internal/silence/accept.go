package silence

import (
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Acceptances are what people have accepted, as it stands at an instant.
type Acceptances struct {
	All []wrapcast.AcceptedSilence
	At  time.Time
	// Zone says whose days these are.
	Zone *time.Location
	// Directory has the planning groups that are planned.
	Directory wrapcast.Directory
}

// Mark returns silences with the acceptance that covers each. One is covered by an acceptance of its own name and by
// that of the organisation; a planning group also where each of its queues is accepted; a queue also where each
// planning group that routes to it is; the organisation also where everything else that is silent is covered.
func (a Acceptances) Mark(silences []wrapcast.Silence) []wrapcast.Silence {
	marked := slices.Clone(silences)
	rest, by := 0, wrapcast.SilenceID("")
	for i, s := range marked {
		marked[i].Accepted = ""
		if s.Kind == wrapcast.LevelTotal {
			continue
		}
		marked[i].Accepted = a.covering(s)
		if marked[i].Accepted == "" {
			rest++
		} else if by == "" {
			by = marked[i].Accepted
		}
	}
	for i, s := range marked {
		if s.Kind != wrapcast.LevelTotal {
			continue
		}
		marked[i].Accepted = a.named(s.Kind, s.ID, s.Since)
		if marked[i].Accepted == "" && rest == 0 {
			marked[i].Accepted = by
		}
	}
	return marked
}

// Held are the silences that nobody has accepted.
func Held(silences []wrapcast.Silence) []wrapcast.Silence {
	return slices.DeleteFunc(slices.Clone(silences), func(s wrapcast.Silence) bool { return s.Accepted != "" })
}

func (a Acceptances) covering(s wrapcast.Silence) wrapcast.SilenceID {
	if id := a.named(s.Kind, s.ID, s.Since); id != "" {
		return id
	}
	if id := a.named(wrapcast.LevelTotal, string(a.Directory.Organisation.ID), s.Since); id != "" {
		return id
	}
	if s.Kind == wrapcast.LevelGroup {
		return every(a, wrapcast.LevelQueue, s.Queues, s.Since)
	}
	var groups []wrapcast.PlanningGroupID
	for _, g := range a.Directory.PlanningGroups {
		if slices.Contains(queuesOf(g), wrapcast.QueueID(s.ID)) {
			groups = append(groups, g.ID)
		}
	}
	return every(a, wrapcast.LevelGroup, groups, s.Since)
}

// every is the first acceptance of several where each of them has one.
func every[ID ~string](a Acceptances, kind wrapcast.AccuracyLevel, ids []ID, since wrapcast.Date) wrapcast.SilenceID {
	var first wrapcast.SilenceID
	for i, id := range ids {
		by := a.named(kind, string(id), since)
		if by == "" {
			return ""
		}
		if i == 0 {
			first = by
		}
	}
	return first
}

// named is an acceptance of a thing by its own name.
func (a Acceptances) named(kind wrapcast.AccuracyLevel, id string, since wrapcast.Date) wrapcast.SilenceID {
	for _, x := range a.All {
		if x.Kind == kind && x.Of == id && a.covers(x, since) {
			return x.ID
		}
	}
	return ""
}

// covers reports whether an acceptance is in force and about a silence that began on a day, 0 for one without a
// beginning. One of a silence that people looked at does not cover the next.
func (a Acceptances) covers(x wrapcast.AcceptedSilence, since wrapcast.Date) bool {
	return x.Holds(a.At) && (x.Ahead || since <= wrapcast.DateOf(x.CreatedAt.In(a.Zone)))
}

// Names are what has to be accepted so that no silence holds any more, the fewest names: the organisation; else queues,
// and planning groups that these do not cover. A queue whose name nobody knows is left to its groups.
func Names(held []wrapcast.Silence) []wrapcast.Silence {
	var names []wrapcast.Silence
	queues := map[wrapcast.QueueID]bool{}
	for _, s := range held {
		switch s.Kind {
		case wrapcast.LevelTotal:
			return []wrapcast.Silence{s}
		case wrapcast.LevelQueue:
			if !nameless(s) || !hasGroup(held, s) {
				queues[wrapcast.QueueID(s.ID)] = true
				names = append(names, s)
			}
		case wrapcast.LevelGroup:
			if slices.ContainsFunc(s.Queues, func(q wrapcast.QueueID) bool { return !queues[q] }) || len(s.Queues) == 0 {
				names = append(names, s)
			}
		case wrapcast.LevelCode:
		}
	}
	return names
}

// hasGroup reports whether groups that are silent with a queue are held.
func hasGroup(held []wrapcast.Silence, queue wrapcast.Silence) bool {
	return len(groupsIn(held, queue, map[string]bool{})) > 0
}
