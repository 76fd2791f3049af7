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

// Grant is a role in one organisation.
type Grant struct {
	Organisation OrganisationID `json:"organisation"`
	Role         Role           `json:"role"`
}

// Rights are what somebody may do and where. The zero Rights are nothing, nowhere.
type Rights struct {
	// Role is that in every organisation, those to come included, and over the installation; "" where there is none.
	Role Role
	// Grants are the roles in single organisations, one for each.
	Grants []Grant
}

// In is the role in an organisation: the greater of the one for all and the one for it. "" is none.
func (r Rights) In(org OrganisationID) Role {
	role := r.Role
	for _, g := range r.Grants {
		if g.Organisation == org && !role.May(g.Role) {
			role = g.Role
		}
	}
	return role
}

// Highest is the greatest role anywhere; "" where there is none.
func (r Rights) Highest() Role {
	role := r.Role
	for _, g := range r.Grants {
		if !role.May(g.Role) {
			role = g.Role
		}
	}
	return role
}

// Within are the rights that both r and other have.
func (r Rights) Within(other Rights) Rights {
	both := Rights{Role: lesser(r.Role, other.Role)}
	for _, g := range slices.Concat(r.Grants, other.Grants) {
		role := lesser(r.In(g.Organisation), other.In(g.Organisation))
		if !both.In(g.Organisation).May(role) && role.Known() {
			both.Grants = append(both.Grants, Grant{g.Organisation, role})
		}
	}
	return both
}

// Plus are the rights that r or other has.
func (r Rights) Plus(other Rights) Rights {
	either := Rights{Role: r.Role}
	if !r.Role.May(other.Role) {
		either.Role = other.Role
	}
	for _, g := range slices.Concat(r.Grants, other.Grants) {
		role := r.In(g.Organisation)
		if more := other.In(g.Organisation); !role.May(more) {
			role = more
		}
		if !either.In(g.Organisation).May(role) {
			either.Grants = append(either.Grants, Grant{g.Organisation, role})
		}
	}
	return either
}

// Covers reports whether r includes all that other may, everywhere.
func (r Rights) Covers(other Rights) bool { return r.Within(other).Equal(other) }

// lesser is the role that may less.
func lesser(a, b Role) Role {
	if a.May(b) {
		return b
	}
	return a
}

// Equal reports whether two have the same rights, in whatever order.
func (r Rights) Equal(other Rights) bool {
	same := func(a, b Rights) bool {
		return !slices.ContainsFunc(a.Grants, func(g Grant) bool { return a.In(g.Organisation) != b.In(g.Organisation) })
	}
	return r.Role == other.Role && same(r, other) && same(other, r)
}

// Administer reports whether whoever has r may give, change and take the rights of somebody who has of: an
// administrator of all organisations may everything, one of single organisations what is bound to these alone.
func (r Rights) Administer(of Rights) bool {
	if r.Role == RoleAdmin {
		return true
	}
	return of.Role == "" && len(of.Grants) > 0 &&
		!slices.ContainsFunc(of.Grants, func(g Grant) bool { return r.In(g.Organisation) != RoleAdmin })
}

// AccountID is one account of ours, a UUIDv7.
type AccountID string

// Account is somebody who may log in.
type Account struct {
	ID AccountID
	// Name is what they log in with and are called in the audit trail; case, width and what is not seen do not matter.
	Name string
	// Role is that in all organisations, Grants have those in single ones, as an administrator gave them; see Rights.
	Role   Role
	Grants []Grant
	// ByGroups is what they may beside, by groups of an identity provider.
	ByGroups GroupRights
	// Password is its argon2id hash, in PHC form; "" where they cannot log in with one.
	Password string
	// Subject is who they are at an identity provider, its address and theirs; "" where they never used one.
	Subject   string
	Disabled  bool
	CreatedAt time.Time
	UpdatedAt time.Time
}

// GroupRights are what somebody may do by groups of an identity provider, as of their last login.
type GroupRights struct {
	// Groups are those of theirs to which the settings give a role.
	Groups []string
	Rights
}

// Rights are what the account may do and where: what an administrator gave it, and what its groups give it.
func (a Account) Rights() Rights {
	given := Rights{Role: a.Role, Grants: a.Grants}
	if len(a.ByGroups.Groups) == 0 {
		return given
	}
	return given.Plus(a.ByGroups.Rights)
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
	// Role is that in all organisations, Grants have those in single ones; see Rights.
	Role   Role
	Grants []Grant
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

// Rights are what the token may do and where.
func (t Token) Rights() Rights { return Rights{Role: t.Role, Grants: t.Grants} }

// Active reports whether it lets anybody in at an instant.
func (t Token) Active(at time.Time) bool {
	return t.RevokedAt.IsZero() && (t.ExpiresAt.IsZero() || at.Before(t.ExpiresAt))
}

// As are the rights a token has while its owner has others: never more than the owner, anywhere.
func (t Token) As(owner Rights) Rights {
	if t.Owner == "" {
		return t.Rights()
	}
	return t.Rights().Within(owner)
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
