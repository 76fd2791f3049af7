package settings

import (
	"cmp"
	"time"

	"github.com/wrapcast/wrapcast/internal/heads"
	formulas "github.com/wrapcast/wrapcast/internal/staffing"
)

// Staffing is how contacts are to be served, for the heads of a forecast: what holds for all planning groups, and the
// exceptions. What the platform's service goals say of a group wins over what holds for all.
type Staffing struct {
	// ServiceLevel is the share answered within Within; MaxOccupancy bounds how busy agents may be, 0 does not.
	ServiceLevel float64  `yaml:"service_level"`
	Within       Duration `yaml:"within"`
	MaxOccupancy float64  `yaml:"max_occupancy"`
	// Patience is how long somebody waits on average before giving up; 0 is for ever.
	Patience Duration `yaml:"patience"`
	// Shrinkage is the share of paid time that somebody is not available.
	Shrinkage float64 `yaml:"shrinkage"`
	// ChatsAtOnce and MessagesAtOnce are how many conversations an agent holds.
	ChatsAtOnce    int `yaml:"chats_at_once"`
	MessagesAtOnce int `yaml:"messages_at_once"`
	// Promise is within how long e-mail and work items are done.
	Promise Duration `yaml:"promise"`
	// CostPerHour of a rostered person, 0 where it is not said, in Currency.
	CostPerHour float64 `yaml:"cost_per_hour"`
	Currency    string  `yaml:"currency"`
	// Groups are the exceptions.
	Groups []GroupStaffing `yaml:"groups"`
}

// GroupStaffing is what one planning group has otherwise; what is left out holds as for all.
type GroupStaffing struct {
	// Group is its id or name.
	Group        string    `yaml:"group"`
	ServiceLevel *float64  `yaml:"service_level"`
	Within       *Duration `yaml:"within"`
	// ASA is the longest mean wait, MaxAbandoned the largest share that may give up.
	ASA          *Duration `yaml:"asa"`
	MaxAbandoned *float64  `yaml:"max_abandoned"`
	MaxOccupancy *float64  `yaml:"max_occupancy"`
	Patience     *Duration `yaml:"patience"`
	Shrinkage    *float64  `yaml:"shrinkage"`
	AtOnce       *int      `yaml:"at_once"`
	Promise      *Duration `yaml:"promise"`
}

func staffing(r heads.Rules) Staffing {
	length := func(seconds float64) Duration { return Duration(seconds * float64(time.Second)) }
	return Staffing{ServiceLevel: r.Service.Goal.Share, Within: length(r.Service.Goal.Within),
		MaxOccupancy: r.Service.Goal.Occupancy, Patience: length(r.Service.Patience), Shrinkage: r.Service.Shrinkage,
		ChatsAtOnce: r.ChatsAtOnce, MessagesAtOnce: r.MessagesAtOnce, Promise: length(r.PromiseSeconds), Currency: r.Currency}
}

// Heads are the rules that heads are counted by.
func (c Staffing) Heads() heads.Rules {
	r := heads.Rules{Service: heads.Service{Goal: formulas.Goal{Share: c.ServiceLevel, Within: *c.Within.seconds(),
		Occupancy: c.MaxOccupancy}, Patience: *c.Patience.seconds(), Shrinkage: c.Shrinkage},
		ChatsAtOnce: c.ChatsAtOnce, MessagesAtOnce: c.MessagesAtOnce, PromiseSeconds: *c.Promise.seconds(),
		CostPerHour: c.CostPerHour, Currency: c.Currency}
	for _, g := range c.Groups {
		r.Groups = append(r.Groups, heads.GroupRule{Group: g.Group, ServiceLevel: g.ServiceLevel,
			WithinSeconds: g.Within.seconds(), ASASeconds: g.ASA.seconds(), Abandoned: g.MaxAbandoned,
			Occupancy: g.MaxOccupancy, PatienceSeconds: g.Patience.seconds(), Shrinkage: g.Shrinkage, AtOnce: g.AtOnce,
			PromiseSeconds: g.Promise.seconds()})
	}
	return r
}

// seconds is a length in seconds, nil where it is not said.
func (d *Duration) seconds() *float64 {
	if d == nil {
		return nil
	}
	seconds := time.Duration(*d).Seconds()
	return &seconds
}

// check refuses what no service can be.
func (c Staffing) check() error {
	if err := checkService("staffing", c.service()); err != nil {
		return err
	}
	switch {
	case c.ChatsAtOnce < 1 || c.MessagesAtOnce < 1:
		return usage("staffing.chats_at_once and messages_at_once are at least 1")
	case c.Promise <= 0:
		return usage("staffing.promise is %v; e-mail is done within a time such as 24h", time.Duration(c.Promise))
	case !(c.CostPerHour >= 0):
		return usage("staffing.cost_per_hour is %v; it is an amount of money, 0 where it is not known", c.CostPerHour)
	}
	for _, g := range c.Groups {
		if g.Group == "" {
			return usage("staffing.groups has an entry without group").WithHint("name the planning group, by id or name")
		}
		if g.AtOnce != nil && *g.AtOnce < 1 {
			return usage("staffing.groups, %s: at_once is %d, and is at least 1", g.Group, *g.AtOnce)
		}
		if err := checkService("staffing.groups, "+g.Group, g); err != nil {
			return err
		}
	}
	return nil
}

// service is what holds for all, in the form of an exception.
func (c Staffing) service() GroupStaffing {
	return GroupStaffing{ServiceLevel: &c.ServiceLevel, Within: &c.Within, MaxOccupancy: &c.MaxOccupancy,
		Patience: &c.Patience, Shrinkage: &c.Shrinkage}
}

func checkService(where string, g GroupStaffing) error {
	share := func(key string, v *float64) error {
		if v != nil && !(*v >= 0 && *v < 1) {
			return usage("%s: %s is %v, and is a fraction below 1", where, key, *v).WithHint("80 per cent are written 0.8")
		}
		return nil
	}
	length := func(key string, v *Duration) error {
		const longest = 30 * 24 * time.Hour
		if v != nil && (*v < 0 || time.Duration(*v) > longest) {
			return usage("%s: %s is %v, which no wait is", where, key, time.Duration(*v)).WithHint("write a time such as 20s")
		}
		return nil
	}
	return cmp.Or(share("service_level", g.ServiceLevel), share("max_occupancy", g.MaxOccupancy),
		share("max_abandoned", g.MaxAbandoned), share("shrinkage", g.Shrinkage), length("within", g.Within),
		length("asa", g.ASA), length("patience", g.Patience), length("promise", g.Promise))
}
