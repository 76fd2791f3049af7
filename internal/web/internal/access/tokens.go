package access

import (
	"context"
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/auth"
	"github.com/wrapcast/wrapcast/internal/web/internal/files"
)

// TokenRow is an API token without its secret.
type TokenRow struct {
	ID        wrapcast.TokenID `json:"id"`
	Name      string           `json:"name" doc:"What it is for; its name in the audit trail"`
	Role      wrapcast.Role    `json:"role" enum:",viewer,planner,publisher,admin" doc:"In all organisations; empty where there are roles in single ones only"`
	Grants    []wrapcast.Grant `json:"organisations" doc:"The roles in single organisations"`
	Author    string           `json:"author"`
	Owner     string           `json:"owner" doc:"The user it belongs to: it ends with them and may no more than they may. Empty where it belongs to the installation"`
	Active    bool             `json:"active"`
	CreatedAt time.Time        `json:"created_at"`
	ExpiresAt *time.Time       `json:"expires_at,omitempty"`
	UsedAt    *time.Time       `json:"used_at,omitempty" doc:"To within five minutes"`
	RevokedAt *time.Time       `json:"revoked_at,omitempty"`
}

// newToken is a token with its secret, which is shown once.
type newToken struct {
	TokenRow
	Secret string `json:"secret" doc:"Send it as Authorization: Bearer SECRET. It is shown only once and not stored"`
}

type tokenInput struct {
	Token string `path:"token" maxLength:"100"`
}

type newTokenInput struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"100"`
		RightsInput
		ExpiresIn int `json:"expires_in_days,omitempty" minimum:"0" maximum:"3650" doc:"0 or left out: it does not expire"`
	}
}

// tokenPrefix lets secret scanners know a token when they see one.
const tokenPrefix = "wct_"

// Tokens answers what is asked about API tokens.
type Tokens struct {
	store *store.Store
	newID func() string
	trail Trail
}

// NewTokens makes the handlers of API tokens.
func NewTokens(trail Trail, newID func() string) *Tokens {
	return &Tokens{store: trail.Store, newID: newID, trail: trail}
}

// Operations lists what can be asked about API tokens.
func (s *Tokens) Operations() []api.Operation {
	const tag, admin = "Access", wrapcast.RoleAdmin
	return []api.Operation{
		{ID: "list-tokens", Path: "/tokens", Tag: tag, Role: admin, Summary: "List API tokens",
			Handler: api.Answer(api.Installed, s.list)},
		{ID: "export-tokens", Path: "/exports/tokens", Tag: "Exports", Role: admin,
			Summary: "API tokens, without their secrets, as a workbook or a CSV",
			Handler: tokensFile().Handler(api.Installed, files.Installation, func(ctx context.Context, at api.Scope,
				p api.Paged) (*api.Page[TokenRow], error) {
				return s.list(ctx, at, &p)
			})},
		{ID: "create-token", Method: http.MethodPost, Path: "/tokens", Tag: tag, Role: admin,
			Summary: "Make an API token",
			Description: "It belongs to the user who makes it, ends with them, and never may more than they may. " +
				"Made with a token it belongs to whoever that one belongs to. Made on the machine in local mode it " +
				"belongs to the installation.",
			Status: http.StatusCreated, Handler: api.Answer(api.Installed, s.create)},
		{ID: "revoke-token", Method: http.MethodDelete, Path: "/tokens/{token}", Tag: tag, Role: admin,
			Summary: "Revoke an API token",
			Status:  http.StatusNoContent, Handler: api.Answer(api.Installed, s.revoke)},
	}
}

// tokenOf is a token as it is shown, with its owner, who is empty where it has none or they are gone.
func tokenOf(t wrapcast.Token, owner wrapcast.Account, now time.Time) TokenRow {
	active := t.Active(now) && (t.Owner == "" || owner.ID == t.Owner && !owner.Disabled)
	rights := t.As(owner.Rights())
	return TokenRow{ID: t.ID, Name: t.Name, Role: rights.Role, Grants: api.OrEmpty(rights.Grants),
		Author: t.Author, Owner: owner.Name, Active: active,
		CreatedAt: t.CreatedAt,
		ExpiresAt: api.Instant(t.ExpiresAt), UsedAt: api.Instant(t.UsedAt), RevokedAt: api.Instant(t.RevokedAt)}
}

func tokensFile() files.List[TokenRow] {
	return files.List[TokenRow]{What: "api-tokens", Title: "API tokens", Columns: []files.Column[TokenRow]{
		{Header: "for", Width: 30, Of: func(t TokenRow) any { return t.Name }},
		{Header: "role", Width: 40, Of: func(t TokenRow) any {
			return said(wrapcast.Rights{Role: t.Role, Grants: t.Grants})
		}},
		{Header: "active", Width: 9, Of: func(t TokenRow) any { return t.Active }},
		{Header: "created by", Width: 18, Of: func(t TokenRow) any { return t.Author }},
		{Header: "owner", Width: 18, Of: func(t TokenRow) any { return t.Owner }},
		{Header: "created", Width: 22, Of: func(t TokenRow) any { return t.CreatedAt }},
		{Header: "last used", Width: 22, Of: func(t TokenRow) any { return t.UsedAt }},
		{Header: "expires", Width: 22, Of: func(t TokenRow) any { return t.ExpiresAt }},
		{Header: "revoked", Width: 22, Of: func(t TokenRow) any { return t.RevokedAt }},
	}}
}

func (s *Tokens) list(ctx context.Context, at api.Scope, in *api.Paged) (*api.Page[TokenRow], error) {
	var tokens []TokenRow
	err := s.store.View(ctx, func(tx *store.Tx) error {
		accounts, err := tx.Access().Accounts()
		if err != nil {
			return err
		}
		owners := map[wrapcast.AccountID]wrapcast.Account{}
		for _, a := range accounts {
			owners[a.ID] = a
		}
		all, err := tx.Access().Tokens()
		for _, t := range all {
			if !WhoAsks(ctx).Administer(t.Rights()) {
				continue
			}
			tokens = append(tokens, tokenOf(t, owners[t.Owner], s.trail.Now()))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return api.RespondPage(*in, tokens, func(t TokenRow) string { return string(t.ID) })
}

func (s *Tokens) create(ctx context.Context, at api.Scope, in *newTokenInput) (*api.Reply[newToken], error) {
	name, err := CheckName("token", in.Body.Name)
	if err != nil {
		return nil, err
	}
	secret, err := auth.NewSecret(tokenPrefix)
	if err != nil {
		return nil, err
	}
	now, who := s.trail.Now(), WhoAsks(ctx)
	t := wrapcast.Token{ID: wrapcast.TokenID(s.newID()), Hash: auth.HashSecret(secret), Name: name,
		Author: who.Actor, Owner: who.account, CreatedAt: now}
	if in.Body.ExpiresIn > 0 {
		t.ExpiresAt = now.AddDate(0, 0, in.Body.ExpiresIn)
	}
	var owner wrapcast.Account
	err = s.store.Update(ctx, func(tx *store.Tx) (err error) {
		rights, err := in.Body.rights(tx, who)
		if err != nil {
			return err
		}
		t.Role, t.Grants = rights.Role, rights.Grants
		if t.Owner != "" {
			if owner, err = tx.Access().Account(t.Owner); err != nil {
				return err
			}
		}
		if err := tx.Access().AddToken(t); err != nil {
			return err
		}
		return s.trail.add(tx, wrapcast.AuditEntry{Actor: Actor(ctx), Action: "token.created",
			Detail: t.Name + " as " + said(t.Rights()), Objects: map[string]string{"token": string(t.ID)}})
	})
	return api.Respond(newToken{tokenOf(t, owner, now), secret}, err)
}

func (s *Tokens) revoke(ctx context.Context, at api.Scope, in *tokenInput) (*struct{}, error) {
	return nil, s.store.Update(ctx, func(tx *store.Tx) error {
		t, err := tokenFor(tx, WhoAsks(ctx), in.Token)
		if err != nil {
			return err
		}
		if err := tx.Access().RevokeToken(t.ID, s.trail.Now()); err != nil {
			return err
		}
		if err := tx.Requests().ForgetOf(tokenKind + string(t.ID)); err != nil {
			return err
		}
		return s.trail.add(tx, wrapcast.AuditEntry{Actor: Actor(ctx), Action: "token.revoked", Detail: t.Name,
			Objects: map[string]string{"token": string(t.ID)}})
	})
}
