package heads

import (
	"cmp"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/staffing"
)

// Rules are what heads are counted by.
type Rules struct {
	// Service is how contacts are served where a group has nothing of its own.
	Service Service
	// ChatsAtOnce and MessagesAtOnce are how many conversations an agent holds at once.
	ChatsAtOnce, MessagesAtOnce int
	// PromiseSeconds is within how long e-mail and work items are done.
	PromiseSeconds float64
	// Groups are the exceptions.
	Groups []GroupRule
	// CostPerHour of one rostered person, 0 where it is not known; Currency is its sign or name.
	CostPerHour float64
	Currency    string
}

// Service is how the contacts of a planning group are served.
type Service struct {
	Goal staffing.Goal
	// Patience is the mean time in seconds after which who waits gives up, 0 for never.
	Patience float64
	// Shrinkage is the share of paid time that somebody is not available.
	Shrinkage float64
}

// GroupRule is what one planning group has otherwise; nil keeps what holds for all.
type GroupRule struct {
	// Group is its id or name.
	Group string
	// ServiceLevel, WithinSeconds, ASASeconds, Abandoned and Occupancy are the parts of the goal, as in staffing.Goal.
	ServiceLevel, WithinSeconds, ASASeconds, Abandoned, Occupancy *float64
	PatienceSeconds, Shrinkage                                    *float64
	AtOnce                                                        *int
	PromiseSeconds                                                *float64
}

// DefaultRules are those where nothing is set: four in five within 20 seconds, nobody gives up, three in ten of paid
// time away.
func DefaultRules() Rules {
	return Rules{Service: Service{Goal: staffing.Goal{Share: 0.8, Within: 20}, Shrinkage: 0.3}, ChatsAtOnce: 2,
		MessagesAtOnce: 3, PromiseSeconds: 86_400, Currency: "EUR"}
}

// Source says where a group's goal comes from.
type Source string

// The sources of a goal.
const (
	// SourceSettings: the settings name the group.
	SourceSettings Source = "settings"
	// SourcePlatform: the platform's service goal template of the group.
	SourcePlatform Source = "platform"
	// SourceDefault: what holds for all groups. Heads are then indicative.
	SourceDefault Source = "default"
)

// groupService is how one planning group is served.
type groupService struct {
	Service
	source Source
	// template is the name of the platform's service goal template, where the goal is its.
	template string
	// atOnce is how many conversations an agent holds.
	atOnce int
	// promise is within how many seconds deferrable work is done, 0 where contacts wait for an answer.
	promise float64
	channel wrapcast.MediaType
}

// of is the service of a group: that of its channel, under what the platform has, under what the settings say of it.
func (r Rules) of(g wrapcast.PlanningGroup) groupService {
	s := groupService{Service: r.Service, source: SourceDefault, atOnce: 1, channel: channelOf(g)}
	switch s.channel {
	case wrapcast.Chat:
		s.atOnce = max(r.ChatsAtOnce, 1)
	case wrapcast.Message:
		s.atOnce = max(r.MessagesAtOnce, 1)
	case wrapcast.Voice, wrapcast.Callback:
	default: // e-mail, work items
		s.promise = r.PromiseSeconds
	}
	if g.Goal != nil {
		s.take(*g.Goal)
	}
	for _, rule := range r.Groups {
		if rule.Group == string(g.ID) || strings.EqualFold(rule.Group, g.Name) {
			rule.change(&s)
		}
	}
	return s
}

// take takes over the platform's service goal. Of work that may wait its service level is the promise, where it gives
// people a quarter-hour or more: the template of a telephone queue, which groups of e-mail often share, says nothing of
// them.
func (s *groupService) take(g wrapcast.ServiceGoal) {
	if s.promise > 0 {
		if g.Within >= quarterHour {
			s.promise, s.source, s.template = g.Within, SourcePlatform, g.Template
		}
		return
	}
	s.Goal = staffing.Goal{Share: g.ServiceLevel, Within: g.Within, ASA: g.ASA, Abandoned: g.Abandoned,
		Occupancy: s.Goal.Occupancy}
	s.source, s.template = SourcePlatform, g.Template
}

// change takes over what a rule says.
func (r GroupRule) change(s *groupService) {
	if own := r.goal(); own || s.source == SourceDefault {
		s.source, s.template = SourceSettings, ""
	}
	for _, part := range []struct {
		given *float64
		into  *float64
	}{{r.ServiceLevel, &s.Goal.Share}, {r.WithinSeconds, &s.Goal.Within}, {r.ASASeconds, &s.Goal.ASA},
		{r.Abandoned, &s.Goal.Abandoned}, {r.Occupancy, &s.Goal.Occupancy}, {r.PatienceSeconds, &s.Patience},
		{r.Shrinkage, &s.Shrinkage}, {r.PromiseSeconds, &s.promise}} {
		if part.given != nil {
			*part.into = *part.given
		}
	}
	if r.AtOnce != nil {
		s.atOnce = max(*r.AtOnce, 1)
	}
}

// goal reports whether a rule says itself how contacts are to be served, beyond patience, absence and conversations.
func (r GroupRule) goal() bool {
	return r.ServiceLevel != nil || r.WithinSeconds != nil || r.ASASeconds != nil || r.Abandoned != nil ||
		r.Occupancy != nil || r.PromiseSeconds != nil
}

// channelOf is the channel of a group: the one whose contacts wait least, where its routes have several.
func channelOf(g wrapcast.PlanningGroup) wrapcast.MediaType {
	order := []wrapcast.MediaType{wrapcast.Voice, wrapcast.Callback, wrapcast.Chat, wrapcast.Message, wrapcast.Email}
	best := len(order)
	media := wrapcast.MediaType("")
	for _, route := range g.Routes {
		i := slices.Index(order, route.Media)
		if i >= 0 && i < best {
			best, media = i, route.Media
		}
		media = cmp.Or(media, route.Media)
	}
	return cmp.Or(media, wrapcast.Voice)
}
