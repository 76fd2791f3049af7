package lineage_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/lineage"
	"github.com/wrapcast/wrapcast/internal/sim"
)

// world is a history that can be changed: contacts of leaves per day.
type world struct {
	from    wrapcast.Date
	days    int
	rows    []row
	codes   map[wrapcast.CodeID]wrapcast.Code
	changes []wrapcast.LineageChange
}

type row struct {
	leaf     wrapcast.Leaf
	day      int
	handled  int
	handleMs int64
}

// simulated is what a simulated organisation had handled by the last of its days.
func simulated(t *testing.T, o sim.Options) world {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	end := time.Date(2026, time.November, 30, 0, 0, 0, 0, zone)
	o.Clock = wrapcast.Clock{Now: func() time.Time { return end.Add(96 * time.Hour) },
		Sleep: func(context.Context, time.Duration) error { return nil }}
	o.History += 4
	s, err := sim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	w := world{from: wrapcast.DateOf(end) - wrapcast.Date(o.History-4), days: o.History - 4,
		codes: map[wrapcast.CodeID]wrapcast.Code{}, changes: s.CodeChanges()}
	for _, c := range s.Directory().Codes {
		w.codes[c.ID] = c
	}
	for _, ob := range s.Extract(w.from.Midnight(zone), end).Observations {
		w.rows = append(w.rows, row{ob.Leaf, int(wrapcast.DateOf(ob.Start.In(zone)) - w.from), ob.Handled, ob.HandleMs})
	}
	return w
}

// history is the world as the rule sees it.
func (w world) history() lineage.History {
	h := lineage.History{From: w.from, Code: func(id wrapcast.CodeID) wrapcast.Code { return w.codes[id] }}
	index := map[wrapcast.Leaf]int{}
	for _, r := range w.rows {
		i, known := index[r.leaf]
		if !known {
			i, index[r.leaf] = len(h.Leaves), len(h.Leaves)
			h.Leaves = append(h.Leaves, lineage.Leaf{Leaf: r.leaf, Handled: make([]float64, w.days),
				Seconds: make([]float64, w.days)})
		}
		h.Leaves[i].Handled[r.day] += float64(r.handled)
		h.Leaves[i].Seconds[r.day] += float64(r.handleMs) / 1000
	}
	return h
}

// without leaves out what the reason tells.
func (w world) without(out func(row) bool) world {
	w.rows = slices.DeleteFunc(slices.Clone(w.rows), out)
	return w
}

// relabelled gives rows other codes.
func (w world) relabelled(code func(row) wrapcast.CodeID) world {
	w.rows = slices.Clone(w.rows)
	for i, r := range w.rows {
		w.rows[i].leaf.Code = code(r)
	}
	return w
}

// chosen are the codes that agents choose, by how much they are used.
func (w world) chosen() []wrapcast.CodeID {
	contacts := map[wrapcast.CodeID]int{}
	for _, r := range w.rows {
		if id := r.leaf.Code; id != wrapcast.NoCode && id != wrapcast.DefaultCode && !id.IsSystem() {
			contacts[id] += r.handled
		}
	}
	var ids []wrapcast.CodeID
	for id := range contacts {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b wrapcast.CodeID) int {
		if contacts[a] != contacts[b] {
			return contacts[b] - contacts[a]
		}
		return strings.Compare(string(a), string(b))
	})
	return ids
}

// churned lets codes start and stop by themselves: in a year one in twelve begins, and one in twelve ends. Where reviewed, these days are the first of a quarter.
func (w world) churned(r *rand.Rand, reviewed bool) world {
	share := float64(w.days) / 365 / 12
	start, stop := map[wrapcast.CodeID]int{}, map[wrapcast.CodeID]int{}
	for _, id := range w.chosen() {
		day := r.IntN(w.days)
		if reviewed {
			day = 45 + 91*r.IntN(w.days/91)
		}
		switch u := r.Float64(); {
		case u < share:
			start[id] = day
		case u < 2*share:
			stop[id] = day
		}
	}
	return w.without(func(x row) bool {
		s, ends := stop[x.leaf.Code]
		return x.day < start[x.leaf.Code] || ends && x.day >= s
	})
}

// unread makes days unknown.
func unread(h lineage.History, days ...int) lineage.History {
	for i := range h.Leaves {
		for _, d := range days {
			h.Leaves[i].Handled[d], h.Leaves[i].Seconds[d] = math.NaN(), math.NaN()
		}
	}
	return h
}
