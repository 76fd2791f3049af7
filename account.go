package wrapcast

import (
	"context"
	"slices"
	"time"
)

// Role is what somebody may do. Each role may do all that the one before may.
type Role string

// The roles, from least to most.
const (
	// RoleViewer looks.
	RoleViewer Role = "viewer"
	// RolePlanner changes numbers: overrides, calendar, masks; runs that do not submit.
	RolePlanner Role = "planner"
	// RolePublisher sends numbers out: submits, rolls back, replays messages.
	RolePublisher Role = "publisher"
	// RoleAdmin changes the installation: users, tokens, schedules, tests of the webhook.
	RoleAdmin Role = "admin"
)

// Roles lists the roles from least to most.
func Roles() []Role { return []Role{RoleViewer, RolePlanner, RolePublisher, RoleAdmin} }

// Known reports whether it is a role.
func (r Role) Known() bool { return slices.Contains(Roles(), r) }

// May reports whether r includes what need may. An unknown role may nothing.
func (r Role) May(need Role) bool {
	return r.Known() && slices.Index(Roles(), r) >= slices.Index(Roles(), need)
}

// AccountID is one account of ours, a UUIDv7.
type AccountID string

// Account is somebody who may log in.
type Account struct {
	ID AccountID
	// Name is what they log in with and are called in the audit trail; case, width and what is not seen do not matter.
	Name string
	Role Role
	// Password is its argon2id hash, in PHC form; "" where they cannot log in with one.
	Password string
	// Subject is who they are at an identity provider, its address and theirs; "" where they never used one.
	Subject   string
	Disabled  bool
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Session is a login.
type Session struct {
	// Hash is that of the secret the browser keeps.
	Hash      string
	Account   AccountID
	CreatedAt time.Time
	UsedAt    time.Time
	ExpiresAt time.Time
}

// TokenID is one API token of ours, a UUIDv7.
type TokenID string

// Token lets a program in.
type Token struct {
	ID TokenID
	// Hash is that of the secret the program has.
	Hash string
	// Name says what it is for; the audit trail calls the program so.
	Name string
	Role Role
	// Author made it.
	Author string
	// Owner is the account it belongs to and ends with, and whose role it never exceeds; "" is the installation itself:
	// it was made on the machine while nobody had an account, or with a token of the installation.
	Owner     AccountID
	CreatedAt time.Time
	// ExpiresAt is when it stops to work; zero means never. UsedAt and RevokedAt are zero where it never was.
	ExpiresAt time.Time
	UsedAt    time.Time
	RevokedAt time.Time
}

// Active reports whether it lets anybody in at an instant.
func (t Token) Active(at time.Time) bool {
	return t.RevokedAt.IsZero() && (t.ExpiresAt.IsZero() || at.Before(t.ExpiresAt))
}

// As is the role a token has while its owner has another: never more than the owner.
func (t Token) As(owner Role) Role {
	if t.Owner == "" || owner.May(t.Role) {
		return t.Role
	}
	return owner
}

// Installation is the chain of what concerns the whole installation and no single organisation: logins, accounts,
// tokens.
const Installation OrganisationID = "installation"

type actingKey struct{}

// ActingAs returns a context in which audit entries say by which kind of actor they are made, under "by" in their
// objects: "user ID" and "token ID" for people and programs that use the API, "local" for this machine's browser, "cli"
// for the command line, "service" for what runs by itself. Names alone do not tell.
func ActingAs(ctx context.Context, by string) context.Context {
	return context.WithValue(ctx, actingKey{}, by)
}

// Acting returns what ActingAs has set, "" where nothing has.
func Acting(ctx context.Context) string {
	by, _ := ctx.Value(actingKey{}).(string)
	return by
}
