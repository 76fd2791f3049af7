package sim

import (
	"github.com/wrapcast/wrapcast/internal/sim/internal/access"
	"github.com/wrapcast/wrapcast/internal/sim/internal/analytics"
	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/basics"
	"github.com/wrapcast/wrapcast/internal/sim/internal/notify"
	"github.com/wrapcast/wrapcast/internal/sim/internal/rest"
	"github.com/wrapcast/wrapcast/internal/sim/internal/routing"
	"github.com/wrapcast/wrapcast/internal/sim/internal/wfm"
)

// service is a subject of the API.
type service interface{ Endpoints() []api.Endpoint }

// route registers every endpoint of every service.
func (s *Server) route() {
	o, w := s.options, s.options.Switches
	s.notifications = &notify.Service{
		Organisation: s.organisation, Now: o.Clock.Now, Seed: o.Seed, Heartbeat: o.Heartbeat,
		HeartbeatBody: w.HeartbeatBody, SocketLife: o.SocketLife, Lifetime: s.lifetime,
	}
	s.wfm = wfm.New(wfm.Options{
		Organisation: s.organisation, Contacts: s.contacts, Clock: o.Clock, Seed: o.Seed, Switches: w.wfm(),
		Delay: o.ImportDelay, Pages: w.pages(), InPlace: o.is(KindBusyWeek), Run: s.run,
		Publish: s.notifications.Publish,
	})
	s.rest = &rest.Service{Organisation: s.organisation, Clock: o.Clock, Seed: o.Seed, Delay: o.ImportDelay,
		Algorithms: o.Algorithms}
	login := &access.Login{Tokens: s.tokens, Organisation: s.organisation, WrongSecretStatus: w.WrongSecretStatus,
		Telling: w.OwnPermissions, Grant: w.AnalyticsDivisions}
	routes := &routing.Service{Organisation: s.organisation, Now: o.Clock.Now, Pages: w.pages(),
		ListDefaultCode: w.ListDefaultCode, NoViews: w.NoDivisionViews, Grant: w.QueueDivisions}
	first := &basics.Service{Organisation: s.organisation, Now: o.Clock.Now, Pages: w.pages()}
	for _, service := range []service{login, first, s.analytics(), routes, s.notifications, s.wfm, s.rest} {
		s.endpoints = append(s.endpoints, service.Endpoints()...)
	}
	s.register(s.endpoints)
}

func (s *Server) analytics() *analytics.Service {
	o, w := s.options, s.options.Switches
	return &analytics.Service{
		Organisation: s.organisation, Contacts: s.contacts, Now: o.Clock.Now, Seed: o.Seed,
		Ceilings: w.ceilings(), Uncoded: w.UncodedMetrics, EmptyList: w.EmptyResultsList, Grant: w.AnalyticsDivisions,
		Groups: analytics.Groups{Callbacks: w.CallbackDirection, SkillsAsList: w.SkillsAsList,
			AllAsLists: w.ValuesAsLists, Unskilled: w.UnskilledAgents, Offset: w.IntervalOffset},
	}
}
