package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
	"github.com/wrapcast/wrapcast/internal/store/internal/evidence"
)

// key returns the key that signs a chain, and whether the next entry is the first that it signs.
func (tx Audit) key(org wrapcast.OrganisationID) (key audit.Key, isNew bool, err error) {
	public, err := evidence.KeyOf(statements(tx), org)
	if err != nil {
		return key, false, tx.explain(err)
	}
	if isNew = public == ""; isNew { // another chain's key is this one's
		signed, err := tx.signed()
		if err == nil && len(signed) > 0 {
			public, err = evidence.KeyOf(statements(tx), signed[0])
		}
		if err != nil {
			return key, isNew, tx.explain(err)
		}
	}
	key, err = tx.keys.Key(public)
	return key, isNew, err
}

// signed are the organisations whose chains are signed.
func (tx Audit) signed() ([]wrapcast.OrganisationID, error) {
	if err := tx.enterAll(); err != nil {
		return nil, err
	}
	return evidence.Signed(statements(tx))
}

// sign keeps a signed checkpoint of an entry: the chain's latest, and that of the entry's run.
func (tx Audit) sign(e wrapcast.AuditEntry, keys ...audit.Key) error {
	signers := make([]note.Signer, len(keys))
	for i, k := range keys {
		signers[i] = k
	}
	at := audit.Checkpoint{Organisation: e.Organisation, Seq: e.Seq, Hash: e.Hash}
	signed, err := audit.SignCheckpoint(at, signers...)
	if err != nil {
		return err
	}
	kept := []wrapcast.RunID{""}
	if e.Run != "" {
		kept = append(kept, e.Run)
	}
	if len(keys) > 1 || e.Action == audit.ActionKeyLost {
		kept = append(kept, audit.RotationID(e.Seq))
	}
	for _, run := range kept {
		k := audit.Kept{Run: run, Note: string(signed)}
		if err := evidence.Keep(statements(tx), e.Organisation, e.Seq, k); err != nil {
			return tx.explain(err)
		}
	}
	return nil
}

// Checkpoints returns the signed checkpoints that are kept beside a chain; where a run is named that of the run alone.
func (tx Audit) Checkpoints(org wrapcast.OrganisationID, run ...wrapcast.RunID) ([]audit.Kept, error) {
	kept, err := evidence.Checkpoints(statements(tx), org, run...)
	return kept, tx.explain(err)
}

func (tx Audit) insertEntry(e wrapcast.AuditEntry) error {
	var texts [3]any
	for i, v := range []any{e.Objects, e.Accuracy, e.Digests} {
		var err error
		if texts[i], err = optionalJSON(v, !reflect.ValueOf(v).IsNil()); err != nil {
			return err
		}
	}
	_, err := tx.exec(`INSERT INTO audit_entry (`+auditColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		e.Organisation, e.Seq, e.Run, e.At.UnixMilli(), e.Actor, e.Action, e.Status, e.StatusCode, e.LatencyMs, texts[0],
		e.Webhook, texts[1], e.Detail, e.Previous, e.Hash, texts[2])
	return err
}

// digests are those of what an entry speaks of.
func (tx Audit) digests(e wrapcast.AuditEntry) (map[string]string, error) {
	digests := maps.Clone(e.Digests)
	if digests == nil {
		digests = map[string]string{}
	}
	for name, s := range audit.SubjectsOf(e) {
		digest, err := tx.digestOf(e.Organisation, s)
		if err != nil {
			return nil, err
		}
		if digest != "" && digests[name] == "" {
			digests[name] = digest
		}
	}
	return digests, nil
}

// digestOf is the digest of a thing as it is stored, "" where it is not.
func (tx Audit) digestOf(org wrapcast.OrganisationID, s audit.Subject) (string, error) {
	if s.Kind == audit.KindHistory {
		digest, err := evidence.BindHistory(statements(tx), org)
		return digest, tx.explain(err)
	}
	stored, _, err := evidence.Of(statements(tx), org, s)
	return stored.Digest, tx.explain(err)
}

// statements lets the package evidence run statements in the transaction.
type statements struct{ *conn }

// Query implements [evidence.DB].
func (tx statements) Query(query string, args ...any) (*sql.Rows, error) {
	s, err := tx.prepared(query, args)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(tx.ctx, args...)
}

// Exec implements [evidence.DB].
func (tx statements) Exec(query string, args ...any) (int64, error) { return tx.exec(query, args...) }

// Things yields everything of a kind that is stored, with the digest it has now. Nothing else may be asked meanwhile.
// An error is the last thing yielded.
func (tx Audit) Things(org wrapcast.OrganisationID, kind audit.Kind) iter.Seq2[audit.Stored, error] {
	return evidence.All(statements(tx), org, kind)
}

// Thing returns one thing as it is stored; false where it is not.
func (tx Audit) Thing(org wrapcast.OrganisationID, s audit.Subject) (audit.Stored, bool, error) {
	stored, found, err := evidence.Of(statements(tx), org, s)
	return stored, found, tx.explain(err)
}

// Kinds are those of the things that [Audit.Things] yields.
func (tx Audit) Kinds() []audit.Kind { return evidence.Kinds() }

// HistoryDays returns the UTC days of the history, each with the digest that the last entry about the history has.
func (tx Audit) HistoryDays(org wrapcast.OrganisationID) ([]HistoryDay, error) {
	days, err := evidence.Days(statements(tx), org)
	return days, tx.explain(err)
}

// HistoryDay is a UTC day of the history as the audit chain knows it.
type HistoryDay = evidence.HistoryDay

// HistoryNow returns the digests of days as they are stored, in their order, and the other UTC days of which anything
// is stored.
func (tx Audit) HistoryNow(org wrapcast.OrganisationID, days []HistoryDay) ([]string, []wrapcast.Date, error) {
	digests, others, err := evidence.DigestDays(statements(tx), org, days, true)
	return digests, others, tx.explain(err)
}

// HistoryLines are the bytes whose digest is that of the whole history, of days as an entry has them.
func HistoryLines(days []HistoryDay) []byte { return evidence.Lines(days) }

// Key returns the public key that signs the checkpoints of new entries, "" where there is none yet. It makes none.
func (tx Audit) Key() (string, error) { return tx.keys.Public() }

// Rotation says how the key that signs is replaced.
type Rotation struct {
	Actor string
	At    time.Time
	// Lost says that the old key is gone: it does not sign the change.
	Lost bool
	// To is the file for the new key where the old one is not in a file.
	To string
}

// RotateAuditKey replaces the key that signs, by an entry in every chain that is signed, and returns its public half.
func (s *Store) RotateAuditKey(ctx context.Context, r Rotation) (public string, err error) {
	if s.keys.Private != "" && r.To == "" {
		return "", wrapcast.Errorf(wrapcast.Usage, "audit key rotate", "the key is not in a file: nobody could use the new one").
			WithHint("name a file for the new one with --to, then set WRAPCAST_AUDIT_KEY to what it holds")
	}
	next, err := s.keys.Next(r.To)
	if err != nil {
		return "", err
	}
	if err := s.Update(ctx, func(tx *Tx) error { return tx.Audit().rotate(r, next) }); err != nil {
		return "", err
	}
	if r.To != "" {
		return next.Public, nil
	}
	return next.Public, s.keys.Replace()
}

func (tx Audit) rotate(r Rotation, next audit.Key) error {
	if err := tx.alone(); err != nil {
		return err
	}
	signed, err := tx.signed()
	if err == nil && len(signed) == 0 {
		return wrapcast.Errorf(wrapcast.NotFound, "audit key rotate", "no chain is signed yet").
			WithHint("the first entry makes a key: `wrapcast run`")
	}
	for _, org := range signed {
		if err == nil {
			err = tx.rotateOf(org, r, next)
		}
	}
	return tx.explain(err)
}

// rotateOf makes a key the one that signs a chain.
func (tx Audit) rotateOf(org wrapcast.OrganisationID, r Rotation, next audit.Key) error {
	if err := tx.enter(org); err != nil {
		return err
	}
	public, err := evidence.KeyOf(statements(tx), org)
	if err != nil {
		return err
	}
	e := wrapcast.AuditEntry{Organisation: org, At: r.At, Actor: r.Actor, Action: audit.ActionKeyLost, Status: "ok",
		Objects: map[string]string{"previous_key": public},
		Detail: fmt.Sprintf("checkpoints are signed by the key %s from here on, in the place of %s, which is lost",
			audit.Fingerprint(next.Public), audit.Fingerprint(public))}
	keys := []audit.Key{next}
	if !r.Lost {
		old, err := tx.keys.Key(public)
		if err != nil {
			return err
		}
		e.Action, e.Detail, keys = audit.ActionKeyRotated, fmt.Sprintf("checkpoints are signed by the key %s from here on, "+
			"in the place of %s, which signs this", audit.Fingerprint(next.Public), audit.Fingerprint(public)),
			[]audit.Key{old, next}
	}
	e.Objects = audit.BeginsWith(next.Public, e.Objects)
	previous, err := tx.last(org)
	if err != nil {
		return err
	}
	e = audit.Seal(previous, e)
	if err := tx.insertEntry(e); err != nil {
		return err
	}
	if err := evidence.KeepKey(statements(tx), org, e.Seq, next.Public); err != nil {
		return err
	}
	return tx.sign(e, keys...)
}

// AddInput stores what a forecast of the organisation was made of; the digests of the history are filled in.
func (tx Forecasts) AddInput(org wrapcast.OrganisationID, in wrapcast.ForecastInput) error {
	if _, err := evidence.BindHistory(statements(tx), org); err != nil {
		return tx.explain(err)
	}
	days, err := evidence.Days(statements(tx), org)
	if err != nil {
		return tx.explain(err)
	}
	in.Schema, in.History = wrapcast.ForecastInputSchema, string(evidence.Lines(days))
	document, err := column.PackDocument(in)
	if err != nil {
		return fmt.Errorf("what forecast %s was made of: %w", in.Forecast, err)
	}
	return tx.insert("what forecast "+string(in.Forecast)+" was made of",
		`INSERT INTO forecast_input (organisation_id, forecast_id, document) VALUES ($1, $2, $3)`, org, in.Forecast, document)
}

// Input returns what a forecast was made of; NotFound where it was made before that was kept.
func (tx Forecasts) Input(org wrapcast.OrganisationID, id wrapcast.ForecastID) (wrapcast.ForecastInput, error) {
	return require(tx.conn, "what forecast "+string(id)+" was made of", scanDocument[wrapcast.ForecastInput],
		`SELECT document FROM forecast_input WHERE organisation_id = $1 AND forecast_id = $2`, org, id)
}

// Sign signs something with the key that signs the organisation's chain.
func (tx Audit) Sign(org wrapcast.OrganisationID, sign func(audit.Key) error) error {
	key, isNew, err := tx.key(org)
	if err == nil && isNew {
		err = wrapcast.Errorf(wrapcast.NotFound, "audit", "nothing of this organisation is signed yet").
			WithHint("the next run signs: `wrapcast run`")
	}
	if err != nil {
		return err
	}
	return sign(key)
}

// Aged are runs with what is old of them, and why others that are as old stay.
type Aged = evidence.Aged

// OldForecasts are the runs all of whose forecasts end before a day, without those that something still needs.
func (tx Retention) OldForecasts(org wrapcast.OrganisationID, before wrapcast.Date) (Aged, error) {
	aged, err := evidence.OldForecasts(statements(tx), org, before)
	return aged, tx.explain(err)
}

// OldRuns are the runs that ended before an instant and of which nothing else is stored, but what is going.
func (tx Retention) OldRuns(org wrapcast.OrganisationID, before time.Time, going map[audit.Subject]bool) (Aged, error) {
	aged, err := evidence.OldRuns(statements(tx), org, before, going)
	return aged, tx.explain(err)
}

// ForecastsOf are the forecasts of a run, what they were made of, and what was made of them.
func (tx Retention) ForecastsOf(org wrapcast.OrganisationID, run wrapcast.RunID) ([]audit.Subject, error) {
	things, err := evidence.ForecastsOf(statements(tx), org, run)
	return things, tx.explain(err)
}

// RunOf is a run without what others made of it.
func (tx Retention) RunOf(org wrapcast.OrganisationID, run wrapcast.RunID) ([]audit.Subject, error) {
	things, err := evidence.RunOf(statements(tx), org, run)
	return things, tx.explain(err)
}

// OldMessages are up to so many messages of before an instant that do not wait.
func (tx Retention) OldMessages(org wrapcast.OrganisationID, before time.Time, limit int) ([]audit.Subject, error) {
	things, err := evidence.OldMessages(statements(tx), org, before, limit)
	return things, tx.explain(err)
}

// OldDays are the UTC days before one of which history is stored.
func (tx Retention) OldDays(org wrapcast.OrganisationID, before wrapcast.Date) ([]wrapcast.Date, error) {
	days, err := evidence.OldDays(statements(tx), org, before)
	return days, tx.explain(err)
}

// Delete deletes things, those that refer to others first, by an entry that names them and has their digests. The entry
// comes with who, when and why.
func (tx Retention) Delete(e wrapcast.AuditEntry, things []audit.Subject) error {
	e.Action, e.Status = audit.ActionDeleted, "ok"
	e.Objects = maps.Clone(e.Objects)
	if e.Objects == nil {
		e.Objects = map[string]string{}
	}
	for i, s := range things {
		e.Objects[fmt.Sprintf("%s_%d", s.Kind, i+1)] = s.ID
	}
	e, err := Audit(tx).Append(e)
	for i, s := range things {
		if err == nil && e.Digests[fmt.Sprintf("%s_%d", s.Kind, i+1)] == "" {
			err = invalid("%s cannot be read, so that it has no digest: it is not deleted", s)
		}
		if err == nil {
			err = tx.explain(evidence.Delete(statements(tx), e.Organisation, s, e.Seq))
		}
	}
	return err
}

// DeleteHistory deletes the history of an organisation up to a UTC day, first to last, by an entry that names the days
// and has the digest of theirs. That they were read is forgotten too: a quiet day is another than one that is gone.
func (tx Retention) DeleteHistory(e wrapcast.AuditEntry, first, last wrapcast.Date) error {
	org := e.Organisation
	if _, err := evidence.BindHistory(statements(tx), org); err != nil {
		return tx.explain(err)
	}
	days, err := evidence.Days(statements(tx), org)
	if err != nil {
		return tx.explain(err)
	}
	gone := days[:0]
	for _, d := range days {
		if d.Day <= last {
			gone = append(gone, d)
		}
	}
	if err := tx.emptyDays(org, first, last); err != nil {
		return err
	}
	e.Action, e.Status, e.Objects = audit.ActionDeleted, "ok", maps.Clone(e.Objects)
	if e.Objects == nil {
		e.Objects = map[string]string{}
	}
	e.Objects[audit.ObjectHistoryFrom], e.Objects[audit.ObjectHistoryTo] = first.String(), last.String()
	e.Digests = map[string]string{audit.DigestOfDeleted: audit.Digest(audit.KindHistory, evidence.Lines(gone))}
	_, err = Audit(tx).Append(e)
	return err
}

// emptyDays takes the contacts of UTC days, and that they were read, out of the history and all that is derived of it.
func (tx Retention) emptyDays(org wrapcast.OrganisationID, first, last wrapcast.Date) error {
	const always = 1 << 50 // milliseconds: later than anything was read
	nothing := wrapcast.Extract{From: startOf(first, 0), To: startOf(last+1, 0), ReadAt: startOf(last+1, 0)}
	if _, err := History(tx).Replace(org, time.UTC, nothing); err != nil {
		return err
	}
	if err := Readings(tx).Forget(org, wrapcast.Interval{From: time.Unix(0, 0), To: nothing.To},
		time.UnixMilli(always)); err != nil {
		return err
	}
	return tx.explain(evidence.ForgetDays(statements(tx), org, last))
}

// DeletedIn is the entry of the chain that tells of a thing as deleted by retention; 0 where none does.
func (tx Retention) DeletedIn(org wrapcast.OrganisationID, s audit.Subject) (int64, error) {
	seq, err := evidence.DeletedIn(statements(tx), org, s)
	return seq, tx.explain(err)
}
