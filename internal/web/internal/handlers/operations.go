// Package handlers puts the operations of the API together: those of its subjects, each a package, and its own, which
// are about all of them.
package handlers

import (
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/imports"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/access"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/decided"
	"github.com/wrapcast/wrapcast/internal/web/internal/figures"
	"github.com/wrapcast/wrapcast/internal/web/internal/publishing"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// Config has the parts that handlers are made of; each takes the few it needs.
type Config struct {
	Store *store.Store
	Clock wrapcast.Clock
	NewID func() string
	// Services run, plan and submit, one for each organisation; none where the server only shows the store.
	Services []Served
	// Forecaster keeps decisions and makes reports from the store; it needs no platform.
	Forecaster *steps.WrapUpForecaster
	Snapshots  *snapshot.Snapshots
	Documents  *snapshot.Documents
	Reports    *snapshot.Reports
	Trail      access.Trail
	// File, Provider and Version are shown as settings; Provider is nil where there is no identity provider.
	File     string
	Provider *access.OIDC
	Version  string
	// Closing reports whether the server stops: streams end then.
	Closing func() bool
}

// The roles, as the tables of operations name them.
const (
	viewer = wrapcast.RoleViewer
	admin  = wrapcast.RoleAdmin
)

// Operations lists the operations of all subjects.
func Operations(c Config) []api.Operation {
	orgs := scope.Organisations{Store: c.Store, Snapshots: c.Snapshots}
	work := WorkerOf(c.Services)
	streams := scope.Streamer{Clock: c.Clock, Closing: c.Closing}
	decisions := scope.DecisionHandlers{Organisations: orgs, Decisions: c.Forecaster.Decisions()}
	calendars := &decided.CalendarHandlers{DecisionHandlers: decisions,
		InSettings: func(org wrapcast.OrganisationID) bool { return work.Spec(org).Calendar != nil }}
	published := publishing.Config{Organisations: orgs, Worker: work, Streams: streams, Decisions: decisions,
		Reports: c.Reports, Documents: c.Documents, Clock: c.Clock, NewID: c.NewID}
	return slices.Concat(
		(&statusHandlers{Organisations: orgs, version: c.Version}).operations(),
		(&organisationHandlers{Organisations: orgs, worker: work, now: c.Clock.Now}).operations(),
		(&overviewHandlers{Organisations: orgs, clock: c.Clock, heard: published.Heard()}).operations(),
		(&todayHandlers{orgs}).operations(),
		(&watchHandlers{Organisations: orgs, streams: streams}).operations(),
		figures.Operations(figures.Config{Organisations: orgs, Documents: c.Documents, Reports: c.Reports,
			Forecaster: c.Forecaster, Specs: work.Spec, Clock: c.Clock, Calendars: calendars, Version: c.Version}),
		decided.Operations(decisions, calendars, decided.Workbooks{Forecaster: c.Forecaster, Specs: work.Spec}),
		publishing.Operations(published),
		(&auditHandlers{orgs}).operations(),
		(&importHandlers{Organisations: orgs, trail: c.Trail,
			keeper: imports.Keeper{Store: c.Store, Clock: c.Clock, NewID: c.NewID}}).operations(),
		(&settingsHandlers{worker: work, trail: c.Trail, served: c.Services, file: c.File, provider: c.Provider,
			version: c.Version}).operations(),
	)
}
