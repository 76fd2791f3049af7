package store

import (
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// Decisions is the part for the decisions of one kind: overrides, masks, changes of lineage, calendars.
type Decisions[T any, P wrapcast.Decided[T]] struct{ *conn }

// DecisionsOf returns the part for the decisions of a kind: DecisionsOf[wrapcast.Override](tx).
func DecisionsOf[T any, P wrapcast.Decided[T]](tx *Tx) Decisions[T, P] {
	return Decisions[T, P]{tx.conn}
}

func (tx Decisions[T, P]) kind() wrapcast.DecisionKind { return P(new(T)).Decision().Kind }

// Add stores a decision. Its document never changes; that it is withdrawn stands beside it.
func (tx Decisions[T, P]) Add(v T) error {
	document, err := column.PackDocument(v)
	if err != nil {
		return err
	}
	d := P(&v).Decision()
	return tx.insert(describe(d.Kind, d.ID), `INSERT INTO decision
		(organisation_id, kind, decision_id, last_day, withdrawn_by, document) VALUES ($1, $2, $3, $4, '', $5)`,
		d.Organisation, d.Kind, d.ID, optionalDay(d.LastDay), document)
}

const selectDecisions = `SELECT document, withdrawn_by, withdrawn_at FROM decision WHERE organisation_id = $1 AND kind = $2`

// All returns every decision of the kind, withdrawn ones included, in the order they were made.
func (tx Decisions[T, P]) All(org wrapcast.OrganisationID) ([]T, error) {
	return list(tx.conn, scanDecision[T, P], selectDecisions+` ORDER BY decision_id`, org, tx.kind())
}

// Since returns the decisions that are about a day or a later one, withdrawn ones included, in the order they were
// made.
func (tx Decisions[T, P]) Since(org wrapcast.OrganisationID, day wrapcast.Date) ([]T, error) {
	return list(tx.conn, scanDecision[T, P], selectDecisions+` AND (last_day IS NULL OR last_day >= $3) ORDER BY decision_id`,
		org, tx.kind(), int64(day))
}

// InUse returns the decisions that nobody has withdrawn, in the order they were made.
func (tx Decisions[T, P]) InUse(org wrapcast.OrganisationID) ([]T, error) {
	return list(tx.conn, scanDecision[T, P], selectDecisions+` AND withdrawn_at IS NULL ORDER BY decision_id`, org,
		tx.kind())
}

// Latest returns the last decision that nobody has withdrawn, or NotFound.
func (tx Decisions[T, P]) Latest(org wrapcast.OrganisationID) (T, error) {
	return require(tx.conn, "a "+string(tx.kind()), scanDecision[T, P],
		selectDecisions+` AND withdrawn_at IS NULL ORDER BY decision_id DESC LIMIT 1`, org, tx.kind())
}

// Withdraw notes who withdrew a decision, and when. It returns NotFound where there is none and Conflict where that
// was done before.
func (tx Decisions[T, P]) Withdraw(org wrapcast.OrganisationID, id, by string, at time.Time) error {
	n, err := tx.exec(`UPDATE decision SET withdrawn_at = $1, withdrawn_by = $2
		WHERE organisation_id = $3 AND kind = $4 AND decision_id = $5 AND withdrawn_at IS NULL`, instant(at), by, org, tx.kind(), id)
	if err != nil || n == 1 {
		return err
	}
	what := describe(tx.kind(), id)
	earlier, err := require(tx.conn, what, scanString, `SELECT withdrawn_by FROM decision
		WHERE organisation_id = $1 AND kind = $2 AND decision_id = $3`, org, tx.kind(), id)
	if err != nil {
		return err
	}
	return conflict("%s was already withdrawn by %s", what, earlier)
}

// scanDecision scans a document and who withdrew it, when.
func scanDecision[T any, P wrapcast.Decided[T]](r row) (v T, err error) {
	var document []byte
	var by string
	var at time.Time
	if err := r.Scan(&document, &by, toTime(&at)); err != nil {
		return v, err
	}
	if v, err = column.UnpackDocument[T](document); err != nil {
		return v, err
	}
	d := P(&v).Decision()
	d.WithdrawnBy, d.WithdrawnAt = by, at
	P(&v).Keep(d)
	return v, nil
}

// describe names a decision in errors.
func describe(kind wrapcast.DecisionKind, id string) string {
	if kind == wrapcast.DecisionLineage {
		return "lineage change " + id
	}
	return string(kind) + " " + id
}
