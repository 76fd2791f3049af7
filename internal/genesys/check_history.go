package genesys

import (
	"context"
	"fmt"
	"net/http"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// historyProbes look whether the history can be read, and what its ids are called.
func historyProbes() []probe {
	signedIn := []string{"credentials"}
	return []probe{
		{name: "history", needs: signedIn, look: lookAtHistory},
		{name: "first query", needs: []string{"history"}, look: lookAtFirstQuery},
		{name: "queues", needs: signedIn, look: lookAtQueues},
		{name: "wrap-up codes", needs: signedIn, look: lookAtCodes},
	}
}

// lookAtHistory asks for one quarter-hour a week ago.
func lookAtHistory(ctx context.Context, d *doctor) bool {
	from := d.client.transport.Clock().Now().Add(-7 * day).Truncate(wrapcast.QuarterHour)
	i := span{From: from, To: from.Add(wrapcast.QuarterHour)}
	rows, err := d.client.handled(ctx, i, dimensions{}, 0)
	ok := d.permission(transport.AggregatesCall, err, "contacts are counted; groups in a quarter-hour of last week: %d",
		rows.count())
	if !ok && curable(err) { // there is nothing shorter to ask for
		d.found[len(d.found)-1].Advice = "not even a quarter-hour is answered: api.volume_metric is a part of the query that can be " +
			"set; the platform's support can look up the correlation id"
	}
	return ok
}

// lookAtFirstQuery asks what a run asks first: quarter-hours of seven days, and of a day where that is refused.
func lookAtFirstQuery(ctx context.Context, d *doctor) bool {
	to := d.client.transport.Clock().Now().UTC().Add(-day).Truncate(day)
	ask := func(days int) error {
		_, err := d.client.handled(ctx, span{From: to.AddDate(0, 0, -days), To: to}, dimensions{}, 0)
		return err
	}
	const settled = "nothing to do: a run asks for less by itself and remembers how much it got; " +
		"api.chunk_days: %d saves it the attempts"
	week := ask(7)
	if week == nil || !curable(week) {
		return d.verdict("first query", week, "seven days at 15 minutes are answered")
	}
	if err := ask(1); err != nil {
		d.add("first query", wrapcast.CheckWarning, fmt.Sprintf("not even a day at 15 minutes is answered: %s", messageOf(err)),
			fmt.Sprintf(settled+"; reading the history will take long", 1))
		return true
	}
	d.add("first query", wrapcast.CheckWarning, fmt.Sprintf("a day at 15 minutes is answered, seven are not: %s", messageOf(week)),
		fmt.Sprintf(settled, 1))
	return true
}

func lookAtQueues(ctx context.Context, d *doctor) bool {
	queues, err := d.client.queues(ctx)
	return d.permission(transport.QueuesCall, err, "%d %s visible", len(queues), plural(len(queues), "queue is", "queues are"))
}

func lookAtCodes(ctx context.Context, d *doctor) bool {
	_, err := paged[entity](ctx, d.client, transport.CodesAllCall, map[string][]string{"includeState": {"Deleted"}})
	if noSearch(err) {
		d.noSearch(statusOf(err))
	} else if d.permission(transport.CodesAllCall, err, "deleted wrap-up codes can be named") {
		d.open[transport.CodesActiveCall] = true // it is asked only where this one is not
	}
	codes, err := d.client.Codes(ctx)
	if statusOf(err) == http.StatusForbidden {
		return d.permission(transport.CodesActiveCall, err, "")
	}
	if !d.verdict("wrap-up codes", err, "%d are visible", len(codes)) {
		return false
	}
	d.named(codes)
	return true
}

// noSearch warns that codes cannot be searched.
func (d *doctor) noSearch(status int) {
	permission := transport.EndpointOf(transport.CodesAllCall).Permissions[0]
	message, advice := "missing", "give a role of the OAuth client the permission "+permission
	if status == http.StatusNotFound {
		message = "the platform does not know this call (404)"
		advice = "nothing, unless old codes matter to you; then give a role of the OAuth client this permission"
	}
	d.add("permission "+permission, wrapcast.CheckWarning,
		message+": wrap-up codes that were deleted keep their ids for names", advice)
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
		d.found[len(d.found)-1].Kind = wrapcast.Usage
	}
}
