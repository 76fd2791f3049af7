package steps_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/source"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// standing is a clock that stands still, so that two organisations are seen at one moment.
func standing() wrapcast.Clock {
	now := time.Now().Truncate(time.Hour)
	c := clock()
	c.Now = func() time.Time { return now }
	return c
}

// worldOf is an organisation of some kinds, at the moment of a clock.
func worldOf(t *testing.T, at wrapcast.Clock, switches sim.Switches, kinds ...sim.Kind) *world {
	t.Helper()
	w := newWorld(t, func(o *sim.Options) { o.Kinds, o.Clock, o.Switches, o.Volume = kinds, at, switches, 3 })
	w.Clock = at
	first := w.sim.Start()
	w.spec.HistoryFrom, w.spec.DryRun = &first, true
	return w
}

// handledByLeaf sums the history that counts, leaf by leaf.
func (w *world) handledByLeaf(t *testing.T) map[wrapcast.Leaf][2]float64 {
	t.Helper()
	h, err := w.view(t).LoadHistory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sums := map[wrapcast.Leaf][2]float64{}
	for _, l := range h.Leaves {
		sum := [2]float64{}
		for i, n := range l.Handled {
			sum[0] += n
			sum[1] += l.Seconds[i]
		}
		sums[l.Leaf] = sum
	}
	return sums
}

// accounted reconciles what is stored and what the platform says now, without a contact unexplained.
func (w *world) accounted(t *testing.T) wrapcast.Reconciliation {
	t.Helper()
	var last wrapcast.Reconciliation
	for _, o := range []reports.ReconcileOptions{{}, {Ask: w.WrapUpForecaster}} {
		last = w.reconcile(t, o)
		sum := last.Codes
		for _, n := range last.Reasons {
			sum += n
		}
		if last.Unexplained != 0 || sum != last.Platform || last.Platform == 0 {
			t.Errorf("%s: %d of %d contacts are unexplained, %d have a reason", last.Source, last.Unexplained, last.Platform, sum)
		}
	}
	return last
}

func TestOutboundContactsAreKeptAndDoNotCount(t *testing.T) {
	t.Parallel()
	at := standing()
	plain, w := worldOf(t, at, sim.Switches{}), worldOf(t, at, sim.Switches{}, sim.KindOutbound)
	plain.mustRun(t)
	out := w.mustRun(t)
	truth := w.sim.GroundTruth()
	if n := out.Extract.OtherDirections[wrapcast.Outbound]; n != truth.Reasons.Outbound || n < truth.Contacts/10 ||
		out.Extract.Contacts+n != truth.Contacts {
		t.Errorf("%d outbound contacts beside %d, really %d of %d", n, out.Extract.Contacts, truth.Reasons.Outbound, truth.Contacts)
	}
	// Counts per code, handle times and the mix are those of the same organisation without anybody calling out.
	inbound := w.handledByLeaf(t)
	maps.DeleteFunc(inbound, func(l wrapcast.Leaf, _ [2]float64) bool { return l.Media == wrapcast.Callback })
	if want := plain.handledByLeaf(t); !maps.Equal(inbound, want) || len(want) < 6 {
		t.Errorf("inbound: %v\nwithout outbound: %v", inbound, want)
	}
	r := w.accounted(t)
	zone, err := time.LoadLocation(r.TimeZone)
	if err != nil {
		t.Fatal(err)
	}
	between := w.sim.GroundTruthBetween(r.From.Midnight(zone), (r.To + 1).Midnight(zone))
	if r.Reasons[wrapcast.ReasonDirection] != between.Reasons.Outbound || r.Platform != between.Contacts {
		t.Errorf("%d of %d contacts have another direction, really %d of %d", r.Reasons[wrapcast.ReasonDirection], r.Platform,
			between.Reasons.Outbound, between.Contacts)
	}
	// Both directions, where the settings say so.
	w.spec.Directions = []wrapcast.Direction{wrapcast.Inbound, wrapcast.Outbound}
	if both := w.mustRun(t).Extract; both.Contacts != truth.Contacts || len(both.OtherDirections) != 0 {
		t.Errorf("%d contacts of both directions, %v of others", both.Contacts, both.OtherDirections)
	}
	if r := w.accounted(t); r.Reasons[wrapcast.ReasonDirection] != 0 {
		t.Errorf("%d contacts have another direction", r.Reasons[wrapcast.ReasonDirection])
	}
}

func TestCallbacksAreOfTheDirectionThePlatformSays(t *testing.T) {
	t.Parallel()
	callbacks := func(s sim.Switches) (n float64) {
		w := worldOf(t, standing(), s, sim.KindOutbound)
		w.mustRun(t)
		for l, sum := range w.handledByLeaf(t) {
			if l.Media == wrapcast.Callback {
				n += sum[0]
			}
		}
		w.accounted(t)
		return n
	}
	if n := callbacks(sim.Switches{}); n == 0 {
		t.Error("inbound callbacks do not count")
	}
	if n := callbacks(sim.Switches{CallbackDirection: "outbound"}); n != 0 {
		t.Errorf("%v outbound callbacks count", n)
	}
}

// Groups by language and skills are all planned, and have what their queue has, whatever the platform fills in.
func TestGroupsByLanguageAndSkillsAreAllPlanned(t *testing.T) {
	t.Parallel()
	at := standing()
	plain := worldOf(t, at, sim.Switches{})
	all := plain.mustRun(t).Forecast.Total.Mean
	for name, s := range map[string]sim.Switches{
		"as is likeliest": {}, "skills as lists": {SkillsAsList: true}, "all as lists": {ValuesAsLists: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := worldOf(t, at, s, sim.KindSkills)
			out := w.mustRun(t)
			directory := w.sim.Directory()
			week := out.Plans[0].Week
			if len(week.Groups) != len(directory.PlanningGroups) || len(out.Plans[0].Refusals) != 0 {
				t.Fatalf("%d of %d groups are planned; %+v", len(week.Groups), len(directory.PlanningGroups), out.Plans[0].Refusals)
			}
			for _, f := range out.Plans[0].Findings {
				if f.Code == "no-history" || f.Code == "no-planning-group" || f.Code == "refused-dimension" {
					t.Errorf("%s: %s: %s", f.Code, f.Place, f.Message)
				}
			}
			for _, g := range week.Groups {
				if total(g.Offered) == 0 && handledBy(w, directory, g.Group) > 20 {
					t.Errorf("%s is planned with nothing", g.Name)
				}
			}
			groupsAddUp(t, *out.Forecast)
			for d, want := range all {
				if math.Abs(out.Forecast.Total.Mean[d]-want) > 0.02*want+1 {
					t.Errorf("day %d: %v contacts in all, without languages and skills %v", d, out.Forecast.Total.Mean[d], want)
				}
			}
			w.accounted(t)
			want := map[wrapcast.Leaf]float64{}
			begin, end := w.view(t).Directory.BusinessUnit, out.Forecast.From
			zone, err := time.LoadLocation(begin.TimeZone)
			if err != nil {
				t.Fatal(err)
			}
			for l, n := range w.sim.GroundTruthBetween(w.spec.HistoryFrom.Midnight(zone), end.Midnight(zone)).Leaves {
				want[l] += float64(n)
			}
			got := map[wrapcast.Leaf]float64{}
			for l, sum := range w.handledByLeaf(t) {
				if sum[0] > 0 {
					got[l] = sum[0]
				}
			}
			if !maps.Equal(got, want) {
				t.Errorf("%d leaves, really %d; or other contacts in them", len(got), len(want))
			}
		})
	}
}

// handledBy is how many contacts a planning group really handled.
func handledBy(w *world, d wrapcast.Directory, group wrapcast.PlanningGroupID) (sum int) {
	of := d.GroupOf()
	for l, n := range w.sim.GroundTruth().Leaves {
		if g, ok := of(l); ok && g.ID == group {
			sum += n
		}
	}
	return sum
}

// groupsAddUp checks that the planning groups of every queue have together what the queue has.
func groupsAddUp(t *testing.T, f wrapcast.Forecast) {
	t.Helper()
	sums := map[wrapcast.QueueID][]float64{}
	for _, g := range f.Groups {
		queue := g.Group.Routes[0].Queue
		if sums[queue] == nil {
			sums[queue] = make([]float64, f.Days)
		}
		for d, n := range g.Mean {
			sums[queue][d] += n
		}
	}
	for _, q := range f.Queues {
		for d, n := range q.Mean {
			if math.Abs(sums[q.Queue.ID][d]-n) > 1e-6 {
				t.Errorf("%s, day %d: groups have %v, the queue %v", q.Queue.Name, d, sums[q.Queue.ID][d], n)
				return
			}
		}
	}
}

// Where what agents handled knows neither language nor skills, it is shared out as contacts were offered, which is said.
func TestContactsThatAreNotToldApartAreSharedOut(t *testing.T) {
	t.Parallel()
	at := standing()
	told, w := worldOf(t, at, sim.Switches{}, sim.KindSkills), worldOf(t, at, sim.Switches{UnskilledAgents: true}, sim.KindSkills)
	want, got := told.mustRun(t), w.mustRun(t)
	w.accounted(t)
	groupsAddUp(t, *got.Forecast)
	if !slices.ContainsFunc(got.Plans[0].Findings, func(f wrapcast.Finding) bool { return f.Code == "untold-languages" }) ||
		slices.ContainsFunc(want.Plans[0].Findings, func(f wrapcast.Finding) bool { return f.Code == "untold-languages" }) {
		t.Errorf("it says %+v", got.Plans[0].Findings)
	}
	for _, s := range got.Plans[0].Silences {
		if s.Kind == wrapcast.LevelGroup {
			t.Errorf("%s is silent: %s", s.Name, s.Message)
		}
	}
	sums := func(week wrapcast.WeekPlan) (all []float64) {
		for _, g := range week.Groups {
			all = append(all, total(g.Offered))
		}
		return all
	}
	planned, expected := sums(*got.Plans[0].Week), sums(*want.Plans[0].Week)
	for i, g := range got.Plans[0].Week.Groups {
		if math.Abs(planned[i]-expected[i]) > 0.25*expected[i]+10 {
			t.Errorf("%s is planned with %.1f contacts, told apart with %.1f", g.Name, planned[i], expected[i])
		}
	}
	if math.Abs(total(planned)-total(expected)) > 0.02*total(expected) {
		t.Errorf("%.1f contacts are planned, told apart %.1f", total(planned), total(expected))
	}
}

func total(values []float64) (sum float64) {
	for _, v := range values {
		sum += v
	}
	return sum
}

func TestGroupsAreLeftOutByName(t *testing.T) {
	t.Parallel()
	w := worldOf(t, standing(), sim.Switches{}, sim.KindSkills)
	groups := w.sim.Directory().PlanningGroups
	w.spec.LeaveOut = []string{strings.ToUpper(groups[0].Name), string(groups[1].ID)}
	plan := w.mustRun(t).Plans[0]
	if len(plan.Week.LeftOut) != 2 || len(plan.Week.Groups) != len(groups)-2 {
		t.Fatalf("left out: %+v", plan.Week.LeftOut)
	}
	for i, left := range plan.Week.LeftOut {
		if left.Group != groups[i].ID || left.Offered <= 0 {
			t.Errorf("%+v is left out, it should be %s", left, groups[i].Name)
		}
		if !slices.ContainsFunc(plan.Findings, func(f wrapcast.Finding) bool { return f.Code == "left-out" && f.Place == groups[i].Name }) {
			t.Errorf("nothing is found of %s", groups[i].Name)
		}
	}
	if len(plan.Refusals)+len(plan.Stops) != 0 {
		t.Errorf("%+v %+v", plan.Refusals, plan.Stops)
	}
	w.spec.LeaveOut = []string{"Nobody"}
	_, err := w.Run(t.Context(), w.spec)
	if wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(wrapcast.Hint(err), groups[2].Name) {
		t.Errorf("%v; %s", err, wrapcast.Hint(err))
	}
}

// older is a source as it was: it knows neither directions nor languages nor skills.
type older struct{ source.Source }

func (o older) ReadHistory(ctx context.Context, r source.Reading) (json.RawMessage, error) {
	r.Detail = wrapcast.Detail{}
	return o.Source.ReadHistory(ctx, r)
}

func findings(t *testing.T, v *steps.View) (codes []string) {
	t.Helper()
	h, err := v.LoadHistory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range h.Known.Findings {
		codes = append(codes, f.Code)
	}
	return codes
}

func TestHistoryThatKnewNoDirectionsIsReadAgainOnce(t *testing.T) {
	t.Parallel()
	w := worldOf(t, standing(), sim.Switches{}, sim.KindOutbound, sim.KindSkills)
	now := w.Source
	w.Source = older{now}
	before := w.mustRun(t)
	truth := w.sim.GroundTruth()
	if before.Extract.Contacts != truth.Contacts || before.Extract.Again != nil {
		t.Errorf("%d contacts counted, there are %d; read again: %+v", before.Extract.Contacts, truth.Contacts, before.Extract.Again)
	}
	if codes := findings(t, w.view(t)); !slices.Contains(codes, "read-before") {
		t.Errorf("nobody is told: %v", codes)
	}
	w.Source = now
	plan, err := w.PlanExtraction(t.Context(), w.spec)
	if err != nil || plan.Again == nil || plan.Requests == 0 {
		t.Errorf("planned: %+v, %v", plan, err)
	}
	again := w.mustRun(t)
	if a := again.Extract.Again; a == nil || strings.Join(a.By, " ") != "direction requestedLanguageId requestedRoutingSkillId" {
		t.Errorf("read again: %+v", a)
	}
	if again.Extract.Contacts != truth.Contacts-truth.Reasons.Outbound || !strings.Contains(strings.Join(again.Extract.Remarks(), "; "), "was read again, once") {
		t.Errorf("%d contacts count, %d are outbound; %v", again.Extract.Contacts, truth.Reasons.Outbound, again.Extract.Remarks())
	}
	if codes := findings(t, w.view(t)); len(codes) != 0 {
		t.Errorf("found: %v", codes)
	}
	w.accounted(t)
	if third := w.mustRun(t); third.Extract.Again != nil || third.Extract.Chunks > again.Extract.Chunks/2 || third.Extract.ChangedCells != 0 {
		t.Errorf("the third run: %+v", third.Extract)
	}
}

// What the platform no longer has, or shows no more, stays as it is stored when the history is read again.
func TestReadingAgainLosesNothing(t *testing.T) {
	t.Parallel()
	w := worldOf(t, standing(), sim.Switches{}, sim.KindOutbound)
	now := w.Source
	w.Source = older{now}
	w.mustRun(t)
	w.Source = now
	busiest := w.busiest(t)
	stored := w.queueContacts(t, busiest.ID)
	w.hide(busiest.ID)
	out := w.mustRun(t)
	if out.Extract.KeptContacts != stored || w.queueContacts(t, busiest.ID) != stored || stored == 0 {
		t.Errorf("%d contacts were stored, %d kept, %d are stored now", stored, out.Extract.KeptContacts, w.queueContacts(t, busiest.ID))
	}
}

func (w *world) queueContacts(t *testing.T, queue wrapcast.QueueID) (n int) {
	t.Helper()
	v := w.view(t)
	err := w.Store.View(t.Context(), func(tx *store.Tx) error {
		days, err := tx.Sums().Days(v.Organisation(), store.Series{Queue: &queue}, v.Zone, 0, v.Day(v.At))
		for _, d := range days {
			n += d.Handled
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAPlatformThatKnowsNoDirectionsIsReadWithout(t *testing.T) {
	t.Parallel()
	w := worldOf(t, standing(), sim.Switches{}, sim.KindOutbound)
	w.meddleWith(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/conversations/aggregates/query") {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			if bytes.Contains(body, []byte(`"direction"`)) {
				text := `{"status":400,"code":"invalid.value","message":"direction is not a valid value of groupBy"}`
				return &http.Response{StatusCode: http.StatusBadRequest, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(text)), Request: r}, nil
			}
		}
		return send()
	})
	out := w.mustRun(t)
	if !slices.Equal(out.Extract.Refused, []string{"direction"}) || out.Extract.Contacts != w.sim.GroundTruth().Contacts {
		t.Errorf("%+v", out.Extract)
	}
	if !slices.ContainsFunc(out.Plans[0].Findings, func(f wrapcast.Finding) bool { return f.Code == "refused-dimension" && f.Place == "direction" }) {
		t.Errorf("the plan does not say so: %+v", out.Plans[0].Findings)
	}
	if again := w.mustRun(t).Extract; again.Again != nil {
		t.Errorf("it is read again: %+v", again.Again)
	}
}
