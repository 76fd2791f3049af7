package sim

import (
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
)

// ParsePermissions reads what a client's role grants: permissions with commas between them. With + or - before them
// they are added to Needed, or taken from it; "none" is none at all. A * stands for every action, or every entity and
// action, of those that Needed has, and is for - only. What is no permission is an error of kind Usage.
func ParsePermissions(text string) ([]string, error) {
	if strings.TrimSpace(text) == "none" {
		return []string{}, nil
	}
	var own []string
	role, changed := Needed(), false
	for _, name := range strings.Split(text, ",") {
		name = strings.TrimSpace(name)
		bare := strings.TrimLeft(name, "+-")
		if !isPermission(bare) || strings.Contains(bare, "*") && name[0] != '-' {
			return nil, wrapcast.Errorf(wrapcast.Usage, "sim.Permissions", "%q is no permission", name).
				WithHint("it is domain:entity:action; +domain:entity:action adds to the usual ones, " +
					"-domain:entity:action and -domain:* take away")
		}
		switch name[0] {
		case '-':
			role, changed = slices.DeleteFunc(role, func(p string) bool { return covers(bare, p) }), true
		case '+':
			role, changed = append(role, bare), true
		default:
			own = append(own, bare)
		}
	}
	if own != nil && changed {
		return nil, wrapcast.Errorf(wrapcast.Usage, "sim.Permissions", "some permissions have a sign and some have none").
			WithHint("with + and - they change the usual ones, without they are all there is")
	}
	if changed {
		return role, nil
	}
	return own, nil
}

func isPermission(name string) bool {
	parts := strings.Split(name, ":")
	return !slices.Contains(parts, "") && (len(parts) == 3 || len(parts) == 2 && parts[1] == "*")
}

// covers reports whether a pattern names a permission.
func covers(pattern, permission string) bool {
	before, wild := strings.CutSuffix(pattern, "*")
	return pattern == permission || wild && strings.HasPrefix(permission, before)
}
