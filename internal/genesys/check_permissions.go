package genesys

import (
	"context"
	"fmt"
	"strings"

	"github.com/wrapcast/wrapcast"
)

// own asks what a client may do and notes what it has too much of and, as far as that is told, what it lacks.
// whose names the client where there are two.
func (d *doctor) own(ctx context.Context, c *Client, duty duty, whose string) {
	name := "excess permissions" + whose
	h, err := c.permissions(ctx)
	switch {
	case err != nil:
		d.add(name, wrapcast.CheckSkipped, "the platform does not tell this OAuth client what it may do: "+err.Error(),
			"look at the client's roles (Admin > Integrations > OAuth); docs/ENDPOINTS.md lists all that is needed")
	case len(h.permissions) == 0:
		d.add(name, wrapcast.CheckSkipped,
			fmt.Sprintf("the platform names the client's roles (%s), not what they permit", orNone(h.roles)),
			"look at these roles (Admin > People & Permissions > Roles); docs/ENDPOINTS.md lists all that is needed")
	default:
		d.compare(duty, h, whose)
	}
}

// compare notes what of the permissions held is too much, and what is too little.
func (d *doctor) compare(duty duty, h holding, whose string) {
	if less := duty.missing(h.permissions, d.open); len(less) > 0 {
		d.add("missing permissions"+whose, wrapcast.CheckWarning, fmt.Sprintf("the client's roles (%s) do not have %s",
			orNone(h.roles), strings.Join(less, ", ")),
			"add them to one of the roles, as far as the checks above have not")
	}
	more := duty.excess(h.permissions)
	if len(more) == 0 {
		d.pass("excess permissions"+whose, "none: the client's roles (%s) permit only what is needed", orNone(h.roles))
		return
	}
	d.add("excess permissions"+whose, wrapcast.CheckWarning,
		fmt.Sprintf("%d that wrapcast never needs, by the roles %s: %s", len(more), orNone(h.roles),
			shortList(more, 12)),
		"give the client a role of its own with the permissions of docs/ENDPOINTS.md, and take the others away")
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

// writer checks the client that submits, where another one reads.
func (d *doctor) writer(ctx context.Context, c *Client) bool {
	org, _, err := c.whoAmI(ctx)
	switch {
	case err == nil && c.id == d.client.id:
		d.add("writing client", wrapcast.CheckFailed, "it is the same OAuth client as the one that reads",
			"make a second OAuth client whose role has the permissions marked *writes* in docs/ENDPOINTS.md, or name one client for both")
		return false
	case err == nil && org.ID != d.organisation.ID:
		d.add("writing client", wrapcast.CheckFailed, fmt.Sprintf("it belongs to %s, the client that reads to %s",
			org.Name, d.organisation.Name),
			"use two OAuth clients of the same organisation")
		return false
	}
	return d.verdict("writing client", err, "a second OAuth client of %s submits", org.Name)
}
