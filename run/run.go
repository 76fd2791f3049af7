package run

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/ids"
	"github.com/wrapcast/wrapcast/internal/schedule"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/webhook"
)

// WrapUpForecaster owns the steps of the run for one organisation. It is safe for concurrent use; one run of an
// organisation is done at a time, by whatever process.
type WrapUpForecaster struct {
	steps  *steps.WrapUpForecaster
	spec   steps.Spec
	client *genesys.Client
	clock  wrapcast.Clock
}

// Result is what became of a run: what a step has not left is nil or empty.
type Result struct {
	Run        wrapcast.Run
	Validation *wrapcast.ValidationReport
	Forecast   *wrapcast.Forecast
	Plans      []wrapcast.Plan
	// Submissions name the forecast at the target: TargetForecastID.
	Submissions []wrapcast.Submission
	// Deliveries are the messages to the webhook.
	Deliveries []wrapcast.Delivery
}

// New opens the data directory and prepares the client; nothing is sent yet. Options that cannot work are Usage errors.
func New(ctx context.Context, o Options) (*WrapUpForecaster, error) {
	clock := o.clock()
	ledger := &store.Ledger{Clock: clock}
	client, err := genesys.New(genesys.Config{Region: o.Region, BaseURL: o.BaseURL, LoginURL: o.LoginURL,
		APIURL: o.APIURL, Network: o.network(), ClientID: o.ClientID,
		ClientSecret: o.ClientSecret, Clock: clock, UserAgent: o.userAgent(),
		Budget: genesys.NewSharedBudget(wrapcast.BudgetLimits{PerMinute: o.RequestsPerMinute}, ledger)})
	if err != nil {
		return nil, err
	}
	sender, err := o.sender(clock)
	if err != nil {
		return nil, err
	}
	kept, err := store.Open(ctx, store.Options{Dir: cmp.Or(o.DataDir, "wrapcast-data"), URL: o.Store,
		AuditKeyFile: o.AuditKeyFile, AuditKey: o.AuditKey})
	if err != nil {
		return nil, err
	}
	if err := kept.CanSign(); err != nil {
		return nil, errors.Join(err, kept.Close())
	}
	ledger.Store = kept
	grow := &ids.Growing{Now: time.Now}
	grow.Bind(func() string {
		last, _ := kept.LastID(context.WithoutCancel(ctx)) // a store that cannot tell keeps nothing either
		return last
	})
	return &WrapUpForecaster{spec: o.spec(), client: client, clock: clock, steps: &steps.WrapUpForecaster{
		Store: kept, Source: genesys.Source{Client: client},
		Targets: genesys.NewTargets(genesys.TargetOptions{Reader: client}),
		Sender:  sender, Clock: clock, NewID: grow.New, Report: o.Progress, Holder: store.Holder(grow.New()),
		Alive: store.HolderAlive, Version: o.version(),
	}}, nil
}

// Run does one pass over the steps, or takes up the pass that was interrupted. The result tells how far it came even
// where there is an error: InvalidData where a history was refused or a plan waits for a person, Refused where the
// platform was asked for what it does not give, Partial where a submission is in doubt or a message undelivered.
func (f *WrapUpForecaster) Run(ctx context.Context) (Result, error) {
	return resultOf(f.steps.Run(ctx, f.spec))
}

// Plan makes plans of the latest forecast, with the overrides that are in use now, sets each beside what the target
// holds, and keeps them, to be looked at and submitted. NotFound where nothing was forecast yet.
func (f *WrapUpForecaster) Plan(ctx context.Context) ([]wrapcast.Plan, error) {
	list, err := f.steps.Plan(ctx, f.spec, true)
	return list.Plans, err
}

// Submit submits stored plans that somebody has looked at, and tells the webhook. It refuses a plan that was submitted
// before, and one whose week has another forecast at the target than when the plan was made: Conflict.
func (f *WrapUpForecaster) Submit(ctx context.Context, plans ...wrapcast.PlanID) (Result, error) {
	return resultOf(f.steps.SubmitPlans(ctx, f.spec, plans...))
}

// Every runs whenever a cron rule fires on the wall clock of a zone ("0 2 * * *" is every night at two) and hands each
// result to done, until ctx ends or done returns an error, which it returns. A rule that cannot be is a Usage error.
func (f *WrapUpForecaster) Every(ctx context.Context, rule string, zone *time.Location,
	done func(Result, error) error) error {
	r, err := schedule.Parse(rule, zone)
	if err != nil {
		return err
	}
	for {
		now := f.clock.Now()
		if err := f.clock.Sleep(ctx, r.Next(now).Sub(now)); err != nil {
			return err
		}
		if err := done(f.Run(ctx)); err != nil {
			return err
		}
	}
}

// Close closes the data directory and the connections. A run under way in another goroutine must have ended.
func (f *WrapUpForecaster) Close() error {
	f.client.Close()
	return f.steps.Store.Close()
}

// spec is what every run is asked for.
func (o Options) spec() steps.Spec {
	return steps.Spec{Actor: "run", BusinessUnits: wrapcast.ChooseUnits(append([]string{o.BusinessUnit}, o.BusinessUnits...)...),
		TimeZone: o.TimeZone, Codes: o.Codes, Calendar: o.Calendar, Directions: o.Directions,
		LeaveOut:     o.LeaveOut,
		LookbackDays: o.LookbackDays, HorizonDays: o.HorizonDays, Level: o.Level, Algorithm: o.Algorithm,
		Strict: o.Strict,
		Target: o.Target, Weeks: o.Weeks, DryRun: o.DryRun, AcceptChanges: o.AcceptChanges, Webhook: o.Webhook}
}

// sender signs and sends to the webhook, nil where none is set.
func (o Options) sender(clock wrapcast.Clock) (*webhook.Sender, error) {
	if o.Webhook == "" {
		return nil, nil //nolint:nilnil // no webhook is a valid setting
	}
	if err := webhook.CheckURL(o.Webhook); err != nil {
		return nil, err
	}
	secret := cmp.Or(o.WebhookSecret, webhook.DerivedSecret(o.ClientSecret))
	authorities, err := o.network().RootCAs()
	if err != nil {
		return nil, err
	}
	proxy, err := o.network().Configured()
	if err != nil {
		return nil, err
	}
	return webhook.New(webhook.Config{Secrets: []string{secret}, Clock: clock, UserAgent: o.userAgent(),
		RootCAs: authorities, Proxy: proxy})
}

// network is how hosts are reached.
func (o Options) network() genesys.Network { return genesys.Network{Proxy: o.Proxy, CAFile: o.CAFile} }

func resultOf(o steps.Outcome, err error) (Result, error) {
	return Result{Run: o.Run, Validation: o.Validation, Forecast: o.Forecast, Plans: o.Plans,
		Submissions: o.Submissions,
		Deliveries:  o.Deliveries}, err
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
