// Package figures answers what was counted, what is forecast, how good forecasts were, and how good the data is; and
// makes the files that have it.
package figures

import (
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/decided"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// viewer is the role that figures need.
const viewer = wrapcast.RoleViewer

// Config has the parts that these handlers are made of; each takes the few it needs.
type Config struct {
	Organisations scope.Organisations
	Documents     *snapshot.Documents
	Reports       *snapshot.Reports
	// Forecaster makes files from the store, with the settings of Specs; it needs no platform.
	Forecaster *steps.WrapUpForecaster
	Specs      snapshot.Specs
	Clock      wrapcast.Clock
	Calendars  *decided.CalendarHandlers
	Version    string
}

// Operations lists the operations of all figures.
func Operations(c Config) []api.Operation {
	orgs := c.Organisations
	forecasts := &forecastHandlers{Organisations: orgs, documents: c.Documents}
	files := fileHandlers{Organisations: orgs, forecasts: forecasts,
		reports: c.Forecaster, heads: c.Reports, specs: c.Specs,
		clock: c.Clock}
	return slices.Concat(
		(&codeHandlers{orgs}).operations(),
		(&queueHandlers{orgs}).operations(),
		(&historyHandlers{orgs}).operations(),
		forecasts.operations(),
		(&componentHandlers{Organisations: orgs, forecasts: forecasts, calendars: c.Calendars}).operations(),
		(&quarterHourHandlers{Organisations: orgs, forecasts: forecasts, reports: c.Reports}).operations(),
		(&staffHandlers{Organisations: orgs, reports: c.Reports}).operations(),
		(&intradayHandlers{Organisations: orgs, reports: c.Reports}).operations(),
		(&accuracyHandlers{Organisations: orgs, reports: c.Reports}).operations(),
		(&reconciliationHandlers{Organisations: orgs, reports: c.Reports}).operations(),
		(&validationHandlers{orgs}).operations(),
		(&exportHandlers{files}).operations(),
		(&tableHandlers{fileHandlers: files, documents: c.Documents, reports: c.Reports,
			decisions: c.Forecaster.Decisions()}).operations(),
		(&weekReportHandlers{fileHandlers: files, version: c.Version}).operations(),
		(&packHandlers{fileHandlers: files, version: c.Version}).operations(),
	)
}
