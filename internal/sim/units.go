package sim

import (
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// Unit is a business unit to be made.
type Unit struct {
	Name string
	// TimeZone is an IANA name, WeekStart the weekday its weeks begin on.
	TimeZone  string
	WeekStart time.Weekday
}

// twoUnits are those of KindTwoUnits.
func twoUnits() []Unit {
	return []Unit{{"Contact Centre", "America/New_York", time.Monday}, {"Contact Centre Europe", "Europe/London", time.Sunday}}
}

// ParseUnit reads a business unit such as "Contact Centre Europe=Europe/London,Sunday".
func ParseUnit(text string) (Unit, error) {
	name, rest, _ := strings.Cut(text, "=")
	zone, weekday, _ := strings.Cut(rest, ",")
	u := Unit{Name: strings.TrimSpace(name), TimeZone: strings.TrimSpace(zone), WeekStart: -1}
	for day := range time.Weekday(7) {
		if strings.EqualFold(strings.TrimSpace(weekday), day.String()) {
			u.WeekStart = day
		}
	}
	return u, u.check()
}

func (u Unit) check() error {
	refuse := func(format string, args ...any) error {
		return wrapcast.Errorf(wrapcast.Usage, "sim.Unit", format, args...).
			WithHint("a business unit is NAME=TIME/ZONE,WEEKDAY, such as Europe=Europe/London,Sunday")
	}
	_, err := time.LoadLocation(u.TimeZone)
	switch {
	case u.Name == "":
		return refuse("a business unit has no name")
	case err != nil || u.TimeZone == "" || u.TimeZone == "Local":
		return refuse("the business unit %s lies in no time zone %q", u.Name, u.TimeZone)
	case u.WeekStart < 0 || u.WeekStart > time.Saturday:
		return refuse("the weeks of the business unit %s begin on no weekday", u.Name)
	}
	return nil
}

// plan shares the queues out among the business units; with several, some queues are in none.
func (o *Options) plan(b *organisation.Blueprint) error {
	if o.Units == nil {
		b.Units = []organisation.UnitSpec{{Name: "Contact Centre", WeekStart: time.Monday}}
	}
	for i, u := range o.Units {
		zone, err := time.LoadLocation(u.TimeZone)
		if err != nil {
			return err
		}
		spec := organisation.UnitSpec{Name: u.Name, Zone: zone, WeekStart: u.WeekStart}
		if len(o.Units) > 1 {
			spec.Queues = shared(len(b.Queues), i, len(o.Units))
		}
		b.Units = append(b.Units, spec)
	}
	return nil
}

// shared lists the queues of one of several units: of 2n+1 queues in a row each unit has two and nobody one.
func shared(queues, unit, units int) []int {
	mine := []int{}
	for queue := range queues {
		if at := queue % (2*units + 1); at == unit || at == units+1+unit {
			mine = append(mine, queue)
		}
	}
	return mine
}
