package store

import (
	"time"

	"github.com/wrapcast/wrapcast"
)

const tokenColumns = `token_id, token_hash, name, role, author, created_at, expires_at, used_at, revoked_at`

// AddToken stores an API token.
func (tx Access) AddToken(t wrapcast.Token) error {
	return tx.insert("token "+t.Name, `INSERT INTO api_token (organisation_id, `+tokenColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		installation, t.ID, t.Hash, t.Name, t.Role, t.Author, instant(t.CreatedAt), instant(t.ExpiresAt), instant(t.UsedAt), instant(t.RevokedAt))
}

// TokenOf returns the token with a hash, or NotFound.
func (tx Access) TokenOf(hash string) (wrapcast.Token, error) {
	return require(tx.conn, "this token", scanToken, `SELECT `+tokenColumns+` FROM api_token WHERE organisation_id = $1 AND token_hash = $2`, installation, hash)
}

// Token returns a token, or NotFound.
func (tx Access) Token(id wrapcast.TokenID) (wrapcast.Token, error) {
	return require(tx.conn, "token "+string(id), scanToken, `SELECT `+tokenColumns+` FROM api_token WHERE organisation_id = $1 AND token_id = $2`, installation, id)
}

// Tokens returns all tokens, revoked ones included, in the order they were made.
func (tx Access) Tokens() ([]wrapcast.Token, error) {
	return list(tx.conn, scanToken, `SELECT `+tokenColumns+` FROM api_token WHERE organisation_id = $1 ORDER BY token_id`, installation)
}

// RevokeToken makes a token stop to work. It returns NotFound where there is none and Conflict where that was done before.
func (tx Access) RevokeToken(id wrapcast.TokenID, at time.Time) error {
	n, err := tx.exec(`UPDATE api_token SET revoked_at = $1 WHERE organisation_id = $2 AND token_id = $3 AND revoked_at IS NULL`, instant(at), installation, id)
	if err != nil || n == 1 {
		return err
	}
	if _, err := tx.Token(id); err != nil {
		return err
	}
	return conflict("token %s is revoked already", id)
}

// TouchToken notes that a token was used.
func (tx Access) TouchToken(id wrapcast.TokenID, at time.Time) error {
	_, err := tx.exec(`UPDATE api_token SET used_at = $1 WHERE organisation_id = $2 AND token_id = $3`, instant(at), installation, id)
	return err
}

func scanToken(r row) (t wrapcast.Token, err error) {
	err = r.Scan(&t.ID, &t.Hash, &t.Name, &t.Role, &t.Author, toTime(&t.CreatedAt), toTime(&t.ExpiresAt), toTime(&t.UsedAt), toTime(&t.RevokedAt))
	return t, err
}
