package silence

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
)

// causeOf is why a queue is probably silent.
func (f *finder) causeOf(q wrapcast.QueueID, whole bool) wrapcast.SilenceCause {
	switch {
	case whole:
		return wrapcast.SilentOrganisation
	case !f.listed(q):
		return wrapcast.SilentUnlisted
	case f.offered(func(s wrapcast.Stream) bool { return s.Queue == q }):
		return wrapcast.SilentUnhandled
	}
	return wrapcast.SilentQueue
}

// causeOfGroup is why a planning group is probably silent.
func (f *finder) causeOfGroup(g wrapcast.PlanningGroup, since wrapcast.Date, whole bool) wrapcast.SilenceCause {
	every := func(of func(wrapcast.Route) bool) bool {
		return len(g.Routes) > 0 && !slices.ContainsFunc(g.Routes, func(r wrapcast.Route) bool { return !of(r) })
	}
	some := func(of func(wrapcast.Route) bool) bool { return slices.ContainsFunc(g.Routes, of) }
	switch {
	case every(func(r wrapcast.Route) bool { return !Counted(r.Media) }):
		return wrapcast.SilentMedia
	case whole:
		return wrapcast.SilentOrganisation
	case every(func(r wrapcast.Route) bool { return !f.listed(r.Queue) }):
		return wrapcast.SilentUnlisted
	case some(func(r wrapcast.Route) bool {
		return (r.Language != "" || len(r.Skills) > 0) && f.speaks(r.Queue, r.Media, since)
	}):
		return wrapcast.SilentLanguage
	case f.offered(func(s wrapcast.Stream) bool {
		return some(func(r wrapcast.Route) bool { return r.Queue == s.Queue && r.Media == s.Media })
	}):
		return wrapcast.SilentUnhandled
	case some(func(r wrapcast.Route) bool { return f.speaks(r.Queue, "", since) }):
		return wrapcast.SilentChannel
	}
	return wrapcast.SilentQueue
}

// Counted reports whether the platform counts contacts of a media type as conversations, so that they have wrap-up
// codes; work items are not.
func Counted(m wrapcast.MediaType) bool {
	return !strings.HasPrefix(strings.ToLower(string(m)), "workitem")
}

func (f *finder) listed(id wrapcast.QueueID) bool {
	return slices.ContainsFunc(f.Directory.Queues, func(q wrapcast.Queue) bool { return q.ID == id })
}

func (f *finder) offered(of func(wrapcast.Stream) bool) bool {
	for s, n := range f.Offered {
		if n > 0 && of(s) {
			return true
		}
	}
	return false
}

// speaks reports whether a queue had a contact on a day or later, on a channel ("" for any) and in whatever language.
func (f *finder) speaks(q wrapcast.QueueID, m wrapcast.MediaType, since wrapcast.Date) bool {
	for s, day := range f.spoke {
		if s.Queue == q && (m == "" || s.Media == m) && day >= since {
			return true
		}
	}
	return false
}

// worded adds to a silence what it is and what to check.
func (f *finder) worded(s wrapcast.Silence) wrapcast.Silence {
	days := f.To - f.From + 1
	switch {
	case s.Since == 0:
		s.Message = fmt.Sprintf("no contact in %d days of history, %s to %s", days, f.From, f.To)
	case s.Cause == wrapcast.SilentWithdrawn && s.Expected > 0:
		s.Message = fmt.Sprintf("the platform reported %.0f contacts before that it does not report any more; the last "+
			"stored is of %s", s.Expected, s.Since-1)
	case s.Days == 0:
		s.Message = "all its queues are silent"
	default:
		s.Message = fmt.Sprintf("no contact since %s: %d ordinary days, where the eight weeks before let expect about "+
			"%.0f contacts", s.Since, s.Days, s.Expected)
	}
	cause := causeWords()[s.Cause]
	s.Likely, s.Advice = cause.likely, cause.check
	return s
}

// words say what is likely and what to check.
type words struct{ likely, check string }

func causeWords() map[wrapcast.SilenceCause]words {
	const role = "give the role of the OAuth client (Admin > Integrations > OAuth) the division of the contacts"
	return map[wrapcast.SilenceCause]words{
		wrapcast.SilentOrganisation: {"no queue has contacts: probably the OAuth client's role is not granted in any " +
			"division that has some", role + ", or all divisions"},
		wrapcast.SilentUnlisted: {"its queue is not listed: it was deleted, or the OAuth client's role does not cover " +
			"its division", role + "; take a deleted queue out of the planning group"},
		wrapcast.SilentMedia: {"its media type has no conversations, and so no wrap-up codes to forecast from",
			"leave the group out of the plan (plan.leave_out), and forecast it in Workforce Management"},
		wrapcast.SilentLanguage: {"its queue has contacts on this channel, none in this language or with these skills",
			"compare the route's language and skills with those the flows ask for"},
		wrapcast.SilentChannel: {"its queue has contacts, none on this channel",
			"look whether the channel is still in use, and whether the route names the right one"},
		wrapcast.SilentQueue: {"probably the OAuth client's role is not granted in the division of the contacts, or " +
			"there are none", role + ", if there are any"},
		wrapcast.SilentWithdrawn: {"probably a role was taken away from the OAuth client, or the queue was moved to " +
			"another division", role},
		wrapcast.SilentUnhandled: {"contacts arrive and nobody handles any",
			"look whether agents serve the queue; what nobody handles has no wrap-up code"},
	}
}
