package publishing

import (
	"context"

	"github.com/wrapcast/wrapcast/internal/heads"
	"github.com/wrapcast/wrapcast/internal/target"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

type platformStaffInput struct {
	Week string `query:"week" format:"date" doc:"A day of the week; by default the forecast's first whole week"`
}

// staffHandlers asks the platform how many people it counts itself.
type staffHandlers struct {
	scope.Organisations
	worker  scope.Worker
	reports *snapshot.Reports
}

// operations lists what can be asked here.
func (h *staffHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "get-platform-staff", Path: "/staff/platform", Tag: "Staff", Role: viewer,
			Summary: "Genesys' own required staff beside ours",
			Description: "Of the newest import of the week, one of the latest forecast before all others. The platform is asked; where " +
				"it has not worked it out, or may not be asked, note says so. Needs wfm:staffingRequirement:view.",
			Works: true, Handler: api.Answer(api.Connected, h.getPlatformStaff)},
	}
}

func (h *staffHandlers) getPlatformStaff(ctx context.Context, at api.Scope,
	in *platformStaffInput) (*api.Reply[heads.PlatformWeek], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	var targets target.Targets // none where the server works for nobody: the answer says so
	if len(h.worker.Services) > 0 {
		served, err := h.worker.Serving(at.Organisation)
		if err != nil {
			return nil, err
		}
		targets = served.Forecaster.Targets
	}
	week, err := h.reports.HeadsBeside(ctx, snap, targets, scope.DayOf(in.Week))
	return api.Respond(week, err)
}
