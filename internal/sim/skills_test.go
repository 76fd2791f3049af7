package sim_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
)

func skilled() sim.Options { return sim.Options{Kinds: []sim.Kind{sim.KindSkills}, Volume: 3}.Small() }

const byAll = `["queueId","wrapUpCode","requestedLanguageId","requestedRoutingSkillId"]`

func (r results) counts(metric string, of func(map[string]string) string) map[string]int64 {
	all := map[string]int64{}
	for _, g := range r.Results {
		n := int64(0)
		for _, d := range g.Data {
			for _, m := range d.Metrics {
				if m.Metric == metric {
					n += *m.Stats.Count
				}
			}
		}
		all[of(g.Group)] += n
	}
	return all
}

// Flattened, a contact is counted once for all its skills; else once for each of them. Language and code stand beside.
func TestSkillsAreFlattenedOrCountedOneByOne(t *testing.T) {
	t.Parallel()
	w := start(t, skilled())
	flat := w.aggregates("interval", weeksBefore(0), "groupBy", byAll, "metrics", `["tHandle","nOffered"]`, "flattenMultivaluedDimensions", "true")
	each := w.aggregates("interval", weeksBefore(0), "groupBy", byAll, "metrics", `["tHandle","nOffered"]`)
	plain := w.aggregates("interval", weeksBefore(0), "groupBy", `["queueId","wrapUpCode"]`, "metrics", `["tHandle","nOffered"]`)
	for _, metric := range []string{"tHandle", "nOffered"} {
		leaf := func(g map[string]string) string { return g["queueId"] + g["mediaType"] + g["wrapUpCode"] }
		if want, got := plain.counts(metric, leaf), flat.counts(metric, leaf); !maps.Equal(want, got) || len(want) < 4 {
			t.Errorf("%s: with skills %v, without %v", metric, got, want)
		}
		// One by one: as often as there are skills in the flattened value, once where there are none.
		want := map[string]int64{}
		for group, n := range flat.counts(metric, func(g map[string]string) string { return g["requestedRoutingSkillId"] }) {
			for skill := range strings.SplitSeq(group, ",") {
				want[skill] += n
			}
		}
		if got := each.counts(metric, func(g map[string]string) string { return g["requestedRoutingSkillId"] }); !maps.Equal(want, got) || len(got) != 4 {
			t.Errorf("%s one by one: %v, want %v", metric, got, want)
		}
	}
	sets := flat.counts("nOffered", func(g map[string]string) string { return g["requestedRoutingSkillId"] })
	orders := 0
	for set := range sets {
		ids := strings.Split(set, ",")
		slices.Reverse(ids)
		if _, reversed := sets[strings.Join(ids, ",")]; reversed && len(ids) == 2 {
			orders++
		}
	}
	if len(sets) != 6 || orders != 2 {
		t.Errorf("the sets of skills are %v, %d in both orders", sets, orders)
	}
	if languages := flat.counts("tHandle", func(g map[string]string) string { return g["requestedLanguageId"] }); len(languages) != 3 || languages[""] == 0 {
		t.Errorf("the languages are %v", languages)
	}
}

func TestSkillsAreFilteredAndGroupedByThemselves(t *testing.T) {
	t.Parallel()
	w := start(t, skilled())
	flat := w.aggregates("interval", weeksBefore(0), "groupBy", `["requestedRoutingSkillId"]`, "flattenMultivaluedDimensions", "true")
	sets := flat.counts("tHandle", func(g map[string]string) string { return g["requestedRoutingSkillId"] })
	skill, want, some := "", int64(0), int64(0)
	for set, n := range sets {
		if ids := strings.Split(set, ","); len(ids) == 3 {
			skill = ids[1]
		}
		if set != "" {
			some += n
		}
	}
	for set, n := range sets {
		if strings.Contains(set, skill) {
			want += n
		}
	}
	count := func(predicate string) int64 {
		n, _ := w.aggregates("interval", weeksBefore(0), "filter", `{"type":"and","predicates":[{"dimension":"requestedRoutingSkillId",`+predicate+`}]}`).total("tHandle", all)
		return n
	}
	if got := count(`"value":"` + skill + `"`); got != want || want == 0 {
		t.Errorf("%d contacts ask for %s, want %d", got, skill, want)
	}
	if got := count(`"operator":"exists"`); got != some {
		t.Errorf("%d contacts ask for any skill, want %d", got, some)
	}
	if got := count(`"operator":"notExists"`); got != sets[""] {
		t.Errorf("%d contacts ask for none, want %d", got, sets[""])
	}
}

// The planning groups say what they want as the SDK's types have it, and the same queue and channel is in several.
func TestPlanningGroupsAskForLanguagesAndSkills(t *testing.T) {
	t.Parallel()
	w := start(t, skilled())
	groups := decode[struct {
		Entities []struct {
			ID, Name   string
			RoutePaths []struct {
				Queue, Language struct{ ID, SelfURI string }
				MediaType       string
				Skills          []struct{ ID, SelfURI string }
			}
		}
	}](w.get(w.unitPath() + "/planninggroups").ok(200)).Entities
	d := w.Directory()
	spoken, skills, several, streams := 0, 0, 0, map[string]int{}
	for i, g := range groups {
		if len(g.RoutePaths) > 1 {
			several++
		}
		for j, r := range g.RoutePaths {
			streams[r.Queue.ID+r.MediaType]++
			own := d.PlanningGroups[i].Routes[j]
			ids := []wrapcast.SkillID{}
			for _, s := range r.Skills {
				ids = append(ids, wrapcast.SkillID(s.ID))
				if s.SelfURI != "/api/v2/routing/skills/"+s.ID {
					t.Errorf("a skill lies at %s", s.SelfURI)
				}
			}
			if string(own.Language) != r.Language.ID || wrapcast.NewSkillSet(own.Skills...) != wrapcast.NewSkillSet(ids...) {
				t.Errorf("%s is %+v and %+v", g.Name, r, own)
			}
			if r.Language.ID != "" {
				spoken++
			}
			skills = max(skills, len(r.Skills))
		}
	}
	if spoken != 3 || skills != 2 || several != 1 || slices.Max(slices.Collect(maps.Values(streams))) != 4 {
		t.Errorf("%d routes ask for a language, %d skills at most, %d groups have several routes, %v", spoken, skills, several, streams)
	}
	idle := start(t, sim.Options{Kinds: []sim.Kind{sim.KindSkills, sim.KindDivisions}}.Small())
	if !slices.ContainsFunc(idle.Directory().PlanningGroups, func(g wrapcast.PlanningGroup) bool { return strings.HasSuffix(g.Name, " German") }) {
		t.Error("there is no group for a language that nobody speaks")
	}
}

// A perfect extraction has the streams that the planning groups need told apart, and no others.
func TestTheTruthKnowsLanguagesAndSkills(t *testing.T) {
	t.Parallel()
	w := start(t, skilled())
	d := w.Directory()
	detail := d.Detail()
	if len(detail.Streams) != 2 || !detail.Languages() || !detail.Skills() {
		t.Fatalf("the planning groups need %+v", detail)
	}
	want := map[wrapcast.Stream]int64{}
	flat := w.aggregates("interval", weeksBefore(0), "groupBy", `["queueId","requestedLanguageId","requestedRoutingSkillId"]`,
		"metrics", `["nOffered"]`, "flattenMultivaluedDimensions", "true")
	for _, g := range flat.Results {
		want[detail.Reduce(streamOf(g.Group))] += *g.Data[0].Metrics[0].Stats.Count
	}
	got := map[wrapcast.Stream]int64{}
	for _, a := range w.Extract(now.AddDate(0, 0, -28), now).Arrivals {
		if a.Offered > 0 {
			got[a.Stream()] += int64(a.Offered)
		}
	}
	if !maps.Equal(want, got) || len(got) < 8 {
		t.Errorf("extracted %v\nanswered %v", got, want)
	}
}

// A generated forecast gives each contact to one group, that which fits best.
func TestAGeneratedForecastFollowsTheRoutes(t *testing.T) {
	t.Parallel()
	o := skilled()
	o.ImportDelay = -1
	w := start(t, o)
	w.post(w.weekPath(nextWeek)+"/generate", map[string]any{"description": "theirs"}).ok(201)
	sum, empty := 0.0, 0
	for _, g := range w.Forecasts()[0].Groups {
		group := 0.0
		for _, v := range g.Offered[:672] {
			group += v
		}
		if sum += group; group == 0 {
			empty++
		}
	}
	six := w.GroundTruthBetween(now.AddDate(0, 0, -42), now).Offered
	if sum*6 < 0.97*float64(six) || sum*6 > 1.03*float64(six) || empty > 2 {
		t.Errorf("%.0f contacts in six weeks, %d were offered; %d groups have none", sum*6, six, empty)
	}
}

func TestOpenPointsOfSkillsAreSwitches(t *testing.T) {
	t.Parallel()
	o := skilled()
	o.Switches = sim.Switches{SkillsAsList: true, UnskilledAgents: true}
	w := start(t, o)
	a := w.post(aggregates, query("interval", weeksBefore(0), "groupBy", `["requestedRoutingSkillId"]`, "metrics", `["nOffered","tHandle"]`)).ok(200)
	lists, longest := 0, 0
	for _, r := range decode[struct {
		Results []struct{ Group map[string]json.RawMessage }
	}](a).Results {
		var ids []string
		if v, ok := r.Group["requestedRoutingSkillId"]; ok {
			if err := json.Unmarshal(v, &ids); err != nil {
				t.Fatalf("%s: %v", v, err)
			}
			lists++
		}
		longest = max(longest, len(ids))
	}
	if lists < 5 || longest != 3 {
		t.Errorf("%d lists of skills, the longest has %d", lists, longest)
	}
	flat := w.aggregates("interval", weeksBefore(0), "groupBy", byAll, "metrics", `["tHandle","nOffered"]`, "flattenMultivaluedDimensions", "true")
	asked := func(g map[string]string) bool { return g["requestedRoutingSkillId"]+g["requestedLanguageId"] != "" }
	handled, _ := flat.total("tHandle", asked)
	offered, _ := flat.total("nOffered", asked)
	if handled != 0 || offered == 0 {
		t.Errorf("%d handled and %d offered with skills", handled, offered)
	}
	o.Switches = sim.Switches{ValuesAsLists: true}
	a = start(t, o).post(aggregates, query("interval", weeksBefore(0), "groupBy", `["queueId"]`)).ok(200)
	if text := string(a.body); !strings.Contains(text, `"mediaType":["voice"]`) || !strings.Contains(text, `"queueId":["`) {
		t.Errorf("no lists: %.300s", text)
	}
}
