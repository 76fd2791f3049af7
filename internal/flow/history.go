package flow

import (
	"cmp"
	"context"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/store"
)

// history is what was handled per leaf and complete local day.
type history struct {
	zone *time.Location
	// from and to are the first and the last day, both included.
	from, to wrapcast.Date
	// read tells per day whether all of it was read from the platform.
	read   []bool
	leaves []leafHistory
	// nowcast are the last days, which hold what they will say once their late codes have arrived.
	nowcast []wrapcast.Date
	// known is what people know of these days, and of those to come.
	known *knowledge
}

// leafHistory holds one value per day of its history: contacts, and the sum of their handle times in seconds.
type leafHistory struct {
	leaf    wrapcast.Leaf
	handled []float64
	seconds []float64
}

func (h *history) days() int { return int(h.to-h.from) + 1 }

// beyond is how many days after the horizon the calendar is worked out for: the last week's eighth day.
const beyond = 10

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
		if h.known, err = p.loadKnowledge(tx, h.from, h.to+wrapcast.Date(p.horizon()+beyond)); err != nil {
			return err
		}
		if err := h.loadLeaves(tx, p.run.Organisation); err != nil {
			return err
		}
		return p.nowcast(tx, h)
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

// loadLeaves reads what was handled, under the codes that came after where codes were renamed, merged or split.
func (h *history) loadLeaves(tx *store.Tx, org wrapcast.OrganisationID) error {
	index := map[wrapcast.Leaf]int{}
	days := tx.LocalDays(org, h.from, h.to)
	if len(h.known.lineage) > 0 {
		inherited, err := h.inherit(days)
		if err != nil {
			return err
		}
		days = inherited
	}
	for d, err := range days {
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

// inherit gives history to the codes that came after others, and keeps what is to be said of it.
func (h *history) inherit(days iter.Seq2[wrapcast.LocalDay, error]) (iter.Seq2[wrapcast.LocalDay, error], error) {
	var all []wrapcast.LocalDay
	for d, err := range days {
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	all, findings, err := planning.ApplyLineage(all, h.known.lineage)
	h.known.findings = append(h.known.findings, findings...)
	return func(yield func(wrapcast.LocalDay, error) bool) {
		for _, d := range all {
			if !yield(d, nil) {
				return
			}
		}
	}, err
}

// until is the history as it was on the evening before a day of it: the first n days, and the leaves that had had a
// contact by then. Knowledge stays what it is.
func (h *history) until(n int) *history {
	past := &history{zone: h.zone, from: h.from, to: h.from + wrapcast.Date(n) - 1, read: h.read[:n], known: h.known}
	for _, l := range h.leaves {
		if slices.ContainsFunc(l.handled[:n], func(v float64) bool { return v > 0 }) {
			past.leaves = append(past.leaves, leafHistory{leaf: l.leaf, handled: l.handled[:n], seconds: l.seconds[:n]})
		}
	}
	return past
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
