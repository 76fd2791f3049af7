package steps

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// CountedDirections are those whose contacts count.
func (s Spec) CountedDirections() []wrapcast.Direction {
	if len(s.Directions) == 0 {
		return []wrapcast.Direction{wrapcast.Inbound}
	}
	return s.Directions
}

// Directions are those whose contacts are counted: in histories, forecasts, plans and accuracy. What is stored has all.
func (v *View) Directions() []wrapcast.Direction { return v.Spec.CountedDirections() }

// counting says as whose contacts stored ones are counted.
type counting struct {
	directions []wrapcast.Direction
	detail     wrapcast.Detail
	// from is the leaf asked about last, to what it is counted as.
	from, to wrapcast.Leaf
}

// counting is that of the view: contacts of the directions that count, together whatever their direction, told apart as
// far as the unit's planning groups ask.
func (v *View) counting() *counting {
	return &counting{directions: v.Directions(), detail: wrapcast.NewDetail(v.Directory.PlanningGroups)}
}

// stream is the one that contacts of a stored stream are counted in; false where they are not counted.
func (c *counting) stream(s wrapcast.Stream) (wrapcast.Stream, bool) {
	counts := slices.Contains(c.directions, s.Direction)
	s.Direction = wrapcast.Inbound
	return c.detail.Reduce(s), counts
}

// leaf is the one that contacts of a stored leaf are counted in; false where they are not counted. Leaves mostly come
// many times in a row.
func (c *counting) leaf(l wrapcast.Leaf) (wrapcast.Leaf, bool) {
	if l != c.from || c.to == (wrapcast.Leaf{}) {
		s, _ := c.stream(l.Stream())
		c.from, c.to = l, l.In(s)
	}
	return c.to, slices.Contains(c.directions, l.Direction)
}

// localDays yields what is counted of every leaf on the local days from the first to the last, both included. Several
// stored leaves may be counted as one, so that a leaf and day may come more than once. Contacts of channels whose
// languages and skills the platform does not tell are shared out.
func (v *View) localDays(tx *store.Tx, first, last wrapcast.Date) iter.Seq2[wrapcast.LocalDay, error] {
	return func(yield func(wrapcast.LocalDay, error) bool) {
		parts, err := v.untold(tx)
		if err != nil {
			yield(wrapcast.LocalDay{}, err)
			return
		}
		share := sharing{parts: parts}
		for d, err := range v.toldDays(tx, first, last) {
			if err != nil {
				yield(d, err)
				return
			}
			for part := range share.out(d) {
				if !yield(part, nil) {
					return
				}
			}
		}
	}
}

// toldDays are the local days as the platform tells them apart.
func (v *View) toldDays(tx *store.Tx, first, last wrapcast.Date) iter.Seq2[wrapcast.LocalDay, error] {
	c := v.counting()
	return func(yield func(wrapcast.LocalDay, error) bool) {
		for d, err := range tx.History().LocalDays(v.Organisation(), v.Zone, first, last) {
			var counts bool
			if d.Leaf, counts = c.leaf(d.Leaf); !counts && err == nil {
				continue
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// streamShare is the share of a channel's contacts that one of its streams has.
type streamShare struct {
	wrapcast.Stream
	share float64
}

// channelOf is the stream's queue and channel, whatever language and skills.
func channelOf(s wrapcast.Stream) wrapcast.Stream {
	return wrapcast.Stream{Queue: s.Queue, Media: s.Media}
}

// untold finds the channels of queues on which planning groups ask for a language or skills, and of whose codes the
// platform tells neither although it tells them of what queues handled or were offered: the metrics of agents may lack
// them. It returns the shares that the streams of each had in the last weeks.
func (v *View) untold(tx *store.Tx) (map[wrapcast.Stream][]streamShare, error) {
	detail := wrapcast.NewDetail(v.Directory.PlanningGroups)
	if len(detail.Streams) == 0 {
		return nil, nil
	}
	last := v.Day(v.At) - 1
	told, some := map[wrapcast.Stream]bool{}, map[wrapcast.Stream]bool{}
	for d, err := range v.toldDays(tx, last-7*patternWeeks+1, last) {
		if err != nil {
			return nil, err
		}
		some[channelOf(d.Leaf.Stream())] = true
		if d.Leaf.Language != "" || d.Leaf.Skills != "" {
			told[channelOf(d.Leaf.Stream())] = true
		}
	}
	amounts, err := v.toldOtherwise(tx, last, func(s wrapcast.Stream) bool {
		return some[s] && !told[s] && detail.Asks(s)
	})
	parts := map[wrapcast.Stream][]streamShare{}
	for _, s := range slices.SortedFunc(maps.Keys(amounts), wrapcast.Stream.Compare) {
		parts[channelOf(s)] = append(parts[channelOf(s)], streamShare{s, amounts[s]})
	}
	for channel, all := range parts {
		sum := 0.0
		for _, p := range all {
			sum += p.share
		}
		for i := range all {
			all[i].share /= sum
		}
		if len(all) == 1 && all[0].Stream == channel {
			delete(parts, channel) // nobody tells
		}
	}
	return parts, err
}

// toldOtherwise are the contacts that the streams of some channels handled in the last weeks by the count per queue,
// or, where that does not tell them apart either, were offered.
func (v *View) toldOtherwise(tx *store.Tx, last wrapcast.Date, of func(channel wrapcast.Stream) bool) (
	map[wrapcast.Stream]float64, error) {
	c := v.counting()
	from, to := (last - 7*patternWeeks + 1).Midnight(v.Zone), (last + 1).Midnight(v.Zone)
	handled, offered := map[wrapcast.Stream]float64{}, map[wrapcast.Stream]float64{}
	told := map[wrapcast.Stream]bool{}
	for h, err := range tx.History().QueueHandled(v.Organisation(), from, to) {
		if err != nil {
			return nil, err
		}
		if s, counts := c.stream(h.Stream()); counts && of(channelOf(s)) {
			handled[s] += float64(h.Handled)
			told[channelOf(s)] = told[channelOf(s)] || s != channelOf(s)
		}
	}
	for a, err := range tx.History().Arrivals(v.Organisation(), from, to) {
		if err != nil {
			return nil, err
		}
		if s, counts := c.stream(a.Stream()); counts && a.Offered > 0 && of(channelOf(s)) {
			offered[s] += float64(a.Offered)
		}
	}
	maps.DeleteFunc(handled, func(s wrapcast.Stream, n float64) bool { return !told[channelOf(s)] || n == 0 })
	maps.DeleteFunc(offered, func(s wrapcast.Stream, _ float64) bool { return told[channelOf(s)] })
	maps.Copy(handled, offered)
	return handled, nil
}

// sharing shares the contacts of leaves out over streams.
type sharing struct {
	parts map[wrapcast.Stream][]streamShare
	// leaf is the one whose days are shared out, owed what its streams have too little so far.
	leaf wrapcast.Leaf
	owed []float64
}

// out yields a day, or the days of the streams that it is shared out over, in whole contacts: over the days of a leaf
// each stream has its share.
func (s *sharing) out(d wrapcast.LocalDay) iter.Seq[wrapcast.LocalDay] {
	return func(yield func(wrapcast.LocalDay) bool) {
		parts := s.parts[channelOf(d.Leaf.Stream())]
		if d.Leaf.Stream() != channelOf(d.Leaf.Stream()) || len(parts) == 0 {
			yield(d)
			return
		}
		if s.leaf != d.Leaf || s.owed == nil {
			s.leaf, s.owed = d.Leaf, make([]float64, len(parts))
		}
		left := d
		for i, n := range s.whole(parts, d.Handled) {
			if n == 0 {
				continue
			}
			part := wrapcast.LocalDay{Leaf: d.Leaf.In(parts[i].Stream), Day: d.Day, Handled: n,
				HandleMs:    left.HandleMs * int64(n) / int64(left.Handled),
				AfterCallMs: left.AfterCallMs * int64(n) / int64(left.Handled)}
			left.Handled -= n
			left.HandleMs -= part.HandleMs
			left.AfterCallMs -= part.AfterCallMs
			if !yield(part) {
				return
			}
		}
	}
}

// whole gives each contact to the stream that has most too little.
func (s *sharing) whole(parts []streamShare, contacts int) []int {
	counts := make([]int, len(parts))
	for i, p := range parts {
		s.owed[i] += p.share * float64(contacts)
	}
	for range contacts {
		most := 0
		for i, owed := range s.owed {
			if owed > s.owed[most] {
				most = i
			}
		}
		counts[most]++
		s.owed[most]--
	}
	return counts
}

// recentCounts are the contacts counted in the quarter-hours of [from, to): handled, and offered.
func (v *View) recentCounts(tx *store.Tx, from, to time.Time) (handled []wrapcast.Observation,
	offered []wrapcast.Arrival, err error) {
	c := v.counting()
	for o, err := range tx.History().Observations(v.Organisation(), from, to) {
		if err != nil {
			return nil, nil, err
		}
		if leaf, counts := c.leaf(o.Leaf); counts {
			o.Leaf = leaf
			handled = append(handled, o)
		}
	}
	for a, err := range tx.History().Arrivals(v.Organisation(), from, to) {
		if err != nil {
			return nil, nil, err
		}
		if s, counts := c.stream(a.Stream()); counts {
			offered = append(offered, a.In(s))
		}
	}
	return handled, offered, nil
}

// detailFindings say what a history does not tell apart and should: days read before directions were known, channels
// whose languages and skills are untold, and dimensions that the platform refuses.
func (v *View) detailFindings(readings []wrapcast.Reading, untold map[wrapcast.Stream][]streamShare, first,
	last wrapcast.Date) (found []wrapcast.Finding) {
	wanted := wrapcast.NewDetail(v.Directory.PlanningGroups)
	from, to := first.Midnight(v.Zone), (last + 1).Midnight(v.Zone)
	var old []wrapcast.Interval
	refused := map[string]bool{}
	for _, r := range readings {
		if !r.From.Before(to) || !r.To.After(from) {
			continue
		}
		if !r.Detail.Covers(wanted) {
			old = append(old, r.Interval)
		}
		for _, name := range r.Detail.Refused {
			refused[name] = true
		}
	}
	if len(old) > 0 {
		found = append(found, wrapcast.Finding{Code: "read-before", Severity: wrapcast.Warning,
			Place: fmt.Sprintf("%s to %s", v.Day(old[0].From), v.Day(old[len(old)-1].To.Add(-1))),
			Message: "the history was read before contacts were told apart by direction, language and skills as they " +
				"are now: all of them count",
			Advice: "run wrapcast extract, which reads it again"})
	}
	for _, channel := range slices.SortedFunc(maps.Keys(untold), wrapcast.Stream.Compare) {
		found = append(found, wrapcast.Finding{Code: "untold-languages", Severity: wrapcast.Warning,
			Place: v.Directory.StreamName(channel),
			Message: "the platform tells neither language nor skills of what agents handled: it is shared out as " +
				"contacts of the last eight weeks were",
			Advice: "compare the planning groups' sums with what Workforce Management shows"})
	}
	for _, name := range wanted.Dimensions() {
		if refused[name] {
			found = append(found, wrapcast.Finding{Code: "refused-dimension", Severity: wrapcast.Warning, Place: name,
				Message: "the platform refused to count contacts by it: they are not told apart",
				Advice:  "report it to the platform's support; planning groups that ask for it can be left out: plan.leave_out"})
		}
	}
	return found
}
