package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/wrapcast/wrapcast/internal/postgrestest"
)

// struck is an installation at work that is hit.
type struck struct {
	*installation
	serve   *process
	workers []*process
	load    *load
	calm    float64 // runs a second
	// alone has the dashboard stand still in nights.
	alone bool
}

// disaster is something that happens to it. When strike returns, everything that was taken away is there again.
type disaster struct {
	name   string
	strike func(context.Context, *struck) error
}

func allDisasters() []disaster {
	return []disaster{
		{"PostgreSQL restarted", restartServer},
		{"backends killed", killBackends},
		{"connections exhausted", exhaust},
		{"workers killed", killWorkers},
		{"all dead", killAll},
	}
}

// disasters makes an installation, and hits it again and again.
func disasters(ctx context.Context, o options) error {
	in, err := install(ctx, o, shape{name: "disasters", organisations: o.organisations, latency: 100 * time.Millisecond})
	if err != nil {
		return err
	}
	defer in.remove()
	s, err := in.atWork(ctx, 2)
	if err != nil {
		return err
	}
	defer s.goHome()
	o.say("   calm: %.2f runs a second of %d organisations, two workers; every disaster %d times", s.calm, o.organisations, o.rounds)
	var wrong []error
	for _, d := range allDisasters() {
		if strings.Contains(d.name, o.disasters) {
			wrong = append(wrong, s.rounds(ctx, d))
		}
	}
	wrong = append(wrong, s.settle(ctx))
	o.say("   %s", s.load.counts())
	return errors.Join(wrong...)
}

// atWork starts processes and people, and finds out how much is done when nothing happens.
func (in *installation) atWork(ctx context.Context, workers int) (*struck, error) {
	s := &struck{installation: in}
	var err error
	if s.serve, err = in.dashboard(ctx); err != nil {
		return nil, err
	}
	for i := range workers {
		w := in.worker(fmt.Sprintf("worker%d", i+1))
		if err := w.begin(); err != nil {
			return nil, err
		}
		s.workers = append(s.workers, w)
	}
	s.load = in.watched(ctx, s.serve)
	if err := in.known(ctx); err != nil {
		return s, err
	}
	s.load.begin()
	began := time.Now()
	err = wait(ctx, 5*time.Minute, "a second run of every organisation", func() bool {
		first, _ := s.load.finished(began, time.Now())
		_, all := s.load.finished(began, time.Now())
		return all == len(in.platforms) && first >= 2*len(in.platforms)
	})
	if err != nil {
		return s, errors.Join(err, fmt.Errorf("%v", s.load.refused))
	}
	const watched = 30 * time.Second
	from := time.Now()
	if err := sleep(ctx, watched); err != nil {
		return s, err
	}
	n, _ := s.load.finished(from, time.Now())
	s.calm = float64(n) / watched.Seconds()
	return s, nil
}

// goHome ends everything, however it stands.
func (s *struck) goHome() {
	s.load.end()
	for _, p := range append(s.workers, s.serve) {
		p.stop(syscall.SIGKILL)
	}
}

// rounds strikes and waits until all is well, several times.
func (s *struck) rounds(ctx context.Context, d disaster) error {
	var rates, alls []time.Duration
	var wrong []error
	began := time.Now()
	for n := range s.options.rounds {
		const before = 20 * time.Second // the machine may have other work now than it had at first
		if err := sleep(ctx, before); err != nil {
			return err
		}
		did, _ := s.load.finished(time.Now().Add(-before), time.Now())
		calm := float64(did) / before.Seconds()
		if err := d.strike(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
		rate, all, err := s.load.back(ctx, time.Now(), calm)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s, round %d: %w", d.name, n+1, err))
		}
		rates, alls = append(rates, rate), append(alls, all)
		if rate > time.Minute || all > time.Minute {
			wrong = append(wrong, fmt.Errorf("%s, round %d: the throughput was back after %.0f s, every organisation after %.0f s", d.name, n+1,
				rate.Seconds(), all.Seconds()))
		}
	}
	if err := s.load.judge(ctx); err != nil {
		wrong = append(wrong, fmt.Errorf("%s: %w", d.name, err))
	}
	s.say("   %-22s %2d times: throughput back after %2.0f s (median; at most %2.0f), a run of every organisation after %2.0f s (at most %2.0f); "+
		"%d wrong", d.name, len(rates), middle(rates).Seconds(), most(rates).Seconds(), middle(alls).Seconds(), most(alls).Seconds(), len(wrong))
	for how, times := range s.load.bad(began) {
		s.say("      %d runs ended otherwise than done: %.200s", times, how)
	}
	return errors.Join(wrong...)
}

// settle lets everybody stop asking, waits until what was begun is over, and judges all of it.
func (s *struck) settle(ctx context.Context) error {
	s.load.rest()
	err := wait(ctx, 2*time.Minute, "the end of every run that was begun", func() bool {
		n, err := s.number(ctx, "SELECT COUNT(*)::float8 FROM run WHERE state IN ('pending', 'running')")
		return err == nil && n == 0
	})
	return errors.Join(err, s.load.judge(ctx), s.chains(ctx))
}

func most(all []time.Duration) (longest time.Duration) {
	for _, d := range all {
		longest = max(longest, d)
	}
	return longest
}

// restartServer stops the server as its service does, throwing everybody out.
func restartServer(ctx context.Context, s *struck) error {
	s.server.End(false)
	if err := sleep(ctx, time.Second); err != nil {
		return err
	}
	return s.server.Begin()
}

// killBackends ends every connection there is, again and again.
func killBackends(ctx context.Context, s *struck) error {
	for range 6 {
		if err := s.admin(ctx, database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '"+
			postgrestest.App+"'"); err != nil {
			return err
		}
		if err := sleep(ctx, 500*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// exhaust lets strangers take every connection there is, for some seconds; those that are there are ended, so that
// nobody keeps what they have.
func exhaust(ctx context.Context, s *struck) error {
	const strangers, lasts = 12, 6 * time.Second
	during, cancel := context.WithTimeout(ctx, lasts)
	defer cancel()
	var mu sync.Mutex
	var taken []*pgx.Conn
	var wait sync.WaitGroup
	for range strangers {
		wait.Go(func() {
			for during.Err() == nil {
				if c, err := pgx.Connect(during, s.server.URL(postgrestest.Owner, database)); err == nil {
					mu.Lock()
					taken = append(taken, c)
					mu.Unlock()
				}
			}
		})
	}
	err := killBackends(during, s) // the superuser's own connections are reserved
	wait.Wait()
	for _, c := range taken {
		_ = c.Close(ctx)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = nil
	}
	if err == nil && len(taken) < 60 {
		err = fmt.Errorf("strangers got %d connections only", len(taken))
	}
	return err
}

// killWorkers kills each worker again and again; each is started again at once.
func killWorkers(ctx context.Context, s *struck) error {
	for range 8 {
		for _, w := range s.workers {
			w.kill()
		}
		if err := sleep(ctx, 900*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// killAll kills workers, dashboard and database at one moment.
func killAll(ctx context.Context, s *struck) error {
	for _, p := range append(s.workers, s.serve) {
		p.kill()
	}
	s.server.End(true)
	if err := sleep(ctx, 500*time.Millisecond); err != nil {
		return err
	}
	return s.server.Begin()
}
