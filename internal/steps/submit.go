package steps

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/target"
)

// submitStep brings every plan of the run to its target, and writes the messages that
// tell of it in the transaction of the result.
func submitStep(ctx context.Context, r *Runner) (result, error) {
	if err := r.settle(ctx); err != nil {
		return result{}, err
	}
	submissions, err := r.submissions(ctx)
	if err != nil {
		return result{}, err
	}
	entry := wrapcast.AuditEntry{Objects: submissionObjects(submissions), Detail: sentenceOf(submissions)}
	if worst := worstOf(submissions); worst != wrapcast.SubmissionCompleted {
		entry.Status = string(worst)
	}
	messages, err := r.messages(ctx, submissions)
	if err != nil {
		return result{}, err
	}
	if r.nowhere {
		entry.Detail = "nothing is submitted: the organisation comes from files and has no platform"
	}
	return result{
		detail: entry.Detail, entry: entry,
		save: func(tx *store.Tx) error { return addDeliveries(tx, messages, entry.Objects) },
	}, nil
}

// settle moves every submission of the run to a final state, from wherever a crash may have left it. A plan that the
// target refuses keeps none of the others back; where the target cannot be reached, those that were not sent yet have
// failed, and that is the run's error unless it brought something there. What holds up one business unit does not hold
// up the others.
func (r *Runner) settle(ctx context.Context) error {
	submissions, err := r.submissions(ctx)
	if err != nil {
		return err
	}
	stopped := map[wrapcast.BusinessUnitID]error{}
	for i, s := range submissions {
		r.Report.Report(wrapcast.Progress{Step: wrapcast.StepSubmit, What: "plans", Done: i, Total: len(submissions)})
		if stopped[s.BusinessUnit] == nil && !s.State.Final() {
			stopped[s.BusinessUnit] = r.submitter().submit(ctx, s)
		}
		why := stopped[s.BusinessUnit]
		if why == nil {
			continue
		}
		if ctx.Err() != nil {
			return why // the next run takes it up
		}
		if err := r.submitter().notSent(ctx, s.ID, why.Error()); err != nil {
			return errors.Join(why, err)
		}
	}
	if n := len(submissions); n > 0 {
		r.Report.Report(wrapcast.Progress{Step: wrapcast.StepSubmit, What: "plans", Done: n, Total: n})
	}
	var why error
	for _, unit := range slices.Sorted(maps.Keys(stopped)) {
		why = errors.Join(why, stopped[unit])
	}
	if why == nil {
		return r.lookOnceMore(ctx)
	}
	submissions, err = r.submissions(ctx)
	if slices.ContainsFunc(submissions, func(s wrapcast.Submission) bool { return s.State.Holds() }) {
		return err // some weeks are done: the run tells of all of them
	}
	return why
}

// lookOnceMore looks for those of the run's plans that were taken for refused while others were submitted.
func (r *Runner) lookOnceMore(ctx context.Context) error {
	submissions, err := r.submissions(ctx)
	if err != nil || len(submissions) < 2 {
		return err
	}
	before := make([]wrapcast.SubmissionID, 0, len(submissions))
	for _, s := range submissions[:len(submissions)-1] {
		before = append(before, s.ID)
	}
	_, err = r.arrivedLate(ctx, before)
	return err
}

// settleSent follows what an interrupted run may have sent to its end; what it had not sent is not sent any more.
func (r *Runner) settleSent(ctx context.Context) error {
	submissions, err := r.submissions(ctx)
	if err != nil {
		return err
	}
	for _, s := range submissions {
		switch s.State {
		case wrapcast.SubmissionPlanned, wrapcast.SubmissionUploading:
			err = r.submitter().notSent(ctx, s.ID, "the run was interrupted, and another was requested")
		case wrapcast.SubmissionSending, wrapcast.SubmissionAccepted:
			err = r.submitter().submit(ctx, s)
		case wrapcast.SubmissionCompleted, wrapcast.SubmissionUnchanged, wrapcast.SubmissionFailed,
			wrapcast.SubmissionUnknown:
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *Runner) submissions(ctx context.Context) (s []wrapcast.Submission, err error) {
	err = r.Store.View(ctx, func(tx *store.Tx) error {
		s, err = tx.Submissions().OfRun(r.Organisation(), r.run.ID)
		return err
	})
	return s, err
}

// submitter brings plans to their targets. Each leg of the way is stored, with an audit entry, before the next begins.
type submitter struct {
	record
	targets target.Targets
	waits   target.Waits
}

// submitter is that of the run.
func (r *Runner) submitter() *submitter {
	return &submitter{record: r.record(), targets: r.f.Targets,
		waits: target.Waits{Accepted: r.Spec.AwaitFor, Lost: r.Spec.LookFor, Poll: r.Spec.PollEvery}}
}

// submit walks one submission to a final state.
func (b *submitter) submit(ctx context.Context, s wrapcast.Submission) error {
	plan, err := b.plan(ctx, s.Plan)
	if err != nil {
		return err
	}
	if plan.Unchanged && s.State == wrapcast.SubmissionPlanned {
		return b.move(ctx, &s, unchanged(plan, s), s.State, 0)
	}
	t, err := b.openTarget(ctx, plan, s)
	if err != nil {
		return err
	}
	defer t.Close()
	lost := s.State == wrapcast.SubmissionSending // an earlier process died with the request on its lips
	for !s.State.Final() {
		leg := t.Prepare
		switch {
		case s.State == wrapcast.SubmissionAccepted:
			leg = t.Await
		case s.State == wrapcast.SubmissionSending && lost:
			leg = t.Find
		case s.State == wrapcast.SubmissionSending:
			leg = t.Send
		}
		began, before := b.clock.Now(), s.State
		next, err := leg(ctx, s)
		if errors.Is(err, target.ErrAmbiguous) {
			lost = true
			if err := b.note(ctx, s, "submit.answer_lost", err); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		if next.State == wrapcast.SubmissionSending {
			next.SentAt = b.clock.Now()
		}
		if err := b.move(ctx, &s, next, before, b.clock.Since(began).Milliseconds()); err != nil {
			return err
		}
	}
	return nil
}

// notSentWords begins the reason of submissions that failed before anything with an effect was sent.
const notSentWords = "not sent: "

// notSent gives up a submission of which nothing with an effect was sent; one that went further stays as it is.
func (b *submitter) notSent(ctx context.Context, id wrapcast.SubmissionID, why string) error {
	var s wrapcast.Submission
	err := b.store.View(ctx, func(tx *store.Tx) (err error) {
		s, err = tx.Submissions().Get(b.organisation, id)
		return err
	})
	if err != nil || s.State != wrapcast.SubmissionPlanned && s.State != wrapcast.SubmissionUploading {
		return err
	}
	next := s
	next.State, next.Reason = wrapcast.SubmissionFailed, notSentWords+why
	return b.move(ctx, &s, next, s.State, 0)
}

// unchanged is the submission of a plan that says what the target has already: it is done, and nothing is sent.
func unchanged(plan wrapcast.Plan, s wrapcast.Submission) wrapcast.Submission {
	s.State, s.TargetForecastID = wrapcast.SubmissionUnchanged, plan.Current.ID
	s.Reason = fmt.Sprintf("the platform has the same numbers already: %q", plan.Current.Description)
	return s
}

// openTarget begins to bring a plan to its target, or goes on with it.
func (b *submitter) openTarget(ctx context.Context, plan wrapcast.Plan, s wrapcast.Submission) (target.Session, error) {
	t, err := b.targets.Of(plan.Target)
	if err != nil {
		return nil, err
	}
	waits := b.waits
	if waits.Unheard, err = b.unheard(ctx, plan.Target); err != nil {
		return nil, err
	}
	return t.Open(ctx, plan, s, waits), nil
}

// unheard is how long an accepted submission may be in no list until it is taken for refused, where nobody can be told:
// three times as long as any of the last thirty took, but not longer than accepted ones are followed; 0, the target's
// own default, where that is less than a minute.
func (b *submitter) unheard(ctx context.Context, target wrapcast.Target) (time.Duration, error) {
	const lookedAt = 30
	var done []wrapcast.Submission
	err := b.store.View(ctx, func(tx *store.Tx) (err error) {
		done, err = tx.Submissions().In(b.organisation, wrapcast.SubmissionCompleted)
		return err
	})
	var longest time.Duration
	for _, s := range done[max(0, len(done)-lookedAt):] {
		if !s.SentAt.IsZero() && s.Target == target {
			longest = max(longest, s.UpdatedAt.Sub(s.SentAt))
		}
	}
	if longest *= 3; longest < time.Minute {
		return 0, err
	}
	return min(longest, b.waits.Accepted), err
}

func (b *submitter) plan(ctx context.Context, id wrapcast.PlanID) (plan wrapcast.Plan, err error) {
	err = b.store.View(ctx, func(tx *store.Tx) error {
		plan, err = tx.Plans().Get(b.organisation, id)
		return err
	})
	return plan, err
}

// move stores a submission's next state with its audit entry, if it is still in the state before.
func (b *submitter) move(ctx context.Context, s *wrapcast.Submission, next wrapcast.Submission,
	before wrapcast.SubmissionState, ms int64) error {
	next.UpdatedAt = b.clock.Now()
	entry := b.entry("submit."+string(next.State), ms, wrapcast.AuditEntry{
		Objects: objectsOf(next), StatusCode: next.StatusCode, Detail: next.Reason,
	})
	switch next.State {
	case wrapcast.SubmissionFailed, wrapcast.SubmissionUnknown:
		entry.Status = string(next.State)
	case wrapcast.SubmissionPlanned, wrapcast.SubmissionUploading, wrapcast.SubmissionSending,
		wrapcast.SubmissionAccepted, wrapcast.SubmissionCompleted, wrapcast.SubmissionUnchanged:
	}
	err := b.commit(ctx, func(tx *store.Tx) error {
		if err := tx.Submissions().Save(next, before); err != nil {
			return err
		}
		_, err := tx.Audit().Append(entry)
		return err
	})
	if err == nil {
		*s = next
	}
	return err
}

// note adds to the audit chain what changes no state.
func (b *submitter) note(ctx context.Context, s wrapcast.Submission, action string, cause error) error {
	entry := b.entry(action, 0, wrapcast.AuditEntry{
		Objects: objectsOf(s), Status: string(wrapcast.SubmissionUnknown), StatusCode: target.StatusOf(cause),
		Detail: cause.Error(),
	})
	return b.commit(ctx, func(tx *store.Tx) error {
		_, err := tx.Audit().Append(entry)
		return err
	})
}

// objectsOf names what an audit entry about a submission is about.
func objectsOf(s wrapcast.Submission) map[string]string {
	objects := withUnit(map[string]string{"submission": string(s.ID), "plan": string(s.Plan)}, s.BusinessUnit)
	for name, id := range map[string]string{"upload": s.UploadKey, "operation": s.OperationID,
		"target_forecast": s.TargetForecastID} {
		if id != "" {
			objects[name] = id
		}
	}
	return objects
}

func submissionObjects(submissions []wrapcast.Submission) map[string]string {
	if len(submissions) == 1 {
		return objectsOf(submissions[0])
	}
	objects := map[string]string{}
	for i, s := range submissions {
		objects[fmt.Sprintf("plan_%d", i+1)] = string(s.Plan)
		objects[fmt.Sprintf("target_forecast_%d", i+1)] = s.TargetForecastID
	}
	return objects
}

func sentenceOf(submissions []wrapcast.Submission) string {
	counts := map[wrapcast.SubmissionState]int{}
	for _, s := range submissions {
		counts[s.State]++
	}
	same := ""
	if n := counts[wrapcast.SubmissionUnchanged]; n > 0 {
		same = fmt.Sprintf("%d unchanged, ", n)
	}
	return fmt.Sprintf("%d plans: %d completed, %s%d failed, %d with an unknown outcome", len(submissions),
		counts[wrapcast.SubmissionCompleted], same,
		counts[wrapcast.SubmissionFailed], counts[wrapcast.SubmissionUnknown])
}

// worstOf returns the state that matters most: a doubt, then a failure.
func worstOf(submissions []wrapcast.Submission) wrapcast.SubmissionState {
	worst := wrapcast.SubmissionCompleted
	for _, s := range submissions {
		if s.State == wrapcast.SubmissionUnknown || s.State == wrapcast.SubmissionFailed &&
			worst == wrapcast.SubmissionCompleted {
			worst = s.State
		}
	}
	return worst
}

// troubleOf is the error of a run whose submissions did not all complete. The run goes on to tell of it. It is partly
// done where one of them is in doubt, or some have reached their target.
func troubleOf(submissions []wrapcast.Submission) error {
	kind := wrapcast.Refused
	for _, s := range submissions {
		if s.State.Holds() || s.State == wrapcast.SubmissionUnknown {
			kind = wrapcast.Partial
		}
	}
	var all error
	for _, s := range submissions {
		switch reason, unsent := strings.CutPrefix(s.Reason, notSentWords); {
		case s.State == wrapcast.SubmissionUnknown:
			all = errors.Join(all, wrapcast.Errorf(wrapcast.Partial, "submit",
				"%s may or may not have been accepted: %s", planWords(s), s.Reason).
				WithHint("`wrapcast submit --settle` looks for it again; it is never sent twice"))
		case s.State == wrapcast.SubmissionFailed && unsent:
			all = errors.Join(all, wrapcast.Errorf(kind, "submit", "%s was not sent: %s", planWords(s), reason).
				WithHint("the next run plans and submits the week again"))
		case s.State == wrapcast.SubmissionFailed:
			all = errors.Join(all, wrapcast.Errorf(kind, "submit", "%s was refused: %s", planWords(s), s.Reason).
				WithHint("`wrapcast doctor` checks permissions, business unit and planning groups; "+
					"the next run plans and submits the week again"))
		}
	}
	return all
}

// planWords names a submission's plan, and the week it is of.
func planWords(s wrapcast.Submission) string {
	if s.Week == nil {
		return fmt.Sprintf("plan %s", s.Plan)
	}
	return fmt.Sprintf("plan %s, week of %s,", s.Plan, s.Week)
}
