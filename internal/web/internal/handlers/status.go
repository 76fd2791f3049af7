package handlers

import (
	"context"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/web/internal/access"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// statusBody has the organisations of this installation, and the next step of somebody who has just started.
type statusBody struct {
	Version       string               `json:"version"`
	Organisations []organisationStatus `json:"organisations" doc:"Those with something stored; none where nothing was ever run"`
	Next          []string             `json:"next" doc:"What to do first, a sentence each; empty once there is a forecast"`
}

// organisationStatus counts the stored data of one organisation.
type organisationStatus struct {
	ID            wrapcast.OrganisationID `json:"id"`
	Name          string                  `json:"name"`
	Region        string                  `json:"region"`
	BusinessUnit  wrapcast.BusinessUnit   `json:"business_unit" doc:"The one shown where none is asked for; without id and name where there is none"`
	BusinessUnits []wrapcast.BusinessUnit `json:"business_units" doc:"All that are planned; none where there is none"`
	AsOf          *time.Time              `json:"as_of,omitempty" doc:"Up to when the platform was asked"`
	Today         *wrapcast.Date          `json:"today,omitempty" doc:"The local day of as_of: the present of the numbers"`
	HistoryFrom   *wrapcast.Date          `json:"history_from,omitempty"`
	Codes         int                     `json:"codes"`
	Queues        int                     `json:"queues"`
	Leaves        int                     `json:"leaves"`
	Forecast      wrapcast.ForecastID     `json:"forecast" doc:"The latest; empty where there is none"`
	AuditEntries  int64                   `json:"audit_entries"`
	Newer         []snapshot.Newer        `json:"newer_than_forecast" doc:"Decisions that the latest forecast does not know, a row per kind, until a run forecasts anew; overrides need no forecast and are not among them"`
}

// statusHandlers answers which organisations are stored, and what to do first.
type statusHandlers struct {
	scope.Organisations
	version string
}

// operations lists what can be asked here.
func (h *statusHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "get-status", Path: "/status", Tag: "Status", Role: viewer,
			Summary: "What is stored, and what to do next",
			Handler: api.Answer(api.Installed, h.getStatus)},
	}
}

func (h *statusHandlers) getStatus(ctx context.Context, at api.Scope, _ *struct{}) (*api.Reply[statusBody], error) {
	all, err := scope.Seen(ctx, h.Store, access.WhoAsks(ctx))
	if err != nil {
		return nil, err
	}
	out := statusBody{Version: h.version, Organisations: []organisationStatus{}, Next: []string{}}
	forecasts := 0
	for _, o := range all {
		snap, err := h.Snapshots.Of(ctx, o.ID, "")
		if ctx.Err() != nil {
			return nil, err
		}
		status := organisationStatus{ID: o.ID, Name: o.Name, Region: o.Region, BusinessUnits: []wrapcast.BusinessUnit{}}
		if err == nil {
			status = statusOf(snap)
		} // else its own pages say what is wrong with it: the others are shown
		if status.Forecast != "" {
			forecasts++
		}
		out.Organisations = append(out.Organisations, status)
	}
	if forecasts == 0 {
		out.Next = firstSteps()
	}
	return api.Respond(out, nil)
}

func statusOf(snap *snapshot.Snapshot) organisationStatus {
	out := organisationStatus{ID: snap.Directory.Organisation.ID, Name: snap.Directory.Organisation.Name,
		Region:       snap.Directory.Organisation.Region,
		BusinessUnit: snap.Directory.BusinessUnit, Codes: len(snap.Codes), Queues: len(snap.Queues),
		Leaves: len(snap.Used), AuditEntries: snap.Version.AuditSeq, Newer: api.OrEmpty(snap.Newer)}
	out.BusinessUnits = []wrapcast.BusinessUnit{}
	for _, u := range snap.Directory.Units() {
		out.BusinessUnits = append(out.BusinessUnits, u.BusinessUnit)
	}
	if len(snap.Read) > 0 {
		first := wrapcast.DateOf(snap.Read[0].From.In(snap.Zone))
		out.AsOf, out.Today, out.HistoryFrom = &snap.AsOf, &snap.Today, &first
	}
	if snap.Forecast != nil {
		out.Forecast = snap.Forecast.ID
	}
	return out
}

// firstSteps are for somebody who has just started.
func firstSteps() []string {
	return []string{
		"To look around without an account, stop this and run `wrapcast demo`.",
		"For an organisation of your own, make an OAuth client with the client-credentials grant " +
			"and set GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET and GENESYS_REGION.",
		"`wrapcast doctor` says whether it would work and what is missing; " +
			"`wrapcast run --dry-run` forecasts without submitting.",
	}
}
