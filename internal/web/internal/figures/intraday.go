package figures

import (
	"context"
	"net/http"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/today"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

type intradayInput struct {
	Kind wrapcast.AccuracyLevel `query:"kind" enum:"total,planning_group,queue" default:"total" doc:"Whose quarter-hours are listed"`
	ID   string                 `query:"id" maxLength:"200" doc:"Its id; of the total none"`
}

// intradayBody is what is left of today.
type intradayBody struct {
	today.Report
}

// intradayHandlers answers what is left of today.
type intradayHandlers struct {
	scope.Organisations
	reports *snapshot.Reports
}

// operations lists what can be asked here.
func (h *intradayHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "get-intraday", Path: "/intraday", Tag: "Intraday", Role: viewer, Summary: "What is left of today",
			Description: "Per planning group, queue and wrap-up code, from what has been read of today: expected, with bands " +
				"that narrow, the staff it requires, and whether the day goes off. Overrides are proposed, none is stored. The " +
				"quarter-hours of one subject are listed.",
			Handler: api.Answer(api.Stored, h.getIntraday)},
	}
}

func (h *intradayHandlers) getIntraday(ctx context.Context, at api.Scope,
	in *intradayInput) (*api.Reply[intradayBody], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	r, err := h.reports.Today(ctx, snap)
	if err != nil {
		return nil, err
	}
	found := false
	keep := func(s today.Subject) today.Subject {
		if s.Kind == in.Kind && s.ID == in.ID {
			found = true
			return s
		}
		s.Slots = nil
		return s
	}
	out := intradayBody{*r}
	out.Total = keep(r.Total)
	for _, part := range []*[]today.Subject{&out.Groups, &out.Queues, &out.Codes} {
		*part = slices.Clone(*part)
		for i, s := range *part {
			(*part)[i] = keep(s)
		}
	}
	if !found {
		return nil, api.NewProblem(http.StatusNotFound, "the forecast of today has no such "+string(in.Kind)).
			WithHint("GET " + api.Prefix + "/intraday lists them")
	}
	return api.Respond(out, nil)
}
