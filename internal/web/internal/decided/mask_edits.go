package decided

import (
	"context"
	"net/http"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/web/internal/access"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// maskEditRow is a decision about days of history, with the names of its codes.
type maskEditRow struct {
	wrapcast.MaskEdit
	CodeNames []string `json:"code_names" doc:"In the order of codes; empty means all codes"`
	InUse     bool     `json:"in_use" doc:"It has not been withdrawn"`
}

// newMaskEdit is a decision about days of history.
type newMaskEdit struct {
	Kind   wrapcast.MaskKind `json:"kind" doc:"hide masks days; show unmasks days that a rule masks"`
	Codes  []wrapcast.CodeID `json:"codes,omitempty" maxItems:"1000" doc:"The wrap-up codes it is about, by id; left out means all. The empty id stands for contacts without a code"`
	From   wrapcast.Date     `json:"from" doc:"The first local day"`
	To     wrapcast.Date     `json:"to" doc:"The last local day, included"`
	Reason string            `json:"reason" minLength:"1" maxLength:"1000" doc:"The reason"`
}

type newMaskEditInput struct {
	Body newMaskEdit
}

type maskEditsInput struct {
	api.Paged
	Code  string `query:"code" maxLength:"200" doc:"Only those that concern this code"`
	InUse bool   `query:"in_use" doc:"Only those that have not been withdrawn"`
}

type maskEditInput struct {
	Mask string `path:"mask" maxLength:"100"`
}

func (in maskEditInput) Decision() string { return in.Mask }

// maskHandlers keeps decisions about days of history.
type maskHandlers struct{ scope.DecisionHandlers }

// operations lists what can be asked here.
func (h *maskHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "list-mask-edits", Path: "/mask-edits", Tag: "Data", Role: viewer,
			Summary:     "List manual decisions about days, the latest first",
			Description: "They override the rules, whose masks are in the list of masks.",
			Handler:     api.Answer(api.Stored, h.listMaskEdits)},
		{ID: "create-mask-edit", Method: http.MethodPost, Path: "/mask-edits", Tag: "Data", Role: planner,
			Summary:     "Mask days by hand, or unmask them",
			Description: "To undo a mask that a rule has set, show its day. The next forecast uses it.",
			Status:      http.StatusCreated, Handler: api.Answer(api.Stored, h.createMaskEdit)},
		{ID: "withdraw-mask-edit", Method: http.MethodDelete, Path: "/mask-edits/{mask}", Tag: "Data", Role: planner,
			Summary: "Remove a decision about days",
			Status:  http.StatusNoContent, Handler: api.Answer(api.Stored, scope.Withdrawing[wrapcast.MaskEdit,
				maskEditInput](h.DecisionHandlers))},
	}
}

func maskEditRowOf(snap *snapshot.Snapshot, m wrapcast.MaskEdit) maskEditRow {
	return maskEditRow{MaskEdit: m, CodeNames: aboutOf(snap, m.Codes, nil).CodeNames, InUse: m.InUse()}
}

func (h *maskHandlers) listMaskEdits(
	ctx context.Context, at api.Scope, in *maskEditsInput,
) (*api.Page[maskEditRow], error) {
	return scope.ListDecisions(ctx, h.DecisionHandlers, at, in.Paged,
		scope.DecisionRows[wrapcast.MaskEdit, maskEditRow]{
			Wanted: func(m wrapcast.MaskEdit) bool {
				return (in.Code == "" || (wrapcast.Scope{Codes: m.Codes}).CoversCode(scope.CodeOf(in.Code))) &&
					(!in.InUse || m.InUse())
			},
			Show: maskEditRowOf,
		})
}

func (h *maskHandlers) createMaskEdit(
	ctx context.Context, at api.Scope, in *newMaskEditInput,
) (*api.Reply[maskEditRow], error) {
	m := wrapcast.MaskEdit{Kind: in.Body.Kind, Codes: in.Body.Codes, From: in.Body.From, To: in.Body.To,
		Author: access.Actor(ctx), Reason: in.Body.Reason}
	add := func(org wrapcast.OrganisationID) (wrapcast.MaskEdit, error) { return h.Decisions.AddMask(ctx, org, m) }
	return scope.CreateDecision(ctx, h.DecisionHandlers, at, m.Codes, add, maskEditRowOf)
}

// Decision is a person's decision about a day that a rule hides; the next forecast heeds it.
type Decision struct {
	ID     wrapcast.MaskID   `json:"id"`
	Kind   wrapcast.MaskKind `json:"kind"`
	Author string            `json:"author"`
	Reason string            `json:"reason"`
}

// DecisionAbout is the latest decision about a day of a code that nobody has taken back, nil where there is none.
func DecisionAbout(snap *snapshot.Snapshot, code wrapcast.CodeID, day wrapcast.Date) *Decision {
	for _, m := range slices.Backward(snap.MaskEdits) {
		if m.InUse() && m.From <= day && day <= m.To && (wrapcast.Scope{Codes: m.Codes}).CoversCode(code) {
			return &Decision{m.ID, m.Kind, m.Author, m.Reason}
		}
	}
	return nil
}
