package silence

import (
	"maps"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// LeafDays are the contacts a leaf handled per local day, from Input.From on; NaN is a day that is masked or was never
// read.
type LeafDays struct {
	Leaf    wrapcast.Leaf
	Handled []float64
}

// Withdrawn is a queue of which the platform reported contacts before and reports none of them any more.
type Withdrawn struct {
	Queue    wrapcast.QueueID `json:"queue"`
	Contacts int              `json:"contacts"`
	wrapcast.Interval
}

// Input is what silence is looked for in.
type Input struct {
	// Directory has the queues as the platform lists them now, and the planning groups that are planned.
	Directory wrapcast.Directory
	// LeftOut are planning groups that are not planned: neither they nor queues of theirs alone matter.
	LeftOut []wrapcast.PlanningGroupID
	// From and To bound the history, both included.
	From, To wrapcast.Date
	Leaves   []LeafDays
	// Closed reports whether a day of a queue does not count: the calendar closes it, or names it.
	Closed func(wrapcast.QueueID, wrapcast.Date) bool
	// Grouped says that planning groups are planned; else queues and the organisation are all there is.
	Grouped bool
	// Withdrawn are queues that the last reading has lost.
	Withdrawn []Withdrawn
	// Offered is how many contacts queues were offered in the recent weeks, whoever handled them.
	Offered map[wrapcast.Stream]int
}

// Find lists what is silent: the organisation, then queues, then planning groups, each in the directory's order.
//
// A queue or the organisation is silent where its own history says so. A planning group is silent where its history
// says so, where all its queues are silent, and where it never had a contact at all; but a queue that is heard on other
// channels is not hidden, so that one of its channels may be without any in less than half a year. Queues that no group
// plans for do not matter where groups are planned.
func Find(in Input) []wrapcast.Silence {
	f := &finder{Input: in, queues: map[wrapcast.QueueID]series{}, silent: map[wrapcast.QueueID]wrapcast.Silence{},
		groups: map[wrapcast.PlanningGroupID]series{}, spoke: map[wrapcast.Stream]wrapcast.Date{}}
	f.sum()
	all := f.organisation()
	whole := len(all) > 0
	all = append(all, f.silentQueues(whole)...)
	return append(all, f.silentGroups(whole)...)
}

// finder carries one search through its levels.
type finder struct {
	Input
	total  series
	queues map[wrapcast.QueueID]series
	groups map[wrapcast.PlanningGroupID]series
	// spoke is the last day on which a stream had a contact.
	spoke  map[wrapcast.Stream]wrapcast.Date
	silent map[wrapcast.QueueID]wrapcast.Silence
	judged int
}

// sum adds leaves up to queues, groups and the total, from the first day with any contact on.
func (f *finder) sum() {
	owner := f.Directory.GroupOf()
	for _, l := range f.Leaves {
		f.queues[l.Leaf.Queue] = added(f.queues[l.Leaf.Queue], l.Handled)
		if g, ok := owner(l.Leaf); ok {
			f.groups[g.ID] = added(f.groups[g.ID], l.Handled)
		}
		if own := (series{from: f.From, values: l.Handled}); own.last() >= 0 {
			f.spoke[l.Leaf.Stream()] = max(f.spoke[l.Leaf.Stream()], own.lastDay())
		}
	}
	for _, q := range slices.Sorted(maps.Keys(f.queues)) {
		f.total = added(f.total, f.queues[q].values)
	}
	first := max(slices.IndexFunc(f.total.values, func(v float64) bool { return v > 0 }), 0)
	f.judged = 1 + len(f.queues) + len(f.groups)
	for q, s := range f.queues {
		f.queues[q] = f.open(s, first, []wrapcast.QueueID{q})
	}
	for _, g := range f.Directory.PlanningGroups {
		if s, ok := f.groups[g.ID]; ok {
			f.groups[g.ID] = f.open(s, first, queuesOf(g))
		}
	}
	f.total = f.open(f.total, first, slices.Sorted(maps.Keys(f.queues)))
}

// added adds the values of a leaf; a day counts where it counts for any leaf.
func added(s series, values []float64) series {
	if s.values == nil {
		return series{values: slices.Clone(values)}
	}
	for t, v := range values {
		switch {
		case math.IsNaN(v):
		case math.IsNaN(s.values[t]):
			s.values[t] = v
		default:
			s.values[t] += v
		}
	}
	return s
}

// open cuts a series to the days from the first on, and leaves those out on which all its queues are closed.
func (f *finder) open(s series, first int, queues []wrapcast.QueueID) series {
	s.from = f.From + wrapcast.Date(first)
	s.values = s.values[min(first, len(s.values)):]
	if f.Closed == nil {
		return s
	}
	for t, v := range s.values {
		if v != 0 {
			continue // a contact on a closed day is one
		}
		day := s.from + wrapcast.Date(t)
		if !slices.ContainsFunc(queues, func(q wrapcast.QueueID) bool { return !f.Closed(q, day) }) {
			s.values[t] = math.NaN()
		}
	}
	return s
}

// organisation looks at all contacts together.
func (f *finder) organisation() []wrapcast.Silence {
	s := wrapcast.Silence{Kind: wrapcast.LevelTotal, ID: string(f.Directory.Organisation.ID),
		Name: f.Directory.Organisation.Name, Cause: wrapcast.SilentOrganisation}
	if f.total.last() < 0 {
		return []wrapcast.Silence{f.worded(s)}
	}
	if st, silent := f.total.silent(f.judged); silent {
		return []wrapcast.Silence{f.worded(f.during(s, f.total, st))}
	}
	return nil
}

// silentQueues looks at the queues that are planned for.
func (f *finder) silentQueues(whole bool) []wrapcast.Silence {
	var all []wrapcast.Silence
	routed := f.routed()
	for _, q := range slices.Sorted(maps.Keys(f.queues)) {
		if f.Grouped && !routed[q] {
			continue
		}
		name := f.Directory.Queue(q).Name
		s := wrapcast.Silence{Kind: wrapcast.LevelQueue, ID: string(q), Name: name, Cause: f.causeOf(q, whole)}
		st, silent := f.queues[q].silent(f.judged)
		if silent {
			s = f.during(s, f.queues[q], st)
		} else if w, lost := f.withdrawn(q); lost {
			s.Since, s.Days, s.Expected = f.queues[q].lastDay()+1, 0, float64(w.Contacts)
			s.Cause = wrapcast.SilentWithdrawn
		} else {
			continue
		}
		s = f.worded(s)
		f.silent[q] = s
		all = append(all, s)
	}
	return all
}

// planned are the planning groups that are not left out.
func (f *finder) planned() []wrapcast.PlanningGroup {
	return slices.DeleteFunc(slices.Clone(f.Directory.PlanningGroups),
		func(g wrapcast.PlanningGroup) bool { return slices.Contains(f.LeftOut, g.ID) })
}

// routed are the queues of planning groups.
func (f *finder) routed() map[wrapcast.QueueID]bool {
	routed := map[wrapcast.QueueID]bool{}
	for _, g := range f.planned() {
		for _, r := range g.Routes {
			routed[r.Queue] = true
		}
	}
	return routed
}

func (f *finder) withdrawn(q wrapcast.QueueID) (Withdrawn, bool) {
	i := slices.IndexFunc(f.Withdrawn, func(w Withdrawn) bool { return w.Queue == q })
	if i < 0 {
		return Withdrawn{}, false
	}
	return f.Withdrawn[i], true
}

// silentGroups looks at the planning groups.
func (f *finder) silentGroups(whole bool) []wrapcast.Silence {
	if !f.Grouped {
		return nil
	}
	var all []wrapcast.Silence
	for _, g := range f.planned() {
		s := wrapcast.Silence{Kind: wrapcast.LevelGroup, ID: string(g.ID), Name: groupName(g), Queues: queuesOf(g)}
		history := f.groups[g.ID]
		st, silent := history.silent(f.judged)
		cause, queues := f.allSilent(g)
		switch {
		case silent:
			s = f.during(s, history, st)
		case history.last() >= 0 && queues:
			s.Since = history.lastDay() + 1
		case history.last() >= 0:
			continue
		}
		if s.Cause = cause; !queues {
			s.Cause = f.causeOfGroup(g, s.Since, whole)
		}
		if s.Since == 0 && s.Cause == wrapcast.SilentChannel && len(f.total.values) < halfYear {
			continue // its queue is heard on other channels: this one is rare, and the history short
		}
		all = append(all, f.worded(s))
	}
	return all
}

// allSilent reports whether all queues of a group are silent, and why the first of them is.
func (f *finder) allSilent(g wrapcast.PlanningGroup) (wrapcast.SilenceCause, bool) {
	queues := queuesOf(g)
	for _, q := range queues {
		if _, silent := f.silent[q]; !silent {
			return "", false
		}
	}
	if len(queues) == 0 {
		return "", false
	}
	return f.silent[queues[0]].Cause, true
}

// lastDay is the last day with a contact.
func (s series) lastDay() wrapcast.Date { return s.from + wrapcast.Date(s.last()) }

// during sets since when something is silent and what was to be expected.
func (f *finder) during(s wrapcast.Silence, history series, st stretch) wrapcast.Silence {
	s.Since, s.Days = history.from+wrapcast.Date(st.first), st.days
	s.Expected = math.Round(10*st.expected) / 10
	return s
}

// queuesOf lists the queues of a group's routes, each once.
func queuesOf(g wrapcast.PlanningGroup) []wrapcast.QueueID {
	var queues []wrapcast.QueueID
	for _, r := range g.Routes {
		if !slices.Contains(queues, r.Queue) {
			queues = append(queues, r.Queue)
		}
	}
	return queues
}

func groupName(g wrapcast.PlanningGroup) string {
	if g.Name == "" {
		return string(g.ID)
	}
	return g.Name
}
