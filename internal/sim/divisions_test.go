package sim_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
)

// weeksBefore is the quarter-hours of four weeks that end so many weeks before now.
func weeksBefore(weeks int) string {
	end := now.AddDate(0, 0, -7*weeks)
	return interval(end.AddDate(0, 0, -28), end)
}

// A queue in a division that the role does not cover is planned, but neither listed nor answered for, and nothing says so.
func TestDivisionsHideQueues(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Kinds: []sim.Kind{sim.KindDivisions}, Disturbances: sim.FullDisturbances()})
	silent, deleted := w.SilentQueues(), w.DeletedQueues()
	if len(silent) != 1 || len(deleted) != 1 || silent[0] == deleted[0] {
		t.Fatalf("silent %v, deleted %v", silent, deleted)
	}
	seen := func(span string) []string {
		var ids []string
		for _, r := range w.aggregates("interval", span, "groupBy", `["queueId"]`, "metrics", `["nOffered","tHandle"]`).Results {
			if !slices.Contains(ids, r.Group["queueId"]) {
				ids = append(ids, r.Group["queueId"])
			}
		}
		return ids
	}
	if before := seen(weeksBefore(4)); len(before) != 2 || slices.Contains(before, string(silent[0].ID)) || !slices.Contains(before, string(deleted[0].ID)) {
		t.Errorf("before the deletion there are %v", before)
	}
	if after := seen(weeksBefore(0)); len(after) != 1 || slices.Contains(after, string(deleted[0].ID)) {
		t.Errorf("after the deletion there are %v", after)
	}
	if a := w.post(aggregates, query("interval", weeksBefore(0), "groupBy", `["queueId"]`, "filter",
		`{"type":"and","predicates":[{"dimension":"queueId","value":"`+string(silent[0].ID)+`"}]}`)).ok(200); string(a.body) != "{}\n" {
		t.Errorf("the hidden queue has %s", a.body)
	}
	if n := len(decode[listed](w.get(queuesPath).ok(200)).Entities); n != 1 || len(w.Directory().Queues) != 1 {
		t.Errorf("%d queues are listed", n)
	}
	w.get(queuesPath+"/"+string(silent[0].ID)).wants(403, "missing.division.permission")
	w.get(queuesPath+"/"+string(silent[0].ID)+"/wrapupcodes").wants(403, "missing.division.permission")
	w.get(queuesPath+"/"+string(deleted[0].ID)).wants(404, "resource.not.found")

	planned := string(w.get(w.unitPath() + "/planninggroups").ok(200).body)
	for _, word := range []string{string(silent[0].ID), string(deleted[0].ID), `"mediaType":"Workitem"`} {
		if !strings.Contains(planned, word) {
			t.Errorf("no planning group has %s", word)
		}
	}
}

// Where the role is granted is for queues and conversations to be said apart, and shows in what a client learns of itself.
func TestDivisionsAreGranted(t *testing.T) {
	t.Parallel()
	const me = "/api/v2/authorization/subjects/me"
	for name, c := range map[string]struct {
		kinds                    []sim.Kind
		switches                 sim.Switches
		listed, answered, grants int
	}{
		"plain":                       {nil, sim.Switches{}, 3, 3, 1},
		"plain, granted nowhere":      {nil, sim.Switches{AnalyticsDivisions: sim.GrantNone}, 3, 0, 1},
		"plain, some is all there is": {nil, sim.Switches{AnalyticsDivisions: sim.GrantSome, QueueDivisions: sim.GrantSome}, 3, 3, 1},
		"as the kind has it":          {[]sim.Kind{sim.KindDivisions}, sim.Switches{}, 1, 2, 1},
		"granted everywhere":          {[]sim.Kind{sim.KindDivisions}, sim.Switches{AnalyticsDivisions: sim.GrantAll, QueueDivisions: sim.GrantAll}, 2, 3, 3},
		"the hidden queue is listed":  {[]sim.Kind{sim.KindDivisions}, sim.Switches{QueueDivisions: sim.GrantAll}, 2, 2, 1},
		"nothing is granted":          {[]sim.Kind{sim.KindDivisions}, sim.Switches{AnalyticsDivisions: sim.GrantNone, QueueDivisions: sim.GrantNone}, 0, 0, 1},
	} {
		w := start(t, sim.Options{Kinds: c.kinds, Switches: c.switches})
		answer := w.aggregates("interval", weeksBefore(4), "groupBy", `["queueId"]`, "metrics", `["tHandle"]`)
		queues := map[string]bool{}
		for _, r := range answer.Results {
			queues[r.Group["queueId"]] = true
		}
		grants := decode[struct {
			Grants []struct{ Division struct{ Name string } }
		}](w.get(me).ok(200)).Grants
		if n := len(decode[listed](w.get(queuesPath).ok(200)).Entities); n != c.listed || len(queues) != c.answered || len(grants) != c.grants {
			t.Errorf("%s: %d queues listed, %d answered, grants %v", name, n, len(queues), grants)
		}
		if c.answered == 0 {
			if a := w.post(aggregates, query("interval", weeksBefore(0))).ok(200); string(a.body) != "{}\n" {
				t.Errorf("%s: %s", name, a.body)
			}
		}
	}
}

func TestContactsAreCountedByDivision(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Kinds: []sim.Kind{sim.KindDivisions}, Queues: 5, History: 60,
		Switches: sim.Switches{AnalyticsDivisions: sim.GrantAll, QueueDivisions: sim.GrantAll}})
	one, other := map[string]int64{}, map[string]int64{}
	for _, r := range w.aggregates("interval", weeksBefore(4), "groupBy", `["divisionId"]`, "metrics", `["tHandle"]`).Results {
		for _, d := range r.Data {
			one[r.Group["divisionId"]] += *d.Metrics[0].Stats.Count
		}
	}
	for _, r := range w.aggregates("interval", weeksBefore(4), "groupBy", `["queueId","divisionId"]`, "metrics", `["tHandle"]`).Results {
		for _, d := range r.Data {
			other[r.Group["divisionId"]] += *d.Metrics[0].Stats.Count
		}
	}
	if len(one) != 2 || compact(t, one) != compact(t, other) {
		t.Errorf("by division %v, by queue and division %v", one, other)
	}
	for division := range one {
		n := len(decode[listed](w.get(queuesPath + "?divisionId=" + division).ok(200)).Entities)
		if n == 0 || n == 4 {
			t.Errorf("division %s has %d queues", division, n)
		}
	}
}

// A conversation is never handed on to a queue that is gone, and the truth has nobody in it either.
func TestNobodyComesToADeletedQueue(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Kinds: []sim.Kind{sim.KindDivisions}, Disturbances: sim.Disturbances{Transfers: 0.5}, Queues: 5, History: 60})
	deleted := w.DeletedQueues()[0].ID
	at := wrapcast.DateOf(now) - 28
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	// What began before may still end after.
	later := w.Extract(at.Midnight(zone).Add(24*time.Hour), now)
	handed := 0
	for _, q := range later.QueueHandled {
		if q.Queue == deleted {
			t.Errorf("%s is handled at %s", q.Queue, q.Start)
		}
		handed += q.Transferred
	}
	truth := w.GroundTruthBetween(at.Midnight(zone).Add(24*time.Hour), now)
	if legs := truth.Reasons.Transferred; handed == 0 || legs < handed*9/10 || legs > handed {
		t.Errorf("%d were handed on and %d arrived", handed, legs)
	}
}
