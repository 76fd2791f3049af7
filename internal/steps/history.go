package steps

import (
	"cmp"
	"context"
	"github.com/wrapcast/wrapcast/internal/accuracy"
	"iter"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/adjust"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/store"
)

// History is what was handled, and what people know of these days and of those to come.
type History struct {
	*demand.History
	Known *Assumptions
}

// beyond is how many days after the horizon the calendar is worked out for: the last week's eighth day.
const beyond = 10

// LoadHistory reads the stored history up to yesterday: today is not over.
func (v *View) LoadHistory(ctx context.Context) (*History, error) {
	h := &History{History: &demand.History{Zone: v.Zone, From: v.Day(v.historyFrom()), To: v.Day(v.At) - 1}}
	if h.Days() < 1 {
		return nil, wrapcast.Errorf(wrapcast.InvalidData, "", "there is no complete day of history before %s", h.To+1).
			WithHint("begin the history earlier: history.lookback_days")
	}
	err := v.Store.View(ctx, func(tx *store.Tx) error {
		read, err := tx.Readings().Coverage(v.Organisation(), time.Time{})
		if err != nil {
			return err
		}
		readings, err := tx.Readings().All(v.Organisation())
		if err != nil {
			return err
		}
		h.MarkRead(read)
		h.skipUnread()
		if h.Known, err = v.loadAssumptions(tx, h.From, h.To+wrapcast.Date(v.horizon()+beyond)); err != nil {
			return err
		}
		untold, err := v.untold(tx)
		if err != nil {
			return err
		}
		h.Known.Findings = append(h.Known.Findings, v.detailFindings(readings, untold, h.From, h.To)...)
		if err := h.loadLeaves(v.localDays(tx, h.From, h.To)); err != nil {
			return err
		}
		return v.nowcast(tx, h)
	})
	return h, err
}

// MarkRead finds the days that were read whole.
func (h *History) MarkRead(read []wrapcast.Interval) {
	gaps := gapsBetween(h.From.Midnight(h.Zone), (h.To + 1).Midnight(h.Zone), read)
	h.Read = make([]bool, h.Days())
	for i := range h.Read {
		h.Read[i] = true
	}
	for _, g := range gaps {
		last := wrapcast.DateOf(g.To.Add(-1).In(h.Zone))
		for d := wrapcast.DateOf(g.From.In(h.Zone)); d <= last; d++ {
			h.Read[d-h.From] = false
		}
	}
}

// skipUnread begins the history with its first day that was read whole: days before it are not gaps, the source has
// none of them, or they are still to be read.
func (h *History) skipUnread() {
	if first := slices.Index(h.Read, true); first > 0 {
		h.From, h.Read = h.From+wrapcast.Date(first), h.Read[first:]
	}
}

// loadLeaves reads what was handled, under the codes that came after where codes were renamed, merged or split.
func (h *History) loadLeaves(days iter.Seq2[wrapcast.LocalDay, error]) error {
	index := map[wrapcast.Leaf]int{}
	if len(h.Known.Lineage) > 0 {
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
			i = len(h.Leaves)
			index[d.Leaf] = i
			h.Leaves = append(h.Leaves, demand.LeafHistory{Leaf: d.Leaf, Handled: h.EmptyDays(),
				Seconds: h.EmptyDays()})
		}
		at := d.Day - h.From
		addTo(&h.Leaves[i].Handled[at], float64(d.Handled))
		addTo(&h.Leaves[i].Seconds[at], float64(d.HandleMs)/1000)
	}
	slices.SortFunc(h.Leaves, func(a, b demand.LeafHistory) int { return compareLeaves(a.Leaf, b.Leaf) })
	return nil
}

// addTo adds to a sum, which is NaN where a day was not read whole and nothing was added yet.
func addTo(sum *float64, v float64) {
	if math.IsNaN(*sum) {
		*sum = 0
	}
	*sum += v
}

// inherit gives history to the codes that came after others, and keeps what is to be said of it.
func (h *History) inherit(days iter.Seq2[wrapcast.LocalDay, error]) (iter.Seq2[wrapcast.LocalDay, error], error) {
	var all []wrapcast.LocalDay
	for d, err := range days {
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	all, findings, err := adjust.ApplyLineage(all, h.Known.Lineage, h.Known.hidden())
	h.Known.Findings = append(h.Known.Findings, findings...)
	return func(yield func(wrapcast.LocalDay, error) bool) {
		for _, d := range all {
			if !yield(d, nil) {
				return
			}
		}
	}, err
}

// Before is the history as it was when its first n days were over. Knowledge stays what it is.
func (h *History) Before(n int) *History { return &History{History: h.Until(n), Known: h.Known} }

func compareLeaves(a, b wrapcast.Leaf) int {
	return cmp.Or(cmp.Compare(a.Code, b.Code), a.Stream().Compare(b.Stream()))
}

// keptYoungDays is how long it is kept what days said when they were young: long enough to learn lateness from.
const keptYoungDays = 70

// noteYoungDays notes what the last days say now, so that it can be learned how much of a day arrives late.
func (r *Runner) noteYoungDays(ctx context.Context) error {
	return r.commit(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		since, err := tx.Readings().Coverage(r.Organisation(), r.run.StartedAt)
		noted := map[string]bool{}
		for _, v := range r.views {
			if err == nil && !noted[v.Zone.String()] {
				err = v.noteYoungDays(tx, since, r.run.StartedAt)
			}
			noted[v.Zone.String()] = true
		}
		return err
	})
}

// noteYoungDays notes what the last days say as they were read from an instant on.
func (v *View) noteYoungDays(tx *store.Tx, since []wrapcast.Interval, began time.Time) error {
	today := v.Day(began)
	for day := today - wrapcast.Date(v.Spec.RereadDays) - 1; day < today; day++ {
		if len(gapsBetween(day.Midnight(v.Zone), (day+1).Midnight(v.Zone), since)) > 0 {
			continue // it was not read by this run, or not to its end
		}
		if err := tx.Readings().RecordDays(v.Organisation(), v.Zone, day, day, began, today-keptYoungDays); err != nil {
			return err
		}
	}
	return nil
}

// nowcast brings the last days up to what they will say once their late codes have arrived: read as they are, they
// would look low, be masked or drag the forecast down.
func (v *View) nowcast(tx *store.Tx, h *History) error {
	settled := time.Duration(v.Spec.RereadDays) * 24 * time.Hour
	readings, err := tx.Readings().Days(v.Organisation(), v.Directions(), v.Zone, h.To-keptYoungDays)
	if err != nil || len(readings) == 0 {
		return err
	}
	lateness := accuracy.LearnLateness(readings, v.Zone, settled)
	latest := map[wrapcast.Date]time.Time{}
	for _, r := range readings {
		if r.ReadAt.After(latest[r.Day]) {
			latest[r.Day] = r.ReadAt
		}
	}
	for _, day := range slices.Sorted(maps.Keys(latest)) {
		if day >= h.From && day <= h.To {
			h.develop(day, lateness.At(day, latest[day]))
		}
	}
	return nil
}

// develop multiplies what was handled on a day.
func (h *History) develop(day wrapcast.Date, d accuracy.Development) {
	if d.Days == 0 {
		return
	}
	i := int(day - h.From)
	now := map[wrapcast.CodeID]float64{}
	for _, l := range h.Leaves {
		if v := l.Handled[i]; v > 0 {
			now[l.Leaf.Code] += v
		}
	}
	factors := d.Of(now)
	for _, l := range h.Leaves {
		if f, ok := factors[l.Leaf.Code]; ok && l.Handled[i] > 0 {
			l.Handled[i] *= f
			l.Seconds[i] *= f
		}
	}
	h.Nowcast = append(h.Nowcast, day)
}
