package figures

import (
	"context"
	"net/http"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

type reconciliationInput struct {
	From string `query:"from" format:"date" doc:"The first local day; by default 28 days before the last"`
	To   string `query:"to" format:"date" doc:"The last local day; by default the last that was read whole"`
}

// maxReconciledDays is the most days of one answer.
const maxReconciledDays = 100

// reconciliationHandlers answers whether every contact is accounted for.
type reconciliationHandlers struct {
	scope.Organisations
	reports *snapshot.Reports
}

// operations lists what can be asked here.
func (h *reconciliationHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "get-reconciliation", Path: "/reconciliation", Tag: "Data", Role: viewer,
			Summary: "Reconciliation: every contact accounted for",
			Description: "The platform's count per queue compared with the sum over codes and with the forecast, " +
				"with a reason for every contact of the remainder, from what is stored.",
			Handler: api.Answer(api.Stored, h.getReconciliation)},
	}
}

func (h *reconciliationHandlers) getReconciliation(
	ctx context.Context, at api.Scope, in *reconciliationInput,
) (*api.Reply[wrapcast.Reconciliation], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	from, to, err := reconciledDays(snap, in.From, in.To)
	if err != nil {
		return nil, err
	}
	found, err := h.reports.Reconciliation(ctx, snap, from, to)
	if err != nil {
		return nil, err
	}
	return api.Respond(*found, nil)
}

// reconciledDays are the first and the last local day that a request means.
func reconciledDays(snap *snapshot.Snapshot, first, last string) (from, to wrapcast.Date, err error) {
	if len(snap.Read) == 0 {
		return 0, 0, noHistory()
	}
	to = snap.Today - 1
	if day := scope.DayOf(last); day != 0 {
		to = day
	}
	from = to - snapshot.ReconciledDays + 1
	if day := scope.DayOf(first); day != 0 {
		from = day
	}
	if from > to || to-from >= maxReconciledDays {
		return 0, 0, api.NewProblem(http.StatusUnprocessableEntity,
			"from and to are not a range of days that can be accounted for").
			WithHint("ask for at most 100 days")
	}
	return from, to, nil
}
