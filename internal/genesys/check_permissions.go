package genesys

import (
	"context"
	"fmt"
	"strings"

	"github.com/wrapcast/wrapcast"
)

// permissionsProbe compares what the clients may do with what they need.
func permissionsProbe() probe {
	return probe{name: "permissions", needs: []string{"credentials"}, look: lookAtPermissions}
}

func lookAtPermissions(ctx context.Context, d *doctor) bool {
	w := d.options.Writer
	switch {
	case w != nil && !d.options.ReadOnly:
		d.own(ctx, d.client, reads, " of the client that reads")
		d.own(ctx, w, writes, " of the client that writes")
	case d.options.ReadOnly:
		d.own(ctx, d.client, reads, "")
	default:
		d.own(ctx, d.client, readsAndWrites, "")
	}
	return true
}

// own asks what a client may do and notes what it has too much of and, as far as that is told, what it lacks.
// whose names the client where there are two.
func (d *doctor) own(ctx context.Context, c *Client, duty duty, whose string) {
	name := "excess permissions" + whose
	h, err := c.permissions(ctx)
	switch {
	case err != nil:
		d.add(name, wrapcast.CheckSkipped, "the platform does not tell this OAuth client what it may do: "+err.Error(),
			"look at the client's roles (Admin > Integrations > OAuth); `wrapcast doctor --role` prints one with all that is needed")
	case len(h.permissions) == 0:
		d.add(name, wrapcast.CheckSkipped,
			fmt.Sprintf("the platform names the client's roles (%s), not what they permit", orNone(h.roles)),
			"look at these roles (Admin > People & Permissions > Roles); `wrapcast doctor --role` prints one with all that is needed")
	default:
		d.compare(duty, h, whose)
	}
}

// compare notes what of the permissions held is too much, and what is too little.
func (d *doctor) compare(duty duty, h holding, whose string) {
	if less := duty.missing(h.permissions, d.open); len(less) > 0 {
		d.add("missing permissions"+whose, wrapcast.CheckWarning, fmt.Sprintf("the client's roles (%s) do not have %s",
			orNone(h.roles), strings.Join(less, ", ")),
			"add them to one of the roles (`wrapcast doctor --role` prints one that has all)")
	}
	if less := duty.optional(h.permissions, d.open); len(less) > 0 {
		d.add("optional permissions"+whose, wrapcast.CheckSkipped, fmt.Sprintf("the client's roles (%s) do not have %s",
			orNone(h.roles), strings.Join(less, ", ")),
			"a run needs none of them; Genesys' own required staff can be shown beside ours with it (wrapcast staff --platform)")
	}
	more := duty.excess(h.permissions)
	if len(more) == 0 {
		d.pass("excess permissions"+whose, "none: the client's roles (%s) permit only what is needed", orNone(h.roles))
		return
	}
	d.add("excess permissions"+whose, wrapcast.CheckWarning,
		fmt.Sprintf("%d that wrapcast never needs, by the roles %s: %s", len(more), orNone(h.roles),
			shortList(more, 12)),
		"give the client a role of its own: `wrapcast doctor --role` prints one with what is needed; take the others away")
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// shortList names the first few and counts the rest.
func shortList(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
