package files

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/tables"
)

// spread turns the sums of intervals into quarter-hours, in equal parts; the first of them have what is left over.
func (m *maker) spread() {
	parts := int64(max(1, m.in.Step/wrapcast.QuarterHour))
	if m.in.Step == Day {
		parts = 1 // a day has no quarter-hours: all of it stands in one
	}
	for k, sum := range m.cells {
		m.batch.Contacts += int(sum.a) * map[bool]int{true: 0, false: 1}[k.came]
		for i := range parts {
			part := func(v int64) int64 { return v/parts + map[bool]int64{true: 1}[i < v%parts] }
			start := time.Unix(k.start, 0).UTC().Add(time.Duration(i) * wrapcast.QuarterHour)
			switch a, b, c := part(sum.a), part(sum.b), part(sum.c); {
			case k.came && a+b > 0:
				m.batch.Arrivals = append(m.batch.Arrivals, wrapcast.Arrival{Queue: k.leaf.Queue, Media: k.leaf.Media,
					Direction: k.leaf.Direction, Start: start, Offered: int(a), Abandoned: int(b)})
			case !k.came && a > 0:
				m.batch.Observations = append(m.batch.Observations, wrapcast.Observation{Leaf: k.leaf, Start: start,
					Handled: int(a), HandleMs: b, AfterCallMs: min(c, b)})
			}
		}
	}
	m.merge()
	m.directory()
}

// merge puts what was made in the order of time, and what came into one quarter-hour together.
func (m *maker) merge() {
	b := m.batch
	slices.SortFunc(b.Observations, func(x, y wrapcast.Observation) int {
		return cmp.Or(x.Start.Compare(y.Start), x.Leaf.Stream().Compare(y.Leaf.Stream()),
			cmp.Compare(x.Leaf.Code, y.Leaf.Code))
	})
	kept := b.Observations[:0]
	for _, o := range b.Observations {
		if last := len(kept) - 1; last >= 0 && kept[last].Leaf == o.Leaf && kept[last].Start.Equal(o.Start) {
			kept[last].Handled += o.Handled
			kept[last].HandleMs += o.HandleMs
			kept[last].AfterCallMs += o.AfterCallMs
			continue
		}
		kept = append(kept, o)
	}
	b.Observations = kept
	stream := func(a wrapcast.Arrival) wrapcast.Stream {
		return wrapcast.Stream{Queue: a.Queue, Media: a.Media, Direction: a.Direction}
	}
	slices.SortFunc(b.Arrivals, func(x, y wrapcast.Arrival) int {
		return cmp.Or(x.Start.Compare(y.Start), stream(x).Compare(stream(y)))
	})
	came := b.Arrivals[:0]
	for _, a := range b.Arrivals {
		if last := len(came) - 1; last >= 0 && stream(came[last]) == stream(a) && came[last].Start.Equal(a.Start) {
			came[last].Offered += a.Offered
			came[last].Abandoned += a.Abandoned
			continue
		}
		came = append(came, a)
	}
	b.Arrivals = came
}

// directory names the codes and queues.
func (m *maker) directory() {
	for key, name := range m.names {
		kind, _, _ := strings.Cut(key, "\x00")
		if kind == "code" {
			m.batch.Codes = append(m.batch.Codes, wrapcast.Code{ID: CodeID(name), Name: name})
		} else {
			m.batch.Queues = append(m.batch.Queues, wrapcast.Queue{ID: QueueID(name), Name: name})
		}
	}
	slices.SortFunc(m.batch.Codes, func(a, b wrapcast.Code) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(m.batch.Queues, func(a, b wrapcast.Queue) int { return cmp.Compare(a.ID, b.ID) })
}

// openDay is a day with rows: the first and the last minute of its intervals.
type openDay struct{ first, last int }

// cover finds the days of which the file says everything.
func (m *maker) cover() error {
	days := m.openDays()
	first, last := wrapcast.Date(0), wrapcast.Date(0)
	for d := range days {
		if first == 0 || d < first {
			first = d
		}
		last = max(last, d)
	}
	unknown := m.unknownDays(days, first, last)
	for d := first; d <= last; d++ {
		if unknown[d] {
			continue
		}
		i := wrapcast.Interval{From: d.Midnight(m.Zone).UTC(), To: (d + 1).Midnight(m.Zone).UTC()}
		if part, is := m.partOf(d, days, d == first, d == last); is {
			i = part
		}
		if n := len(m.batch.Covered); n > 0 && m.batch.Covered[n-1].To.Equal(i.From) {
			m.batch.Covered[n-1].To = i.To
			continue
		}
		m.batch.Covered = append(m.batch.Covered, i)
	}
	if len(m.batch.Covered) == 0 {
		return wrapcast.Errorf(wrapcast.InvalidData, "", "the file has no day that is over")
	}
	if m.batch.Step == Day {
		m.batch.Notes = append(m.batch.Notes, "it has days: they are validated, forecast and measured as days; to plan weeks by "+
			"quarter-hours take a file of intervals")
	}
	return nil
}

// openDays are the local days with rows.
func (m *maker) openDays() map[wrapcast.Date]openDay {
	days := map[wrapcast.Date]openDay{}
	step := int(m.in.Step / time.Minute)
	for i := range m.in.Rows {
		at := m.times[i].In(m.Zone)
		if m.beginOf(i).After(m.Now) { // rows of days to come, which say nothing
			continue
		}
		d, minute := wrapcast.DateOf(at), at.Hour()*60+at.Minute()
		one, seen := days[d]
		if !seen || minute < one.first {
			one.first = minute
		}
		one.last = max(one.last, minute+step)
		days[d] = one
	}
	return days
}

// What a pattern must show before days without rows are taken for zeros.
const (
	closedWeeks = 3   // weeks in which a weekday was never there
	sparseShare = 0.5 // share of days with a row below which contacts are rare
)

// unknownDays are those without a row that are not zero: weekdays that are never there are closed, and where most days
// have no row contacts are rare.
func (m *maker) unknownDays(days map[wrapcast.Date]openDay, first, last wrapcast.Date) map[wrapcast.Date]bool {
	var there, all [7]int
	for d := first; d <= last; d++ {
		all[d.Weekday()]++
		if _, ok := days[d]; ok {
			there[d.Weekday()]++
		}
	}
	unknown := map[wrapcast.Date]bool{}
	closed := map[string]bool{}
	zeros := 0
	for d := first; d <= last; d++ {
		if _, ok := days[d]; ok {
			continue
		}
		w := d.Weekday()
		never := there[w] == 0 && all[w] >= closedWeeks
		rare := float64(there[w]) < sparseShare*float64(all[w]) && there[w] > 0
		switch {
		case m.Fill == tables.FillZero, m.Fill == tables.FillPattern && rare:
			zeros++
		case m.Fill == tables.FillPattern && never:
			closed[w.String()+"s"] = true
		default:
			unknown[d] = true
		}
	}
	m.noteGaps(closed, zeros, unknown)
	return unknown
}

func (m *maker) noteGaps(closed map[string]bool, zeros int, unknown map[wrapcast.Date]bool) {
	note := func(format string, args ...any) { m.batch.Notes = append(m.batch.Notes, fmt.Sprintf(format, args...)) }
	if len(closed) > 0 {
		note("there is never a row on %s: they are closed, zero (--fill none: unknown)", joined(closed))
	}
	if zeros > 0 {
		note("days without a row are zero: %d (--fill none: unknown)", zeros)
	}
	if len(unknown) > 0 {
		var all []wrapcast.Date
		for d := range unknown {
			all = append(all, d)
		}
		slices.Sort(all)
		note("days without a row are unknown, %d of them, the first %s (--fill zero: nothing came)", len(all), all[0])
	}
}

// partOf is the part of the first or last day that the file has, where it plainly has not all of it: it begins or ends
// more than two hours beside where days of the file mostly do.
func (m *maker) partOf(d wrapcast.Date, days map[wrapcast.Date]openDay, first, last bool) (i wrapcast.Interval,
	is bool) {
	one, ok := days[d]
	i = wrapcast.Interval{From: d.Midnight(m.Zone).UTC(), To: (d + 1).Midnight(m.Zone).UTC()}
	now := m.Now.UTC().Truncate(wrapcast.QuarterHour)
	if !ok || m.in.Step == Day {
		if i.To.After(m.Now) && i.From.Before(now) { // today is not over
			i.To, is = now, true
			m.batch.Notes = append(m.batch.Notes, d.String()+" is not over: it counts when a later file has all of it")
		}
		return i, is
	}
	const slack = 2 * 60
	usual := usualHours(days, d)
	at := func(minute int) time.Time {
		day := d.Midnight(m.Zone)
		return time.Date(day.Year(), day.Month(), day.Day(), 0, minute, 0, 0, m.Zone).UTC().Truncate(wrapcast.QuarterHour)
	}
	words := ""
	if first && !last && one.first > usual.first+slack {
		i.From, is, words = at(one.first), true, "begins at "+clockWords(one.first)
	}
	if last && !first && one.last < usual.last-slack || i.To.After(m.Now) {
		i.To, is, words = at(one.last), true, "ends at "+clockWords(one.last)
	}
	if i.To.After(now) {
		i.To, is = now, true
	}
	if is {
		m.batch.Notes = append(m.batch.Notes, fmt.Sprintf("%s %s: it counts when a file has all of it", d, words))
	}
	return i, is && i.From.Before(i.To)
}

// usualHours are between which minutes of the day rows mostly lie on other days like this one: the same weekday where
// there are some, else all.
func usualHours(days map[wrapcast.Date]openDay, of wrapcast.Date) openDay {
	var firsts, lasts, alike, alikeLast []int
	for d, one := range days {
		if d == of {
			continue
		}
		firsts, lasts = append(firsts, one.first), append(lasts, one.last)
		if d.Weekday() == of.Weekday() {
			alike, alikeLast = append(alike, one.first), append(alikeLast, one.last)
		}
	}
	if len(alike) >= 3 {
		firsts, lasts = alike, alikeLast
	}
	if len(firsts) == 0 {
		return openDay{24 * 60, 0}
	}
	slices.Sort(firsts)
	slices.Sort(lasts)
	return openDay{firsts[len(firsts)/2], lasts[len(lasts)/2]}
}

func clockWords(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }
