package imports

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/source/files"
	"github.com/wrapcast/wrapcast/internal/store"
)

// before is what is stored of the time that a file covers.
type before struct {
	// kept is of streams, or codes, that the file does not speak of: it stays.
	kept     []wrapcast.Observation
	arrivals []wrapcast.Arrival
	// replaced are the contacts by code whose place the file takes, days the local days they lie on.
	replaced map[wrapcast.CodeID]int
	days     map[wrapcast.Date]bool
	// lastDay are the contacts replaced on the day on which the file ends, later those of them that came after its end.
	lastDay, later int
}

func (b before) contacts() (n int) {
	for _, c := range b.replaced {
		n += c
	}
	return n
}

// tell notes what is replaced.
func (b before) tell(i *wrapcast.Import) {
	i.ReplacedContacts, i.ReplacedDays = b.contacts(), len(b.days)
}

// before reads what is stored of the time that the file covers.
func (w *work) before(tx *store.Tx) (before, error) {
	b := before{replaced: map[wrapcast.CodeID]int{}, days: map[wrapcast.Date]bool{}}
	if len(w.kept) == 0 {
		return b, nil
	}
	org, spoken, end := w.directory.Organisation.ID, w.streams(), w.end()
	codes := map[wrapcast.CodeID]bool{}
	for _, o := range w.batch.Observations {
		codes[o.Leaf.Code] = true
	}
	for _, c := range w.batch.Covered {
		for o, err := range tx.History().Observations(org, c.From, c.To) {
			if err != nil {
				return b, err
			}
			if !spoken[o.Leaf.Stream()] || w.KeepOtherCodes && !codes[o.Leaf.Code] {
				b.kept = append(b.kept, o)
				continue
			}
			b.replaced[o.Leaf.Code] += o.Handled
			day := wrapcast.DateOf(o.Start.In(w.zone))
			b.days[day] = true
			if day == wrapcast.DateOf(end.Add(-1).In(w.zone)) {
				b.lastDay += o.Handled
				if !o.Start.Before(end) {
					b.later += o.Handled
				}
			}
		}
		for a, err := range tx.History().Arrivals(org, c.From, c.To) {
			if err != nil {
				return b, err
			}
			if !spoken[a.Stream()] || len(w.batch.Arrivals) == 0 {
				b.arrivals = append(b.arrivals, a)
			}
		}
	}
	return b, nil
}

// end is the end of the last interval of the file in which something came.
func (w *work) end() (end time.Time) {
	for _, o := range w.batch.Observations {
		if after := o.Start.Truncate(w.batch.Step).Add(w.batch.Step); after.After(end) {
			end = after
		}
	}
	return end
}

func (w *work) streams() map[wrapcast.Stream]bool {
	spoken := map[wrapcast.Stream]bool{}
	for _, s := range w.batch.Streams() {
		spoken[s] = true
	}
	return spoken
}

// extracts are what is stored in the place of what was there: what the file says, and beside it what it does not speak
// of.
func (w *work) extracts(b before) (all []wrapcast.Extract) {
	observations := slices.Concat(w.batch.Observations, b.kept)
	arrivals := slices.Concat(w.batch.Arrivals, b.arrivals)
	slices.SortStableFunc(observations, func(x, y wrapcast.Observation) int { return x.Start.Compare(y.Start) })
	slices.SortStableFunc(arrivals, func(x, y wrapcast.Arrival) int { return x.Start.Compare(y.Start) })
	for _, c := range w.batch.Covered {
		e := wrapcast.Extract{From: c.From, To: c.To, ReadAt: c.To, Detail: wrapcast.NewDetail(nil)}
		if e.ReadAt.After(w.began) {
			e.ReadAt = w.began
		}
		for len(observations) > 0 && observations[0].Start.Before(c.To) {
			if o := observations[0]; !o.Start.Before(c.From) {
				e.Observations = append(e.Observations, o)
			}
			observations = observations[1:]
		}
		for len(arrivals) > 0 && arrivals[0].Start.Before(c.To) {
			if a := arrivals[0]; !a.Start.Before(c.From) {
				e.Arrivals = append(e.Arrivals, a)
			}
			arrivals = arrivals[1:]
		}
		all = append(all, e)
	}
	return all
}

// held says why somebody has to say that the file is meant.
func (w *work) held(b before) (why []string) {
	const (
		shrunk = 0.5 // share of the contacts replaced below which a file is looked at
		cutOff = 0.1 // share of a day that lies after the end of a file from which on it is
	)
	if len(w.kept) == 0 {
		return nil
	}
	shared := slices.ContainsFunc(w.batch.Codes, func(c wrapcast.Code) bool {
		return slices.ContainsFunc(w.directory.Codes, func(k wrapcast.Code) bool { return k.ID == c.ID })
	})
	if !shared && len(w.batch.Codes) > 0 && len(w.directory.Codes) > 0 && !w.KeepOtherCodes {
		why = append(why, fmt.Sprintf("none of its codes (%s) was ever in a file of %s, which has %s", w.codeNames(w.batch.Codes),
			w.directory.Organisation.Name, w.codeNames(w.directory.Codes)))
	}
	if inPlace := w.onReplacedDays(b); b.contacts() > 0 && float64(inPlace) < shrunk*float64(b.contacts()) {
		why = append(why, fmt.Sprintf("it has %d contacts in the place of %d on %d days", inPlace, b.contacts(), len(b.days)))
	}
	if w.batch.Step < files.Day && b.later > 0 && float64(b.later) >= cutOff*float64(b.lastDay) {
		end := w.end().In(w.zone)
		why = append(why, fmt.Sprintf("it ends at %s on %s, and %d contacts are stored of the rest of that day: they would be taken away",
			end.Format("15:04"), wrapcast.DateOf(end.Add(-1)), b.later))
	}
	if w.batch.Step == files.Day && w.overIntervals() {
		why = append(why, "it has days, and intervals are stored of this time: quarter-hours would be lost")
	}
	return why
}

// onReplacedDays are the contacts of the file on the days of which it replaces some.
func (w *work) onReplacedDays(b before) (n int) {
	for _, o := range w.batch.Observations {
		if b.days[wrapcast.DateOf(o.Start.In(w.zone))] {
			n += o.Handled
		}
	}
	return n
}

// overIntervals reports whether a file of intervals was imported for some of the time.
func (w *work) overIntervals() bool {
	from, to := w.batch.Covered[0].From, w.batch.Covered[len(w.batch.Covered)-1].To
	return slices.ContainsFunc(w.kept, func(k wrapcast.Import) bool {
		return k.StepMinutes < int(files.Day/time.Minute) && k.From.Before(to) && from.Before(k.To)
	})
}

func (w *work) codeNames(codes []wrapcast.Code) string {
	const most = 3
	var names []string
	for i, c := range codes {
		if i == most {
			names = append(names, fmt.Sprintf("and %d more", len(codes)-most))
			break
		}
		names = append(names, fmt.Sprintf("%q", c.Name))
	}
	return strings.Join(names, ", ")
}
