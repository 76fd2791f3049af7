// Package access decides who may ask what, and how often: OAuth clients, tokens that
// expire, permissions and the rate limit per token.
package access

import (
	"crypto/subtle"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// Client is an OAuth client of the client-credentials kind; its role grants permissions.
type Client struct {
	ID, Secret  string
	Permissions []string
}

// Tokens keeps the clients and the tokens they hold. It is safe for concurrent use.
type Tokens struct {
	seed uint64
	now  func() time.Time
	life time.Duration

	mu      sync.Mutex
	clients []Client
	tokens  map[string]*token
	issued  uint64
}

type token struct {
	client  string
	expires time.Time
	window  time.Time // when the rate window began
	count   int       // requests since
}

// NewTokens returns the tokens, none so far, of clients whose tokens live for life.
func NewTokens(seed uint64, now func() time.Time, life time.Duration, clients ...Client) *Tokens {
	return &Tokens{seed: seed, now: now, life: life, clients: clients, tokens: map[string]*token{}}
}

// issue gives a token to the client with this id and secret, and reports whether there is one. It ends early by
// so much, or late where that is below zero.
func (b *Tokens) issue(id, secret string, early time.Duration) (string, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.clients {
		if equal(c.ID, id) && equal(c.Secret, secret) {
			b.issued++
			text := opaque(b.seed, "token", fmt.Sprint(b.issued))
			b.tokens[text] = &token{client: c.ID, expires: b.now().Add(b.life - early)}
			return text, true
		}
	}
	return "", false
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// opaque returns a text without meaning: 86 letters, digits, dashes and underscores, as the platform's tokens are.
func opaque(seed uint64, kind, name string) string {
	return organisation.Letters(seed, kind, name, 86)
}

// Holder returns the client whose token it is; expired, revoked and unknown tokens have none.
func (b *Tokens) Holder(text string) (Client, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t, known := b.tokens[text]
	if !known {
		return Client{}, false
	}
	if !b.now().Before(t.expires) {
		delete(b.tokens, text)
		return Client{}, false
	}
	i := slices.IndexFunc(b.clients, func(c Client) bool { return c.ID == t.client })
	return b.clients[i], true
}

// Knows reports whether it gave the token out and has not forgotten it.
func (b *Tokens) Knows(text string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, known := b.tokens[text]
	return known
}

// Has reports whether there is a client with the id.
func (b *Tokens) Has(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.ContainsFunc(b.clients, func(c Client) bool { return c.ID == id })
}

// revoke ends one token, RevokeAll every token there is.
func (b *Tokens) revoke(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.tokens, text)
}

// RevokeAll ends every token: the next call with each is refused.
func (b *Tokens) RevokeAll() {
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(b.tokens)
}

// Permissions returns what the client's role grants now.
func (b *Tokens) Permissions(client string) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range b.clients {
		if b.clients[i].ID == client {
			return b.clients[i].Permissions // replaced as a whole when they change
		}
	}
	return nil
}

// Withdraw takes permissions away from every client, at once.
func (b *Tokens) Withdraw(permissions []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range b.clients {
		kept := slices.Clone(b.clients[i].Permissions)
		b.clients[i].Permissions = slices.DeleteFunc(kept, func(p string) bool {
			return slices.Contains(permissions,
				p)
		})
	}
}

// Permit changes what the client's role grants, at once.
func (b *Tokens) Permit(client string, permissions []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range b.clients {
		if b.clients[i].ID == client {
			b.clients[i].Permissions = slices.Clone(permissions)
		}
	}
}
