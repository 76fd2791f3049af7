package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"syscall"
	"time"
)

// night asks for a run of every organisation at one moment and waits until those of all but the one at except (-1: none)
// are over. It says how long that took, and the runs that did not end well.
func (s *struck) night(ctx context.Context, except int) (took time.Duration, odd string, err error) {
	client := &http.Client{Timeout: time.Minute}
	asked := map[string]string{}
	left := ""
	began := time.Now()
	for i, p := range s.platforms {
		run := s.load.insist(ctx, client, http.MethodPost, "/runs", p, map[string]any{"accept_changes": true}, "")
		if i == except {
			left = run
			continue
		}
		asked[run] = p.name
	}
	if s.alone { // as if the dashboard were on a machine of its own
		s.serve.signal(syscall.SIGSTOP)
		defer s.serve.signal(syscall.SIGCONT)
	}
	err = wait(ctx, 20*time.Minute, "the end of every run of the night", func() bool {
		for run := range asked {
			if e, over := s.load.is(run); !over {
				return false
			} else if e.state != "done" {
				odd = asked[run] + " " + e.state + ": " + e.reason
			}
			took = max(took, s.load.over[run].at.Sub(began))
		}
		return true
	})
	if left != "" && err == nil {
		err = s.giveUp(ctx, client, except, left)
	}
	return took, odd, err
}

// giveUp cancels the run of the odd one, whose platform is well again.
func (s *struck) giveUp(ctx context.Context, client *http.Client, at int, run string) error {
	p := s.platforms[at]
	if err := p.comeBack(); err != nil {
		return err
	}
	return wait(ctx, 5*time.Minute, "the end of the run of "+p.name, func() bool {
		e, over := s.load.is(run)
		if over {
			s.say("      %s: %s %.160s", p.name, e.state, e.reason)
			return true
		}
		_, _, _ = s.load.ask(ctx, client, http.MethodPost, "/runs/"+run+"/cancel", p, nil, "")
		return false
	})
}

// atRest is an installation whose organisations had a first night, and at which nobody works by day.
func (in *installation) atRest(ctx context.Context, workers ...*process) (*struck, error) {
	s := &struck{installation: in, workers: workers}
	var err error
	if s.serve, err = in.dashboard(ctx); err != nil {
		return nil, err
	}
	for _, w := range workers {
		if err := w.begin(); err != nil {
			return s, err
		}
	}
	s.load = in.watched(ctx, s.serve)
	if err := in.known(ctx); err != nil {
		return s, err
	}
	_, _, err = s.night(ctx, -1)
	return s, err
}

// cpu is what the workers have used, and the database server.
func (s *struck) cpu() (workers, server time.Duration) {
	for _, w := range s.workers {
		workers += w.cpu()
	}
	return workers, s.serverCPU()
}

// platforms compares nights in which one platform does not do as it should with nights in which all do.
func platforms(ctx context.Context, o options) error {
	in, err := install(ctx, o, shape{name: "platforms", organisations: o.organisations, latency: 100 * time.Millisecond})
	if err != nil {
		return err
	}
	defer in.remove()
	s, err := in.atRest(ctx, in.worker("worker1"), in.worker("worker2"))
	if s != nil {
		defer s.goHome()
	}
	if err != nil {
		return err
	}
	one := in.platforms[0]
	manners := []struct {
		name string
		set  func()
	}{
		{"as it should", func() {}},
		{"slow (20 s an answer)", func() { one.behave(slow(20 * time.Second)) }},
		{"lies", func() { one.behave(lying) }},
		{"gone", one.close},
	}
	took := make([][]time.Duration, len(manners))
	used := make([][]time.Duration, len(manners))
	for range o.rounds {
		for i, m := range manners {
			before, _ := s.cpu()
			m.set()
			t, odd, err := s.night(ctx, 0)
			if err != nil {
				return fmt.Errorf("%s: %w", m.name, err)
			}
			if odd != "" {
				return fmt.Errorf("%s: another organisation suffers: %s", m.name, odd)
			}
			after, _ := s.cpu()
			took[i], used[i] = append(took[i], t), append(used[i], after-before)
		}
	}
	var wrong []error
	for i, m := range manners {
		o.say("   one of %d %-22s the others' night %5.1f s (median of %d; %.1f to %.1f), workers' CPU %4.1f s", o.organisations, m.name+":",
			middle(took[i]).Seconds(), len(took[i]), least(took[i]).Seconds(), most(took[i]).Seconds(), middle(used[i]).Seconds())
		if middle(took[i]) > most(took[0])+2*time.Second { // what nights of their own differ by, and the look of a watch
			wrong = append(wrong, fmt.Errorf("%s: the others' night takes %v, without it %v to %v", m.name, middle(took[i]), least(took[0]), most(took[0])))
		}
	}
	return errors.Join(append(wrong, s.load.judge(ctx), s.chains(ctx))...)
}

func least(all []time.Duration) time.Duration {
	shortest := most(all)
	for _, d := range all {
		shortest = min(shortest, d)
	}
	return shortest
}

// workers compares nights of one worker with nights of two, each bound to a core of its own.
func workers(ctx context.Context, o options) error {
	in, err := install(ctx, o, shape{name: "workers", organisations: o.organisations, latency: 200 * time.Millisecond, queues: 5, codes: 24, days: 120})
	if err != nil {
		return err
	}
	defer in.remove()
	both := []*process{in.worker("worker1"), in.worker("worker2")}
	for i, w := range both {
		w.core, w.env = i, []string{"GOMAXPROCS=1"}
	}
	s, err := in.atRest(ctx, both...)
	if s != nil {
		defer s.goHome()
	}
	if err != nil {
		return err
	}
	s.alone = true
	var took [2][]time.Duration
	var workers, rest [2]time.Duration
	for range o.rounds {
		for n := range 2 {
			if n == 0 {
				both[1].stop(syscall.SIGTERM)
			} else if err := both[1].begin(); err != nil {
				return err
			}
			if err := sleep(ctx, 5*time.Second); err != nil { // until it knows everybody
				return err
			}
			w0, r0 := s.cpu()
			t, odd, err := s.night(ctx, -1)
			if err != nil || odd != "" {
				return errors.Join(err, errors.New(odd))
			}
			w1, r1 := s.cpu()
			took[n], workers[n], rest[n] = append(took[n], t), workers[n]+w1-w0, rest[n]+r1-r0
		}
	}
	for n, name := range []string{"one worker", "two workers"} {
		o.say("   %-11s a night of %d takes %5.1f s (median of %d; %.1f to %.1f); CPU a night: workers %.1f s, database %.1f s", name,
			o.organisations, middle(took[n]).Seconds(), len(took[n]), least(took[n]).Seconds(), most(took[n]).Seconds(),
			workers[n].Seconds()/float64(o.rounds), rest[n].Seconds()/float64(o.rounds))
	}
	times := middle(took[0]).Seconds() / middle(took[1]).Seconds()
	o.say("   two workers are %.2f times as fast; database and platforms need cores beside theirs for this to show", times)
	if times < 1.9 {
		return fmt.Errorf("%.2f times, not 1.9", times)
	}
	return nil
}
