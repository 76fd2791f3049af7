package web

import (
	"context"
	"strconv"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/store"
)

type auditInput struct {
	Scope
	Paged
	Run    string `query:"run" maxLength:"100" doc:"Only entries of this run"`
	Actor  string `query:"actor" maxLength:"200"`
	Action string `query:"action" maxLength:"100" doc:"An action, or the part before its full stop: submit finds submit.accepted too"`
	Status string `query:"status" maxLength:"50"`
}

// verification is what checking a chain found.
type verification struct {
	Valid   bool   `json:"valid"`
	Entries int64  `json:"entries" doc:"How many entries were checked"`
	Hash    string `json:"hash" doc:"The last entry's hash: kept elsewhere, it shows later whether the end was cut off"`
	Problem string `json:"problem" doc:"What is wrong, empty where nothing is"`
}

func (s *Server) registerAudit() {
	register(s.api, wrapcast.RoleViewer, described(get("list-audit-entries", "/audit", "Audit", "List entries of the audit chain, the latest first"),
		"The organisation "+string(wrapcast.Installation)+" is the installation itself: logins, users, tokens."), s.listAudit)
	register(s.api, wrapcast.RoleViewer, described(get("verify-audit", "/audit/verification", "Audit", "Check the whole audit chain"),
		"Every hash is computed anew."), s.verifyAudit)
}

// viewChain is view, for which the installation is an organisation too: who logged in, who may do what.
func (s *Server) viewChain(ctx context.Context, in Scope, work func(*store.Tx, wrapcast.OrganisationID) error) error {
	if in.Organisation == string(wrapcast.Installation) {
		return s.Store.View(ctx, func(tx *store.Tx) error { return work(tx, wrapcast.Installation) })
	}
	return s.view(ctx, in, work)
}

func (s *Server) listAudit(ctx context.Context, in *auditInput) (*reply[list[wrapcast.AuditEntry]], error) {
	before, err := in.after()
	if err != nil {
		return nil, err
	}
	seq := int64(0)
	if before != "" {
		if seq, err = strconv.ParseInt(before, 10, 64); err != nil {
			return nil, noCursor()
		}
	}
	var out list[wrapcast.AuditEntry]
	err = s.viewChain(ctx, in.Scope, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		found, total, err := tx.AuditBefore(org, store.AuditQuery{Run: wrapcast.RunID(in.Run), Actor: in.Actor, Action: in.Action, Status: in.Status,
			Before: seq, Limit: in.Limit + 1})
		out = rows(in.Paged, found, total, func(e wrapcast.AuditEntry) string { return strconv.FormatInt(e.Seq, 10) },
			func(e wrapcast.AuditEntry) wrapcast.AuditEntry { return e })
		return err
	})
	return answer(out, err)
}

func (s *Server) verifyAudit(ctx context.Context, in *Scope) (*reply[verification], error) {
	var out verification
	err := s.viewChain(ctx, *in, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		end, err := audit.Verify(tx.AuditEntries(org, 1, 0))
		out = verification{Valid: err == nil, Entries: end.Seq, Hash: end.Hash}
		if err != nil && wrapcast.KindOf(err) == wrapcast.InvalidData {
			out.Problem = err.Error()
			return nil
		}
		return err
	})
	return answer(out, err)
}
