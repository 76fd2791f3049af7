package web

import (
	"context"
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/auth"
)

// TokenRow is an API token without its secret.
type TokenRow struct {
	ID        wrapcast.TokenID `json:"id"`
	Name      string           `json:"name" doc:"What it is for; the audit trail calls the program so"`
	Role      wrapcast.Role    `json:"role"`
	Author    string           `json:"author"`
	Active    bool             `json:"active"`
	CreatedAt time.Time        `json:"created_at"`
	ExpiresAt *time.Time       `json:"expires_at,omitempty"`
	UsedAt    *time.Time       `json:"used_at,omitempty" doc:"To within five minutes"`
	RevokedAt *time.Time       `json:"revoked_at,omitempty"`
}

// newToken is a token with its secret, which is shown once.
type newToken struct {
	TokenRow
	Secret string `json:"secret" doc:"Send it as Authorization: Bearer SECRET. It is shown this once and not kept"`
}

type tokenInput struct {
	Token string `path:"token" maxLength:"100"`
}

type newTokenInput struct {
	Body struct {
		Name      string        `json:"name" minLength:"1" maxLength:"100"`
		Role      wrapcast.Role `json:"role"`
		ExpiresIn int           `json:"expires_in_days,omitempty" minimum:"0" maximum:"3650" doc:"0 or left out: it does not expire"`
	}
}

// tokenPrefix lets secret scanners know a token when they see one.
const tokenPrefix = "wct_"

func (s *Server) registerTokens() {
	register(s.api, wrapcast.RoleAdmin, get("list-tokens", "/tokens", "Access", "List API tokens"), s.listTokens)
	register(s.api, wrapcast.RoleAdmin, created(operation(http.MethodPost, "create-token", "/tokens", "Access", "Make an API token")), s.createToken)
	register(s.api, wrapcast.RoleAdmin, noContent(operation(http.MethodDelete, "revoke-token", "/tokens/{token}", "Access", "Revoke an API token")), s.revokeToken)
}

func tokenOf(t wrapcast.Token, now time.Time) TokenRow {
	return TokenRow{ID: t.ID, Name: t.Name, Role: t.Role, Author: t.Author, Active: t.Active(now), CreatedAt: t.CreatedAt,
		ExpiresAt: instant(t.ExpiresAt), UsedAt: instant(t.UsedAt), RevokedAt: instant(t.RevokedAt)}
}

func (s *Server) listTokens(ctx context.Context, in *Paged) (*reply[list[TokenRow]], error) {
	var tokens []TokenRow
	err := s.Store.View(ctx, func(tx *store.Tx) error {
		all, err := tx.Tokens()
		for _, t := range all {
			tokens = append(tokens, tokenOf(t, s.now()))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(page(*in, tokens, func(t TokenRow) string { return string(t.ID) }))
}

func (s *Server) createToken(ctx context.Context, in *newTokenInput) (*reply[newToken], error) {
	secret, err := auth.NewSecret(tokenPrefix)
	if err != nil {
		return nil, err
	}
	now := s.now()
	t := wrapcast.Token{ID: wrapcast.TokenID(s.NewID()), Hash: auth.HashSecret(secret), Name: in.Body.Name, Role: in.Body.Role, Author: actor(ctx), CreatedAt: now}
	if in.Body.ExpiresIn > 0 {
		t.ExpiresAt = now.AddDate(0, 0, in.Body.ExpiresIn)
	}
	err = s.Store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.AddToken(t); err != nil {
			return err
		}
		return s.audit(tx, wrapcast.AuditEntry{Actor: actor(ctx), Action: "token.created", Detail: t.Name + " as " + string(t.Role), Objects: map[string]string{"token": string(t.ID)}})
	})
	return answer(newToken{tokenOf(t, now), secret}, err)
}

func (s *Server) revokeToken(ctx context.Context, in *tokenInput) (*struct{}, error) {
	return nil, s.Store.Update(ctx, func(tx *store.Tx) error {
		t, err := tx.Token(wrapcast.TokenID(in.Token))
		if err != nil {
			return err
		}
		if err := tx.RevokeToken(t.ID, s.now()); err != nil {
			return err
		}
		return s.audit(tx, wrapcast.AuditEntry{Actor: actor(ctx), Action: "token.revoked", Detail: t.Name, Objects: map[string]string{"token": string(t.ID)}})
	})
}
