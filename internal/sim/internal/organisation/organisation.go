// Package organisation holds what the simulated Genesys Cloud organisation is made
// of: queues, wrap-up codes, planning groups and the business unit that plans them.
// Every id is a pure function of the seed and of what it names.
package organisation

import (
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
)

// zoneName is where the organisation and its business unit live.
const zoneName = "America/New_York"

// GoalName is the name of the service goal template that every planning group has.
const GoalName = "Default"

// Organisation is everything but the contacts. It never changes.
type Organisation struct {
	ID, Name string
	Zone     *time.Location
	// Start is the first local day with contacts, Created the instant it began: the creation date of all there is.
	Start   wrapcast.Date
	Created time.Time

	// Division is the home division: everything lies in it that lies in none of the others.
	Division Named
	// Branch is a division of some queues, Elsewhere one with nothing in it.
	Branch, Elsewhere Named
	GoalTemplate      string // id of the service goal template of every planning group
	Administrator     string // id of the user who created and changed things
	Queues            []Queue
	// Codes are in the order contact.Contact counts them.
	Codes []Code
	// Languages and Skills are what contacts may ask of an agent, Requirements which of them together; the first asks
	// for nothing.
	Languages, Skills []Named
	Requirements      []Requirement
	// Units are the business units, none where nobody plans with the platform.
	Units []Unit
}

// Named is an id with its name.
type Named struct{ ID, Name string }

// Queue is a queue with the codes an agent may choose in it.
type Queue struct {
	ID, Name string
	// Codes are places in the organisation's Codes, in order; system codes and those deleted are not among them.
	Codes []int
	// Media says on which channels it takes contacts.
	Media [contact.MediaCount]bool
	// Agents are user ids.
	Agents []string
	// Branch queues lie in the division of that name, the others in the home division.
	Branch bool
	// Campaign is the id of the campaign whose dialer calls for it, "" where none does.
	Campaign string
	// Deleted is when it was deleted, the zero time for one in use.
	Deleted time.Time
}

// DeletedAt reports whether it is deleted at the instant.
func (q *Queue) DeletedAt(t time.Time) bool { return !q.Deleted.IsZero() && !t.Before(q.Deleted) }

// DivisionOf is the division of a queue.
func (o *Organisation) DivisionOf(q *Queue) Named {
	if q.Branch {
		return o.Branch
	}
	return o.Division
}

// Grant says in which divisions a role is granted.
type Grant string

// The grants: everywhere, at home but not in the branch, and only where nothing is.
const (
	GrantAll  Grant = "all"
	GrantSome Grant = "some"
	GrantNone Grant = "none"
)

// Covers reports whether the grant reaches a queue.
func (g Grant) Covers(q *Queue) bool { return g == GrantAll || g == GrantSome && !q.Branch }

// Divisions lists the divisions the grant is about: of an organisation without a branch that is one.
func (o *Organisation) Divisions(g Grant) []Named {
	branched := slices.ContainsFunc(o.Queues, func(q Queue) bool { return q.Branch })
	switch {
	case g == GrantNone:
		return []Named{o.Elsewhere}
	case g == GrantSome || !branched:
		return []Named{o.Division}
	default:
		return []Named{o.Division, o.Branch, o.Elsewhere}
	}
}

// Code is a wrap-up code.
type Code struct {
	// ID is a UUID, or the literal name of a system code.
	ID, Name string
	// Before is its name until it was modified, "" where it kept it.
	Before string
	// System codes are set by the platform and in no listing.
	System bool
	// Hidden codes lie in a division the client's role does not cover: in the analytics, in no listing.
	Hidden bool
	// Modified is when it was last renamed or deleted, Created where it never was.
	Created, Modified time.Time
	// Deleted is when it was deleted, the zero time for one in use.
	Deleted time.Time
}

// DeletedAt reports whether it is deleted at the instant.
func (c *Code) DeletedAt(t time.Time) bool { return !c.Deleted.IsZero() && !t.Before(c.Deleted) }

// NameAt is its name at the instant.
func (c *Code) NameAt(t time.Time) string {
	if c.Before != "" && t.Before(c.Modified) {
		return c.Before
	}
	return c.Name
}

// Unit is a business unit: the planning groups of some queues, in weeks of its own.
type Unit struct {
	ID, Name  string
	Zone      *time.Location
	WeekStart time.Weekday
	Groups    []Group
}

// Group is a planning group: what comes by any of its routes.
type Group struct {
	ID, Name string
	Routes   []Route
}

// Route is one queue on one channel, and what its contacts must ask for.
type Route struct {
	Queue int
	Media contact.Media
	Requirement
}

// Requirement is what a contact asks of an agent, or a route of its contacts: places in the organisation's lists. The
// order of the skills is as it was asked for and means nothing.
type Requirement struct {
	// Language is NoLanguage where none is asked for.
	Language int
	Skills   []int
}

// Meets reports whether who asks for this is planned by a route that wants other: in its language, if it wants one, and
// with all its skills.
func (r *Requirement) Meets(other *Requirement) bool {
	return (other.Language == NoLanguage || other.Language == r.Language) &&
		!slices.ContainsFunc(other.Skills, func(skill int) bool { return !slices.Contains(r.Skills, skill) })
}

// GroupOf returns the planning group of a contact, counted from 0: that with the route that wants the language and the
// most skills of what it asks for, the first of several; -1 where no route does.
func (u *Unit) GroupOf(queue int, media contact.Media, asks *Requirement) int {
	best, most := -1, -1
	for i := range u.Groups {
		for j := range u.Groups[i].Routes {
			route := &u.Groups[i].Routes[j]
			if route.Queue != queue || route.Media != media || !asks.Meets(&route.Requirement) {
				continue
			}
			wants := 2 * len(route.Skills)
			if route.Language != NoLanguage {
				wants += 1000
			}
			if wants > most {
				best, most = i, wants
			}
		}
	}
	return best
}

// NoLanguage is the language of who asks for none.
const NoLanguage = -1

// HasUnit reports whether one of its business units has the id.
func (o *Organisation) HasUnit(id string) bool {
	return slices.ContainsFunc(o.Units, func(u Unit) bool { return u.ID == id })
}

// Zone loads the organisation's time zone.
func Zone() (*time.Location, error) {
	zone, err := time.LoadLocation(zoneName)
	if err != nil {
		return nil, wrapcast.Errorf(wrapcast.Internal, "sim.New", "the time zone %s is not on this machine: %w",
			zoneName, err)
	}
	return zone, nil
}
