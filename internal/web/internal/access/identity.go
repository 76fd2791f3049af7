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
	Role  wrapcast.Role
	// account and session are set for people who logged in.
	account wrapcast.AccountID
	session wrapcast.Session
	// from is the address they ask from.
	from string
}

// localActor is whoever sits at this machine, where nobody has an account.
const localActor = "local"

type identityKey struct{}

// WhoAsks returns who a request's context names.
func WhoAsks(ctx context.Context) Identity {
	who, _ := ctx.Value(identityKey{}).(Identity)
	return who
}

// Actor returns the name of whoever asks in the audit trail.
func Actor(ctx context.Context) string { return WhoAsks(ctx).Actor }

// Authorise lets those do what needs a role who have it; it implements api.Authorise.
func Authorise(ctx context.Context, need wrapcast.Role) *api.Problem {
	who := WhoAsks(ctx)
	switch {
	case who.Role.May(need):
		return nil
	case who.Actor == localActor:
		return api.Forbidden("this browser may look but not change anything").
			WithHint("open the address wrapcast serve printed when it started, with its token")
	case who.Actor != "":
		return api.Forbidden(who.Actor + " has the role " + string(who.Role) + ", and this needs " + string(need)).
			WithHint("an admin changes roles in the settings")
	}
	return api.Unauthorised("not logged in").WithHint("log in, or send an API token")
}
