package main

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"
)

// planted is how many jobs that ended long ago are there at first.
const planted = 20_000

// standing is how the queue's table is at a moment.
type standing struct{ jobs, old, dead, bytes float64 }

func (in *installation) standing(ctx context.Context) (s standing, err error) {
	c, err := in.connect(ctx, database)
	if err != nil {
		return s, err
	}
	defer c.Close(ctx)
	err = c.QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM river_job)::float8,
		(SELECT COUNT(*) FROM river_job WHERE finalized_at < now() - interval '25 hours')::float8,
		COALESCE(pg_stat_get_dead_tuples('river_job'::regclass), 0)::float8, pg_total_relation_size('river_job')::float8`).
		Scan(&s.jobs, &s.old, &s.dead, &s.bytes)
	return s, err
}

// pressure holds a transaction open that has seen everything, for long, while people work; then it stops the workers.
func pressure(ctx context.Context, o options) error {
	in, err := install(ctx, o, shape{name: "pressure", organisations: o.organisations, latency: 100 * time.Millisecond,
		settings: []string{"autovacuum_naptime=5s", "autovacuum_vacuum_threshold=200", "autovacuum_vacuum_scale_factor=0.05"}})
	if err != nil {
		return err
	}
	defer in.remove()
	s, err := in.atWork(ctx, 2)
	if s != nil {
		defer s.goHome()
	}
	if err != nil {
		return err
	}
	if err := in.admin(ctx, database, fmt.Sprintf(`INSERT INTO river_job (state, attempt, max_attempts, args, kind, queue, created_at, attempted_at,
		finalized_at, scheduled_at, priority) SELECT 'completed', 1, 1, '{}', 'step', 'runs', now() - interval '3 days', now() - interval '3 days',
		now() - interval '3 days', now() - interval '3 days', 1 FROM generate_series(1, %d)`, planted)); err != nil {
		return err
	}
	idle, err := in.connect(ctx, database)
	if err != nil {
		return err
	}
	defer idle.Close(context.WithoutCancel(ctx))
	if _, err := idle.Exec(ctx, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT COUNT(*) FROM river_job"); err != nil {
		return err
	}
	const looks = 10
	o.say("   calm: %.2f runs a second; the transaction is held open for %v", s.calm, o.pressure)
	var at standing
	for n := range looks {
		from := time.Now()
		if err := sleep(ctx, o.pressure/looks); err != nil {
			return err
		}
		runs, _ := s.load.finished(from, time.Now())
		if at, err = in.standing(ctx); err != nil {
			return err
		}
		o.say("   after %5s: %.2f runs a second; %.0f jobs, %.0f of them old; %.0f dead rows, %.1f MB", (time.Duration(n+1) * o.pressure / looks).Round(time.Second),
			float64(runs)/time.Since(from).Seconds(), at.jobs, at.old, at.dead, at.bytes/1e6)
	}
	return errors.Join(s.stopped(ctx), s.recovered(ctx, at, func() error { _, err := idle.Exec(ctx, "ROLLBACK"); return err }))
}

// stopped ends the workers by SIGTERM, which has to be over within a minute.
func (s *struck) stopped(ctx context.Context) error {
	var wrong []error
	if old, err := s.standing(ctx); err != nil || old.old > 0 {
		wrong = append(wrong, err, fmt.Errorf("%.0f jobs that ended days ago are still there", old.old))
	}
	for _, w := range s.workers {
		took := w.stop(syscall.SIGTERM)
		s.say("   %s ended %.1f s after SIGTERM, in the middle of its work, with the transaction open", w.name, took.Seconds())
		if took > time.Minute {
			wrong = append(wrong, fmt.Errorf("%s took %v to stop", w.name, took))
		}
	}
	return errors.Join(wrong...)
}

// recovered lets the transaction go, and wants the dead rows gone and the work done.
func (s *struck) recovered(ctx context.Context, worst standing, end func() error) error {
	if err := end(); err != nil {
		return err
	}
	for _, w := range s.workers {
		if err := w.begin(); err != nil {
			return err
		}
	}
	var now standing
	began := time.Now()
	err := wait(ctx, 5*time.Minute, "the dead rows gone", func() bool {
		var err error
		now, err = s.standing(ctx)
		return err == nil && now.dead < max(worst.dead/5, 2000)
	})
	s.say("   %.0f s after it was let go: %.0f jobs, %.0f dead rows, %.1f MB", time.Since(began).Seconds(), now.jobs, now.dead, now.bytes/1e6)
	return errors.Join(err, s.settle(ctx))
}
