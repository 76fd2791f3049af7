package publishing

import (
	"context"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
)

type submissionsInput struct {
	api.Paged
	Run   string `query:"run" maxLength:"100" doc:"Only submissions of this run"`
	State string `query:"state" enum:"planned,uploading,sending,accepted,completed,failed,unknown"`
}

type submissionInput struct {
	Submission string `path:"submission" maxLength:"100"`
}

// submissionHandlers answers what is asked about submissions.
type submissionHandlers struct{ scope.Organisations }

// operations lists what can be asked here.
func (h *submissionHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "list-submissions", Path: "/submissions", Tag: "Publish", Role: viewer,
			Summary: "List submissions, the latest first",
			Handler: api.Answer(api.Stored, h.listSubmissions)},
		{ID: "get-submission", Path: "/submissions/{submission}", Tag: "Publish", Role: viewer,
			Summary: "Look at one submission",
			Handler: api.Answer(api.Stored, h.getSubmission)},
	}
}

func (h *submissionHandlers) listSubmissions(
	ctx context.Context, at api.Scope, in *submissionsInput,
) (*api.Page[wrapcast.Submission], error) {
	unit, err := h.ListedUnit(ctx, at)
	if err != nil {
		return nil, err
	}
	return scope.Listed[wrapcast.Submission, wrapcast.Submission]{
		Find: func(tx *store.Tx, org wrapcast.OrganisationID, after string, limit int) ([]wrapcast.Submission, int,
			error) {
			return tx.Submissions().Before(org, store.SubmissionQuery{Run: wrapcast.RunID(in.Run), BusinessUnit: unit,
				State: wrapcast.SubmissionState(in.State), Before: wrapcast.SubmissionID(after), Limit: limit})
		},
		IDOf: func(v wrapcast.Submission) string { return string(v.ID) },
		Show: scope.Same[wrapcast.Submission],
	}.Answer(ctx, h.View, at, in.Paged)
}

func (h *submissionHandlers) getSubmission(
	ctx context.Context, at api.Scope, in *submissionInput,
) (*api.Reply[wrapcast.Submission], error) {
	var out wrapcast.Submission
	err := h.View(ctx, at, func(tx *store.Tx, org wrapcast.OrganisationID) (err error) {
		out, err = tx.Submissions().Get(org, wrapcast.SubmissionID(in.Submission))
		return err
	})
	return api.Respond(out, err)
}
