package genesys

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
)

// permissionsOf are what a role grants.
func permissionsOf(r Role) (all []string) {
	for _, p := range r.Policies {
		for _, a := range p.Actions {
			all = append(all, p.Domain+":"+p.EntityName+":"+a)
		}
	}
	return all
}

// guarded answers an endpoint to whoever has one of its permissions.
func guarded(handlers map[string]http.HandlerFunc, held []string) {
	for pattern, h := range handlers {
		method, path, _ := strings.Cut(pattern, " ")
		for _, e := range Endpoints() {
			if e.Method != method || !samePath(e.Path, path) || len(e.Permissions) == 0 {
				continue
			}
			if !slices.ContainsFunc(e.Permissions, func(p string) bool { return slices.Contains(held, p) }) {
				h = refuse(403, "missing.permissions", "")
			}
		}
		handlers[pattern] = h
	}
}

// The role that doctor offers is all that a run needs, and nothing of it can be left out.
func TestTheRoleIsEnoughAndNothingOfItIsTooMuch(t *testing.T) {
	t.Parallel()
	for _, duty := range []struct{ reads, writes bool }{{true, true}, {true, false}} {
		needed := permissionsOf(RoleFor(duty.reads, duty.writes))
		for left := -1; left < len(needed); left++ {
			held := slices.Clone(needed)
			if left >= 0 {
				held = slices.Delete(held, left, left+1)
			}
			var p *platform
			handlers := healthy(t, &p)
			handlers[subjectPath] = granting(held...)
			guarded(handlers, held)
			p = newPlatform(t, handlers)
			bad := 0
			for _, c := range p.newClient(t, newFakeTime().clock(), nil).Check(t.Context(), CheckOptions{ReadOnly: !duty.writes}) {
				if c.Status != wrapcast.CheckOK {
					bad++
					if left < 0 {
						t.Errorf("with the role of %+v: %+v", duty, c)
					}
				}
			}
			if left >= 0 && bad == 0 {
				t.Errorf("%s is not needed by %+v", needed[left], duty)
			}
		}
	}
	both := append(permissionsOf(RoleFor(true, false)), permissionsOf(RoleFor(false, true))...)
	slices.Sort(both)
	if all := permissionsOf(RoleFor(true, true)); !slices.Equal(all, both) {
		t.Errorf("one client needs %v, two %v", all, both)
	}
}

// The attributes are those of the provider's published schema; each block has all that it requires.
func TestTheTerraformResourceHasWhatItsSchemaAllows(t *testing.T) {
	t.Parallel()
	text := RoleFor(true, false).Terraform()
	attribute := regexp.MustCompile(`(?m)^(\s+)([a-z_]+)\s+(?:=|\{)`)
	count := map[string]int{}
	for _, m := range attribute.FindAllStringSubmatch(text, -1) {
		count[m[1]+m[2]]++
	}
	policies := len(RoleFor(true, false).Policies)
	want := map[string]int{"  name": 1, "  description": 1, "  permission_policies": policies, "    domain": policies,
		"    entity_name": policies, "    action_set": policies}
	for name, n := range count {
		if want[name] != n {
			t.Errorf("%d of %q, want %d", n, name, want[name])
		}
	}
	if len(count) != len(want) || !strings.HasPrefix(text, `resource "genesyscloud_auth_role" "wrapcast_reading" {`+"\n") ||
		strings.Count(text, "{") != strings.Count(text, "}") {
		t.Errorf("%s", text)
	}
}

// The role is a value of the SDK's type of what creates one.
func TestTheSDKTakesTheRole(t *testing.T) {
	t.Parallel()
	if os.Getenv("WRAPCAST_SDK") != "required" {
		t.Skip("make conformance runs this with the official SDK")
	}
	for _, r := range []Role{RoleFor(true, true), RoleFor(true, false), RoleFor(false, true)} {
		body, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		command := exec.CommandContext(t.Context(), "node", "role.mjs")
		command.Dir, command.Env = "sdk", append(os.Environ(), "ROLE="+string(body))
		if out, err := command.CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	}
}
