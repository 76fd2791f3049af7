package store

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/plain"
)

// Accounts, sessions and tokens belong to the installation: its key is the empty organisation.
const installation wrapcast.OrganisationID = ""

const accountColumns = `account_id, name, role, grants, group_roles, password, subject, disabled, created_at, updated_at`

// SaveAccount stores an account in the place of the one of its id, if there is one. It returns Conflict
// where another has its name or subject.
func (tx Access) SaveAccount(a wrapcast.Account) error {
	stored, found, err := get(tx.conn, scanAccount,
		`SELECT `+accountColumns+` FROM account WHERE organisation_id = $1 AND account_id = $2`, installation, a.ID)
	if err != nil {
		return err
	}
	if !found || stored.Name != a.Name { // one of before keeps the form it has
		a.Name = plain.Name(a.Name)
	}
	others, err := list(tx.conn, scanAccount, `SELECT `+accountColumns+` FROM account
		WHERE organisation_id = $1 AND account_id <> $2 AND (name = $3 OR $4 <> '' AND subject = $4)`, installation, a.ID, a.Name, a.Subject)
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return conflict("there is an account %s already", others[0].Name)
	}
	_, err = tx.exec(`INSERT INTO account (organisation_id, `+accountColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (organisation_id, account_id) DO UPDATE SET name = excluded.name, role = excluded.role, grants = excluded.grants,
		group_roles = excluded.group_roles, password = excluded.password, subject = excluded.subject, disabled = excluded.disabled, updated_at = excluded.updated_at`,
		installation, a.ID, a.Name, a.Role, grantsText(a.Grants), groupsText(a.ByGroups), a.Password, a.Subject, a.Disabled,
		instant(a.CreatedAt),
		instant(a.UpdatedAt))
	return err
}

// Account returns an account, or NotFound.
func (tx Access) Account(id wrapcast.AccountID) (wrapcast.Account, error) {
	return require(tx.conn, "account "+string(id), scanAccount,
		`SELECT `+accountColumns+` FROM account WHERE organisation_id = $1 AND account_id = $2`, installation, id)
}

// AccountNamed returns the account people log in to with a name, or NotFound. Case, width and what is not seen do not
// matter; a name stored before that was so is found as it was written.
func (tx Access) AccountNamed(name string) (wrapcast.Account, error) {
	for _, form := range []string{plain.Name(name), strings.ToLower(name)} {
		a, found, err := get(tx.conn, scanAccount,
			`SELECT `+accountColumns+` FROM account WHERE organisation_id = $1 AND name = $2`, installation, form)
		if found || err != nil {
			return a, err
		}
	}
	return wrapcast.Account{}, notFound("account %s is not stored here", name)
}

// AccountOf returns the account of a subject of an identity provider, or NotFound.
func (tx Access) AccountOf(subject string) (wrapcast.Account, error) {
	return require(tx.conn, "an account of "+subject, scanAccount,
		`SELECT `+accountColumns+` FROM account WHERE organisation_id = $1 AND subject = $2 AND subject <> ''`, installation, subject)
}

// Accounts returns all accounts by name.
func (tx Access) Accounts() ([]wrapcast.Account, error) {
	return list(tx.conn, scanAccount,
		`SELECT `+accountColumns+` FROM account WHERE organisation_id = $1 ORDER BY name`, installation)
}

// DeleteAccount removes an account with its sessions. It returns NotFound where there is none.
func (tx Access) DeleteAccount(id wrapcast.AccountID) error {
	if err := tx.DeleteSessionsOf(id); err != nil {
		return err
	}
	n, err := tx.exec(`DELETE FROM account WHERE organisation_id = $1 AND account_id = $2`, installation, id)
	if err == nil && n == 0 {
		return notFound("account %s is not stored here", id)
	}
	return err
}

func scanAccount(r row) (a wrapcast.Account, err error) {
	var grants, groups string
	err = r.Scan(&a.ID, &a.Name, &a.Role, &grants, &groups, &a.Password, &a.Subject, &a.Disabled, toTime(&a.CreatedAt),
		toTime(&a.UpdatedAt))
	if err == nil {
		a.Grants, err = grantsOf(grants)
	}
	if err == nil {
		a.ByGroups, err = groupsOf(groups)
	}
	return a, err
}

// AddSession stores a login.
func (tx Access) AddSession(s wrapcast.Session) error {
	return tx.insert("this session", `INSERT INTO session (organisation_id, session_hash, account_id, created_at, used_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		installation, s.Hash, s.Account, instant(s.CreatedAt), instant(s.UsedAt), instant(s.ExpiresAt))
}

// Session returns a login, or NotFound.
func (tx Access) Session(hash string) (wrapcast.Session, error) {
	scan := func(r row) (s wrapcast.Session, err error) {
		err = r.Scan(&s.Hash, &s.Account, toTime(&s.CreatedAt), toTime(&s.UsedAt), toTime(&s.ExpiresAt))
		return s, err
	}
	return require(tx.conn, "this session", scan,
		`SELECT session_hash, account_id, created_at, used_at, expires_at FROM session
		WHERE organisation_id = $1 AND session_hash = $2`, installation, hash)
}

// TouchSession notes that a login was used.
func (tx Access) TouchSession(hash string, at time.Time) error {
	_, err := tx.exec(`UPDATE session SET used_at = $1 WHERE organisation_id = $2 AND session_hash = $3`, instant(at),
		installation, hash)
	return err
}

// DeleteSession ends a login, if it has not ended.
func (tx Access) DeleteSession(hash string) error {
	_, err := tx.exec(`DELETE FROM session WHERE organisation_id = $1 AND session_hash = $2`, installation, hash)
	return err
}

// DeleteSessionsOf ends every login of an account.
func (tx Access) DeleteSessionsOf(id wrapcast.AccountID) error {
	_, err := tx.exec(`DELETE FROM session WHERE organisation_id = $1 AND account_id = $2`, installation, id)
	return err
}

// DeleteSessionsUntil clears away what expired by an instant, or was not used since another.
func (tx Access) DeleteSessionsUntil(expired, unused time.Time) error {
	_, err := tx.exec(`DELETE FROM session WHERE organisation_id = $1 AND (expires_at <= $2 OR used_at <= $3)`,
		installation, instant(expired), instant(unused))
	return err
}

// DeleteSessionsBut ends every login of an account but one.
func (tx Access) DeleteSessionsBut(id wrapcast.AccountID, keep string) error {
	_, err := tx.exec(`DELETE FROM session WHERE organisation_id = $1 AND account_id = $2 AND session_hash <> $3`,
		installation, id, keep)
	return err
}

const tokenColumns = `token_id, token_hash, name, role, grants, author, owner_id, created_at, expires_at, used_at, revoked_at`

// AddToken stores an API token.
func (tx Access) AddToken(t wrapcast.Token) error {
	return tx.insert("token "+t.Name,
		`INSERT INTO api_token (organisation_id, `+tokenColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		installation, t.ID, t.Hash, t.Name, t.Role, grantsText(t.Grants), t.Author, t.Owner,
		instant(t.CreatedAt), instant(t.ExpiresAt),
		instant(t.UsedAt), instant(t.RevokedAt))
}

// TokenOf returns the token with a hash, or NotFound.
func (tx Access) TokenOf(hash string) (wrapcast.Token, error) {
	return require(tx.conn, "this token", scanToken,
		`SELECT `+tokenColumns+` FROM api_token WHERE organisation_id = $1 AND token_hash = $2`, installation, hash)
}

// Token returns a token, or NotFound.
func (tx Access) Token(id wrapcast.TokenID) (wrapcast.Token, error) {
	return require(tx.conn, "token "+string(id), scanToken,
		`SELECT `+tokenColumns+` FROM api_token WHERE organisation_id = $1 AND token_id = $2`, installation, id)
}

// Tokens returns all tokens, revoked ones included, in the order they were made.
func (tx Access) Tokens() ([]wrapcast.Token, error) {
	return list(tx.conn, scanToken,
		`SELECT `+tokenColumns+` FROM api_token WHERE organisation_id = $1 ORDER BY token_id`, installation)
}

// RevokeToken makes a token stop to work. It returns NotFound where there is none and Conflict where that was done
// before.
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

// RevokeTokensOf makes the tokens of an account stop to work.
func (tx Access) RevokeTokensOf(id wrapcast.AccountID, at time.Time) error {
	_, err := tx.exec(`UPDATE api_token SET revoked_at = $1
		WHERE organisation_id = $2 AND owner_id = $3 AND owner_id <> '' AND revoked_at IS NULL`,
		instant(at), installation, id)
	return err
}

// TouchToken notes that a token was used.
func (tx Access) TouchToken(id wrapcast.TokenID, at time.Time) error {
	_, err := tx.exec(`UPDATE api_token SET used_at = $1 WHERE organisation_id = $2 AND token_id = $3`, instant(at),
		installation, id)
	return err
}

func scanToken(r row) (t wrapcast.Token, err error) {
	var grants string
	err = r.Scan(&t.ID, &t.Hash, &t.Name, &t.Role, &grants, &t.Author, &t.Owner, toTime(&t.CreatedAt),
		toTime(&t.ExpiresAt), toTime(&t.UsedAt), toTime(&t.RevokedAt))
	if err == nil {
		t.Grants, err = grantsOf(grants)
	}
	return t, err
}

// grantsText is roles in single organisations as they are stored; "" is none.
func grantsText(grants []wrapcast.Grant) string {
	if len(grants) == 0 {
		return ""
	}
	text, _ := json.Marshal(grants) // two texts each
	return string(text)
}

func grantsOf(text string) (grants []wrapcast.Grant, err error) {
	if text != "" {
		err = json.Unmarshal([]byte(text), &grants)
	}
	return grants, err
}

// storedGroups is how rights by groups are stored.
type storedGroups struct {
	Groups []string         `json:"groups"`
	Role   wrapcast.Role    `json:"role,omitempty"`
	Grants []wrapcast.Grant `json:"grants,omitempty"`
}

// groupsText is rights by groups as they are stored; "" is none.
func groupsText(r wrapcast.GroupRights) string {
	if len(r.Groups) == 0 {
		return ""
	}
	text, _ := json.Marshal(storedGroups{r.Groups, r.Role, r.Grants}) // texts
	return string(text)
}

func groupsOf(text string) (r wrapcast.GroupRights, err error) {
	if text == "" {
		return r, nil
	}
	var s storedGroups
	err = json.Unmarshal([]byte(text), &s)
	return wrapcast.GroupRights{Groups: s.Groups, Rights: wrapcast.Rights{Role: s.Role, Grants: s.Grants}}, err
}
