package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// StateCount is how many things are in a state.
type StateCount struct {
	State string
	Count int
}

// Counts are how many runs, submissions and messages are in which state.
type Counts struct {
	Runs        []StateCount
	Submissions []StateCount
	Deliveries  []StateCount
	// Held is how many runs a person had to look at: validation, limits or silence held them.
	Held int
}

// Counts counts what an organisation has.
func (tx *Tx) Counts(org wrapcast.OrganisationID) (c Counts, err error) {
	scan := func(r row) (s StateCount, err error) {
		err = r.Scan(&s.State, &s.Count)
		return s, err
	}
	for table, to := range map[string]*[]StateCount{"run": &c.Runs, "submission": &c.Submissions,
		"delivery": &c.Deliveries} {
		if *to, err = list(tx.conn, scan,
			`SELECT state, COUNT(*) FROM `+table+` WHERE organisation_id = $1 GROUP BY state ORDER BY state`, org); err != nil {
			return c, err
		}
	}
	c.Held, _, err = get(tx.conn, func(r row) (n int, err error) {
		err = r.Scan(&n)
		return n, err
	}, `SELECT COUNT(*) FROM run WHERE organisation_id = $1 AND state = $2 AND kind = $3`, org, wrapcast.RunFailed,
		wrapcast.InvalidData)
	return c, err
}

// LastWritten returns when the last entry of any organisation's audit chain was written, by the clock of then; the zero
// time where there is none. One that lies ahead was written by a clock that has been set back since.
func (tx Audit) LastWritten() (at time.Time, err error) {
	scan := func(r row) (at time.Time, err error) { err = r.Scan(toTime(&at)); return at, err }
	if err := tx.enterAll(); err != nil {
		return at, err
	}
	at, _, err = get(tx.conn, scan, `SELECT MAX(e.at) FROM audit_entry e JOIN (SELECT organisation_id, MAX(seq) AS seq
		FROM audit_entry GROUP BY organisation_id) l ON l.organisation_id = e.organisation_id AND l.seq = e.seq`)
	return at, err
}

// LastID is the greatest id of a run, forecast, plan, submission, message or decision of any organisation, "" where
// there is none. Ids are UUIDv7, which begin with 0 until the year 2527; others are left out.
func (s *Store) LastID(ctx context.Context) (id string, err error) {
	var each []string
	for _, kind := range []string{"run", "forecast", "plan", "submission", "delivery", "decision"} {
		each = append(each, `SELECT (SELECT MAX(`+kind+`_id) FROM `+kind+` WHERE organisation_id = o.organisation_id AND `+
			kind+`_id < '1') AS id FROM organisation o`)
	}
	err = s.View(ctx, func(tx *Tx) error {
		if err := tx.Audit().enterAll(); err != nil {
			return err
		}
		id, _, err = get(tx.conn, func(r row) (id string, err error) { err = r.Scan(&id); return id, err },
			`SELECT COALESCE(MAX(id), '') FROM (`+strings.Join(each, " UNION ALL ")+`) AS l`)
		return err
	})
	return id, err
}

// Version tells whether anything that is shown of an organisation has changed: every state
// change is audited, every reading of the history recorded.
type Version struct {
	// AuditSeq is the length of the audit chain.
	AuditSeq int64
	// ReadAt is when the history was last read, in milliseconds since 1970; ReadTo up to when.
	ReadAt int64
	ReadTo int64
}

// Version returns an organisation's present version.
func (tx *Tx) Version(org wrapcast.OrganisationID) (Version, error) {
	v, _, err := get(tx.conn, func(r row) (v Version, err error) {
		err = r.Scan(&v.AuditSeq, &v.ReadAt, &v.ReadTo)
		return v, err
	}, `SELECT COALESCE((SELECT MAX(seq) FROM audit_entry WHERE organisation_id = $1), 0),
		COALESCE((SELECT MAX(read_at) FROM coverage WHERE organisation_id = $1), 0),
		COALESCE((SELECT MAX(to_at) FROM coverage WHERE organisation_id = $1), 0)`, org)
	return v, err
}

// Ended is what was ended because it must not live on in a restored store.
type Ended struct {
	Logins int64 `json:"logins"`
	Leases int64 `json:"leases"`
	// Jobs waited to be worked on, Answers were kept for requests that might be made again.
	Jobs    int64 `json:"jobs"`
	Answers int64 `json:"answers"`
}

// EndForRestore ends what must not live on in a store that is put back as it was: logins that were ended since would
// work again, jobs that were done would be done again.
func (tx *Tx) EndForRestore() (e Ended, err error) {
	_, queue, err := tx.conn.engine.Objects(tx.conn.ctx)
	if err == nil {
		err = tx.conn.alone()
	}
	if err != nil {
		return e, err
	}
	for _, end := range []struct {
		n         *int64
		statement string
		skip      bool
	}{
		{&e.Logins, `DELETE FROM session`, false}, {&e.Leases, `DELETE FROM lease`, false},
		{&e.Answers, `DELETE FROM answered_request`, false},
		{&e.Jobs, `DELETE FROM river_job WHERE state NOT IN ('completed', 'cancelled', 'discarded')`,
			!slices.Contains(queue, "river_job")},
	} {
		if end.skip {
			continue
		}
		if *end.n, err = tx.conn.exec(end.statement); err != nil {
			return e, err
		}
	}
	return e, nil
}
