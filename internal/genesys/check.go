package genesys

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// CheckOptions says what Check should look at beside the connection.
type CheckOptions struct {
	// BusinessUnit is the id or name of the unit to plan; "": the only one.
	BusinessUnit string
	// Codes are the wrap-up codes that a run would name; each must exist.
	Codes []wrapcast.CodeID
	// ReadOnly leaves out what only a submission needs.
	ReadOnly bool
	// Writer is the client that submits, where that is another one; nil: this one does both.
	Writer *Client
}

// maxSkew is how far this machine's clock may be off before a warning: the last
// quarter-hours read would not be over yet, or long over.
const maxSkew = 2 * time.Minute

// Check looks whether a run would work: region, credentials, clock, business unit,
// every permission and the codes. Nothing it sends changes anything. Failures are results,
// not errors; once one makes the rest pointless, the rest is skipped.
func (c *Client) Check(ctx context.Context, o CheckOptions) []wrapcast.Check {
	d := &doctor{client: c.impatient(), options: o, open: map[string]bool{}}
	if o.Writer != nil {
		d.options.Writer = o.Writer.impatient()
	}
	d.run(ctx)
	return d.found
}

// impatient returns a client like this one that tries everything twice at most: a person waits.
func (c *Client) impatient() *Client {
	quick := *c
	quick.transport = c.transport.Impatient()
	return &quick
}

// doctor collects what it finds.
type doctor struct {
	client       *Client
	options      CheckOptions
	found        []wrapcast.Check
	organisation wrapcast.Organisation
	unit         wrapcast.BusinessUnit
	// open are the endpoints that were seen to answer.
	open map[string]bool
}

func (d *doctor) run(ctx context.Context) {
	d.pass("region", "login at %s, API at %s", d.client.login, d.client.api)
	if !d.credentials(ctx) {
		d.skip("permissions", "business unit", "wrap-up codes")
		return
	}
	defer d.permissionsHeld(ctx)
	d.analytics(ctx)
	d.listings(ctx)
	if !d.businessUnit(ctx) {
		d.skip("planning groups", "forecasts")
		return
	}
	d.planning(ctx)
	if d.options.ReadOnly {
		return
	}
	if w := d.options.Writer; w == nil || d.writer(ctx, w) {
		d.submitting(ctx)
	}
}

// permissionsHeld asks last what the clients may do: what they cannot do was found out by trying.
func (d *doctor) permissionsHeld(ctx context.Context) {
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
}

func (d *doctor) credentials(ctx context.Context) bool {
	org, a, err := d.client.whoAmI(ctx)
	if !d.verdict("credentials", err, "the OAuth client belongs to %s (%s)", org.Name, org.ID) {
		return false
	}
	d.organisation = org
	now := d.client.transport.Clock().Now()
	there, err := http.ParseTime(a.Header.Get("Date"))
	if err != nil {
		d.add("clock", wrapcast.CheckSkipped, "the platform did not say what time it is", "")
		return true
	}
	if skew := now.Sub(there).Round(time.Second); skew.Abs() > maxSkew {
		d.add("clock", wrapcast.CheckWarning, fmt.Sprintf("this machine's clock is %v %s the platform's", skew.Abs(),
			beside(skew)),
			"set the clock by NTP: the newest quarter-hours may be read too early or too late")
		return true
	}
	d.pass("clock", "within %v of the platform's", maxSkew)
	return true
}

func beside(skew time.Duration) string {
	if skew < 0 {
		return "behind"
	}
	return "ahead of"
}

// analytics asks for one quarter-hour a week ago.
func (d *doctor) analytics(ctx context.Context) {
	from := d.client.transport.Clock().Now().Add(-7 * day).Truncate(wrapcast.QuarterHour)
	i := span{From: from, To: from.Add(wrapcast.QuarterHour)}
	rows, err := d.client.handled(ctx, i, 0)
	d.permission(transport.AggregatesCall, err, "a query of one quarter-hour a week ago found %d groups", rows.count())
}

func (d *doctor) listings(ctx context.Context) {
	queues, err := d.client.queues(ctx)
	d.permission(transport.QueuesCall, err, "%d queues are visible", len(queues))
	_, err = paged[entity](ctx, d.client, transport.CodesAllCall, map[string][]string{"includeState": {"Deleted"}})
	if statusOf(err) == http.StatusForbidden {
		d.add("permission "+transport.EndpointOf(transport.CodesAllCall).Permissions[0], wrapcast.CheckWarning,
			"missing: wrap-up codes that were deleted keep their ids for names",
			"give a role of the OAuth client the permission "+transport.EndpointOf(transport.CodesAllCall).Permissions[0])
	} else if d.permission(transport.CodesAllCall, err, "deleted wrap-up codes can be named") {
		d.open[transport.CodesActiveCall] = true // it is asked only where this one is not
	}
	codes, err := d.client.Codes(ctx)
	if statusOf(err) == http.StatusForbidden {
		d.permission(transport.CodesActiveCall, err, "")
		return
	}
	if d.verdict("wrap-up codes", err, "%d are visible", len(codes)) {
		d.named(codes)
	}
}

// named looks for the codes that the run would name.
func (d *doctor) named(codes []wrapcast.Code) {
	known := map[wrapcast.CodeID]bool{wrapcast.DefaultCode: true}
	for _, c := range codes {
		known[c.ID] = true
	}
	for _, id := range d.options.Codes {
		if known[id] || id.IsSystem() {
			continue
		}
		d.add("wrap-up code "+string(id), wrapcast.CheckFailed, "no such wrap-up code is visible to the OAuth client",
			"list them with wrapcast codes; if it exists, give the client's role its division")
	}
}

func (d *doctor) businessUnit(ctx context.Context) bool {
	unit, err := d.client.businessUnit(ctx, d.options.BusinessUnit)
	d.unit = unit
	if statusOf(err) == http.StatusForbidden {
		d.permission(transport.BusinessUnitCall, err, "")
		return false
	}
	d.open[transport.BusinessUnitCall] = err == nil
	return d.verdict("business unit", err, "%s in %s, weeks begin on %s", unit.Name, unit.TimeZone, unit.WeekStart)
}

func (d *doctor) planning(ctx context.Context) {
	groups, err := d.client.planningGroups(ctx, d.unit.ID)
	if d.permission(transport.PlanningGroupsCall, err, "%d planning groups", len(groups)) && len(groups) == 0 {
		d.add("planning groups", wrapcast.CheckFailed, d.unit.Name+" has no planning group",
			"create one per queue and channel (Admin > Workforce Management > Planning Groups)")
	}
	listed, err := d.client.Forecasts(ctx, d.unit.ID, d.week())
	d.permission(transport.ForecastsCall, err, "%d forecasts of the week of %s are listed", len(listed), d.week())
}

// submitting asks for an upload address, which has no effect before something is imported from it,
// and listens to a channel for a moment.
func (d *doctor) submitting(ctx context.Context) {
	writer := d.client
	if d.options.Writer != nil {
		writer = d.options.Writer
	}
	_, err := writer.uploadAddress(ctx, d.unit.ID, d.week(), 1)
	d.permission(transport.UploadURLCall, err, "an upload address was given and left unused")
	w, err := d.client.Subscribe(ctx, d.unit.ID)
	w.Close()
	if err != nil {
		d.add("notifications", wrapcast.CheckWarning, err.Error(),
			strings.TrimSpace(wrapcast.Hint(err)+" (without them imports are followed by looking at the list, which works too)"))
		return
	}
	d.open[transport.SubscribeCall] = true
	d.pass("notifications", "the channel opens and tells of imports")
}

// week is the unit's next one: a plan would go there.
func (d *doctor) week() wrapcast.Date {
	zone, err := time.LoadLocation(d.unit.TimeZone)
	if err != nil {
		zone = time.UTC // unitSettings made sure that it is known
	}
	return wrapcast.DateOf(d.client.transport.Clock().Now().In(zone)).StartOfWeek(d.unit.WeekStart) + 7
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
	d.add(name, wrapcast.CheckFailed, err.Error(), advice)
	return false
}

func (d *doctor) pass(name, format string, args ...any) {
	d.add(name, wrapcast.CheckOK, fmt.Sprintf(format, args...), "")
}

func (d *doctor) skip(names ...string) {
	for _, n := range names {
		d.add(n, wrapcast.CheckSkipped, "not looked at: an earlier check failed", "")
	}
}

func (d *doctor) add(name string, status wrapcast.CheckStatus, message, advice string) {
	d.found = append(d.found, wrapcast.Check{Name: name, Status: status, Message: message, Advice: advice})
}
