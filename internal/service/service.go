package service

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Config says what a service works on.
type Config struct {
	// Forecaster does the work. It must be set; the service takes its Report over.
	Forecaster *steps.WrapUpForecaster
	// Spec is what runs are asked for where a request says nothing else.
	Spec steps.Spec
	// Planned are the schedules of settings and command line; others are in the store.
	Planned []Planned
	// CheckSource looks whether the source and the targets would work; nil where nobody can say.
	CheckSource func(context.Context) []wrapcast.Check
	// TickEvery is how often the service looks for what is due; 0 means a minute.
	TickEvery time.Duration
	// Log hears of what no run tells; nil means nobody does.
	Log *slog.Logger
}

// Service works runs of one organisation off as jobs of a queue in the store: one step, one job. It begins the runs
// that are due, takes up those a crash has left, and sends the messages that wait. It is safe for concurrent use.
type Service struct {
	Config
	fleet *Fleet
	hub   *hub
	done  chan struct{}

	mu      sync.Mutex
	met     *steps.View     // the organisation; nil until the platform answered
	problem error           // why it did not
	current *steps.Runner   // the step under way in this process
	working wrapcast.RunID  // the run whose step this process did last, until it is over
	told    map[string]bool // what the log was told of already
	wake    func()          // ends the rest before the next look
}

// Start opens the queue and begins to work for one organisation. The platform is asked who it is in the
// background: a service without a connection shows what is stored and tries again.
func Start(ctx context.Context, config Config) (*Service, error) {
	f, err := StartFleet(ctx, FleetConfig{}, config)
	if err != nil {
		return nil, err
	}
	return f.services[0], nil
}

// newService is a service of a fleet that has not begun to work.
func newService(f *Fleet, config Config) *Service {
	if config.TickEvery == 0 {
		config.TickEvery = time.Minute
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	config.Spec = config.Spec.WithDefaults()
	s := &Service{Config: config, fleet: f, hub: newHub(), done: make(chan struct{}), told: map[string]bool{}}
	forecaster := *config.Forecaster
	reported := forecaster.Report
	forecaster.Report = func(p wrapcast.Progress) {
		s.hub.publish(p)
		reported.Report(p)
	}
	accept := forecaster.Meant.Accept
	forecaster.Meant.Accept = func(o wrapcast.Organisation) error {
		if accept != nil {
			if err := accept(o); err != nil {
				return err
			}
		}
		return f.claim(s, o)
	}
	s.Forecaster = &forecaster
	return s
}

// Stop ends the work of the service, and of all that were started with it: a step under way is given up and taken up by
// whoever works next.
func (s *Service) Stop(ctx context.Context) error { return s.fleet.Stop(ctx) }

// Name is what the settings call its organisation, "" where they name none.
func (s *Service) Name() string { return s.Forecaster.Meant.Name }

// Meet asks the platform which organisation this is, unless that is known.
func (s *Service) Meet(ctx context.Context) (wrapcast.Organisation, error) {
	v, err := s.connect(ctx)
	if err != nil {
		return wrapcast.Organisation{}, err
	}
	return v.Directory.Organisation, nil
}

// connect asks the platform who the organisation is, once, and stores what the settings say of it.
func (s *Service) connect(ctx context.Context) (*steps.View, error) {
	s.mu.Lock()
	met := s.met
	s.mu.Unlock()
	if met != nil {
		return met, nil
	}
	v, err := s.meetOnce(ctx)
	if err == nil {
		v.Spec.Actor = string(wrapcast.ScheduleSettings)
		err = s.Forecaster.AdoptCalendar(ctx, v)
	}
	if err == nil {
		err = s.plan(ctx, v)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.problem = err; err != nil {
		return nil, err
	}
	s.met = v
	return v, nil
}

// meetOnce asks the platform; what breaks in its answer is an error.
func (s *Service) meetOnce(ctx context.Context) (v *steps.View, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = wrapcast.Errorf(wrapcast.Internal, "", "what the platform says of the organisation broke: %v", p)
		}
	}()
	v, err = s.Forecaster.Connect(ctx, s.Spec)
	if err == nil {
		err = s.fleet.claim(s, v.Directory.Organisation) // another may have been met under it meanwhile
	}
	return v, err
}

// Connection tells which organisation the service works for, and what is in the way where it is not known yet.
func (s *Service) Connection() (org wrapcast.OrganisationID, problem error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.met == nil {
		return "", s.problem
	}
	return s.met.Organisation(), nil
}

// RunRequest is what somebody asks of a run; zero fields leave what the settings say.
type RunRequest struct {
	// DryRun stops after the plan.
	DryRun bool `json:"dry_run,omitempty"`
	// HorizonDays is how many days are forecast, Weeks how many weeks are planned.
	HorizonDays int `json:"horizon_days,omitempty"`
	Weeks       int `json:"weeks,omitempty"`
	// Strict refuses weak histories.
	Strict bool `json:"strict,omitempty"`
	// Algorithm is one of forecast.Names.
	Algorithm string `json:"algorithm,omitempty"`
	// AcceptChanges submits although the plan changes more than may go unattended.
	AcceptChanges bool `json:"accept_changes,omitempty"`
	// Submit names stored plans: the run submits these, and does nothing before.
	Submit []wrapcast.PlanID `json:"submit,omitempty"`
	// BusinessUnits are planned, by id or name, instead of those of the settings.
	BusinessUnits []string `json:"business_units,omitempty"`
}

// spec is what a run is asked for on behalf of an actor.
func (s *Service) spec(r RunRequest, actor string) steps.Spec {
	spec := s.Spec
	spec.Actor, spec.DryRun = actor, spec.DryRun || r.DryRun
	spec.HorizonDays, spec.Weeks = cmp.Or(r.HorizonDays, spec.HorizonDays), cmp.Or(r.Weeks, spec.Weeks)
	spec.Strict, spec.Algorithm = spec.Strict || r.Strict, cmp.Or(r.Algorithm, spec.Algorithm)
	spec.AcceptChanges, spec.Submit = spec.AcceptChanges || r.AcceptChanges, r.Submit
	if units := wrapcast.ChooseUnits(r.BusinessUnits...); len(units) > 0 {
		spec.BusinessUnits = units
	}
	return spec
}

// StartRun asks for a run. It returns Conflict where one is under way already, or another process
// is at work on the organisation.
func (s *Service) StartRun(ctx context.Context, r RunRequest, actor string) (wrapcast.Run, error) {
	v, err := s.connect(ctx)
	if err != nil {
		return wrapcast.Run{}, err
	}
	var run wrapcast.Run
	err = s.Forecaster.Store.Update(ctx, func(tx *store.Tx) (err error) {
		run, err = s.ask(tx, v, s.spec(r, actor))
		return err
	})
	return run, err
}

// ask writes down a run that is to be done, with the job that begins it.
func (s *Service) ask(tx *store.Tx, v *steps.View, spec steps.Spec) (wrapcast.Run, error) {
	asked := *v
	asked.Spec = spec
	run, err := s.Forecaster.Ask(tx, &asked)
	if err != nil {
		return run, err
	}
	return run, s.enqueue(tx, run)
}

// CancelRun stops a run; see [steps.WrapUpForecaster.CancelRun]. One that is under way in this process stops at once.
func (s *Service) CancelRun(ctx context.Context, org wrapcast.OrganisationID, id wrapcast.RunID, actor string) error {
	if err := s.Forecaster.CancelRun(ctx, org, id, actor); err != nil {
		return err
	}
	s.mu.Lock()
	r := s.current
	s.mu.Unlock()
	if r != nil && r.ID() == id {
		r.LookForCancel(ctx)
	}
	return nil
}

// leave gives the lease of a step that is over, or given up, back.
func (s *Service) leave(r *steps.Runner) {
	s.mu.Lock()
	if s.current == r {
		s.current = nil
	}
	if !steps.Unfinished(r.Run()) {
		s.working = ""
	}
	s.mu.Unlock()
	r.Release()
}

// ended reports whether an error only says that the service ends.
func (s *Service) ended(err error) bool {
	return s.fleet.ctx.Err() != nil && errors.Is(err, context.Canceled)
}
