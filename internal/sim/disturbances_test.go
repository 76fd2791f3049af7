package sim_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
)

// lively is a small organisation with all that happens to real ones.
func lively() sim.Options {
	o := sim.Options{Queues: 6, Codes: 20, History: 60, RequestsPerMinute: 1_000_000, Disturbances: sim.FullDisturbances(), HiddenCodes: 2,
		TokenLife: 1000 * time.Hour}
	o.Disturbances.Late, o.Disturbances.Transfers = 0.2, 0.15
	return o
}

// found is what the aggregates say of an interval, as an extraction has it.
func (w *world) found(from, to time.Time) wrapcast.Extract {
	x := wrapcast.Extract{From: from, To: to, ReadAt: w.clock.Now()}
	leaves := w.aggregates("interval", interval(from, to), "granularity", `"PT15M"`, "groupBy", `["queueId","wrapUpCode"]`, "metrics", `["tHandle","tAcw"]`)
	for _, g := range leaves.Results {
		leaf := wrapcast.Leaf{Queue: wrapcast.QueueID(g.Group["queueId"]), Code: wrapcast.CodeID(g.Group["wrapUpCode"]), Media: wrapcast.MediaType(g.Group["mediaType"])}
		for _, d := range g.Data {
			o := wrapcast.Observation{Leaf: leaf, Start: startOf(w.t, d.Interval)}
			for _, m := range d.Metrics {
				if m.Metric == "tHandle" {
					o.Handled, o.HandleMs = int(*m.Stats.Count), *m.Stats.Sum
				} else {
					o.AfterCallMs = *m.Stats.Sum
				}
			}
			x.Observations = append(x.Observations, o)
		}
	}
	return x
}

func startOf(tb testing.TB, text string) time.Time {
	tb.Helper()
	at, err := time.Parse("2006-01-02T15:04:05.000Z", text[:24])
	if err != nil {
		tb.Fatal(err)
	}
	return at
}

func cells(x wrapcast.Extract) map[wrapcast.Observation]bool {
	all := map[wrapcast.Observation]bool{}
	for _, o := range x.Observations {
		all[o] = true
	}
	return all
}

// What the platform shows is revised for days, always as Extract and GroundTruth say, and never by a contact more or
// less.
func TestLateCodesAreCountedUnderNoneFirstAndUnderTheirOwnLater(t *testing.T) {
	t.Parallel()
	w := start(t, lively())
	from, to := now.Add(-3*24*time.Hour), now.Truncate(15*time.Minute)
	before := w.GroundTruthBetween(from, to)
	if before.Reasons.Late == 0 || before.WithoutCode < before.Reasons.Late+before.Reasons.NoCode {
		t.Fatalf("nothing is late: %+v", before.Reasons)
	}
	late, revisions := before.Reasons.Late, 0
	seen := cells(w.found(from, to))
	for _, wait := range []time.Duration{time.Hour, 6 * time.Hour, 24 * time.Hour, 80 * time.Hour} {
		w.clock.move(wait)
		x := w.found(from, to)
		if got, want := cells(x), cells(w.Extract(from, to)); !maps.Equal(got, want) {
			t.Fatalf("after %s more there are %d cells, %d expected", wait, len(got), len(want))
		}
		truth := w.GroundTruthBetween(from, to)
		shown := map[wrapcast.Leaf]int{}
		for _, o := range x.Observations {
			shown[o.Leaf] += o.Handled
		}
		if !maps.Equal(shown, truth.Leaves) || truth.Contacts != before.Contacts || !maps.Equal(truth.Final, before.Final) {
			t.Fatalf("after %s more the platform shows %d leaves, the truth has %d; %d contacts after %d", wait, len(shown), len(truth.Leaves), truth.Contacts, before.Contacts)
		}
		if truth.Reasons.Late > late {
			t.Errorf("%d late codes became %d", late, truth.Reasons.Late)
		}
		late = truth.Reasons.Late
		for cell := range cells(x) {
			if !seen[cell] {
				revisions++
			}
		}
		seen = cells(x)
	}
	final := w.GroundTruthBetween(from, to)
	if final.Reasons.Late != 0 || final.Reasons.Revised != 0 || !maps.Equal(final.Leaves, final.Final) || revisions == 0 {
		t.Errorf("in the end %+v; %d revisions", final.Reasons, revisions)
	}
}

func TestWhatWasFoundThenCanBeAskedForLater(t *testing.T) {
	t.Parallel()
	w := start(t, lively())
	from, to, then := now.Add(-2*24*time.Hour), now.Truncate(15*time.Minute), w.clock.Now()
	was := w.found(from, to)
	w.clock.move(100 * time.Hour)
	if got, want := cells(w.ExtractAsOf(from, to, then)), cells(was); !maps.Equal(got, want) {
		t.Errorf("%d cells then, %d asked for now", len(want), len(got))
	}
	if got, want := cells(w.Extract(from, to)), cells(was); maps.Equal(got, want) {
		t.Error("nothing was revised in four days")
	}
}

// Every leg is a contact with a code of its own; what was handed on is counted where it happened.
func TestTransfersAreCountedAtBothEnds(t *testing.T) {
	t.Parallel()
	w := start(t, lively())
	truth := w.GroundTruth()
	var handled, transferred, conversations, offered int64
	for _, span := range history(w) {
		r := w.aggregates("interval", interval(span[0], span[1]), "groupBy", `["queueId"]`, "metrics", `["tHandle","nTransferred","nBlindTransferred","nConversations","nOffered"]`)
		for metric, into := range map[string]*int64{"tHandle": &handled, "nTransferred": &transferred, "nConversations": &conversations, "nOffered": &offered} {
			n, _ := r.total(metric, all)
			*into += n
		}
		for _, g := range w.aggregates("interval", interval(span[0], span[1]), "groupBy", `["wrapUpCode"]`, "metrics", `["nTransferred"]`).Results {
			if g.Group["wrapUpCode"] != "" {
				t.Errorf("a transfer has the code %s", g.Group["wrapUpCode"])
			}
		}
	}
	if int(handled) != truth.Contacts || truth.Reasons.Transferred == 0 || truth.Conversations+truth.Reasons.Transferred != truth.Contacts {
		t.Errorf("%d handled: %+v", handled, truth)
	}
	if int(offered) != truth.Offered || conversations >= offered || transferred < int64(truth.Reasons.Transferred) || transferred != offered-conversations {
		t.Errorf("%d offered of %d, %d conversations, %d handed on, %d of them answered", offered, truth.Offered, conversations, transferred, truth.Reasons.Transferred)
	}
	several := map[string]int{} // conversations by how many codes they have
	r := w.aggregates("interval", interval(now.AddDate(0, 0, -10), now), "groupBy", `["conversationId","wrapUpCode"]`, "metrics", `["tHandle"]`)
	for _, g := range r.Results {
		several[g.Group["conversationId"]]++
	}
	two := 0
	for _, codes := range several {
		if codes > 1 {
			two++
		}
	}
	if two == 0 {
		t.Error("no conversation has two codes")
	}
	queues := w.Extract(now.AddDate(0, 0, -10), now).QueueHandled
	sum := 0
	for _, q := range queues {
		sum += q.Transferred
	}
	n, _ := w.aggregates("interval", interval(now.AddDate(0, 0, -10), now), "metrics", `["nTransferred"]`).total("nTransferred", all)
	if int64(sum) != n || n == 0 {
		t.Errorf("%d transfers in the extract, the platform counts %d", sum, n)
	}
}

// All that keeps contacts of codes and conversations apart is accounted for.
func TestReasonsExplainEveryContact(t *testing.T) {
	t.Parallel()
	o := lively()
	o.History = 731
	w := start(t, o)
	truth := w.GroundTruth()
	r := truth.Reasons
	plain := 0
	d := w.Directory()
	listed := map[string]bool{}
	for page := 1; ; page++ {
		l := decode[struct {
			Entities  []struct{ ID string }
			PageCount int
		}](w.get(fmt.Sprintf("/api/v2/routing/wrapupcodes?pageSize=10&pageNumber=%d", page)).ok(200))
		for _, e := range l.Entities {
			listed[e.ID] = true
		}
		if page >= l.PageCount {
			break
		}
	}
	for leaf, n := range truth.Leaves {
		if listed[string(leaf.Code)] {
			plain += n
		}
	}
	if plain+truth.WithoutCode+r.System+r.Deleted+r.Hidden != truth.Contacts {
		t.Errorf("%d contacts of codes in the list, %d without, and %+v do not sum to %d", plain, truth.WithoutCode, r, truth.Contacts)
	}
	if truth.WithoutCode != r.NoCode+r.Late || r.TimedOut == 0 || r.TimedOut >= r.System || r.Deleted == 0 || r.Hidden == 0 {
		t.Errorf("%d without a code: %+v", truth.WithoutCode, r)
	}
	deleted := 0
	for _, c := range d.Codes {
		if c.Deleted {
			deleted++
		}
	}
	if deleted != 3 {
		t.Errorf("%d codes are deleted: one, and two that were merged", deleted)
	}
}

func TestACodeHasItsOldNameUntilItIsRenamed(t *testing.T) {
	t.Parallel()
	at := newClock(now)
	w := start(t, sim.Options{Queues: 3, Codes: 12, History: 731, Clock: at.clock()})
	names := func() map[string]string {
		found := map[string]string{}
		for _, c := range w.Directory().Codes {
			found[string(c.ID)] = c.Name
		}
		return found
	}
	later := names()
	at.move(-400 * 24 * time.Hour)
	changed := 0
	for id, name := range names() {
		if name != later[id] {
			changed++
			if name != later[id]+" (old)" || w.get("/api/v2/routing/wrapupcodes/divisionviews/"+id).ok(200).text("name") != name {
				t.Errorf("%s was %s", later[id], name)
			}
		}
	}
	if changed != 1 {
		t.Errorf("%d codes were renamed", changed)
	}
}
