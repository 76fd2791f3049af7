package decided

import (
	"context"
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/proposals"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/web/internal/access"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// maxWorkbook is the largest request with a workbook, in bytes: a file of 16 MB, as JSON has it.
const maxWorkbook = 22 << 20

// Workbooks is what edited workbooks are compared by.
type Workbooks struct {
	// Forecaster works on the store; Specs has the settings of runs.
	Forecaster *steps.WrapUpForecaster
	Specs      snapshot.Specs
}

// workbookHandlers read edited workbooks.
type workbookHandlers struct {
	scope.DecisionHandlers
	Workbooks
}

// newOverrideImport is an edited workbook as a browser sends it.
type newOverrideImport struct {
	File             []byte               `json:"file" doc:"The workbook's bytes, or those of a sheet of it as CSV"`
	Name             string               `json:"name" minLength:"1" maxLength:"300" doc:"The file's name"`
	Reason           string               `json:"reason,omitempty" maxLength:"1000" doc:"The reason of changes whose row has none"`
	Ticket           string               `json:"ticket,omitempty" maxLength:"500" doc:"Where more is written about it: a number or a link"`
	ExpiresOn        *wrapcast.Date       `json:"expires_on,omitempty" doc:"The first local day on which they are no longer used; left out means after their days"`
	Forecast         wrapcast.ForecastID  `json:"forecast,omitempty" maxLength:"100" doc:"The forecast that a file is of which does not say so; left out means the latest"`
	Overlap          wrapcast.OverlapRule `json:"overlap,omitempty" doc:"What holds where a change meets an override made since the file was written, or another change of it"`
	WithoutConflicts bool                 `json:"without_conflicts,omitempty" doc:"Leave out the changes that meet overrides made since the file was written"`
	Proposal         string               `json:"proposal,omitempty" maxLength:"100" doc:"The proposal that was looked at: 409 where it is another one by now"`
}

func (n newOverrideImport) request(author string, zone *time.Location) proposals.Request {
	r := proposals.Request{Name: n.Name, Content: n.File, Forecast: n.Forecast, Author: author, Reason: n.Reason,
		Ticket: n.Ticket, Overlap: n.Overlap, WithoutConflicts: n.WithoutConflicts}
	if n.ExpiresOn != nil {
		r.ExpiresAt = n.ExpiresOn.Midnight(zone)
	}
	return r
}

type newOverrideImportInput struct {
	Body newOverrideImport
}

// operations lists what can be asked here.
func (h *workbookHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "preview-override-import", Method: http.MethodPost, Path: "/override-imports/preview", Tag: "Overrides",
			Role: planner, Summary: "Read an edited workbook, and show what it would override",
			Description: "Every changed cell with what was, what is wanted and what the forecast becomes; cells that " +
				"cannot be meant, with what to do; what it meets that was changed since. Nothing is stored.",
			Status: http.StatusOK, MaxBody: maxWorkbook, Handler: api.Answer(api.Stored, h.preview)},
		{ID: "accept-override-import", Method: http.MethodPost, Path: "/override-imports", Tag: "Overrides",
			Role: planner, Summary: "Keep what an edited workbook asks for, in one decision",
			Description: "All of it or nothing: refused while a cell cannot be meant, a change has no reason or meets a " +
				"change made since, and where the proposal is not the one that was looked at.",
			Status: http.StatusCreated, MaxBody: maxWorkbook, Handler: api.Answer(api.Stored, h.accept)},
	}
}

// viewOf looks at the organisation a request means, from the business unit it means.
func (h *workbookHandlers) viewOf(ctx context.Context, at api.Scope) (*steps.View, error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	org := snap.Directory.Organisation.ID
	return h.Forecaster.View(ctx, org, snap.Spec(h.Specs(org)))
}

func (h *workbookHandlers) preview(
	ctx context.Context, at api.Scope, in *newOverrideImportInput,
) (*api.Reply[proposals.OverrideProposal], error) {
	v, err := h.viewOf(ctx, at)
	if err != nil {
		return nil, err
	}
	return api.Respond(proposals.Propose(ctx, v, in.Body.request(access.Actor(ctx), v.Zone)))
}

func (h *workbookHandlers) accept(
	ctx context.Context, at api.Scope, in *newOverrideImportInput,
) (*api.Reply[proposals.OverrideProposal], error) {
	v, err := h.viewOf(ctx, at)
	if err != nil {
		return nil, err
	}
	return api.Respond(proposals.Accept(ctx, v, h.Decisions, in.Body.request(access.Actor(ctx), v.Zone),
		in.Body.Proposal))
}
