package store

import (
	"time"

	"github.com/wrapcast/wrapcast"
)

// AnsweredRequest is a request that came with an Idempotency-Key, and what was answered.
type AnsweredRequest struct {
	// Key is a hash of who asked and the key they gave, Fingerprint one of what they asked.
	Key         string
	Fingerprint string
	// AskedBy is the identity that asked, as "token ID"; AskedAs the role it had.
	AskedBy string
	AskedAs wrapcast.Role
	AskedAt time.Time
	// Status is 0 while it is being answered.
	Status int
	// Header is JSON, Body as it was answered.
	Header string
	Body   []byte
}

// Begin notes that a request is being answered. It returns the one noted under the key before, and false, where
// there is one.
func (tx Requests) Begin(a AnsweredRequest) (before AnsweredRequest, begun bool, err error) {
	scan := func(r row) (a AnsweredRequest, err error) {
		err = r.Scan(&a.Key, &a.Fingerprint, &a.AskedBy, &a.AskedAs, toTime(&a.AskedAt), &a.Status, &a.Header, &a.Body)
		return a, err
	}
	before, found, err := get(tx.conn, scan,
		`SELECT request_key, fingerprint, asked_by, asked_as, asked_at, status, header, body FROM answered_request
		WHERE organisation_id = $1 AND request_key = $2`, installation, a.Key)
	if err != nil || found {
		return before, false, err
	}
	_, err = tx.exec(`INSERT INTO answered_request
		(organisation_id, request_key, fingerprint, asked_by, asked_as, asked_at, status, header, body)
		VALUES ($1, $2, $3, $4, $5, $6, 0, '', '')`,
		installation, a.Key, a.Fingerprint, a.AskedBy, a.AskedAs, instant(a.AskedAt))
	return a, err == nil, err
}

// Finish notes what was answered.
func (tx Requests) Finish(a AnsweredRequest) error {
	_, err := tx.exec(`UPDATE answered_request SET status = $1, header = $2, body = $3 WHERE organisation_id = $4 AND request_key = $5`,
		a.Status, a.Header, a.Body, installation, a.Key)
	return err
}

// Forget takes a note back: the request failed and may be made again.
func (tx Requests) Forget(key string) error {
	_, err := tx.exec(`DELETE FROM answered_request WHERE organisation_id = $1 AND request_key = $2`, installation, key)
	return err
}

// Kept returns how many notes there are of an identity, and the bytes of the answers in them.
func (tx Requests) Kept(askedBy string) (notes, size int64, err error) {
	type sums struct{ notes, size int64 }
	all, _, err := get(tx.conn, func(r row) (s sums, err error) { err = r.Scan(&s.notes, &s.size); return s, err },
		`SELECT COUNT(*), COALESCE(SUM(LENGTH(header) + LENGTH(body)), 0) FROM answered_request
		WHERE organisation_id = $1 AND asked_by = $2`, installation, askedBy)
	return all.notes, all.size, err
}

// ForgetOf clears away the notes of an identity: it is no more.
func (tx Requests) ForgetOf(askedBy string) error {
	_, err := tx.exec(`DELETE FROM answered_request WHERE organisation_id = $1 AND asked_by = $2`, installation, askedBy)
	return err
}

// ForgetUntil clears away what was asked until an instant.
func (tx Requests) ForgetUntil(until time.Time) error {
	_, err := tx.exec(`DELETE FROM answered_request WHERE organisation_id = $1 AND asked_at <= $2`, installation,
		instant(until))
	return err
}
