package web

import (
	"context"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// PlanHead is a plan without its numbers, with its submission.
type PlanHead struct {
	ID           wrapcast.PlanID         `json:"id"`
	Run          wrapcast.RunID          `json:"run"`
	Forecast     wrapcast.ForecastID     `json:"forecast"`
	Target       wrapcast.Target         `json:"target"`
	BusinessUnit wrapcast.BusinessUnitID `json:"business_unit" doc:"Empty for rest"`
	Week         *wrapcast.Date          `json:"week" doc:"The first local day; null for rest"`
	MadeAt       time.Time               `json:"made_at"`
	Refusals     int                     `json:"refusals" doc:"How many reasons there are not to submit it"`
	Submission   *wrapcast.Submission    `json:"submission,omitempty" doc:"What became of it; left out where it was never to be submitted"`
}

type plansInput struct {
	Scope
	Paged
	Run    string `query:"run" maxLength:"100" doc:"Only plans of this run"`
	Target string `query:"target" enum:"wfm,rest"`
	Week   string `query:"week" format:"date" doc:"Only plans of the week that begins on this day"`
}

type submissionsInput struct {
	Scope
	Paged
	Run   string `query:"run" maxLength:"100" doc:"Only submissions of this run"`
	State string `query:"state" enum:"planned,uploading,sending,accepted,completed,failed,unknown"`
}

type submissionInput struct {
	Scope
	Submission string `path:"submission" maxLength:"100"`
}

func (s *Server) registerPlans() {
	register(s.api, wrapcast.RoleViewer, get("list-plans", "/plans", "Publish", "List plans, the latest first"), s.listPlans)
	register(s.api, wrapcast.RoleViewer, described(get("get-plan", "/plans/{plan}", "Publish", "Look at one plan"),
		"All of it: for wfm contacts and handle times of every planning group per quarter-hour of the week, for rest the payload. A page asks for the summary and single planning groups instead."), s.getPlan)
	s.registerPlanSummary()
	register(s.api, wrapcast.RoleViewer, get("list-submissions", "/submissions", "Publish", "List submissions, the latest first"), s.listSubmissions)
	register(s.api, wrapcast.RoleViewer, get("get-submission", "/submissions/{submission}", "Publish", "Look at one submission"), s.getSubmission)
}

func (s *Server) listPlans(ctx context.Context, in *plansInput) (*reply[list[PlanHead]], error) {
	before, err := in.after()
	if err != nil {
		return nil, err
	}
	var out list[PlanHead]
	err = s.view(ctx, in.Scope, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		query := store.PlanQuery{Run: wrapcast.RunID(in.Run), Target: wrapcast.Target(in.Target), Before: wrapcast.PlanID(before), Limit: in.Limit + 1}
		if in.Week != "" {
			week, _ := wrapcast.ParseDate(in.Week) // its form was checked
			query.Week = &week
		}
		found, total, err := tx.PlanHeads(org, query)
		if err != nil {
			return err
		}
		heads := make([]PlanHead, len(found))
		for i, p := range found {
			heads[i] = PlanHead{ID: p.ID, Run: p.Run, Forecast: p.Forecast, Target: p.Target, BusinessUnit: p.BusinessUnit, Week: p.Week,
				MadeAt: p.MadeAt, Refusals: p.Refusals}
			if heads[i].Submission, err = found1(tx.SubmissionOf(org, p.ID)); err != nil {
				return err
			}
		}
		out = rows(in.Paged, heads, total, func(h PlanHead) string { return string(h.ID) }, func(h PlanHead) PlanHead { return h })
		return nil
	})
	return answer(out, err)
}

// found1 makes nil of what is not there.
func found1[T any](v T, err error) (*T, error) {
	if err != nil && wrapcast.KindOf(err) == wrapcast.NotFound {
		return nil, nil //nolint:nilnil // not there is a valid answer here
	}
	return &v, err
}

func (s *Server) getPlan(ctx context.Context, in *PlanInput) (*reply[wrapcast.Plan], error) {
	var out wrapcast.Plan
	err := s.view(ctx, in.Scope, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		plan, err := s.plan(tx, org, wrapcast.PlanID(in.Plan))
		if err == nil {
			out = *plan
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	out.Refusals, out.Findings = orEmpty(out.Refusals), orEmpty(out.Findings)
	return answer(out, nil)
}

func (s *Server) listSubmissions(ctx context.Context, in *submissionsInput) (*reply[list[wrapcast.Submission]], error) {
	before, err := in.after()
	if err != nil {
		return nil, err
	}
	var out list[wrapcast.Submission]
	err = s.view(ctx, in.Scope, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		found, total, err := tx.SubmissionsBefore(org, store.SubmissionQuery{Run: wrapcast.RunID(in.Run), State: wrapcast.SubmissionState(in.State),
			Before: wrapcast.SubmissionID(before), Limit: in.Limit + 1})
		out = rows(in.Paged, found, total, func(v wrapcast.Submission) string { return string(v.ID) }, func(v wrapcast.Submission) wrapcast.Submission { return v })
		return err
	})
	return answer(out, err)
}

func (s *Server) getSubmission(ctx context.Context, in *submissionInput) (*reply[wrapcast.Submission], error) {
	var out wrapcast.Submission
	err := s.view(ctx, in.Scope, func(tx *store.Tx, org wrapcast.OrganisationID) (err error) {
		out, err = tx.Submission(org, wrapcast.SubmissionID(in.Submission))
		return err
	})
	return answer(out, err)
}
