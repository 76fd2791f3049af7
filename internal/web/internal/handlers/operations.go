// Package handlers puts the operations of the API together: those of its subjects, each a package, and its own, which
// are about all of them.
package handlers

import (
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/service"
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
	// Service runs, plans and submits; nil where the server only shows the store.
	Service *service.Service
	// Forecaster keeps decisions and makes reports from the store; it needs no platform.
	Forecaster *steps.WrapUpForecaster
	Snapshots  *snapshot.Snapshots
	Documents  *snapshot.Documents
	Reports    *snapshot.Reports
	Trail      access.Trail
	// Setup, Provider and Version are shown as settings; Provider is nil where there is no identity provider.
	Setup    Setup
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
	work := scope.Worker{Service: c.Service}
	streams := scope.Streamer{Clock: c.Clock, Closing: c.Closing}
	decisions := scope.DecisionHandlers{Organisations: orgs, Decisions: c.Forecaster.Decisions()}
	calendars := &decided.CalendarHandlers{DecisionHandlers: decisions,
		InSettings: c.Service != nil && c.Service.Spec.Calendar != nil}
	published := publishing.Config{Organisations: orgs, Worker: work, Streams: streams, Decisions: decisions,
		Documents: c.Documents, Clock: c.Clock, NewID: c.NewID}
	return slices.Concat(
		(&statusHandlers{Organisations: orgs, version: c.Version}).operations(),
		(&overviewHandlers{Organisations: orgs, clock: c.Clock, heard: published.Heard()}).operations(),
		(&watchHandlers{Organisations: orgs, streams: streams}).operations(),
		figures.Operations(figures.Config{Organisations: orgs, Documents: c.Documents, Reports: c.Reports,
			Forecaster: c.Forecaster, Spec: work.Spec(), Clock: c.Clock, Calendars: calendars, Version: c.Version}),
		decided.Operations(decisions, calendars),
		publishing.Operations(published),
		(&auditHandlers{orgs}).operations(),
		(&settingsHandlers{worker: work, trail: c.Trail, setup: c.Setup, provider: c.Provider,
			version: c.Version}).operations(),
	)
}
