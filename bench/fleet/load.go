package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// load is people at work on all organisations, each of whom asks for the next thing when the last one is done: an
// override, a run that submits, the override withdrawn. It keeps what was acknowledged to them.
type load struct {
	in    *installation
	serve *process
	// ctx is the life of the watching, working that of the people.
	ctx, working context.Context //nolint:containedctx // they end with it
	stop, home   context.CancelFunc
	wait, people sync.WaitGroup

	mu sync.Mutex
	// kept are the overrides, withdrawn those taken back, runs the runs that were acknowledged: id to organisation.
	kept, withdrawn, runs map[string]string
	// refused are answers nobody should get.
	refused map[string]int
	// over has the runs that are over by id, as the database says.
	over map[string]ended
}

// ended is a run that is over.
type ended struct {
	organisation, state, reason string
	at                          time.Time
}

// watched is a load at which nobody works.
func (in *installation) watched(ctx context.Context, serve *process) *load {
	l := &load{in: in, serve: serve, kept: map[string]string{}, withdrawn: map[string]string{}, runs: map[string]string{},
		refused: map[string]int{}, over: map[string]ended{}}
	l.ctx, l.stop = context.WithCancel(ctx)
	l.working, l.home = context.WithCancel(l.ctx)
	l.wait.Go(func() { l.watch(l.ctx) })
	return l
}

// begin lets somebody work on each organisation.
func (l *load) begin() {
	for _, p := range l.in.platforms {
		l.people.Go(func() { l.person(l.working, p) })
	}
}

// rest lets everybody go home; what was begun is watched on.
func (l *load) rest() {
	l.home()
	l.people.Wait()
}

// end ends watching, too.
func (l *load) end() {
	l.rest()
	l.stop()
	l.wait.Wait()
}

// person works on one organisation until ctx is done.
func (l *load) person(ctx context.Context, p *platform) {
	client := &http.Client{Timeout: 30 * time.Second}
	day := time.Now().In(p.zone).AddDate(0, 0, 7).Format(time.DateOnly)
	last := ""
	for n := 0; ctx.Err() == nil; n++ {
		if n > 0 { // there is a forecast
			id := l.insist(ctx, client, http.MethodPost, "/overrides", p, map[string]any{"from": day, "to": day, "kind": "percent",
				"value": 3 + n%40, "reason": fmt.Sprintf("%s %d", p.name, n), "overlap": "replace"}, fmt.Sprintf("%s-override-%d", p.id, n))
			l.acknowledge(l.kept, id, p)
			if last != "" && l.insist(ctx, client, http.MethodDelete, "/overrides/"+last, p, nil, "") != "" {
				l.acknowledge(l.withdrawn, last, p)
			}
			last = id
		}
		run := l.insist(ctx, client, http.MethodPost, "/runs", p, map[string]any{"accept_changes": true}, fmt.Sprintf("%s-run-%d", p.id, n))
		l.acknowledge(l.runs, run, p)
		_ = wait(ctx, time.Hour, "the end of run "+run, func() bool { _, over := l.is(run); return over })
		_ = sleep(ctx, time.Duration((0.5+rand.Float64())*float64(l.in.think)))
	}
}

func (l *load) acknowledge(all map[string]string, id string, p *platform) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if id != "" {
		all[id] = p.id
	}
}

// is how a run ended.
func (l *load) is(run string) (ended, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, over := l.over[run]
	return e, over
}

// insist asks until it is acknowledged, with the same key, and returns the id of what is there then, or "done"; "" when
// ctx is done.
func (l *load) insist(ctx context.Context, client *http.Client, method, path string, p *platform, body any, key string) string {
	for {
		status, id, text := l.ask(ctx, client, method, path, p, body, key)
		switch {
		case ctx.Err() != nil:
			return ""
		case status == http.StatusNoContent, method == http.MethodDelete && (status == http.StatusConflict || status == http.StatusNotFound):
			return "done" // by a request whose answer was lost
		case status >= 200 && status < 300:
			return id
		case status >= 400 && status < 500 && status != http.StatusConflict && status != http.StatusUnauthorized:
			l.mu.Lock()
			l.refused[fmt.Sprintf("%s %s: %d %s", method, path, status, text)]++
			l.mu.Unlock()
		}
		if sleep(ctx, 300*time.Millisecond) != nil {
			return ""
		}
	}
}

// ask asks once. Status 0 is no answer.
func (l *load) ask(ctx context.Context, client *http.Client, method, path string, p *platform, body any, key string) (status int,
	id, text string) {
	api, token := l.serve.access()
	var sent io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return 0, "", err.Error()
		}
		sent = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(ctx, method, api+path+"?organisation="+url.QueryEscape(p.id), sent)
	if err != nil {
		return 0, "", err.Error()
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	answer, err := client.Do(r)
	if err != nil {
		return 0, "", err.Error()
	}
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, "", err.Error()
	}
	var made struct {
		ID       string
		Override struct{ ID string }
	}
	_ = json.Unmarshal(read, &made) // an answer without an id has none
	return answer.StatusCode, cmp.Or(made.ID, made.Override.ID), string(read)
}

// watch keeps which runs are over, as the database says, whenever it answers.
func (l *load) watch(ctx context.Context) {
	from := time.Now()
	for sleep(ctx, 250*time.Millisecond) == nil {
		rows, err := l.in.rows(ctx, `SELECT organisation_id, run_id, state, reason, finished_at FROM run WHERE finished_at >= $1`,
			from.Add(-2*time.Minute).UnixMilli())
		if err != nil {
			continue
		}
		from = time.Now()
		l.mu.Lock()
		for _, r := range rows {
			if _, known := l.over[r[1]]; !known {
				var ms int64
				_, _ = fmt.Sscan(r[4], &ms)
				l.over[r[1]] = ended{r[0], r[2], r[3], time.UnixMilli(ms)}
			}
		}
		l.mu.Unlock()
	}
}

// finished counts the runs that were over between two instants, and says of how many organisations they were.
func (l *load) finished(from, to time.Time) (runs, organisations int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	of := map[string]bool{}
	for _, e := range l.over {
		if !e.at.Before(from) && e.at.Before(to) && e.state == "done" {
			runs++
			of[e.organisation] = true
		}
	}
	return runs, len(of)
}

// bad counts the runs that did not end as they should since an instant, by how they ended.
func (l *load) bad(since time.Time) map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := map[string]int{}
	for _, e := range l.over {
		if e.state != "done" && !e.at.Before(since) {
			all[e.state+": "+e.reason]++
		}
	}
	return all
}

// back waits until work is done at the rate of before again, within some seconds, and every organisation has had a run
// since; it says when either was, and for what it waited in vain.
func (l *load) back(ctx context.Context, since time.Time, calm float64) (rate, all time.Duration, err error) {
	const window, share, most = 15 * time.Second, 0.75, 3 * time.Minute
	err = wait(ctx, most, "back", func() bool {
		now := time.Now()
		from := now.Add(-window)
		if n, _ := l.finished(from, now); rate == 0 && !from.Before(since) && float64(n) >= share*calm*window.Seconds() {
			rate = now.Sub(since)
		}
		if _, of := l.finished(since, now); all == 0 && of == len(l.in.platforms) {
			all = now.Sub(since)
		}
		return rate > 0 && all > 0
	})
	if err != nil && ctx.Err() == nil {
		n, of := l.finished(since, time.Now())
		err = fmt.Errorf("%w: %.2f runs a second (before: %.2f), of %d organisations of %d", err, float64(n)/most.Seconds(), calm, of, len(l.in.platforms))
		rate, all = cmp.Or(rate, most), cmp.Or(all, most)
	}
	return rate, all, err
}

// judge compares what was acknowledged with what is there, and what the platforms accepted with what is known of it.
func (l *load) judge(ctx context.Context) error {
	var wrong []error
	l.mu.Lock()
	kept, withdrawn, runs := maps.Clone(l.kept), maps.Clone(l.withdrawn), maps.Clone(l.runs)
	for text, n := range l.refused {
		wrong = append(wrong, fmt.Errorf("refused %d times: %.300s", n, text))
	}
	l.mu.Unlock()
	lost := func(what string, acknowledged map[string]string, query string) {
		rows, err := l.in.rows(ctx, query)
		if err != nil {
			wrong = append(wrong, err)
			return
		}
		there := map[string]bool{}
		for _, r := range rows {
			there[r[0]] = true
		}
		for id := range acknowledged {
			if !there[id] {
				wrong = append(wrong, fmt.Errorf("LOST: %s %s was acknowledged and is not there", what, id))
			}
		}
	}
	lost("override", kept, "SELECT decision_id FROM decision WHERE kind = 'override'")
	lost("withdrawal", withdrawn, "SELECT decision_id FROM decision WHERE kind = 'override' AND withdrawn_at IS NOT NULL")
	lost("run", runs, "SELECT run_id FROM run")
	twice, err := l.in.rows(ctx, `SELECT organisation_id, COUNT(*) FROM decision WHERE kind = 'override' GROUP BY organisation_id`)
	if err != nil {
		wrong = append(wrong, err)
	}
	for _, r := range twice { // a person asks for the next when the last is acknowledged
		n, more := 0, 0
		for _, of := range kept {
			if of == r[0] {
				n++
			}
		}
		if _, err := fmt.Sscan(r[1], &more); err == nil && more > n+1 {
			wrong = append(wrong, fmt.Errorf("TWICE: %s has %d overrides, %d were asked for", r[0], more, n))
		}
	}
	return errors.Join(append(wrong, l.accepted(ctx))...)
}

// accepted asks the platforms' own logs.
func (l *load) accepted(ctx context.Context) error {
	var wrong []error
	rows, err := l.in.rows(ctx, `SELECT plan_id, state FROM submission`)
	if err != nil {
		return err
	}
	states := map[string]string{}
	for _, r := range rows {
		states[r[0]] = r[1]
	}
	for _, p := range l.in.platforms {
		for description, times := range p.sim.AcceptedImports() {
			if times > 1 {
				wrong = append(wrong, fmt.Errorf("TWICE: %s accepted %q %d times", p.name, description, times))
			}
			if plan := planIn(description, states); plan == "" {
				wrong = append(wrong, fmt.Errorf("%s accepted %q, of which nothing is stored", p.name, description))
			} else {
				delete(states, plan)
			}
		}
	}
	for plan, state := range states {
		if state == "completed" || state == "accepted" {
			wrong = append(wrong, fmt.Errorf("LOST: plan %s is %s and no platform accepted it", plan, state))
		}
	}
	return errors.Join(wrong...)
}

// counts is how much was done, for the report.
func (l *load) counts() string {
	accepted := 0
	for _, p := range l.in.platforms {
		accepted += len(p.sim.AcceptedImports())
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return fmt.Sprintf("acknowledged %d overrides, %d withdrawals, %d runs; over %d runs; %d plans accepted", len(l.kept),
		len(l.withdrawn), len(l.runs), len(l.over), accepted)
}

// chains verifies the audit chain of every organisation.
func (in *installation) chains(ctx context.Context) error {
	var wrong []error
	for _, p := range in.platforms {
		if err := in.command(ctx, "audit", "verify", "--organisation", p.id); err != nil {
			wrong = append(wrong, err)
		}
	}
	return errors.Join(wrong...)
}

// middle is the median.
func middle(all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}

// planIn finds the plan that a description at the platform names, "" where none of those is stored.
func planIn(description string, stored map[string]string) string {
	for _, word := range strings.FieldsFunc(description, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'f')
	}) {
		if _, known := stored[word]; known {
			return word
		}
	}
	return ""
}
