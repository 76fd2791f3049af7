package steps

import (
	"context"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/silence"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Silences lists what is silent in the stored history, with what people have accepted of it: of all the business units
// that the view is of.
func (v *View) Silences(ctx context.Context) (wrapcast.SilenceReport, error) {
	report := wrapcast.SilenceReport{Schema: wrapcast.SilenceReportSchema, AsOf: v.At, Silences: []wrapcast.Silence{}}
	var err error
	if report.Accepted, err = v.accepted(ctx); err != nil {
		return report, err
	}
	if report.Silences, err = v.silences(ctx, report.Accepted); err != nil {
		return report, err
	}
	slices.Reverse(report.Accepted)
	return report, nil
}

// Silent is what is known where somebody accepts silence, by the stored history.
func (v *View) Silent(ctx context.Context) (Silent, error) {
	found, err := v.silences(ctx, nil)
	return Silent{Directory: v.Directory, Zone: v.Zone, Silences: found}, err
}

// silences lists what is silent in any business unit, each once, with those of the acceptances that cover it.
func (v *View) silences(ctx context.Context, accepted []wrapcast.AcceptedSilence) ([]wrapcast.Silence, error) {
	views, err := v.Views()
	if err != nil {
		return nil, err
	}
	all := []wrapcast.Silence{}
	for _, v := range views {
		h, err := v.LoadHistory(ctx)
		if err != nil {
			return nil, err
		}
		found, err := v.silencesIn(ctx, h)
		if err != nil {
			return nil, err
		}
		for _, s := range v.acceptances(accepted).Mark(found) {
			if s.Kind == wrapcast.LevelGroup && len(views) > 1 {
				s.BusinessUnit = v.Unit()
			}
			same := func(other wrapcast.Silence) bool { return other.Kind == s.Kind && other.ID == s.ID }
			if !slices.ContainsFunc(all, same) {
				all = append(all, s)
			}
		}
	}
	return all, nil
}

// silencesIn lists what is silent in a history.
func (v *View) silencesIn(ctx context.Context, h *History) ([]wrapcast.Silence, error) {
	in := silence.Input{Directory: v.Directory, LeftOut: v.LeftOut(), From: h.From, To: h.To,
		Closed: v.closedDays(h), Grouped: v.weekly && v.Directory.HasUnit()}
	hidden := map[wrapcast.CodeID]map[wrapcast.Date]string{}
	for _, l := range h.Leaves {
		days, known := hidden[l.Leaf.Code]
		if !known {
			days, _ = h.Known.byHand(l.Leaf.Code)
			hidden[l.Leaf.Code] = days
		}
		in.Leaves = append(in.Leaves, silence.LeafDays{Leaf: l.Leaf, Handled: withoutHidden(l.Handled, h.From, days)})
	}
	err := v.Store.View(ctx, func(tx *store.Tx) (err error) {
		if in.Withdrawn, err = v.withdrawn(tx); err != nil {
			return err
		}
		in.Offered, err = v.offered(tx, h.To)
		return err
	})
	return silence.Find(in), err
}

// withoutHidden leaves out the days that people have hidden.
func withoutHidden(values []float64, from wrapcast.Date, hidden map[wrapcast.Date]string) []float64 {
	if len(hidden) == 0 {
		return values
	}
	values = slices.Clone(values)
	for day := range hidden {
		if i := int(day - from); i >= 0 && i < len(values) {
			values[i] = math.NaN()
		}
	}
	return values
}

// closedDays reports of a queue's day whether the calendar explains that it has no contacts.
func (v *View) closedDays(h *History) func(wrapcast.QueueID, wrapcast.Date) bool {
	return func(q wrapcast.QueueID, day wrapcast.Date) bool {
		if !h.Known.Resolved.Ordinary(day) {
			return true
		}
		open := h.Known.Resolved.Open(q, day, v.Zone)
		return open != nil && !slices.Contains(open, true)
	}
}

// offered counts what queues were offered in the last weeks.
func (v *View) offered(tx *store.Tx, last wrapcast.Date) (map[wrapcast.Stream]int, error) {
	offered := map[wrapcast.Stream]int{}
	from, to := (last + 1 - week).Midnight(v.Zone), (last + 1).Midnight(v.Zone)
	for a, err := range tx.History().Arrivals(v.Organisation(), from, to) {
		if err != nil {
			return nil, err
		}
		offered[wrapcast.Stream{Queue: a.Queue, Media: a.Media}] += a.Offered
	}
	return offered, nil
}

// lostContacts is how many contacts that a queue had and has no more are a silence at once, before its days tell.
const lostContacts = 5

// withdrawn are the queues that the last reading has lost.
func (v *View) withdrawn(tx *store.Tx) ([]silence.Withdrawn, error) {
	const few = 20 // runs since the last extraction: submissions by hand
	runs, err := tx.Runs().Latest(v.Organisation(), few)
	if err != nil {
		return nil, err
	}
	for _, run := range runs {
		for _, s := range run.Steps {
			if s.Name != wrapcast.StepExtract || s.State != wrapcast.RunDone || len(s.Result) == 0 {
				continue
			}
			var done ExtractResult
			err := json.Unmarshal(s.Result, &done)
			return slices.DeleteFunc(done.Withdrawn,
				func(w silence.Withdrawn) bool { return w.Contacts < lostContacts }), err
		}
	}
	return nil, nil
}

// accepted are all acceptances, in the order they were made.
func (v *View) accepted(ctx context.Context) (all []wrapcast.AcceptedSilence, err error) {
	err = v.Store.View(ctx, func(tx *store.Tx) error {
		all, err = store.DecisionsOf[wrapcast.AcceptedSilence](tx).All(v.Organisation())
		return err
	})
	return all, err
}

// acceptances are those in force now.
func (v *View) acceptances(all []wrapcast.AcceptedSilence) silence.Acceptances {
	return silence.Acceptances{All: all, At: v.Clock.Now(), Zone: v.Zone, Directory: v.Directory}
}

// noteSilence adds to plans what was silent when they were made, and who accepted it.
func (p *planner) noteSilence(ctx context.Context, plans []wrapcast.Plan) error {
	h, err := p.past(ctx)
	if err != nil {
		return err
	}
	found, err := p.silencesIn(ctx, h)
	if err != nil {
		return err
	}
	accepted, err := p.accepted(ctx)
	if err != nil {
		return err
	}
	marked := p.acceptances(accepted).Mark(found)
	for i := range plans {
		plans[i].Silences = planned(marked, plans[i])
	}
	return nil
}

// planned leaves out planning groups that never had a contact and are planned with some all the same.
func planned(silences []wrapcast.Silence, plan wrapcast.Plan) []wrapcast.Silence {
	some := map[string]bool{}
	if plan.Week != nil {
		for _, g := range plan.Week.Groups {
			some[string(g.Group)] = slices.ContainsFunc(g.Offered, func(v float64) bool { return v > 0 })
		}
	}
	kept := []wrapcast.Silence{}
	for _, s := range silences {
		if s.Kind != wrapcast.LevelGroup || s.Since != 0 || !some[s.ID] {
			kept = append(kept, s)
		}
	}
	return kept
}

// requireHeard refuses plans that silence holds now: what was silent when they were made, or, where nobody looked then,
// what is silent now.
func (p *planner) requireHeard(ctx context.Context, plans []wrapcast.Plan) error {
	accepted, err := p.accepted(ctx)
	if err != nil {
		return err
	}
	for i := range plans {
		if plans[i].Silences == nil {
			if err := p.noteSilence(ctx, plans[i:i+1]); err != nil {
				return err
			}
		}
		plans[i].Silences = p.acceptances(accepted).Mark(plans[i].Silences)
	}
	return HeldBySilence(plans)
}

// acceptedIn are the acceptances that let plans be submitted in spite of silence, each once.
func acceptedIn(plans []wrapcast.Plan) []wrapcast.SilenceID {
	var ids []wrapcast.SilenceID
	for _, plan := range plans {
		for _, s := range plan.Silences {
			if s.Accepted != "" && !slices.Contains(ids, s.Accepted) {
				ids = append(ids, s.Accepted)
			}
		}
	}
	return ids
}

// SilenceHolds is part of the reason of every run that silence holds.
const SilenceHolds = "silence is not zero, so nothing is submitted"

// HeldBySilence is the error of plans that wait until somebody accepts a silence by name, nil where none does.
func HeldBySilence(plans []wrapcast.Plan) error {
	held := map[string]wrapcast.Silence{}
	var order []string
	for _, plan := range plans {
		for _, s := range silence.Held(plan.Silences) {
			key := string(s.Kind) + s.ID
			if _, known := held[key]; !known {
				order = append(order, key)
			}
			held[key] = s
		}
	}
	if len(order) == 0 {
		return nil
	}
	all := make([]wrapcast.Silence, len(order))
	for i, key := range order {
		all[i] = held[key]
	}
	return wrapcast.Errorf(wrapcast.InvalidData, "plan", SilenceHolds+": %s", silence.Words(all)).WithHint("%s", silence.Hint(all))
}

const (
	// soonRead is how long after a quarter-hour its contacts may still be missing without anything being hidden.
	soonRead = 2 * time.Hour
	// inSight is how many contacts, in quarter-hours that were read before and had none, show that a queue was hidden.
	inSight = 3
)

// sight compares what is read with what is stored: it keeps the contacts of queues that are out of sight, and finds
// queues that have come into sight. It goes by whole queues: late and corrected codes move within them.
type sight struct {
	*Runner
	// before are the readings before this one.
	before []wrapcast.Reading
	// lost are queues that a piece had lost, said those that any piece had.
	lost map[wrapcast.QueueID]silence.Withdrawn
	said map[wrapcast.QueueID]bool
	// found are the queues that have come into sight; settled says that what they need was read again.
	found   map[wrapcast.QueueID]bool
	settled bool
}

func (r *Runner) newSight(ctx context.Context) (*sight, error) {
	s := &sight{Runner: r, lost: map[wrapcast.QueueID]silence.Withdrawn{}, said: map[wrapcast.QueueID]bool{},
		found: map[wrapcast.QueueID]bool{}}
	err := r.Store.View(ctx, func(tx *store.Tx) (err error) {
		s.before, err = tx.Readings().All(r.Organisation())
		return err
	})
	return s, err
}

// seenBefore reports whether a quarter-hour was read before, and not too soon.
func (s *sight) seenBefore(at time.Time) bool {
	for _, r := range s.before {
		if !at.Before(r.From) && at.Before(r.To) && at.Before(r.ReadAt.Add(-soonRead)) {
			return true
		}
	}
	return false
}

// look completes a piece by what is stored of queues of which it says nothing at all, and forgets that the time was
// read in which queues that it does speak of were hidden.
func (s *sight) look(tx *store.Tx, e *wrapcast.Extract) error {
	overlaps := slices.ContainsFunc(s.before, func(r wrapcast.Reading) bool {
		return r.From.Before(e.To) && e.From.Before(r.To)
	})
	said := queuesIn(*e)
	for q := range said {
		s.said[q] = true
	}
	if !overlaps {
		return nil
	}
	stored, err := storedBetween(tx, s.Organisation(), e.From, e.To)
	if err != nil {
		return err
	}
	had := queuesIn(stored)
	if err := s.appeared(tx, *e, had); err != nil {
		return err
	}
	s.keepLost(e, stored, said)
	return nil
}

// keepLost adds to a piece the stored contacts of queues that it says nothing of.
func (s *sight) keepLost(e *wrapcast.Extract, stored wrapcast.Extract, said map[wrapcast.QueueID]bool) {
	for _, o := range stored.Observations {
		if q := o.Leaf.Queue; !said[q] {
			e.Observations = append(e.Observations, o)
			w, known := s.lost[q]
			if !known {
				w = silence.Withdrawn{Queue: q, Interval: wrapcast.Interval{From: o.Start, To: o.Start}}
			}
			w.Contacts += o.Handled
			w.From, w.To = earlier(w.From, o.Start), latestOf(w.To, o.Start.Add(wrapcast.QuarterHour))
			s.lost[q] = w
		}
	}
	for _, a := range stored.Arrivals {
		if !said[a.Queue] {
			e.Arrivals = append(e.Arrivals, a)
		}
	}
	for _, h := range stored.QueueHandled {
		if !said[h.Queue] {
			e.QueueHandled = append(e.QueueHandled, h)
		}
	}
}

func latestOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// appeared finds queues with contacts in quarter-hours that were read before without any of theirs, and forgets that
// the time since their last stored contact was read.
func (s *sight) appeared(tx *store.Tx, e wrapcast.Extract, had map[wrapcast.QueueID]bool) error {
	if s.settled {
		return nil
	}
	contacts := map[wrapcast.QueueID]int{}
	for _, o := range e.Observations {
		if q := o.Leaf.Queue; !had[q] && s.seenBefore(o.Start) {
			contacts[q] += o.Handled
		}
	}
	maps.DeleteFunc(contacts, func(_ wrapcast.QueueID, n int) bool { return n < inSight })
	if len(contacts) == 0 {
		return nil
	}
	last, err := tx.History().LastDays(s.Organisation(), s.Zone, s.Day(e.From))
	if err != nil {
		return err
	}
	for q := range contacts {
		since := s.historyFrom()
		if day, known := last[q]; known {
			since = day.Midnight(s.Zone).UTC().Truncate(wrapcast.QuarterHour)
		}
		s.found[q] = true
		if err := s.forget(tx, since, e.From); err != nil {
			return err
		}
	}
	return nil
}

// forget takes back that a time was read, and what its days said when they were young: it was not late, it was hidden.
func (s *sight) forget(tx *store.Tx, from, to time.Time) error {
	if err := tx.Readings().ForgetDays(s.Organisation(), s.Day(from)); err != nil || !from.Before(to) {
		return err
	}
	return tx.Readings().Forget(s.Organisation(), wrapcast.Interval{From: from, To: to}, s.At)
}

// again reports once whether there is something to read again.
func (s *sight) again() bool {
	again := !s.settled && len(s.found) > 0
	s.settled = true
	return again
}

// tell says in the result what was kept and what has come into sight.
func (s *sight) tell(result *ExtractResult) {
	for _, q := range slices.Sorted(maps.Keys(s.lost)) {
		result.KeptContacts += s.lost[q].Contacts
		if !s.said[q] {
			result.Withdrawn = append(result.Withdrawn, s.lost[q])
		}
	}
	result.CameIntoSight = slices.Sorted(maps.Keys(s.found))
}

// queuesIn are the queues that an extract says anything of.
func queuesIn(e wrapcast.Extract) map[wrapcast.QueueID]bool {
	queues := map[wrapcast.QueueID]bool{}
	for _, o := range e.Observations {
		queues[o.Leaf.Queue] = true
	}
	for _, a := range e.Arrivals {
		queues[a.Queue] = true
	}
	for _, h := range e.QueueHandled {
		queues[h.Queue] = true
	}
	return queues
}

// storedBetween is what is stored of an interval.
func storedBetween(tx *store.Tx, org wrapcast.OrganisationID, from, to time.Time) (e wrapcast.Extract, err error) {
	for o, err := range tx.History().Observations(org, from, to) {
		if err != nil {
			return e, err
		}
		e.Observations = append(e.Observations, o)
	}
	for a, err := range tx.History().Arrivals(org, from, to) {
		if err != nil {
			return e, err
		}
		e.Arrivals = append(e.Arrivals, a)
	}
	for h, err := range tx.History().QueueHandled(org, from, to) {
		if err != nil {
			return e, err
		}
		e.QueueHandled = append(e.QueueHandled, h)
	}
	return e, nil
}
