package genesys

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// silentWeeks is how far back the doctor looks for contacts.
const silentWeeks = 4

// onOtherChannels ends the sentence about a group whose queue is heard: nothing hides it.
const onOtherChannels = ": its queue has some on other channels"

// heard are the contacts of queues and channels in each of the last weeks, newest first.
type heard [silentWeeks]map[wrapcast.Stream]int

// lookAtContacts sets the queues of the planning groups beside those that had contacts lately: what has none is
// planned as zero, and a run holds there. The platform does not refuse what a role may not see, it says nothing of it.
func lookAtContacts(ctx context.Context, d *doctor) bool {
	had, err := d.listen(ctx)
	if err != nil && curable(err) {
		d.add("contacts", wrapcast.CheckSkipped, "not looked at: the platform gives less than a day at once", "")
		return true
	}
	if err != nil {
		return d.verdict("contacts", err, "")
	}
	queues, err := d.client.queues(ctx)
	if err != nil {
		return d.verdict("contacts", err, "")
	}
	visible := map[wrapcast.QueueID]string{}
	for _, q := range queues {
		visible[q.ID] = q.Name
	}
	groups, silent := 0, map[string][]string{}
	var causes []string
	for _, unit := range d.units {
		listed, err := d.client.planningGroups(ctx, unit.ID)
		if err != nil {
			return d.verdict("contacts", err, "")
		}
		groups += len(listed)
		for _, g := range listed {
			if cause := had.silence(g, visible); cause != "" {
				if silent[cause] == nil {
					causes = append(causes, cause)
				}
				silent[cause] = append(silent[cause], g.Name)
			}
		}
	}
	d.tellSilence(groups, causes, silent)
	return true
}

// listen asks what queues had in each of the last weeks: week by week, or day by day in the newest and for the last day
// of the others where a week is too much.
func (d *doctor) listen(ctx context.Context) (had heard, err error) {
	to := d.client.transport.Clock().Now().UTC().Truncate(day)
	whole := true
	for w := range had {
		had[w] = map[wrapcast.Stream]int{}
		end := to.AddDate(0, 0, -7*w)
		if whole {
			if err = d.hear(ctx, end.AddDate(0, 0, -7), end, had[w]); err == nil {
				continue
			}
			if !curable(err) {
				return had, err
			}
			whole = false
		}
		days := 1
		if w == 0 {
			days = 7
		}
		for ; days > 0; days-- {
			if err = d.hear(ctx, end.AddDate(0, 0, -days), end.AddDate(0, 0, 1-days), had[w]); err != nil {
				return had, err
			}
		}
	}
	return had, nil
}

// hear adds what queues were offered and handled between two instants.
func (d *doctor) hear(ctx context.Context, from, to time.Time, had map[wrapcast.Stream]int) error {
	rows, err := d.client.arrived(ctx, span{From: from, To: to}, dimensions{}, 0)
	if err != nil {
		return err
	}
	for _, r := range rows.rows {
		s := rows.keys[r.key]
		had[wrapcast.Stream{Queue: s.Queue, Media: s.Media}] += r.had.offered + r.had.handled
	}
	return nil
}

// silence says since when a planning group has no contact, and why that may be; "" where it had one in the last week,
// or has no route.
func (h heard) silence(g wrapcast.PlanningGroup, visible map[wrapcast.QueueID]string) string {
	latest, lately, hidden, counted := silentWeeks, false, 0, 0
	for _, r := range g.Routes {
		latest = min(latest, h.latest(func(s wrapcast.Stream) bool { return s.Queue == r.Queue && s.Media == r.Media }))
		lately = lately || h.latest(func(s wrapcast.Stream) bool { return s.Queue == r.Queue }) == 0
		if _, ok := visible[r.Queue]; !ok {
			hidden++
		}
		if r.Media != "workitem" {
			counted++
		}
	}
	if latest == 0 || len(g.Routes) == 0 {
		return ""
	}
	since := fmt.Sprintf("no contact for %d weeks or more", silentWeeks)
	if latest < silentWeeks {
		since = fmt.Sprintf("no contact for %d %s", latest, plural(latest, "week", "weeks"))
	}
	switch {
	case counted == 0:
		return since + ": the platform counts work items as no conversations"
	case hidden > 0:
		return since + ": its queue is deleted, or in a division that the client's role is not granted in"
	case lately && latest < silentWeeks:
		return "" // a channel that is used seldom
	case lately:
		return since + onOtherChannels
	}
	return since + ": the client's role may not be granted in the division of the contacts, or nothing comes any more"
}

// latest is the newest week in which any of some streams had a contact, silentWeeks where none had.
func (h heard) latest(of func(wrapcast.Stream) bool) int {
	for w, streams := range h {
		for s, n := range streams {
			if n > 0 && of(s) {
				return w
			}
		}
	}
	return silentWeeks
}

// tellSilence names the silent planning groups by what may be the cause.
func (d *doctor) tellSilence(groups int, causes []string, silent map[string][]string) {
	if len(causes) == 0 {
		d.add("contacts", wrapcast.CheckOK, fmt.Sprintf("all %d planning groups had contacts in the last seven days", groups), "")
		return
	}
	all := 0
	for _, names := range silent {
		all += len(names)
	}
	for _, cause := range causes {
		message := fmt.Sprintf("%s: %s", namesOf(silent[cause]), cause)
		switch {
		case strings.HasSuffix(cause, onOtherChannels):
			d.add("contacts", wrapcast.CheckOK, message, "")
		case all == groups:
			d.add("contacts", wrapcast.CheckFailed, message, silenceAdvice)
		default:
			d.add("contacts", wrapcast.CheckWarning, message, silenceAdvice)
			d.found[len(d.found)-1].Holds = true
		}
	}
}

const silenceAdvice = "give the client's role the division, or take the group out of the plan; a run holds until somebody " +
	"accepts it (wrapcast plan accept-silence)"

// namesOf lists the first twenty of some names.
func namesOf(names []string) string {
	const most = 20
	text := strings.Join(names[:min(most, len(names))], ", ")
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
