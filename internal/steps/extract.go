package steps

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/silence"
	"github.com/wrapcast/wrapcast/internal/store"
)

// ExtractResult says what an extraction has brought.
type ExtractResult struct {
	// From and To bound the history, half-open.
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// Begins is from when on the source has history, where that is later than From, and Answer what it said of the time
	// before.
	Begins *time.Time `json:"history_begins,omitempty"`
	Answer string     `json:"before_that,omitempty"`
	// Chunks is how many intervals were read, ChangedCells how many stored values that changed.
	Chunks       int `json:"chunks"`
	ChangedCells int `json:"changed_cells"`
	// Revised counts the stored values that changed on days which had been read to their end before: codes that came
	// late or were corrected. Its index is the day's age in days when it was read again.
	Revised []int `json:"revised"`
	// KeptContacts is how many stored contacts were kept of queues of which the platform said nothing any more in the
	// time of these contacts: silence replaces nothing. Withdrawn are those of which nothing else was read either.
	KeptContacts int                 `json:"kept_contacts,omitempty"`
	Withdrawn    []silence.Withdrawn `json:"withdrawn,omitempty"`
	// CameIntoSight are queues with contacts in time that was read before without any: the time since their last stored
	// contact was read again.
	CameIntoSight []wrapcast.QueueID `json:"came_into_sight,omitempty"`
	// Contacts, those of them without a code, and Observations are all that is stored of the directions that count.
	Contacts            int `json:"contacts"`
	ContactsWithoutCode int `json:"contacts_without_code"`
	Observations        int `json:"observations"`
	// OtherDirections are the contacts stored of directions that do not count, by the platform's word.
	OtherDirections map[wrapcast.Direction]int `json:"other_directions,omitempty"`
	// Again says which history was read again because of what it did not tell apart; nil where none was.
	Again *ReadAgain `json:"read_again,omitempty"`
	// Refused are dimensions that the platform refused to count by.
	Refused []string `json:"refused_dimensions,omitempty"`
}

// ReadAgain is history that was stored already and was read again, once, to tell contacts apart.
type ReadAgain struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// By are the dimensions that it does not tell apart as stored, in the platform's words.
	By []string `json:"by"`
}

// extractStep brings the stored history up to date: what was never read, and the last
// days, whose codes may have arrived late.
func extractStep(ctx context.Context, r *Runner) (result, error) {
	done := ExtractResult{From: firstOf(r.views), To: r.now()}
	if err := r.readMissing(ctx, &done); err != nil {
		return result{}, err
	}
	if err := r.noteYoungDays(ctx); err != nil {
		return result{}, err
	}
	if err := done.count(ctx, r.View); err != nil {
		return result{}, err
	}
	return result{detail: done, entry: wrapcast.AuditEntry{Detail: done.sentence()}}, nil
}

// historyFrom is the first instant of history that is wanted.
func (v *View) historyFrom() time.Time {
	first := v.Day(v.present()) - wrapcast.Date(v.Spec.LookbackDays)
	if v.Spec.HistoryFrom != nil {
		first = *v.Spec.HistoryFrom
	}
	return first.Midnight(v.Zone).UTC().Truncate(wrapcast.QuarterHour)
}

// firstOf is the first instant of history that any business unit wants: each has its first day whole.
func firstOf(views []*View) time.Time {
	first := views[0].historyFrom()
	for _, v := range views[1:] {
		first = earlier(first, v.historyFrom())
	}
	return first
}

// now is the end of history: the last quarter-hour that is over.
func (v *View) now() time.Time { return v.Clock.Now().UTC().Truncate(wrapcast.QuarterHour) }

// unsettled returns the parts of from…to that were never read, or were read so soon
// after their time that their codes may still have changed. What this run has read
// itself (since began) is not read again. What was read without telling apart what is wanted counts as never read.
func unsettled(from, to time.Time, readings []wrapcast.Reading, began time.Time, settle time.Duration,
	wanted wrapcast.Detail) []wrapcast.Interval {
	var settled []wrapcast.Interval
	for _, r := range readings {
		if !r.Detail.Covers(wanted) {
			continue
		}
		if r.ReadAt.Before(began) {
			r.To = earlier(r.To, r.ReadAt.Add(-settle).Truncate(wrapcast.QuarterHour))
		}
		if r.From.Before(r.To) {
			settled = append(settled, r.Interval)
		}
	}
	slices.SortFunc(settled, func(a, b wrapcast.Interval) int { return a.From.Compare(b.From) })
	return gapsBetween(from, to, settled)
}

// gapsBetween returns what of from…to no interval holds; intervals are sorted by From.
func gapsBetween(from, to time.Time, intervals []wrapcast.Interval) []wrapcast.Interval {
	var gaps []wrapcast.Interval
	at := from
	for _, c := range intervals {
		if c.From.After(at) && at.Before(to) {
			gaps = append(gaps, wrapcast.Interval{From: at, To: earlier(c.From, to)})
		}
		if c.To.After(at) {
			at = c.To
		}
	}
	if at.Before(to) {
		gaps = append(gaps, wrapcast.Interval{From: at, To: to})
	}
	return gaps
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// count sums up what is stored of the interval.
func (r *ExtractResult) count(ctx context.Context, v *View) error {
	return v.Store.View(ctx, func(tx *store.Tx) error {
		t, err := tx.History().Totals(v.Organisation(), v.Directions())
		r.Contacts, r.ContactsWithoutCode, r.Observations = t.Contacts, t.ContactsWithoutCode, t.Observations
		r.OtherDirections = t.Other
		return err
	})
}

func (r ExtractResult) sentence() string {
	s := fmt.Sprintf("%d contacts from %s to %s, %d of them without a code; %d intervals read, %d cells changed%s%s%s",
		r.Contacts, r.From.Format(time.RFC3339), r.To.Format(time.RFC3339), r.ContactsWithoutCode, r.Chunks,
		r.ChangedCells, r.revisions(), r.beginning(), r.SightWords())
	for _, remark := range r.Remarks() {
		s += "; " + remark
	}
	return s
}

// begins takes in that the source has no history before a time, and what it said of that.
func (r *ExtractResult) begins(at time.Time, answer string) { r.Begins, r.Answer = &at, answer }

// beginning says in words that the source has no history at the beginning of what was wanted.
func (r ExtractResult) beginning() string {
	if r.Begins == nil {
		return ""
	}
	return fmt.Sprintf("; the source has nothing before %s: %s", r.Begins.Format(time.RFC3339), r.Answer)
}

// SightWords say what was kept of queues out of sight, and which came into sight; "" where there is nothing to say.
func (r ExtractResult) SightWords() string {
	words := ""
	if r.KeptContacts > 0 {
		words += fmt.Sprintf("; %d stored contacts kept, of which the platform says nothing any more", r.KeptContacts)
	}
	if n := len(r.CameIntoSight); n > 0 {
		words += fmt.Sprintf("; %d queues have come into sight, and their history was read again", n)
	}
	return words
}

// Remarks say what is out of the ordinary: contacts of directions that do not count, history that was read again, and
// what the platform refused to tell apart.
func (r ExtractResult) Remarks() (remarks []string) {
	for _, d := range slices.Sorted(maps.Keys(r.OtherDirections)) {
		remarks = append(remarks, fmt.Sprintf("besides %d %s contacts, which are stored and do not count",
			r.OtherDirections[d], d.Title()))
	}
	if a := r.Again; a != nil {
		remarks = append(remarks, fmt.Sprintf("%s to %s was read again, once, since what was stored does not tell "+
			"contacts apart by %s", a.From.Format(time.DateOnly), a.To.Format(time.DateOnly), strings.Join(a.By, ", ")))
	}
	if len(r.Refused) > 0 {
		remarks = append(remarks, "the platform refused to count by "+strings.Join(r.Refused, ", ")+
			": contacts are not told apart by it")
	}
	return remarks
}

// revised counts cells that changed on a day of that age.
func (r *ExtractResult) revised(age, cells int) {
	if age < 0 {
		return
	}
	for len(r.Revised) <= age {
		r.Revised = append(r.Revised, 0)
	}
	r.Revised[age] += cells
}

// revisions says in words on which days cells changed that had been read before.
func (r ExtractResult) revisions() string {
	var parts []string
	for age, cells := range r.Revised {
		if cells > 0 {
			parts = append(parts, fmt.Sprintf("%d of %d days ago", cells, age))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ", of days read before " + strings.Join(parts, ", ")
}
