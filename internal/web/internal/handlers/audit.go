package handlers

import (
	"context"
	"strconv"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
)

type auditInput struct {
	api.Paged
	Run    string `query:"run" maxLength:"100" doc:"Only entries of this run"`
	Actor  string `query:"actor" maxLength:"200"`
	Action string `query:"action" maxLength:"100" doc:"An action, or the part before its full stop: submit finds submit.accepted too"`
	Status string `query:"status" maxLength:"50"`
}

// verification is the result of checking a chain.
type verification struct {
	Valid   bool   `json:"valid"`
	Entries int64  `json:"entries" doc:"How many entries were checked"`
	Hash    string `json:"hash" doc:"The last entry's hash: keep a copy elsewhere to show later whether the end was cut off"`
	Problem string `json:"problem" doc:"What is wrong, empty where nothing is"`
	// Notes are those of the check.
	Notes []string `json:"notes" doc:"What is worth knowing: entries without digests, what retention deleted, a key that was lost"`
}

// auditHandlers shows and checks the audit chain.
type auditHandlers struct {
	scope.Organisations
}

// operations lists what can be asked here.
func (h *auditHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "list-audit-entries", Path: "/audit", Tag: "Audit", Role: viewer,
			Summary:     "List entries of the audit chain, the latest first",
			Description: "That of the installation has logins, users and tokens.",
			Handler:     api.Answer(api.Chained, h.listAudit)},
		{ID: "verify-audit", Path: "/audit/verification", Tag: "Audit", Role: viewer,
			Summary: "Check the whole audit chain",
			Description: "Every hash is recomputed; what is stored is compared with the digests of the entries, and the " +
				"signed checkpoints are checked.",
			Handler: api.Answer(api.Chained, h.verifyAudit)},
	}
}

func (h *auditHandlers) listAudit(
	ctx context.Context, at api.Scope, in *auditInput,
) (*api.Page[wrapcast.AuditEntry], error) {
	return scope.Listed[wrapcast.AuditEntry, wrapcast.AuditEntry]{
		Find: func(tx *store.Tx, org wrapcast.OrganisationID, after string, limit int) ([]wrapcast.AuditEntry, int,
			error) {
			seq, err := int64(0), error(nil)
			if after != "" {
				seq, err = strconv.ParseInt(after, 10, 64)
			}
			if err != nil {
				return nil, 0, api.NotACursor()
			}
			return tx.Audit().Before(org, store.AuditQuery{Run: wrapcast.RunID(in.Run), Actor: in.Actor,
				Action: in.Action,
				Status: in.Status, Before: seq, Limit: limit})
		},
		IDOf: func(e wrapcast.AuditEntry) string { return strconv.FormatInt(e.Seq, 10) },
		Show: scope.Same[wrapcast.AuditEntry],
	}.Answer(ctx, h.View, at, in.Paged)
}

func (h *auditHandlers) verifyAudit(
	ctx context.Context, at api.Scope, _ *struct{},
) (*api.Reply[verification], error) {
	var out verification
	err := h.View(ctx, at, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		c, err := reports.CheckChain(tx, org, reports.CheckOptions{})
		out = verification{Valid: c.Valid, Entries: c.Entries, Hash: c.Hash, Notes: api.OrEmpty(c.Notes)}
		problems := make([]string, 0, len(c.Problems))
		for _, p := range c.Problems {
			problems = append(problems, p.String())
		}
		out.Problem = strings.Join(problems, "; ")
		return err
	})
	return api.Respond(out, err)
}
