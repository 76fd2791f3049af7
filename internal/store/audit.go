package store

import (
	"encoding/json"
	"errors"
	"iter"
	"maps"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/store/internal/evidence"
)

const auditColumns = `organisation_id, seq, run_id, at, actor, action, status, status_code, latency_ms, objects, webhook, accuracy, detail, previous, hash, digests`

// Append seals e as the next entry of its organisation's chain, bound by digests to what it speaks of as that is stored
// in this transaction, stores it, and returns it sealed. Entries can be neither changed nor deleted.
func (tx Audit) Append(e wrapcast.AuditEntry) (wrapcast.AuditEntry, error) {
	if err := tx.enter(e.Organisation); err != nil {
		return e, err
	}
	previous, err := tx.last(e.Organisation)
	if err != nil {
		return e, err
	}
	e = audit.Durable(withActing(tx, e))
	key, isNew, err := tx.key(e.Organisation)
	if err != nil {
		return e, err
	}
	if isNew {
		e.Objects = audit.BeginsWith(key.Public, e.Objects)
	}
	if e.Digests, err = tx.digests(e); err != nil {
		return e, err
	}
	e = audit.Seal(previous, e)
	if err := tx.insertEntry(e); err != nil {
		return e, err
	}
	if isNew {
		err = tx.explain(evidence.KeepKey(statements(tx), e.Organisation, e.Seq, key.Public))
	}
	return e, errors.Join(err, tx.sign(e, key))
}

// withActing adds by which kind of actor an entry is made, where the transaction's context says so and the entry does
// not.
func withActing(tx Audit, e wrapcast.AuditEntry) wrapcast.AuditEntry {
	const key = "by"
	by := wrapcast.Acting(tx.ctx)
	if _, said := e.Objects[key]; by == "" || said {
		return e
	}
	objects := map[string]string{key: by}
	maps.Copy(objects, e.Objects)
	e.Objects = objects
	return e
}

// last returns the end of a chain, nil where it is empty.
func (tx Audit) last(org wrapcast.OrganisationID) (*wrapcast.AuditEntry, error) {
	e, found, err := get(tx.conn, scanAuditEntry,
		`SELECT `+auditColumns+` FROM audit_entry WHERE organisation_id = $1 ORDER BY seq DESC LIMIT 1`, org)
	if !found {
		return nil, err
	}
	return &e, err
}

// Entries yields the entries of an organisation's chain from the one numbered first
// to the one numbered last, both included; a last of 0 asks for all that follow. The transaction may
// be used for something else meanwhile. An error is the last thing yielded.
func (tx Audit) Entries(org wrapcast.OrganisationID, first, last int64) iter.Seq2[wrapcast.AuditEntry, error] {
	const page = 1000
	return func(yield func(wrapcast.AuditEntry, error) bool) {
		for from := first; ; {
			entries, err := list(tx.conn, scanAuditEntry, `SELECT `+auditColumns+` FROM audit_entry
				WHERE organisation_id = $1 AND seq >= $2 ORDER BY seq LIMIT $3`, org, from, page)
			if err != nil {
				yield(wrapcast.AuditEntry{}, err)
				return
			}
			for _, e := range entries {
				if last != 0 && e.Seq > last || !yield(e, nil) {
					return
				}
				from = e.Seq + 1
			}
			if len(entries) < page {
				return
			}
		}
	}
}

// OfRun returns the entries of a run, in their order.
func (tx Audit) OfRun(org wrapcast.OrganisationID, run wrapcast.RunID) ([]wrapcast.AuditEntry, error) {
	return list(tx.conn, scanAuditEntry,
		`SELECT `+auditColumns+` FROM audit_entry WHERE organisation_id = $1 AND run_id = $2 ORDER BY seq`, org, run)
}

func optionalJSON(v any, exists bool) (any, error) {
	if !exists {
		return nil, nil
	}
	text, err := json.Marshal(v)
	return string(text), err
}

func scanAuditEntry(r row) (e wrapcast.AuditEntry, err error) {
	var objects, accuracy, digests json.RawMessage
	if err = r.Scan(&e.Organisation, &e.Seq, &e.Run, toTime(&e.At), &e.Actor, &e.Action, &e.Status, &e.StatusCode,
		&e.LatencyMs,
		toRaw(&objects), &e.Webhook, toRaw(&accuracy), &e.Detail, &e.Previous, &e.Hash, toRaw(&digests)); err != nil {
		return e, err
	}
	if objects != nil {
		if err = json.Unmarshal(objects, &e.Objects); err != nil {
			return e, err
		}
	}
	if accuracy != nil {
		if err = json.Unmarshal(accuracy, &e.Accuracy); err != nil {
			return e, err
		}
	}
	if digests != nil {
		err = json.Unmarshal(digests, &e.Digests)
	}
	return e, err
}

// Length returns how many entries an organisation's chain has, which is the Seq of the last.
func (tx Audit) Length(org wrapcast.OrganisationID) (int64, error) {
	last, err := tx.last(org)
	if err != nil || last == nil {
		return 0, err
	}
	return last.Seq, nil
}

// AuditQuery selects entries of the audit chain. Action takes an action or the part before its full stop.
type AuditQuery struct {
	Run    wrapcast.RunID
	Actor  string
	Action string
	Status string
	// Before is the Seq the list ends before; 0 begins at the latest.
	Before int64
	Limit  int
}

// Before lists entries of the audit chain.
func (tx Audit) Before(org wrapcast.OrganisationID, q AuditQuery) ([]wrapcast.AuditEntry, int, error) {
	s := rowsOf("audit_entry", org)
	only(&s, "run_id", q.Run)
	only(&s, "actor", q.Actor)
	if q.Action != "" {
		s.and("(action = $%[1]d OR action LIKE $%[1]d || '.%%')", q.Action)
	}
	only(&s, "status", q.Status)
	return pageOf(tx.conn, scanAuditEntry, auditColumns, s, pageBefore("seq", q.Before, q.Limit))
}
