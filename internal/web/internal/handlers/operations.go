// Package handlers answers the operations of the API, one file per subject. Each subject is a small struct with the few
// things it needs, and a method that lists its operations; Operations puts them together.
package handlers

import (
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/access"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
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
	viewer    = wrapcast.RoleViewer
	planner   = wrapcast.RolePlanner
	publisher = wrapcast.RolePublisher
	admin     = wrapcast.RoleAdmin
)

// Operations lists the operations of all subjects.
func Operations(c Config) []api.Operation {
	orgs := organisations{store: c.Store, snapshots: c.Snapshots}
	work := worker{service: c.Service, organisations: orgs}
	streams := streamer{clock: c.Clock, closing: c.Closing}
	decisions := decisionHandlers{organisations: orgs, decisions: c.Forecaster.Decisions()}
	calendars := &calendarHandlers{decisionHandlers: decisions,
		inSettings: c.Service != nil && c.Service.Spec.Calendar != nil}
	forecasts := &forecastHandlers{organisations: orgs, documents: c.Documents}
	runs := &runHandlers{organisations: orgs, worker: work, streams: streams}
	listening := heard{documents: c.Documents, clock: c.Clock}
	files := fileHandlers{organisations: orgs, forecasts: forecasts, reports: c.Forecaster, spec: work.spec(),
		clock: c.Clock}
	return slices.Concat(
		(&statusHandlers{organisations: orgs, version: c.Version}).operations(),
		(&overviewHandlers{organisations: orgs, clock: c.Clock, heard: listening}).operations(),
		(&watchHandlers{organisations: orgs, streams: streams}).operations(),
		(&codeHandlers{orgs}).operations(),
		(&queueHandlers{orgs}).operations(),
		(&historyHandlers{orgs}).operations(),
		forecasts.operations(),
		(&componentHandlers{organisations: orgs, forecasts: forecasts, calendars: calendars}).operations(),
		(&quarterHourHandlers{organisations: orgs, forecasts: forecasts, reports: c.Reports}).operations(),
		(&accuracyHandlers{organisations: orgs, reports: c.Reports}).operations(),
		(&reconciliationHandlers{organisations: orgs, reports: c.Reports}).operations(),
		(&overrideHandlers{decisions}).operations(),
		(&validationHandlers{orgs}).operations(),
		(&maskHandlers{decisions}).operations(),
		calendars.operations(),
		(&lineageHandlers{decisions}).operations(),
		(&planHandlers{organisations: orgs, documents: c.Documents, heard: listening}).operations(),
		(&silenceHandlers{decisionHandlers: decisions, heard: listening}).operations(),
		(&submissionHandlers{orgs}).operations(),
		(&publishHandlers{worker: work, heard: listening}).operations(),
		runs.operations(),
		(&scheduleHandlers{organisations: orgs, worker: work, clock: c.Clock, newID: c.NewID}).operations(),
		(&deliveryHandlers{organisations: orgs, worker: work}).operations(),
		(&auditHandlers{orgs}).operations(),
		(&exportHandlers{files}).operations(),
		(&weekReportHandlers{fileHandlers: files, version: c.Version}).operations(),
		(&settingsHandlers{worker: work, trail: c.Trail, setup: c.Setup, provider: c.Provider,
			version: c.Version}).operations(),
	)
}
