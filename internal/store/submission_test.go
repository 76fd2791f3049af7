package store_test

import (
	"sync"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

func submission(org wrapcast.OrganisationID, id wrapcast.SubmissionID, plan wrapcast.PlanID) wrapcast.Submission {
	week := wrapcast.Date(20000)
	return wrapcast.Submission{ID: id, Plan: plan, Run: "r1", Organisation: org, Target: wrapcast.WFM, State: wrapcast.SubmissionPlanned,
		BusinessUnit: "bu", Week: &week, CreatedAt: noon, UpdatedAt: noon}
}

// withPlans stores plans that submissions can be of.
func (b bundle) withPlans(ids ...wrapcast.PlanID) {
	b.t.Helper()
	b.update(func(tx *store.Tx) error { return tx.Forecasts().Add(forecast(b.org, "f1")) })
	for _, id := range ids {
		b.update(func(tx *store.Tx) error { return tx.Plans().Add(plan(b.org, id)) })
	}
}

func testOneSubmissionPerPlan(b bundle) {
	b.withPlans("p1")
	b.update(func(tx *store.Tx) error { return tx.Submissions().Save(submission(b.org, "s1", "p1"), "") })
	b.refused(wrapcast.Conflict, "a submission of plan p1 is already stored", func(tx *store.Tx) error {
		return tx.Submissions().Save(submission(b.org, "s2", "p1"), "")
	})
	b.refused(wrapcast.NotFound, "belongs to", func(tx *store.Tx) error { return tx.Submissions().Save(submission(b.org, "s3", "p3"), "") })
}

func testSubmissionRoundTrip(b bundle) {
	b.withPlans("p1", "p2")
	want := submission(b.org, "s1", "p1")
	rest := wrapcast.Submission{ID: "s2", Plan: "p2", Run: "r1", Organisation: b.org, Target: wrapcast.REST, State: wrapcast.SubmissionUnknown, CreatedAt: noon, UpdatedAt: noon}
	b.update(func(tx *store.Tx) error { return tx.Submissions().Save(want, "") })
	b.update(func(tx *store.Tx) error { return tx.Submissions().Save(rest, "") })
	want.State, want.UploadKey, want.OperationID, want.TargetForecastID = wrapcast.SubmissionFailed, "key", "op", "tf"
	want.StatusCode, want.Reason, want.SentAt, want.UpdatedAt = 409, "wfm.transaction.conflict", noon.Add(time.Second), noon.Add(time.Minute)
	b.update(func(tx *store.Tx) error { return tx.Submissions().Save(want, wrapcast.SubmissionPlanned) })
	wantSame(b.t, "submission", want, read(b, func(tx *store.Tx) (wrapcast.Submission, error) { return tx.Submissions().Get(b.org, "s1") }))
	wantSame(b.t, "submission of the plan", rest, read(b, func(tx *store.Tx) (wrapcast.Submission, error) { return tx.Submissions().OfPlan(b.org, "p2") }))
	wantSame(b.t, "submissions of the run", []wrapcast.Submission{want, rest},
		read(b, func(tx *store.Tx) ([]wrapcast.Submission, error) { return tx.Submissions().OfRun(b.org, "r1") }))
	wantSame(b.t, "submissions by state", []wrapcast.Submission{want, rest}, read(b, func(tx *store.Tx) ([]wrapcast.Submission, error) {
		return tx.Submissions().In(b.org, wrapcast.SubmissionUnknown, wrapcast.SubmissionSending, wrapcast.SubmissionFailed)
	}))
}

func testSubmissionIsMovedOnce(b bundle) {
	b.withPlans("p1")
	s := submission(b.org, "s1", "p1")
	b.update(func(tx *store.Tx) error { return tx.Submissions().Save(s, "") })
	s.State = wrapcast.SubmissionSending
	var wait sync.WaitGroup
	var moved, refused int
	var mu sync.Mutex
	for range 8 {
		wait.Go(func() {
			err := b.Update(b.t.Context(), func(tx *store.Tx) error { return tx.Submissions().Save(s, wrapcast.SubmissionPlanned) })
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				moved++
			case wrapcast.KindOf(err) == wrapcast.Conflict:
				refused++
			default:
				b.t.Error(err)
			}
		})
	}
	wait.Wait()
	if moved != 1 || refused != 7 {
		b.t.Errorf("moved %d times and refused %d", moved, refused)
	}
	b.refused(wrapcast.Conflict, "submission s1 is sending, not planned", func(tx *store.Tx) error { return tx.Submissions().Save(s, wrapcast.SubmissionPlanned) })
}
