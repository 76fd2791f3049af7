package sim_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
)

func outboundOrganisation() sim.Options {
	return sim.Options{Kinds: []sim.Kind{sim.KindOutbound}, Queues: 4, Codes: 12, History: 60}
}

func direction(d string) func(map[string]string) bool {
	return func(g map[string]string) bool { return g["direction"] == d }
}

// Outbound legs are handled, coded and counted by direction, and nobody was offered them.
func TestOutboundLegsAreHandledAndNeverOffered(t *testing.T) {
	t.Parallel()
	w := start(t, outboundOrganisation())
	r := w.aggregates("interval", weeksBefore(0), "granularity", `"PT15M"`, "groupBy", `["queueId","wrapUpCode","direction"]`,
		"metrics", `["tHandle","nOffered","tTalk","tHeld","tAcw","tDialing","nOutbound","nOutboundAttempted","tAnswered","tAbandon"]`)
	in, _ := r.total("tHandle", direction("inbound"))
	out, outMs := r.total("tHandle", direction("outbound"))
	if share := float64(out) / float64(in+out); share < 0.12 || share > 0.3 {
		t.Errorf("%d of %d legs are outbound: %.2f", out, in+out, share)
	}
	for _, metric := range []string{"nOffered", "tAnswered", "tAbandon"} {
		if n, _ := r.total(metric, direction("outbound")); n != 0 {
			t.Errorf("%d outbound %s", n, metric)
		}
	}
	parts := int64(0)
	for _, metric := range []string{"tTalk", "tHeld", "tAcw", "tDialing"} {
		_, ms := r.total(metric, direction("outbound"))
		parts += ms
	}
	if parts != outMs {
		t.Errorf("outbound legs take %d ms, their parts %d", outMs, parts)
	}
	made, _ := r.total("nOutbound", all)
	dialled, _ := r.total("nOutboundAttempted", all)
	if dialled == 0 || made <= dialled || made < out-20 || made > out+20 { // at both ends of the time some have begun and not ended
		t.Errorf("%d calls made, %d by dialers, %d handled", made, dialled, out)
	}
	// The code of a queue's own contacts is used outbound too, and codes of campaigns nowhere else.
	codes := map[string]map[string]bool{"inbound": {}, "outbound": {}}
	for _, g := range r.Results {
		if code := g.Group["wrapUpCode"]; code != "" {
			codes[g.Group["direction"]][code] = true
		}
	}
	both, only := 0, 0
	for code := range codes["outbound"] {
		if codes["inbound"][code] {
			both++
		} else if only++; code != "ININ-OUTBOUND-PREVIEW-SKIPPED" && !strings.Contains(string(w.get("/api/v2/routing/wrapupcodes/"+code).ok(200).body), "Outbound: ") {
			t.Errorf("%s is outbound only", code)
		}
	}
	if both < 3 || only != 4 {
		t.Errorf("%d codes both ways, %d outbound only", both, only)
	}
}

// What comes in is what would come in without anybody calling out.
func TestOutboundLeavesInboundAsItIs(t *testing.T) {
	t.Parallel()
	with := start(t, outboundOrganisation())
	o := outboundOrganisation()
	o.Kinds = nil
	without := start(t, o)
	count := func(w *world) (int64, int64) {
		r := w.aggregates("interval", weeksBefore(0), "groupBy", `["direction"]`, "metrics", `["tHandle","nOffered"]`)
		inboundCalls := func(g map[string]string) bool { return g["direction"] == "inbound" && g["mediaType"] != "callback" }
		offered, _ := r.total("nOffered", inboundCalls)
		_, ms := r.total("tHandle", inboundCalls)
		return offered, ms
	}
	a, aMs := count(with)
	b, bMs := count(without)
	if a != b || aMs != bMs || a == 0 {
		t.Errorf("with outbound %d offered, %d ms; without %d, %d", a, aMs, b, bMs)
	}
}

// A customer who is called back asked for it: offered, inbound, on a channel with a planning group of its own.
func TestCallbacksAreAChannelOfTheirOwn(t *testing.T) {
	t.Parallel()
	w := start(t, outboundOrganisation())
	callbacks := func(g map[string]string) bool { return g["mediaType"] == "callback" }
	r := w.aggregates("interval", weeksBefore(0), "groupBy", `["queueId","wrapUpCode","direction","originatingDirection"]`, "metrics", `["tHandle","nOffered"]`)
	offered, _ := r.total("nOffered", callbacks)
	handled, _ := r.total("tHandle", callbacks)
	if offered == 0 || handled > offered || handled < offered*9/10 {
		t.Errorf("%d callbacks offered, %d handled", offered, handled)
	}
	for _, g := range r.Results {
		if callbacks(g.Group) && (g.Group["direction"] != "inbound" || g.Group["originatingDirection"] != "inbound") {
			t.Fatalf("a callback is %v", g.Group)
		}
	}
	groups := 0
	for _, g := range w.Directory().PlanningGroups {
		if g.Routes[0].Media == wrapcast.Callback {
			groups++
		}
	}
	if groups == 0 || !strings.Contains(string(w.get(w.unitPath()+"/planninggroups").ok(200).body), `"mediaType":"Callback"`) {
		t.Errorf("%d planning groups are for callbacks", groups)
	}
	o := outboundOrganisation()
	o.Switches.CallbackDirection = "outbound"
	r = start(t, o).aggregates("interval", weeksBefore(0), "groupBy", `["direction","originatingDirection"]`)
	if n, _ := r.total("tHandle", func(g map[string]string) bool {
		return callbacks(g) && g["direction"] == "outbound" && g["originatingDirection"] == "inbound"
	}); n != handled {
		t.Errorf("%d callbacks of %d are outbound by the switch", n, handled)
	}
}

// Calls on behalf of no queue have no queue and no code, in a group shorter than the others; campaigns have ids.
func TestSomeCallsHaveNoQueueAndSomeACampaign(t *testing.T) {
	t.Parallel()
	w := start(t, outboundOrganisation())
	r := w.aggregates("interval", weeksBefore(0), "groupBy", `["queueId","wrapUpCode","outboundCampaignId","direction"]`)
	none, _ := r.total("tHandle", func(g map[string]string) bool { return g["queueId"] == "" })
	coded, _ := r.total("tHandle", func(g map[string]string) bool { return g["queueId"] == "" && g["wrapUpCode"] != "" })
	if none == 0 || coded != 0 {
		t.Errorf("%d calls without a queue, %d of them with a code", none, coded)
	}
	campaigns := []string{}
	for _, g := range r.Results {
		if id := g.Group["outboundCampaignId"]; id != "" && g.Group["direction"] != "outbound" {
			t.Errorf("a campaign calls in: %v", g.Group)
		} else if id != "" && !slices.Contains(campaigns, id) {
			campaigns = append(campaigns, id)
		}
	}
	if len(campaigns) != 2 {
		t.Errorf("the campaigns are %v", campaigns)
	}
	filter := `{"type":"and","predicates":[{"dimension":"direction","value":"outbound"},{"dimension":"queueId","operator":"notExists"}]}`
	r = w.aggregates("interval", weeksBefore(0), "groupBy", `["queueId"]`, "filter", filter)
	if n, _ := r.total("tHandle", all); n != none {
		t.Errorf("%d calls without a queue by filter, %d by group", n, none)
	}
	truth := w.GroundTruthBetween(now.AddDate(0, 0, -28), now)
	if int64(truth.Reasons.Unqueued) != none || truth.Reasons.Outbound <= truth.Reasons.Unqueued {
		t.Errorf("the truth has %+v", truth.Reasons)
	}
}
