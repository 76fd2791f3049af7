package web

import (
	"context"
	"net/http"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// maskEditRow is what somebody decided about days of history.
type maskEditRow struct {
	wrapcast.MaskEdit
	CodeNames []string `json:"code_names" doc:"In the order of codes; empty means all codes"`
	InUse     bool     `json:"in_use" doc:"Nobody has taken it back"`
}

// newMaskEdit is a decision about days of history.
type newMaskEdit struct {
	Kind   wrapcast.MaskKind `json:"kind" doc:"hide takes days away from the models, show gives days back that a rule would hide"`
	Codes  []wrapcast.CodeID `json:"codes,omitempty" maxItems:"1000" doc:"The wrap-up codes it is about, by id; left out means all. The empty id stands for contacts without a code"`
	From   wrapcast.Date     `json:"from" doc:"The first local day"`
	To     wrapcast.Date     `json:"to" doc:"The last local day, included"`
	Reason string            `json:"reason" minLength:"1" maxLength:"1000" doc:"Why, for whoever looks at it later"`
}

type newMaskEditInput struct {
	Scope
	Body newMaskEdit
}

type maskEditsInput struct {
	Scope
	Paged
	Code  string `query:"code" maxLength:"200" doc:"Only those that concern this code"`
	InUse bool   `query:"in_use" doc:"Only those that nobody has taken back"`
}

type maskEditInput struct {
	Scope
	Mask string `path:"mask" maxLength:"100"`
}

func (s *Server) registerMaskEdits() {
	register(s.api, wrapcast.RoleViewer, described(get("list-mask-edits", "/mask-edits", "Data", "List what people decided about days of history, the latest first"),
		"Above the rules, which the list of masks has."), s.listMaskEdits)
	register(s.api, wrapcast.RolePlanner, described(created(operation(http.MethodPost, "create-mask-edit", "/mask-edits", "Data", "Hide days from the models, or show them")),
		"To undo a mask that a rule has set, show its day. It holds from the next forecast on."), s.createMaskEdit)
	register(s.api, wrapcast.RolePlanner, noContent(operation(http.MethodDelete, "withdraw-mask-edit", "/mask-edits/{mask}", "Data", "Take a decision about days back")), s.withdrawMaskEdit)
}

func (s *snapshot) maskEditRow(m wrapcast.MaskEdit) maskEditRow {
	return maskEditRow{MaskEdit: m, CodeNames: s.about(m.Codes, nil).CodeNames, InUse: m.InUse()}
}

func (s *Server) listMaskEdits(ctx context.Context, in *maskEditsInput) (*reply[list[maskEditRow]], error) {
	snap, err := s.look(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	var found []maskEditRow
	for _, m := range slices.Backward(snap.maskEdits) {
		if (in.Code == "" || concerns(m.Codes, codeOf(in.Code))) && (!in.InUse || m.InUse()) {
			found = append(found, snap.maskEditRow(m))
		}
	}
	return answer(page(in.Paged, found, func(m maskEditRow) string { return string(m.ID) }))
}

func (s *Server) createMaskEdit(ctx context.Context, in *newMaskEditInput) (*reply[maskEditRow], error) {
	snap, err := s.look(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	if err := snap.checkCodes(in.Body.Codes); err != nil {
		return nil, err
	}
	m := wrapcast.MaskEdit{Kind: in.Body.Kind, Codes: in.Body.Codes, From: in.Body.From, To: in.Body.To, Author: actor(ctx), Reason: in.Body.Reason}
	if m, err = s.knowing.AddMask(ctx, snap.directory.Organisation.ID, m); err != nil {
		return nil, err
	}
	return answer(snap.maskEditRow(m), nil)
}

func (s *Server) withdrawMaskEdit(ctx context.Context, in *maskEditInput) (*struct{}, error) {
	org, err := s.choose(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	return nil, s.knowing.WithdrawMask(ctx, org, wrapcast.MaskID(in.Mask), actor(ctx))
}

// decision is what somebody decided about a day that is hidden, and that the next forecast will heed.
type decision struct {
	ID     wrapcast.MaskID   `json:"id"`
	Kind   wrapcast.MaskKind `json:"kind"`
	Author string            `json:"author"`
	Reason string            `json:"reason"`
}

// decided is the latest decision about a day of a code that nobody has taken back, nil where there is none.
func (s *snapshot) decided(code wrapcast.CodeID, day wrapcast.Date) *decision {
	for _, m := range slices.Backward(s.maskEdits) {
		if m.InUse() && m.From <= day && day <= m.To && concerns(m.Codes, code) {
			return &decision{m.ID, m.Kind, m.Author, m.Reason}
		}
	}
	return nil
}
