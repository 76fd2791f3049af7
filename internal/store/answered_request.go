package store

import (
	"time"
)

// AnsweredRequest is a request that came with an Idempotency-Key, and what was answered.
type AnsweredRequest struct {
	// Key is a hash of who asked and the key they gave, Fingerprint one of what they asked.
	Key         string
	Fingerprint string
	AskedAt     time.Time
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
		err = r.Scan(&a.Key, &a.Fingerprint, toTime(&a.AskedAt), &a.Status, &a.Header, &a.Body)
		return a, err
	}
	before, found, err := get(tx.conn, scan,
		`SELECT request_key, fingerprint, asked_at, status, header, body FROM answered_request
		WHERE organisation_id = $1 AND request_key = $2`, installation, a.Key)
	if err != nil || found {
		return before, false, err
	}
	_, err = tx.exec(`INSERT INTO answered_request (organisation_id, request_key, fingerprint, asked_at, status, header, body) VALUES ($1, $2, $3, $4, 0, '', '')`,
		installation, a.Key, a.Fingerprint, instant(a.AskedAt))
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

// ForgetUntil clears away what was asked until an instant.
func (tx Requests) ForgetUntil(until time.Time) error {
	_, err := tx.exec(`DELETE FROM answered_request WHERE organisation_id = $1 AND asked_at <= $2`, installation,
		instant(until))
	return err
}
