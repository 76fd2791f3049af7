package figures

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// SortInput has the search and the order of lists of codes and queues.
type SortInput struct {
	Search string `query:"search" maxLength:"200" doc:"Words that must all be part of the name or id, in any order; capitals do not matter"`
	Sort   string `query:"sort" enum:"name,next_7,last_7,change,wape,bias,coverage,masks" default:"next_7" doc:"The name, or the figure, that the list is sorted by; rows without a figure come last"`
	Order  string `query:"order" enum:"asc,desc" doc:"Ascending or descending; by default names ascend and figures descend"`
}

func (s SortInput) sorting() scope.Sorting { return scope.Sorting{By: s.Sort, Order: s.Order} }

// figure is the value that a row is sorted by; NaN where it has none.
func (s SortInput) figure(v snapshot.Volume, q snapshot.Quality) float64 {
	switch s.Sort {
	case "last_7":
		return float64(v.Last7)
	case "change":
		return float64(v.Change)
	case "wape":
		return float64(q.WAPE)
	case "bias":
		return float64(q.Bias)
	case "coverage":
		return float64(q.Coverage)
	case "masks":
		return float64(q.Masks)
	}
	return float64(v.Next7)
}

type codesInput struct {
	api.Paged
	SortInput
	Queue   string `query:"queue" maxLength:"200" doc:"Only codes used in this queue"`
	Verdict string `query:"verdict" enum:"good,weak,empty" doc:"Only codes with this verdict"`
	Model   string `query:"model" maxLength:"100" doc:"Only codes forecast by this method"`
}

type codeInput struct {
	scope.CodePath
}

// codeDetail is one code with the queues it is used in.
type codeDetail struct {
	snapshot.CodeRow
	Leaves []snapshot.LeafRow `json:"leaves" doc:"Where it is used: queues and channels, most contacts first"`
}

// codeHandlers answers what is asked about codes, and about codes in queues.
type codeHandlers struct {
	scope.Organisations
}

// operations lists what can be asked here.
func (h *codeHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "list-codes", Path: "/codes", Tag: "Codes", Role: viewer, Summary: "List wrap-up codes",
			Description: "Every code that ever ended a contact, with its history, forecast and accuracy.",
			Handler:     api.Answer(api.Stored, h.listCodes)},
		{ID: "get-code", Path: "/codes/{code}", Tag: "Codes", Role: viewer, Summary: "Look at one wrap-up code",
			Handler: api.Answer(api.Stored, h.getCode)},
		{ID: "list-leaves", Path: "/leaves", Tag: "Codes", Role: viewer, Summary: "List queue × code × channel",
			Description: "The finest level of the forecast, most contacts first: the tree of queues and codes.",
			Handler:     api.Answer(api.Stored, h.listLeaves)},
	}
}

func (h *codeHandlers) listCodes(
	ctx context.Context, at api.Scope, in *codesInput,
) (*api.Page[snapshot.CodeRow], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	inQueue := map[wrapcast.CodeID]bool{}
	for _, l := range snap.Used {
		inQueue[l.Code] = inQueue[l.Code] || l.Queue == scope.QueueOf(in.Queue)
	}
	match := scope.Matcher(in.Search)
	var found []snapshot.CodeRow
	for _, c := range snap.Codes {
		if match(c.Name, string(c.ID)) && (in.Queue == "" || inQueue[c.ID]) &&
			(in.Verdict == "" || in.Verdict == string(c.Verdict)) &&
			(in.Model == "" || in.Model == c.Model) {
			found = append(found, c)
		}
	}
	found = scope.Sorted(found, in.sorting(), func(c *snapshot.CodeRow) scope.SortKey {
		return scope.SortKey{Name: c.Name, ID: string(c.ID), Figure: in.figure(c.Volume, c.Quality)}
	})
	return api.RespondPage(in.Paged, found, func(c snapshot.CodeRow) string { return string(c.ID) })
}

func (h *codeHandlers) getCode(ctx context.Context, at api.Scope, in *codeInput) (*api.Reply[codeDetail], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(snap.Codes, func(c snapshot.CodeRow) bool { return c.ID == in.ID() })
	if i < 0 {
		return nil, noCode(in.Code)
	}
	return api.Respond(codeDetail{CodeRow: snap.Codes[i],
		Leaves: leavesOf(snap, func(l snapshot.LeafRow) bool { return l.Code == in.ID() })}, nil)
}

func noCode(name string) error {
	return api.NewProblem(http.StatusNotFound, "no contact ever ended in the code "+name).
		WithHint("GET " + api.Prefix + "/codes lists the codes")
}

// leavesOf returns some leaves, most contacts first.
func leavesOf(snap *snapshot.Snapshot, keep func(snapshot.LeafRow) bool) []snapshot.LeafRow {
	kept := []snapshot.LeafRow{}
	for _, l := range snap.Leaves {
		if keep(l) {
			kept = append(kept, l)
		}
	}
	slices.SortStableFunc(kept, func(a, b snapshot.LeafRow) int { return cmp.Compare(b.Next7, a.Next7) })
	return kept
}

type leavesInput struct {
	api.Paged
	Search string `query:"search" maxLength:"200" doc:"Words that must all be part of the names of queue and code"`
	Queue  string `query:"queue" maxLength:"200"`
	Code   string `query:"code" maxLength:"200"`
}

func (h *codeHandlers) listLeaves(
	ctx context.Context, at api.Scope, in *leavesInput,
) (*api.Page[snapshot.LeafRow], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	match := scope.Matcher(in.Search)
	found := leavesOf(snap, func(l snapshot.LeafRow) bool {
		return (in.Queue == "" || l.Queue == scope.QueueOf(in.Queue)) && (in.Code == "" || l.Code == scope.CodeOf(in.Code)) &&
			match(l.QueueName+" "+l.CodeName, "")
	})
	return api.RespondPage(in.Paged, found, func(l snapshot.LeafRow) string {
		id := append([]string{string(l.Queue), string(l.Code), string(l.Media), l.Language}, l.Skills...)
		return strings.Join(id, "|")
	})
}
