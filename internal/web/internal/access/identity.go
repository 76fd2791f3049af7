package access

import (
	"context"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
)

// Identity is whoever asks.
type Identity struct {
	// Actor is their name in the audit trail; "" is nobody.
	Actor string
	// Rights are what they may do and where.
	wrapcast.Rights
	// Key is their kind and id, "user 0193…" or "token 0193…": it never means somebody else, whatever they are called.
	// "" is nobody.
	Key string
	// account is set for people who logged in, and the owner of a token; session for people who logged in.
	account wrapcast.AccountID
	session wrapcast.Session
	// from is the address they ask from, browsers what the browser keeps of the accounts that know it, by their names.
	from     string
	browsers map[string]string
}

// The kinds of identities, as their keys begin.
const (
	userKind  = "user "
	tokenKind = "token "
)

// localActor is whoever sits at this machine, where nobody has an account.
const localActor = "local"

type identityKey struct{}

// asked is who a request comes from, and how to find that out again while it is answered.
type asked struct {
	Identity
	again func(context.Context) (Identity, error)
}

// WhoAsks returns who a request's context names.
func WhoAsks(ctx context.Context) Identity {
	who, _ := ctx.Value(identityKey{}).(asked)
	return who.Identity
}

// Actor returns the name of whoever asks in the audit trail.
func Actor(ctx context.Context) string { return WhoAsks(ctx).Actor }

// Authorise returns why whoever a context names may nowhere do what needs a role; nil where they may somewhere.
func Authorise(ctx context.Context, need wrapcast.Role) *api.Problem {
	who := WhoAsks(ctx)
	return Refuse(who, who.Highest(), need)
}

// Refuse returns why somebody with a role may not do what needs one; nil where they may.
func Refuse(who Identity, role, need wrapcast.Role) *api.Problem {
	switch {
	case role.May(need):
		return nil
	case who.Actor == localActor:
		return api.Forbidden("this browser may look but not change anything").
			WithHint("open the address wrapcast serve printed when it started, with its token")
	case who.Actor != "" && role == "":
		return api.Forbidden(who.Actor + " has no role there, and this needs " + string(need)).
			WithHint("an admin changes roles in the settings")
	case who.Actor != "":
		return api.Forbidden(who.Actor + " has the role " + string(role) + ", and this needs " + string(need)).
			WithHint("an admin changes roles in the settings")
	}
	return api.Unauthorised("not logged in").WithHint("log in, or send an API token")
}
