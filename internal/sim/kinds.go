package sim

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/divisions"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
	"github.com/wrapcast/wrapcast/internal/sim/internal/outbound"
	"github.com/wrapcast/wrapcast/internal/sim/internal/recode"
	"github.com/wrapcast/wrapcast/internal/sim/internal/skills"
)

// Kind is a way in which organisations differ. Several go together.
type Kind string

// The kinds of organisation.
const (
	// KindPlain has none of what the others have: what a bare wrapcast simulate and the demo serve.
	KindPlain Kind = "plain"
	// KindSkills has contacts that ask for a language and for skills, in one queue in three each, and planning groups for
	// them; the third queue has one planning group with a route for each of its channels.
	KindSkills Kind = "skills"
	// KindOutbound has dialers' campaigns, calls that agents make, with and without a queue, and callbacks: about a fifth
	// of the legs handled are outbound.
	KindOutbound Kind = "outbound"
	// KindDivisions has queues in a division in which the client's role is not granted: their conversations are not
	// answered, and they are not listed, but planned all the same. One queue was deleted four weeks ago, and one planning
	// group is for work items, which have no conversations. Where there are languages, nobody speaks one of them.
	KindDivisions Kind = "divisions"
	// KindTwoUnits has two business units with time zones and week starts of their own; one queue in five is in neither.
	KindTwoUnits Kind = "two-units"
	// KindNoUnit has no business unit and no licence for Workforce Management, so that no role can grant its permissions.
	KindNoUnit Kind = "no-unit"
	// KindBusyWeek has forecasts in place before anybody asks for one: made on the platform's pages for this week and the
	// next, an import of six weeks by somebody else, one that the platform goes on making, and weighted averages.
	KindBusyWeek Kind = "busy-week"
	// KindSevenDays answers queries by the quarter-hour for seven days at most; Switches.MaxQuarterHours says otherwise.
	KindSevenDays Kind = "seven-days"
	// KindRecoded has one code in twelve renamed under a new id, merged with another or split in the course of the
	// history; Server.CodeChanges has the truth.
	KindRecoded Kind = "recoded"
)

// kindTrait is what there is to know of a kind.
type kindTrait struct {
	kind  Kind
	about string
}

func kindTraits() []kindTrait {
	return []kindTrait{
		{KindPlain, "none of the others: what is served without --kind"},
		{KindSkills, "contacts and planning groups that ask for languages and skills, groups of several routes"},
		{KindOutbound, "campaigns, calls that agents make, callbacks: a fifth of what is handled was never offered"},
		{KindDivisions, "queues in a division the role is not granted in, a deleted one, a planning group of work items"},
		{KindTwoUnits, "two business units in New York and London, weeks from Monday and Sunday; some queues are in neither"},
		{KindNoUnit, "no Workforce Management: no business unit, and no role that grants its permissions"},
		{KindBusyWeek, "forecasts are there already: made by hand, six weeks long, continuous, weighted averages"},
		{KindSevenDays, "analytics by the quarter-hour reach over seven days at most"},
		{KindRecoded, "one code in twelve is renamed under a new id, merged or split in the course of the history"},
	}
}

// Kinds lists all of them.
func Kinds() []Kind {
	var all []Kind
	for _, t := range kindTraits() {
		all = append(all, t.kind)
	}
	return all
}

// KindHelp lists the kinds with what they are, a line each.
func KindHelp() string {
	var b strings.Builder
	for _, t := range kindTraits() {
		fmt.Fprintf(&b, "  %-12s %s\n", t.kind, t.about)
	}
	return b.String()
}

// ParseKinds reads kinds with commas between them; "" is none. One that does not exist is an error of kind Usage.
func ParseKinds(text string) ([]Kind, error) {
	var kinds []Kind
	for _, name := range strings.Split(text, ",") {
		if name = strings.TrimSpace(name); name != "" {
			kinds = append(kinds, Kind(name))
		}
	}
	return kinds, checkKinds(kinds)
}

func (o *Options) checkKinds() error {
	for _, u := range o.Units {
		if err := u.check(); err != nil {
			return err
		}
	}
	return checkKinds(o.Kinds)
}

func checkKinds(kinds []Kind) error {
	for _, k := range kinds {
		if !slices.Contains(Kinds(), k) {
			return wrapcast.Errorf(wrapcast.Usage, "sim.Kinds", "there is no kind of organisation %q", k).
				WithHint("the kinds are %s", kindNames())
		}
	}
	if slices.Contains(kinds, KindTwoUnits) && slices.Contains(kinds, KindNoUnit) {
		return wrapcast.Errorf(wrapcast.Usage, "sim.Kinds", "no organisation has two business units and none")
	}
	return nil
}

func kindNames() string {
	var names []string
	for _, k := range Kinds() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// is reports whether the organisation is of the kind.
func (o *Options) is(k Kind) bool { return slices.Contains(o.Kinds, k) }

// ofTheirKinds sets what the kinds say and nobody said otherwise.
func (o Options) ofTheirKinds() Options {
	if o.is(KindSevenDays) && o.Switches.MaxQuarterHours == 0 {
		o.Switches.MaxQuarterHours = 7 * 24 * time.Hour
		o.Switches.CeilingCode = cmp.Or(o.Switches.CeilingCode, "constraint.validation")
	}
	if o.is(KindTwoUnits) && o.Units == nil {
		o.Units = twoUnits()
	}
	if o.is(KindDivisions) {
		o.Switches.AnalyticsDivisions = cmp.Or(o.Switches.AnalyticsDivisions, GrantSome)
		o.Switches.QueueDivisions = cmp.Or(o.Switches.QueueDivisions, GrantSome)
	}
	if o.is(KindNoUnit) {
		o.Units = []Unit{}
		if o.Permissions == nil {
			o.Permissions = slices.DeleteFunc(Needed(), func(p string) bool { return strings.HasPrefix(p, "wfm:") })
		}
	}
	return o
}

// vary makes the organisation and its contacts what the kinds say.
func (o *Options) vary(source contact.Source, b *organisation.Blueprint) (contact.Source, []recode.Change, error) {
	zone, err := organisation.Zone()
	if err != nil {
		return nil, nil, err
	}
	if err := o.plan(b); err != nil {
		return nil, nil, err
	}
	var changes []recode.Change
	if o.is(KindRecoded) {
		source, changes = recode.Apply(source, b, b.Start, wrapcast.DateOf(o.Clock.Now().In(zone)), zone)
	}
	if o.is(KindOutbound) {
		source = outbound.Apply(source, b, o.Seed, zone)
	}
	if o.is(KindSkills) {
		source = skills.Apply(source, b, o.is(KindDivisions))
	}
	if o.is(KindDivisions) {
		source = divisions.Apply(source, b, o.Clock.Now().In(zone))
	}
	return source, changes, nil
}
