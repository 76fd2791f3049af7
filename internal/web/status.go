package web

import (
	"context"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// sessionCookie carries a login.
const sessionCookie = "wrapcast_session"

// statusBody says what this installation is and what to do next.
type statusBody struct {
	Version       string               `json:"version"`
	Organisations []organisationStatus `json:"organisations" doc:"Those with something stored; none where nothing was ever run"`
	Next          []string             `json:"next" doc:"What to do first, a sentence each; empty once there is a forecast"`
}

// organisationStatus is what is stored of one organisation.
type organisationStatus struct {
	ID           wrapcast.OrganisationID `json:"id"`
	Name         string                  `json:"name"`
	Region       string                  `json:"region"`
	BusinessUnit wrapcast.BusinessUnit   `json:"business_unit"`
	AsOf         *time.Time              `json:"as_of,omitempty" doc:"Up to when the platform was asked"`
	Today        *wrapcast.Date          `json:"today,omitempty" doc:"The local day of as_of: the present of the numbers"`
	HistoryFrom  *wrapcast.Date          `json:"history_from,omitempty"`
	Codes        int                     `json:"codes"`
	Queues       int                     `json:"queues"`
	Leaves       int                     `json:"leaves"`
	Forecast     wrapcast.ForecastID     `json:"forecast" doc:"The latest; empty where there is none"`
	AuditEntries int64                   `json:"audit_entries"`
}

func (s *Server) registerStatus() {
	register(s.api, wrapcast.RoleViewer, get("get-status", "/status", "Status", "What is here, and what to do next"), s.getStatus)
}

func (s *Server) getStatus(ctx context.Context, _ *struct{}) (*reply[statusBody], error) {
	var all []wrapcast.Organisation
	err := s.Store.View(ctx, func(tx *store.Tx) (err error) {
		all, err = tx.Organisations()
		return err
	})
	if err != nil {
		return nil, err
	}
	out := statusBody{Version: s.Version, Organisations: []organisationStatus{}, Next: []string{}}
	forecasts := 0
	for _, o := range all {
		snap, err := s.snapshots.of(ctx, o.ID)
		if err != nil {
			return nil, err
		}
		status := snap.status()
		if status.Forecast != "" {
			forecasts++
		}
		out.Organisations = append(out.Organisations, status)
	}
	if forecasts == 0 {
		out.Next = firstSteps()
	}
	return answer(out, nil)
}

func (s *snapshot) status() organisationStatus {
	out := organisationStatus{ID: s.directory.Organisation.ID, Name: s.directory.Organisation.Name, Region: s.directory.Organisation.Region,
		BusinessUnit: s.directory.BusinessUnit, Codes: len(s.codes), Queues: len(s.queues), Leaves: len(s.used), AuditEntries: s.version.AuditSeq}
	if len(s.read) > 0 {
		first := wrapcast.DateOf(s.read[0].From.In(s.zone))
		out.AsOf, out.Today, out.HistoryFrom = &s.asOf, &s.today, &first
	}
	if s.forecast != nil {
		out.Forecast = s.forecast.ID
	}
	return out
}

// firstSteps are for somebody who has just started.
func firstSteps() []string {
	return []string{
		"To look around without an account, stop this and run `wrapcast demo`.",
		"For an organisation of your own, make an OAuth client with the client-credentials grant and set GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET and GENESYS_REGION.",
		"`wrapcast doctor` says whether it would work and what is missing; `wrapcast run --dry-run` forecasts without submitting.",
	}
}
