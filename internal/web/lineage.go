package web

import (
	"context"
	"net/http"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// lineageRow is what became of codes, with their names.
type lineageRow struct {
	wrapcast.LineageChange
	FromNames []string `json:"from_names" doc:"In the order of from"`
	ToNames   []string `json:"to_names" doc:"In the order of to"`
	InUse     bool     `json:"in_use" doc:"Nobody has taken it back"`
}

// newLineage is what somebody knows of codes.
type newLineage struct {
	Kind   wrapcast.LineageKind    `json:"kind"`
	On     wrapcast.Date           `json:"on" doc:"The first local day of the new state"`
	From   []wrapcast.CodeID       `json:"from" minItems:"1" maxItems:"1000" doc:"The codes before: one for a rename or a split, several for a merge, any for a retirement"`
	To     []wrapcast.LineageShare `json:"to,omitempty" maxItems:"1000" doc:"The codes after: one for a rename or a merge, several for a split, none for a retirement"`
	Reason string                  `json:"reason" minLength:"1" maxLength:"1000" doc:"Why, for whoever looks at it later"`
}

type newLineageInput struct {
	Scope
	Body newLineage
}

type lineageInput struct {
	Scope
	Paged
	InUse bool `query:"in_use" doc:"Only changes that nobody has taken back"`
}

type lineageChangeInput struct {
	Scope
	Lineage string `path:"lineage" maxLength:"100"`
}

func (s *Server) registerLineage() {
	register(s.api, wrapcast.RoleViewer, described(get("list-lineage", "/lineage", "Calendar", "List what became of codes, the latest first"),
		"Codes that were renamed, merged, split or retired: their history is that of those that came after them."), s.listLineage)
	register(s.api, wrapcast.RolePlanner, described(created(operation(http.MethodPost, "add-lineage", "/lineage", "Calendar", "Say what became of codes")),
		"It holds from the next forecast on."), s.addLineage)
	register(s.api, wrapcast.RolePlanner, noContent(operation(http.MethodDelete, "withdraw-lineage", "/lineage/{lineage}", "Calendar", "Take back what was said of codes")), s.withdrawLineage)
}

func (s *snapshot) lineageRow(c wrapcast.LineageChange) lineageRow {
	out := lineageRow{LineageChange: c, FromNames: []string{}, ToNames: []string{}, InUse: c.InUse()}
	for _, code := range c.From {
		out.FromNames = append(out.FromNames, s.codeName(code))
	}
	for _, share := range c.To {
		out.ToNames = append(out.ToNames, s.codeName(share.Code))
	}
	return out
}

func (s *Server) listLineage(ctx context.Context, in *lineageInput) (*reply[list[lineageRow]], error) {
	snap, err := s.look(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	var found []lineageRow
	err = s.view(ctx, in.Scope, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		all, err := tx.Lineage(org)
		for _, c := range slices.Backward(all) {
			if !in.InUse || c.InUse() {
				found = append(found, snap.lineageRow(c))
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(page(in.Paged, found, func(c lineageRow) string { return string(c.ID) }))
}

func (s *Server) addLineage(ctx context.Context, in *newLineageInput) (*reply[lineageRow], error) {
	snap, err := s.look(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	c := wrapcast.LineageChange{Kind: in.Body.Kind, On: in.Body.On, From: in.Body.From, To: in.Body.To, Author: actor(ctx), Reason: in.Body.Reason}
	named := slices.Clone(c.From)
	for _, share := range c.To {
		named = append(named, share.Code)
	}
	if err := snap.checkCodes(named); err != nil {
		return nil, err
	}
	if c, err = s.knowing.AddLineage(ctx, snap.directory.Organisation.ID, c); err != nil {
		return nil, err
	}
	return answer(snap.lineageRow(c), nil)
}

func (s *Server) withdrawLineage(ctx context.Context, in *lineageChangeInput) (*struct{}, error) {
	org, err := s.choose(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	return nil, s.knowing.WithdrawLineage(ctx, org, wrapcast.LineageID(in.Lineage), actor(ctx))
}
