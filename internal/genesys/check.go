package genesys

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// CheckOptions says what Check should look at beside the connection.
type CheckOptions struct {
	// BusinessUnits are those to plan; Known are those planned before, by organisation.
	BusinessUnits wrapcast.UnitChoice
	Known         map[wrapcast.OrganisationID][]wrapcast.BusinessUnit
	// Codes are the wrap-up codes that a run would name; each must exist.
	Codes []wrapcast.CodeID
	// ReadOnly leaves out what only a submission needs.
	ReadOnly bool
	// Writer is the client that submits, where that is another one; nil: this one does both.
	Writer *Client
}

// Check looks whether a run would work: region, credentials, clock, business unit,
// every permission and the codes. Nothing it sends changes anything. Failures are results,
// not errors; what an earlier failure makes pointless is skipped.
func (c *Client) Check(ctx context.Context, o CheckOptions) []wrapcast.Check {
	d := &doctor{client: c.impatient(), options: o, open: map[string]bool{}}
	if o.Writer != nil {
		d.options.Writer = o.Writer.impatient()
	}
	d.run(ctx, probes())
	return d.found
}

// impatient returns a client like this one that tries everything twice at most: a person waits.
func (c *Client) impatient() *Client {
	quick := *c
	quick.transport = c.transport.Impatient()
	return &quick
}

// probe is one thing that Check looks at. Each is a value in the file of its subject.
type probe struct {
	// name is what other probes need it by, and what its check is called where it was not looked at.
	name string
	// needs names the probes that must have gone well, or this one is pointless.
	needs []string
	// submits marks what only a submission needs.
	submits bool
	// look adds what it finds to the doctor's checks, and reports whether what needs it may be looked at.
	look func(ctx context.Context, d *doctor) bool
}

// probes are all there are, in the order in which they are made. What the client may do is asked last: what it cannot
// do was found out by trying.
func probes() []probe {
	list := append(connectionProbes(), historyProbes()...)
	list = append(list, planningProbes()...)
	list = append(list, submissionProbes()...)
	return append(list, permissionsProbe())
}

// doctor collects what the probes find.
type doctor struct {
	client  *Client
	options CheckOptions
	found   []wrapcast.Check
	// platformTime is what the platform's answer to the credentials says it is, "" where it does not.
	platformTime string
	organisation wrapcast.Organisation
	// units are the business units that could be read, of those that are planned.
	units []wrapcast.BusinessUnit
	// skipped says why what needs a business unit was not looked at, "" where that failed.
	skipped string
	// open are the endpoints that were seen to answer.
	open map[string]bool
}

func (d *doctor) run(ctx context.Context, list []probe) {
	closed := map[string]bool{} // what failed, or was not looked at
	for _, p := range list {
		if p.submits && d.options.ReadOnly {
			continue
		}
		if slices.ContainsFunc(p.needs, func(name string) bool { return closed[name] }) {
			why := "not looked at: an earlier check failed"
			if closed["business unit"] && !closed["credentials"] && d.skipped != "" {
				why = d.skipped
			}
			d.add(p.name, wrapcast.CheckSkipped, why, "")
			closed[p.name] = true
			continue
		}
		closed[p.name] = !p.look(ctx, d)
	}
}

// permission notes a probe of an endpoint under the permission that it needs.
func (d *doctor) permission(name string, err error, format string, args ...any) bool {
	d.open[name] = err == nil
	return d.verdict("permission "+strings.Join(transport.EndpointOf(name).Permissions, " or "), err, format, args...)
}

// verdict notes a probe and reports whether it went well.
func (d *doctor) verdict(name string, err error, format string, args ...any) bool {
	if err == nil {
		d.pass(name, format, args...)
		return true
	}
	advice := wrapcast.Hint(err)
	if errors.Is(err, context.Canceled) {
		advice = "run it again"
	}
	d.add(name, wrapcast.CheckFailed, messageOf(err), advice)
	d.found[len(d.found)-1].Kind = wrapcast.KindOf(err)
	return false
}

// messageOf is what an error says, without the place it comes from: a check has its own name.
func messageOf(err error) string {
	if e, ok := errors.AsType[*wrapcast.Error](err); ok {
		return e.Message
	}
	return err.Error()
}

func (d *doctor) pass(name, format string, args ...any) {
	d.add(name, wrapcast.CheckOK, fmt.Sprintf(format, args...), "")
}

func (d *doctor) add(name string, status wrapcast.CheckStatus, message, advice string) {
	d.found = append(d.found, wrapcast.Check{Name: name, Status: status, Message: message, Advice: advice})
}
