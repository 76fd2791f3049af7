package handlers

import (
	"context"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/web/internal/access"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// decisionHandlers answers what the decisions of all kinds have in common. The handlers of a kind embed it and add
// their routes, their rows, and what a new one consists of.
type decisionHandlers struct {
	organisations
	decisions steps.Decisions
}

// decisionPath is the input of an operation on one decision.
type decisionPath interface {
	// decision returns the organisation's parameter and the decision's id.
	decision() (OrganisationInput, string)
}

// withdrawing makes the handler that withdraws a decision of a kind.
func withdrawing[T any, In decisionPath, P wrapcast.Decided[T]](
	h decisionHandlers,
) func(context.Context, *In) (*struct{}, error) {
	return func(ctx context.Context, in *In) (*struct{}, error) {
		organisation, id := (*in).decision()
		org, err := h.choose(ctx, organisation)
		if err != nil {
			return nil, err
		}
		return nil, steps.WithdrawDecision[T, P](ctx, h.decisions, org, id, access.Actor(ctx))
	}
}

// decisionRows is how the decisions of a kind are shown.
type decisionRows[T any, Row any] struct {
	// wanted selects decisions.
	wanted func(T) bool
	show   func(*snapshot.Snapshot, T) Row
}

// listDecisions answers with one page of the decisions of a kind that are wanted, the latest first.
func listDecisions[T any, Row any, P wrapcast.Decided[T]](
	ctx context.Context, h decisionHandlers, in OrganisationInput, p api.Paged, rows decisionRows[T, Row],
) (*api.Page[Row], error) {
	snap, err := h.look(ctx, in)
	if err != nil {
		return nil, err
	}
	all, err := steps.ListDecisions[T, P](ctx, h.decisions, snap.Directory.Organisation.ID)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(v T) bool { return !rows.wanted(v) })
	slices.Reverse(all)
	page, err := api.RespondPage(p, all, func(v T) string { return P(&v).Decision().ID })
	if err != nil {
		return nil, err
	}
	out := api.List[Row]{Items: []Row{}, NextCursor: page.Body.NextCursor, Total: page.Body.Total}
	for _, v := range page.Body.Items {
		out.Items = append(out.Items, rows.show(snap, v))
	}
	return api.Respond(out, nil)
}

// createDecision answers with the row of a decision that add keeps. It refuses codes that nobody knows.
func createDecision[T any, Row any](
	ctx context.Context, h decisionHandlers, in OrganisationInput, codes []wrapcast.CodeID,
	add func(wrapcast.OrganisationID) (T, error), show func(*snapshot.Snapshot, T) Row,
) (*api.Reply[Row], error) {
	snap, err := h.look(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := snap.CheckCodes(codes); err != nil {
		return nil, err
	}
	v, err := add(snap.Directory.Organisation.ID)
	if err != nil {
		return nil, err
	}
	return api.Respond(show(snap, v), nil)
}
