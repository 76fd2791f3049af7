package wrapcast_test

import (
	"testing"

	"github.com/wrapcast/wrapcast"
)

// What somebody may by groups adds to what an administrator gave, and the one covers the other as one would expect.
func TestRightsAddUp(t *testing.T) {
	t.Parallel()
	const viewer, planner, admin = wrapcast.RoleViewer, wrapcast.RolePlanner, wrapcast.RoleAdmin
	in := func(org wrapcast.OrganisationID, role wrapcast.Role) []wrapcast.Grant {
		return []wrapcast.Grant{{Organisation: org, Role: role}}
	}
	for name, c := range map[string]struct {
		a, b, both wrapcast.Rights
		covers     bool
	}{
		"nothing and nothing":            {covers: true},
		"a role and nothing":             {a: wrapcast.Rights{Role: viewer}, both: wrapcast.Rights{Role: viewer}, covers: true},
		"nothing and a grant":            {b: wrapcast.Rights{Grants: in("x", viewer)}, both: wrapcast.Rights{Grants: in("x", viewer)}},
		"a lesser grant adds nothing":    {a: wrapcast.Rights{Role: planner}, b: wrapcast.Rights{Grants: in("x", viewer)}, both: wrapcast.Rights{Role: planner}, covers: true},
		"a greater one does, there":      {a: wrapcast.Rights{Role: viewer}, b: wrapcast.Rights{Grants: in("x", admin)}, both: wrapcast.Rights{Role: viewer, Grants: in("x", admin)}},
		"the greater of two of one":      {a: wrapcast.Rights{Grants: in("x", admin)}, b: wrapcast.Rights{Grants: in("x", viewer)}, both: wrapcast.Rights{Grants: in("x", admin)}, covers: true},
		"a role in all covers none more": {a: wrapcast.Rights{Grants: in("x", admin)}, b: wrapcast.Rights{Role: viewer}, both: wrapcast.Rights{Role: viewer, Grants: in("x", admin)}},
	} {
		if got := c.a.Plus(c.b); !got.Equal(c.both) || !c.b.Plus(c.a).Equal(c.both) || !got.Covers(c.a) || !got.Covers(c.b) {
			t.Errorf("%s: %+v", name, got)
		}
		if c.a.Covers(c.b) != c.covers {
			t.Errorf("%s: covers %v", name, !c.covers)
		}
	}
}
