package evidence

import (
	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
)

// KeyOf returns the public key that signs an organisation's chain, "" where none does yet.
func KeyOf(db DB, org wrapcast.OrganisationID) (public string, err error) {
	rows, err := db.Query(`SELECT public FROM audit_key WHERE organisation_id = $1 ORDER BY seq DESC LIMIT 1`, org)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	for rows.Next() {
		err = rows.Scan(&public)
	}
	return public, firstOf(err, rows.Err())
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// KeepKey notes that a chain is signed by a key from an entry on.
func KeepKey(db DB, org wrapcast.OrganisationID, seq int64, public string) error {
	_, err := db.Exec(`INSERT INTO audit_key (organisation_id, seq, public) VALUES ($1, $2, $3)`, org, seq, public)
	return err
}

// Signed are the organisations whose chains are signed.
func Signed(db DB) (all []wrapcast.OrganisationID, err error) {
	rows, err := db.Query(`SELECT DISTINCT organisation_id FROM audit_key ORDER BY organisation_id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var org wrapcast.OrganisationID
		if err := rows.Scan(&org); err != nil {
			return nil, err
		}
		all = append(all, org)
	}
	return all, rows.Err()
}

// Keep keeps a signed checkpoint in the place of an earlier one of the same run.
func Keep(db DB, org wrapcast.OrganisationID, seq int64, k audit.Kept) error {
	_, err := db.Exec(`INSERT INTO audit_checkpoint (organisation_id, run_id, seq, note) VALUES ($1, $2, $3, $4)
		ON CONFLICT (organisation_id, run_id) DO UPDATE SET seq = excluded.seq, note = excluded.note`,
		org, k.Run, seq, k.Note)
	return err
}

// Checkpoints returns what is kept, in the order of the entries; where a run is named that of the run alone, if any.
func Checkpoints(db DB, org wrapcast.OrganisationID, run ...wrapcast.RunID) (all []audit.Kept, err error) {
	query, args := `SELECT run_id, note FROM audit_checkpoint WHERE organisation_id = $1`, []any{org}
	if len(run) > 0 {
		query, args = query+" AND run_id = $2", append(args, run[0])
	}
	rows, err := db.Query(query+" ORDER BY seq, run_id", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var k audit.Kept
		if err := rows.Scan(&k.Run, &k.Note); err != nil {
			return nil, err
		}
		all = append(all, k)
	}
	return all, rows.Err()
}
