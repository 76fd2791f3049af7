package flow

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/store"
)

// history is what was handled per leaf and complete local day.
type history struct {
	zone *time.Location
	// from and to are the first and the last day, both included.
	from, to wrapcast.Date
	// read tells per day whether all of it was read from the platform.
	read   []bool
	leaves []leafHistory
}

// leafHistory holds one value per day of its history: contacts, and the sum of their handle times in seconds.
type leafHistory struct {
	leaf    wrapcast.Leaf
	handled []float64
	seconds []float64
}

func (h *history) days() int { return int(h.to-h.from) + 1 }

// loadHistory reads the stored history up to yesterday: today is not over.
func (p *pass) loadHistory(ctx context.Context) (*history, error) {
	h := &history{zone: p.zone, from: p.localDay(p.historyFrom()), to: p.localDay(p.run.StartedAt) - 1}
	if h.days() < 1 {
		return nil, wrapcast.Errorf(wrapcast.InvalidData, "", "there is no complete day of history before %s", h.to+1).
			WithHint("begin the history earlier: history.lookback_days")
	}
	err := p.Store.View(ctx, func(tx *store.Tx) error {
		read, err := tx.Coverage(p.run.Organisation, time.Time{})
		if err != nil {
			return err
		}
		h.markRead(read)
		return h.loadLeaves(tx, p.run.Organisation)
	})
	return h, err
}

// markRead finds the days that were read whole.
func (h *history) markRead(read []wrapcast.Interval) {
	gaps := gapsBetween(h.from.Midnight(h.zone), (h.to + 1).Midnight(h.zone), read)
	h.read = make([]bool, h.days())
	for i := range h.read {
		h.read[i] = true
	}
	for _, g := range gaps {
		last := wrapcast.DateOf(g.To.Add(-1).In(h.zone))
		for d := wrapcast.DateOf(g.From.In(h.zone)); d <= last; d++ {
			h.read[d-h.from] = false
		}
	}
}

func (h *history) loadLeaves(tx *store.Tx, org wrapcast.OrganisationID) error {
	index := map[wrapcast.Leaf]int{}
	for d, err := range tx.LocalDays(org, h.from, h.to) {
		if err != nil {
			return err
		}
		i, ok := index[d.Leaf]
		if !ok {
			i = len(h.leaves)
			index[d.Leaf] = i
			h.leaves = append(h.leaves, leafHistory{leaf: d.Leaf, handled: h.emptyDays(), seconds: h.emptyDays()})
		}
		h.leaves[i].handled[d.Day-h.from] = float64(d.Handled)
		h.leaves[i].seconds[d.Day-h.from] = float64(d.HandleMs) / 1000
	}
	slices.SortFunc(h.leaves, func(a, b leafHistory) int { return compareLeaves(a.leaf, b.leaf) })
	return nil
}

// emptyDays has a zero for every day read and NaN for every other.
func (h *history) emptyDays() []float64 {
	days := make([]float64, h.days())
	for i, read := range h.read {
		if !read {
			days[i] = math.NaN()
		}
	}
	return days
}

func compareLeaves(a, b wrapcast.Leaf) int {
	return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Queue, b.Queue), cmp.Compare(a.Media, b.Media))
}

// group sums leaves that share a key, in the order of the keys.
func group[K cmp.Ordered](h *history, key func(wrapcast.Leaf) K) []keyedHistory[K] {
	index := map[K]int{}
	var groups []keyedHistory[K]
	for i, l := range h.leaves {
		k := key(l.leaf)
		g, ok := index[k]
		if !ok {
			g = len(groups)
			index[k] = g
			groups = append(groups, keyedHistory[K]{key: k, handled: h.emptyDays(), seconds: h.emptyDays()})
		}
		groups[g].leaves = append(groups[g].leaves, i)
		for t := range l.handled {
			groups[g].handled[t] += l.handled[t]
			groups[g].seconds[t] += l.seconds[t]
		}
	}
	slices.SortFunc(groups, func(a, b keyedHistory[K]) int { return cmp.Compare(a.key, b.key) })
	return groups
}

// keyedHistory is the sum of some leaves, by index into history.leaves.
type keyedHistory[K cmp.Ordered] struct {
	key              K
	leaves           []int
	handled, seconds []float64
}

func byCode(l wrapcast.Leaf) wrapcast.CodeID   { return l.Code }
func byQueue(l wrapcast.Leaf) wrapcast.QueueID { return l.Queue }

// nameOf returns a code with its name; those in no list are called by their id.
func nameOf(id wrapcast.CodeID, directory wrapcast.Directory) wrapcast.Code {
	i := slices.IndexFunc(directory.Codes, func(c wrapcast.Code) bool { return c.ID == id })
	switch {
	case i >= 0:
		return directory.Codes[i]
	case id == wrapcast.NoCode:
		return wrapcast.Code{ID: id, Name: "(no code)"}
	}
	return wrapcast.Code{ID: id, Name: string(id)}
}

func queueOf(id wrapcast.QueueID, directory wrapcast.Directory) wrapcast.Queue {
	i := slices.IndexFunc(directory.Queues, func(q wrapcast.Queue) bool { return q.ID == id })
	if i >= 0 {
		return directory.Queues[i]
	}
	return wrapcast.Queue{ID: id, Name: or(string(id), "(no queue)")}
}
