package genesys

import (
	"context"
	"fmt"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// submissionProbes look whether a plan could be submitted.
func submissionProbes() []probe {
	ready := []string{"business unit", "writing client"}
	return []probe{
		{name: "writing client", needs: []string{"business unit"}, submits: true, look: lookAtWriter},
		{name: "submission", needs: ready, submits: true, look: lookAtUpload},
		{name: "notifications", needs: ready, submits: true, look: lookAtNotifications},
	}
}

// lookAtWriter checks the client that submits, where another one reads.
func lookAtWriter(ctx context.Context, d *doctor) bool {
	if c := d.options.Writer; c != nil {
		return d.writer(ctx, c)
	}
	return true
}

// lookAtUpload asks for an upload address, which has no effect before something is imported from it.
func lookAtUpload(ctx context.Context, d *doctor) bool {
	writer := d.client
	if d.options.Writer != nil {
		writer = d.options.Writer
	}
	all := true
	for _, unit := range d.units {
		_, err := writer.uploadAddress(ctx, unit.ID, d.week(unit), 1)
		all = d.permission(transport.UploadURLCall, err, "an upload address%s was given and left unused",
			d.of(unit)) && all
	}
	return all
}

// lookAtNotifications listens to a channel for a moment.
func lookAtNotifications(ctx context.Context, d *doctor) bool {
	w, err := d.client.Subscribe(ctx, d.units[0].ID)
	w.Close()
	if err != nil {
		d.add("notifications", wrapcast.CheckWarning, messageOf(err),
			strings.TrimSpace(wrapcast.Hint(err)+" (without them imports are followed by looking at the list, which works too)"))
		return false
	}
	d.open[transport.SubscribeCall] = true
	d.pass("notifications", "the channel opens and tells of imports")
	return true
}

// writer compares the client that submits with the one that reads.
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
