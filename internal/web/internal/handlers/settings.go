package handlers

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/heads"
	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/source"
	"github.com/wrapcast/wrapcast/internal/web/internal/access"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
)

// Served is a service with what people may look at of its organisation's settings.
type Served struct {
	Service *service.Service
	Setup   Setup
}

// WorkerOf has the services alone.
func WorkerOf(all []Served) (w scope.Worker) {
	for _, s := range all {
		w.Services = append(w.Services, s.Service)
	}
	return w
}

// Setup has the settings that a service itself does not know; people may look at them.
type Setup struct {
	// Region and BaseURL locate the platform, ClientID is that of the OAuth client.
	Region   string
	BaseURL  string
	ClientID string
	// WebhookSecret is the origin of the signing secret: "own", or "derived" from the client's.
	WebhookSecret string
	// Staffing are the rules that heads of the organisation are counted by; none are those of the server.
	Staffing  heads.Rules
	Retention Retention
}

// Retention is how many days things are kept; 0 is for ever.
type Retention struct {
	HistoryDays   int `json:"history_days" doc:"Of contacts, before the last that was read"`
	ForecastsDays int `json:"forecasts_days" doc:"Of forecasts and plans, after the last day they speak of"`
	RunsDays      int `json:"runs_days" doc:"Of runs, after they ended"`
	MessagesDays  int `json:"messages_days" doc:"Of messages to the webhook, after they were made"`
}

// StaffingOf has the rules of each organisation that is served, and for any other those given.
func StaffingOf(all []Served, other heads.Rules) func(wrapcast.OrganisationID) heads.Rules {
	return func(org wrapcast.OrganisationID) heads.Rules {
		for _, s := range all {
			if s.Service.Organisation() == org && s.Setup.Staffing.ChatsAtOnce != 0 {
				return s.Setup.Staffing
			}
		}
		return other
	}
}

// settingsBody has the settings of this installation. No secret is part of it.
type settingsBody struct {
	Version  string          `json:"version"`
	File     string          `json:"file" doc:"The settings file; empty where the environment says everything"`
	Provider *providerStatus `json:"provider,omitempty" doc:"The identity provider people may log in with"`
	// Where it works for several, these are of none of them.
	OrganisationSettings
	Organisations []OrganisationSettings `json:"organisations" doc:"Those it works for, of which you may see; none where it works for one alone, which stands above"`
}

// OrganisationSettings has those of one organisation.
type OrganisationSettings struct {
	Name         string                 `json:"name,omitempty" doc:"What the settings file calls it; left out where it names none"`
	Organisation *wrapcast.Organisation `json:"organisation,omitempty" doc:"The one it works for; left out where it works for none, or has not reached it yet"`
	Credentials  credentialsStatus      `json:"credentials"`
	Budget       *budgetStatus          `json:"budget,omitempty" doc:"Of the platform's request limit"`
	Webhook      webhookStatus          `json:"webhook"`
	Run          *runSettings           `json:"run,omitempty" doc:"The defaults of a run"`
	Retention    *Retention             `json:"retention,omitempty" doc:"How many days things are kept; 0 is for ever"`
}

// credentialsStatus is the state of the OAuth client.
type credentialsStatus struct {
	State    string `json:"state" enum:"none,waiting,working,failing" doc:"none: no credentials set, only stored data is shown, or they are those of an organisation that you may not see; waiting: the platform has not answered yet"`
	ClientID string `json:"client_id"`
	Region   string `json:"region"`
	BaseURL  string `json:"base_url" doc:"In place of the region's; empty usually"`
	Problem  string `json:"problem" doc:"What is wrong; empty where nothing is"`
	Hint     string `json:"hint"`
}

type budgetStatus struct {
	PerMinute     int              `json:"per_minute" doc:"Requests a minute that may be made"`
	Share         wrapcast.Measure `json:"share" doc:"How much of it was used from the first request to the latest, a fraction"`
	Requests      int              `json:"requests" doc:"Since the service began"`
	Retries       int              `json:"retries"`
	RateLimited   int              `json:"rate_limited" doc:"How many were answered 429"`
	MonthRequests int              `json:"month_requests" doc:"Of the organisation in this month, whoever sent them, where that is kept"`
	PerMonth      int              `json:"per_month" doc:"The month's ceiling; 0 where there is none"`
}

type webhookStatus struct {
	Host   string `json:"host" doc:"The webhook's host; the rest of the address may be a secret. Empty where no webhook is set"`
	Signed string `json:"signed" enum:",own,derived" doc:"own: with a secret of its own; derived: with one derived from the OAuth client's"`
}

type providerStatus struct {
	Issuer      string        `json:"issuer"`
	DefaultRole wrapcast.Role `json:"default_role" enum:",viewer,planner,publisher,admin" doc:"The role of users no admin has added; empty admits only users an admin has added"`
}

type runSettings struct {
	Target       wrapcast.Target   `json:"target"`
	Weeks        int               `json:"weeks"`
	HorizonDays  int               `json:"horizon_days"`
	LookbackDays int               `json:"lookback_days"`
	RereadDays   int               `json:"reread_days"`
	Directions   []string          `json:"directions" doc:"Whose contacts count: inbound, outbound"`
	LeaveOut     []string          `json:"leave_out" doc:"Planning groups that are not planned, as the settings name them"`
	Level        float64           `json:"level"`
	Algorithm    string            `json:"algorithm"`
	Strict       bool              `json:"strict"`
	DryRun       bool              `json:"dry_run" doc:"No run submits anything"`
	Codes        []wrapcast.CodeID `json:"codes" doc:"The codes that are reported; empty means all"`
	BusinessUnit string            `json:"business_unit" doc:"As the settings name it; empty takes the only one"`
}

type checksBody struct {
	Items     []wrapcast.Check `json:"items"`
	CheckedAt time.Time        `json:"checked_at"`
}

// settingsHandlers shows the settings of this installation, and checks whether a run would work.
type settingsHandlers struct {
	worker   scope.Worker
	trail    access.Trail
	served   []Served
	file     string
	provider *access.OIDC
	version  string
}

// operations lists what can be asked here.
func (h *settingsHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "get-settings", Path: "/settings", Tag: "Settings", Role: viewer,
			Summary:     "The settings of this installation",
			Description: "Settings are changed in the settings file and the environment. No secret is answered.",
			Handler:     api.Answer(api.Installed, h.getSettings)},
		{ID: "check-connection", Method: http.MethodPost, Path: "/settings/check", Tag: "Settings", Role: admin,
			Summary: "Check that a run would work",
			Description: "Credentials, each permission, business unit, codes and webhook, as wrapcast doctor does. " +
				"Nothing that is sent changes anything.",
			Status: http.StatusOK, Works: true, Handler: api.Answer(api.Connected, h.checkConnection)},
	}
}

func (h *settingsHandlers) getSettings(
	ctx context.Context, at api.Scope, _ *struct{},
) (*api.Reply[settingsBody], error) {
	out := settingsBody{Version: h.version, File: h.file, Organisations: []OrganisationSettings{}}
	out.Credentials.State = "none"
	if h.provider != nil {
		out.Provider = &providerStatus{Issuer: h.provider.Issuer, DefaultRole: h.provider.DefaultRole}
	}
	who := access.WhoAsks(ctx)
	for _, s := range h.served {
		if !maySee(who, s) {
			continue
		}
		one, err := settingsOf(ctx, s)
		if err != nil {
			return nil, err
		}
		if len(h.served) == 1 {
			out.OrganisationSettings = one
			break
		}
		out.Organisations = append(out.Organisations, one)
	}
	return api.Respond(out, nil)
}

// maySee reports whether somebody may see the settings of an organisation that this works for.
func maySee(who access.Identity, s Served) bool {
	return who.Rights.In(s.Service.Organisation()).May(wrapcast.RoleViewer)
}

// settingsOf has the settings of one organisation.
func settingsOf(ctx context.Context, s Served) (out OrganisationSettings, err error) {
	spec, u := s.Service.Spec, s.Service.Usage()
	out.Name, out.Credentials = s.Service.Name(), credentialsOf(s)
	if out.Credentials.State == "working" {
		org, err := s.Service.Meet(ctx)
		if err != nil {
			return out, err
		}
		out.Organisation = &org
	}
	out.Budget, out.Retention = budgetOf(u), &s.Setup.Retention
	directions := []string{}
	for _, d := range spec.CountedDirections() {
		directions = append(directions, d.Title())
	}
	if address, err := url.Parse(spec.Webhook); err == nil && spec.Webhook != "" {
		out.Webhook = webhookStatus{Host: address.Host, Signed: s.Setup.WebhookSecret}
	}
	out.Run = &runSettings{Target: spec.Target, Weeks: spec.Weeks, HorizonDays: spec.HorizonDays,
		LookbackDays: spec.LookbackDays, RereadDays: spec.RereadDays, Directions: directions,
		Level: spec.Level, Algorithm: spec.Algorithm, Strict: spec.Strict, DryRun: spec.DryRun,
		LeaveOut: api.OrEmpty(spec.LeaveOut), Codes: api.OrEmpty(spec.Codes), BusinessUnit: spec.BusinessUnits.String()}
	return out, nil
}

func budgetOf(u source.Usage) *budgetStatus {
	return &budgetStatus{PerMinute: u.PerMinute, Share: u.Share(), Requests: u.Requests, Retries: u.Retries,
		RateLimited: u.RateLimited, MonthRequests: u.MonthRequests, PerMonth: u.PerMonth}
}

func credentialsOf(s Served) credentialsStatus {
	out := credentialsStatus{State: "waiting", ClientID: s.Setup.ClientID, Region: s.Setup.Region,
		BaseURL: s.Setup.BaseURL}
	org, problem := s.Service.Connection()
	switch {
	case org != "":
		out.State = "working"
	case problem != nil:
		out.State, out.Problem, out.Hint = "failing", problem.Error(), wrapcast.Hint(problem)
	}
	return out
}

func (h *settingsHandlers) checkConnection(
	ctx context.Context, at api.Scope, _ *struct{},
) (*api.Reply[checksBody], error) {
	served, err := h.worker.Serving(at.Organisation)
	if err != nil {
		return nil, err
	}
	found := served.Check(ctx)
	err = h.trail.Record(ctx, wrapcast.AuditEntry{Actor: access.Actor(ctx), Action: "connection.checked"})
	return api.Respond(checksBody{Items: api.OrEmpty(found), CheckedAt: h.trail.Now()}, err)
}
