package steps_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// hide lets analytics answer 200 without the results of queues; nil hides all of them, as a role does that is granted in
// no division.
func (w *world) hide(queues ...wrapcast.QueueID) {
	w.meddleWith(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		r.Header.Del("Accept-Encoding") // the transport unpacks what it asked for itself
		answer, err := send()
		if err != nil || answer.StatusCode != http.StatusOK || !strings.HasSuffix(r.URL.Path, "/conversations/aggregates/query") {
			return answer, err
		}
		defer answer.Body.Close()
		var body struct {
			Results []struct {
				Group map[string]string `json:"group"`
				Data  json.RawMessage   `json:"data"`
			} `json:"results,omitempty"`
		}
		if err := json.NewDecoder(answer.Body).Decode(&body); err != nil {
			return nil, err
		}
		kept := body.Results[:0]
		for _, result := range body.Results {
			if len(queues) > 0 && !slices.Contains(queues, wrapcast.QueueID(result.Group["queueId"])) {
				kept = append(kept, result)
			}
		}
		body.Results = kept
		text, err := json.Marshal(body)
		answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
		answer.Header.Del("Content-Length")
		return answer, err
	})
}

func (w *world) show() {
	w.meddleWith(func(_ *http.Request, send func() (*http.Response, error)) (*http.Response, error) { return send() })
}

// busiest is the queue with most contacts, which has four planning groups.
func (w *world) busiest(t *testing.T) wrapcast.Queue {
	t.Helper()
	for _, q := range w.sim.Directory().Queues {
		if q.Name == "Public Works" {
			return q
		}
	}
	t.Fatal("there is no queue Public Works")
	return wrapcast.Queue{}
}

// groupsOf names the planning groups of a queue.
func (w *world) groupsOf(q wrapcast.Queue) (names []string) {
	for _, g := range w.sim.Directory().PlanningGroups {
		if g.Routes[0].Queue == q.ID {
			names = append(names, g.Name)
		}
	}
	return names
}

// mustHold does a run that silence must hold, and returns what it says.
func (w *world) mustHold(t *testing.T, names ...string) string {
	t.Helper()
	accepted := w.acceptedOnce(t)
	_, err := w.Run(t.Context(), w.spec)
	if wrapcast.KindOf(err) != wrapcast.InvalidData || !strings.Contains(err.Error(), "silence is not zero") {
		t.Fatalf("it ended with %v", err)
	}
	for _, name := range names {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named: %v", name, err)
		}
	}
	if !strings.Contains(wrapcast.Hint(err), "wrapcast plan accept-silence '") {
		t.Errorf("the hint is %q", wrapcast.Hint(err))
	}
	if now := w.acceptedOnce(t); now != accepted {
		t.Errorf("%d plans accepted, %d before", now, accepted)
	}
	return err.Error()
}

func (w *world) accept(t *testing.T, until wrapcast.Date, names ...string) []wrapcast.AcceptedSilence {
	t.Helper()
	known, err := w.view(t).Silent(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all []wrapcast.AcceptedSilence
	for _, name := range names {
		found, err := known.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	for i := range all {
		all[i].Author, all[i].Reason, all[i].Until = "ann", "closed", until
	}
	all, err = w.Decisions().AcceptSilences(t.Context(), known, all)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// handled counts the stored contacts of a queue.
func (w *world) handled(t *testing.T, queue wrapcast.QueueID) (n int) {
	t.Helper()
	err := w.Store.View(t.Context(), func(tx *store.Tx) error {
		for o, err := range tx.History().Observations(w.org(), time.Unix(0, 0), w.Clock.Now()) {
			if err != nil {
				return err
			}
			if o.Leaf.Queue == queue {
				n += o.Handled
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAnalyticsThatSayNothingSubmitNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hide()
	w.mustHold(t, w.sim.Directory().Organisation.Name, "no contact in 730 days", "division")
	w.spec.AcceptChanges = true
	w.mustHold(t)
	w.spec.Target = wrapcast.REST
	w.mustHold(t, w.sim.Directory().Organisation.Name)
	w.spec.Target = ""
	w.show() // the role is granted: what was read as nothing is read again
	out := w.mustRun(t)
	truth := w.sim.GroundTruth()
	if out.Extract.Contacts < truth.Contacts-20 || len(out.Extract.CameIntoSight) == 0 {
		t.Errorf("%d contacts are stored, there were %d; in sight came %v", out.Extract.Contacts, truth.Contacts, out.Extract.CameIntoSight)
	}
}

func TestAHiddenQueueHoldsUntilItsGroupsAreAccepted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	queue := w.busiest(t)
	names := w.groupsOf(queue)
	if len(names) != 4 {
		t.Fatalf("its groups are %v", names)
	}
	w.hide(queue.ID)
	w.mustHold(t, names...)
	w.accept(t, 0, names[:3]...)
	if says := w.mustHold(t, names[3]); strings.Contains(says, names[0]) {
		t.Errorf("what is accepted is named: %s", says)
	}
	last := w.accept(t, 0, names[3])
	w.mustRun(t)
	chain := w.chain(t)
	if i := slices.Index(chain, "silence.accepted ok"); i < 0 {
		t.Errorf("the chain does not tell: %v", chain)
	}
	if err := w.withdraw(t, last[0].ID); err != nil {
		t.Fatal(err)
	}
	w.mustHold(t, names[3])
	w.accept(t, 0, queue.Name) // the queue covers its groups
	w.mustRun(t)
}

func TestARoleTakenAwayErasesNothingAndHolds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	queue := w.busiest(t)
	w.mustRun(t)
	before := w.handled(t, queue.ID)
	w.hide(queue.ID)
	w.mustHold(t, append(w.groupsOf(queue), "does not report any more")...)
	if now := w.handled(t, queue.ID); now != before {
		t.Errorf("%d contacts of the queue are stored, %d before", now, before)
	}
	if chain := w.details(t, "extract"); !strings.Contains(chain[len(chain)-1], "stored contacts kept, of which the platform says nothing any more") {
		t.Errorf("the chain does not tell: %v", chain)
	}
	w.hide()
	w.mustHold(t)
	if now := w.handled(t, queue.ID); now != before {
		t.Errorf("%d contacts of the queue are stored, %d before", now, before)
	}
	w.show()
	w.spec.AcceptChanges = true
	w.mustRun(t)
}

func TestWhatWasAcceptedEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	queue := w.busiest(t)
	w.hide(queue.ID)
	w.mustHold(t)
	today := w.view(t).Day(w.Clock.Now())
	known, err := w.view(t).Silent(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Decisions().AcceptSilences(t.Context(), known, []wrapcast.AcceptedSilence{{Kind: wrapcast.LevelQueue,
		Of: string(queue.ID), Author: "ann", Reason: "closed", Until: today - 1}}); wrapcast.KindOf(err) != wrapcast.Usage {
		t.Errorf("accepted until yesterday: %v", err)
	}
	w.accept(t, today, queue.Name)
	w.mustRun(t)
	w.passTime(t, 48*time.Hour)
	w.mustHold(t, w.groupsOf(queue)...)
}

// passTime lets the organisation and whoever works on it live so much later.
func (w *world) passTime(t *testing.T, by time.Duration) {
	t.Helper()
	later := clock().At(time.Now().Add(by))
	o := sim.Options{Clock: later, RequestsPerMinute: 100_000, ImportDelay: 20 * time.Millisecond}.Small()
	o.History += int(by / (24 * time.Hour))
	server, err := sim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	platform := httptest.NewServer(server)
	t.Cleanup(platform.Close)
	w.sim, w.url = server, platform.URL
	client, err := genesys.New(genesys.Config{BaseURL: w.url, ClientID: server.ClientID(), ClientSecret: server.ClientSecret(), Clock: later,
		RequestsPerMinute: 100_000, Transport: w, PollEvery: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	w.Clock, w.Source, w.Targets = later, genesys.Source{Client: client}, targets(client, false)
	w.spec.Webhook, w.Sender = "", nil
}

func TestAQueueIsReadFromWhereItWasHidden(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	queue := w.busiest(t)
	w.hide(queue.ID)
	w.mustHold(t)
	other := w.handled(t, w.sim.Directory().Queues[0].ID)
	w.show()
	w.spec.AcceptChanges = true
	out := w.mustRun(t)
	if !slices.Equal(out.Extract.CameIntoSight, []wrapcast.QueueID{queue.ID}) {
		t.Errorf("in sight came %v", out.Extract.CameIntoSight)
	}
	truth := 0
	for _, o := range w.sim.Extract(time.Unix(0, 0), w.Clock.Now().Truncate(wrapcast.QuarterHour)).Observations {
		if o.Leaf.Queue == queue.ID {
			truth += o.Handled
		}
	}
	if n := w.handled(t, queue.ID); n < truth-5 || n > truth+5 {
		t.Errorf("%d contacts of the queue are stored, there were %d", n, truth)
	}
	if n := w.handled(t, w.sim.Directory().Queues[0].ID); queue.ID != w.sim.Directory().Queues[0].ID && n < other {
		t.Errorf("%d contacts of another queue are stored, %d before", n, other)
	}
	if out := w.mustRun(t); len(out.Extract.CameIntoSight) > 0 || out.Extract.Chunks > 1 {
		t.Errorf("the next run reads %d pieces, in sight came %v", out.Extract.Chunks, out.Extract.CameIntoSight)
	}
}

func TestAPlanOfSilenceIsNotSubmittedByHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	queue := w.busiest(t)
	w.hide(queue.ID)
	w.spec.DryRun = true
	w.mustRun(t) // a dry run goes on
	plan := w.mustPlan(t)
	if len(plan.Silences) != 4 || plan.Silences[0].Accepted != "" {
		t.Fatalf("the plan says %+v", plan.Silences)
	}
	if _, err := w.SubmitPlans(t.Context(), w.spec, plan.ID); wrapcast.KindOf(err) != wrapcast.InvalidData || !strings.Contains(err.Error(), "silence is not zero") {
		t.Fatalf("submitted by hand: %v", err)
	}
	w.accept(t, 0, queue.Name)
	w.mustSubmit(t, plan.ID)
}

func (w *world) withdraw(t *testing.T, id wrapcast.SilenceID) error {
	t.Helper()
	return steps.WithdrawDecision[wrapcast.AcceptedSilence](t.Context(), w.Decisions(), w.org(), string(id), "bob")
}

// details are what the audit entries of an action say.
func (w *world) details(t *testing.T, action string) (all []string) {
	t.Helper()
	err := w.Store.View(t.Context(), func(tx *store.Tx) error {
		for e, err := range tx.Audit().Entries(w.org(), 1, 0) {
			if err != nil {
				return err
			}
			if e.Action == action {
				all = append(all, e.Detail)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
