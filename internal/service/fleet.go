package service

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"slices"
	"sync"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// FleetConfig says how the services of one process share it.
type FleetConfig struct {
	// Parallel is how many steps compute at the same time; 0 means one, which uses all cores.
	Parallel int
	// Idle leaves the work to other processes: it looks for what is due and does none of it.
	Idle bool
	// Holder names the process in the queue; "" means as the first service does on leases.
	Holder string
	// Log hears of the queue itself; nil means as the first service's.
	Log *slog.Logger
}

// Fleet works for several organisations on one store, a service each. They share a queue and the machine, and nothing
// else: none stops, slows or sees another. It is safe for concurrent use.
type Fleet struct {
	FleetConfig
	services []*Service
	store    *store.Store
	queue    *river.Client[*sql.Tx]
	// ctx is the fleet's life.
	ctx  context.Context //nolint:containedctx // it ends with Stop
	stop context.CancelFunc

	mu    sync.Mutex
	known map[wrapcast.OrganisationID]*Service // whose an organisation is; one that was never met by what was stored
	why   error                                // why it gave up
	ended chan struct{}                        // closed when it gives up
}

// StartFleet opens the queue of the store that all members work on, and begins to work for each. There must be one at
// least.
func StartFleet(ctx context.Context, config FleetConfig, members ...Config) (*Fleet, error) {
	if len(members) == 0 {
		return nil, wrapcast.Errorf(wrapcast.Usage, "", "there is no organisation to work for")
	}
	f := &Fleet{FleetConfig: config, store: members[0].Forecaster.Store,
		known: map[wrapcast.OrganisationID]*Service{}, ended: make(chan struct{})}
	for _, m := range members {
		f.services = append(f.services, newService(f, m))
	}
	f.Parallel = max(f.Parallel, 1)
	if f.Holder == "" {
		f.Holder = f.services[0].Forecaster.Holder
	}
	if f.Log == nil {
		f.Log = f.services[0].Log
	}
	if err := f.recall(ctx); err != nil {
		return nil, err
	}
	f.ctx, f.stop = context.WithCancel(ctx)
	var err error
	if f.queue, err = f.store.OpenRiver(ctx, f.queueConfig()); err == nil {
		if !f.Idle {
			err = f.queue.Start(f.ctx)
		}
	}
	if err != nil {
		f.stop()
		return nil, err
	}
	for _, s := range f.services {
		go s.tick()
	}
	return f, nil
}

// recall finds whose the organisations are that were met before, so that their work goes on where the platform of one
// does not answer.
func (f *Fleet) recall(ctx context.Context) error {
	return f.store.View(ctx, func(tx *store.Tx) error {
		for _, s := range f.services {
			own, known, err := s.own(tx)
			if err != nil {
				return err
			}
			if known && (s.Name() != "" || len(f.services) == 1) && f.known[own.ID] == nil {
				f.known[own.ID] = s
			}
		}
		return nil
	})
}

// Services are those of the fleet, in the order they were given.
func (f *Fleet) Services() []*Service { return slices.Clone(f.services) }

// of is the service of an organisation, nil where none is known.
func (f *Fleet) of(org wrapcast.OrganisationID) *Service {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.known[org]
}

// Organisation is the one the service works for: as the platform says, or, until that answers, as what is stored says
// of the name in the settings; "" where nobody knows.
func (s *Service) Organisation() wrapcast.OrganisationID {
	if met, _ := s.Connection(); met != "" {
		return met
	}
	s.fleet.mu.Lock()
	defer s.fleet.mu.Unlock()
	for org, of := range s.fleet.known {
		if of == s {
			return org
		}
	}
	return ""
}

// Title is what the organisation is called: in the settings, or at the platform where they name none; "" until that
// answers.
func (s *Service) Title() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Name() != "" || s.met == nil {
		return s.Name()
	}
	return s.met.Directory.Organisation.Name
}

// claim makes an organisation a service's own. Where two have the credentials of one, the first of them in the settings
// works for it, and the other says so.
func (f *Fleet) claim(s *Service, o wrapcast.Organisation) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	had := f.known[o.ID]
	if had != nil && had != s && slices.Index(f.services, had) < slices.Index(f.services, s) {
		return twice(s, had, o)
	}
	f.known[o.ID] = s
	if had != nil && had != s {
		had.giveUpOn(twice(had, s, o))
	}
	return nil
}

func twice(s, first *Service, o wrapcast.Organisation) error {
	return wrapcast.Errorf(wrapcast.Usage, "", "organisation %s: its credentials are those of %s (%s), for which %s works",
		s.Name(), o.Name, o.ID, first.Name()).WithHint("an organisation stands in the settings once")
}

// giveUpOn forgets which organisation the service works for, because of a problem.
func (s *Service) giveUpOn(problem error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.met, s.problem = nil, problem
}

// isQueued reports whether a job of a kind waits in the queue for a run.
func (f *Fleet) isQueued(ctx context.Context, tx *store.Tx, kind river.JobArgs, run wrapcast.RunID) (bool, error) {
	return tx.IsQueued(ctx, f.queue, river.NewJobListParams().Kinds(kind.Kind()).TagsAny(string(run)).First(1).
		States(rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
			rivertype.JobStateScheduled))
}

// giveUp ends the fleet's work for a reason that no other attempt can change. Whoever started it stops it.
func (f *Fleet) giveUp(why error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.why == nil {
		f.why = why
		close(f.ended)
		f.stop()
	}
}

// Ended is closed when the fleet has given up, for the reason that Why returns: a newer program has brought the store
// to where this one may not work on it. What was under way is taken up by newer ones.
func (f *Fleet) Ended() <-chan struct{} { return f.ended }

// Why is why the fleet has given up, nil where it has not.
func (f *Fleet) Why() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.why
}

// Stop ends the work: steps under way are given up and taken up by whoever works next.
func (f *Fleet) Stop(ctx context.Context) error {
	f.stop()
	var err error
	if !f.Idle {
		err = f.queue.StopAndCancel(ctx)
	}
	for _, s := range f.services {
		<-s.done
		s.mu.Lock()
		r := s.current
		s.mu.Unlock()
		if r != nil {
			s.leave(r)
		}
	}
	if errors.Is(err, context.Canceled) && ctx.Err() == nil {
		err = nil
	}
	return err
}
