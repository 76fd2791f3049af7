package scope

import (
	"context"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/web/internal/access"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// DecisionHandlers answers what the decisions of all kinds have in common. The handlers of a kind embed it and add
// their routes, their rows, and what a new one consists of.
type DecisionHandlers struct {
	Organisations
	Decisions steps.Decisions
}

// decisionPath is the input of an operation on one decision.
type decisionPath interface {
	// Decision returns its id.
	Decision() string
}

// Withdrawing makes the handler that withdraws a decision of a kind.
func Withdrawing[T any, In decisionPath, P wrapcast.Decided[T]](
	h DecisionHandlers,
) func(context.Context, api.Scope, *In) (*struct{}, error) {
	return func(ctx context.Context, at api.Scope, in *In) (*struct{}, error) {
		return nil, steps.WithdrawDecision[T, P](ctx, h.Decisions, at.Organisation, (*in).Decision(),
			access.Actor(ctx))
	}
}

// DecisionRows is how the decisions of a kind are shown.
type DecisionRows[T any, Row any] struct {
	// wanted selects decisions.
	Wanted func(T) bool
	Show   func(*snapshot.Snapshot, T) Row
}

// ListDecisions answers with one page of the decisions of a kind that are wanted, the latest first.
func ListDecisions[T any, Row any, P wrapcast.Decided[T]](
	ctx context.Context, h DecisionHandlers, at api.Scope, p api.Paged, rows DecisionRows[T, Row],
) (*api.Page[Row], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	all, err := steps.ListDecisions[T, P](ctx, h.Decisions, snap.Directory.Organisation.ID)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(v T) bool { return !rows.Wanted(v) })
	slices.Reverse(all)
	page, err := api.RespondPage(p, all, func(v T) string { return P(&v).Decision().ID })
	if err != nil {
		return nil, err
	}
	out := api.List[Row]{Items: []Row{}, NextCursor: page.Body.NextCursor, Total: page.Body.Total}
	for _, v := range page.Body.Items {
		out.Items = append(out.Items, rows.Show(snap, v))
	}
	return api.Respond(out, nil)
}

// CreateDecision answers with the row of a decision that add keeps. It refuses codes that nobody knows.
func CreateDecision[T any, Row any](
	ctx context.Context, h DecisionHandlers, at api.Scope, codes []wrapcast.CodeID,
	add func(wrapcast.OrganisationID) (T, error), show func(*snapshot.Snapshot, T) Row,
) (*api.Reply[Row], error) {
	snap, err := h.Look(ctx, at)
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
