package planning

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

// goodPlan is a plan nothing is wrong with, made on Thursday 2026-11-19.
func goodPlan() (wrapcast.Plan, time.Time) {
	id := wrapcast.PlanID("01936d6c-7c2e-7b1a-8f00-9a1b2c3d4e5f")
	values := slices.Repeat([]float64{1.25}, 768)
	return wrapcast.Plan{ID: id, Description: Describe(id, "week 48"), Week: &wrapcast.WeekPlan{
		BusinessUnit: unitIn("America/New_York"), Start: date("2026-11-23"),
		Groups: []wrapcast.GroupPlan{{Group: "g1", Name: "Billing", Offered: values, HandleSeconds: values}},
	}}, time.Date(2026, 11, 19, 15, 0, 0, 0, time.UTC)
}

func TestWhatThePlatformWouldRefuseIsFoundFirst(t *testing.T) {
	t.Parallel()
	weeks := func(n int) func(*wrapcast.Plan) {
		return func(p *wrapcast.Plan) { p.Week.Start = date("2026-11-16") + wrapcast.Date(7*n) }
	}
	group := func(change func(*wrapcast.GroupPlan)) func(*wrapcast.Plan) {
		return func(p *wrapcast.Plan) { change(&p.Week.Groups[0]) }
	}
	for _, c := range []struct {
		name   string
		change func(*wrapcast.Plan)
		want   []string
	}{
		{"nothing wrong", func(*wrapcast.Plan) {}, []string{}},
		{"a week that begins on a Sunday", func(p *wrapcast.Plan) { p.Week.Start-- }, []string{"week-start"}},
		{"twenty-six weeks back", weeks(-26), []string{}},
		{"twenty-seven weeks back", weeks(-27), []string{"too-old"}},
		{"a hundred and four weeks ahead", weeks(104), []string{}},
		{"a hundred and five weeks ahead", weeks(105), []string{"too-far"}},
		{"no description", func(p *wrapcast.Plan) { p.Description = " " }, []string{"description"}},
		{"a description without the plan's id", func(p *wrapcast.Plan) { p.Description = "Week 48" },
			[]string{"description"}},
		{"a plan without an id", func(p *wrapcast.Plan) { p.ID = "" }, []string{"description"}},
		{"no week", func(p *wrapcast.Plan) { p.Week = nil }, []string{"no-week"}},
		{"no group", func(p *wrapcast.Plan) { p.Week.Groups = nil }, []string{"no-groups"}},
		{"a group twice", func(p *wrapcast.Plan) { p.Week.Groups = append(p.Week.Groups, p.Week.Groups[0]) },
			[]string{"group-twice"}},
		{"a group without an id", group(func(g *wrapcast.GroupPlan) { g.Group = "" }), []string{"no-group-id"}},
		{"a week of 672 values", group(func(g *wrapcast.GroupPlan) {
			g.Offered, g.HandleSeconds = g.Offered[:672],
				g.HandleSeconds[:672]
		}), []string{"array-length", "array-length"}},
		{"handle times missing", group(func(g *wrapcast.GroupPlan) { g.HandleSeconds = nil }), []string{"array-length"}},
		{"a negative number", group(func(g *wrapcast.GroupPlan) { g.Offered[7] = -0.01 }), []string{"bad-number"}},
		{"not a number", group(func(g *wrapcast.GroupPlan) { g.HandleSeconds[7] = math.NaN() }), []string{"bad-number"}},
		{"an infinite number", group(func(g *wrapcast.GroupPlan) { g.Offered[7] = math.Inf(1) }), []string{"bad-number"}},
		{"a unit without a zone", func(p *wrapcast.Plan) { p.Week.BusinessUnit.TimeZone = "" }, []string{"zone"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			plan, now := goodPlan()
			plan.Week.Groups[0].Offered = slices.Clone(plan.Week.Groups[0].Offered)
			c.change(&plan)
			findings := CheckWeek(plan, now, 0)
			if !slices.Equal(codesOf(findings), c.want) {
				t.Errorf("findings %v, want %v", findings, c.want)
			}
			for _, f := range findings {
				if f.Severity != wrapcast.Blocking || f.Message == "" {
					t.Errorf("finding %+v does not block or say why", f)
				}
			}
		})
	}
}

func TestTheLengthOfArraysIsASwitch(t *testing.T) {
	t.Parallel()
	plan, now := goodPlan()
	findings := CheckWeek(plan, now, 772)
	if want := "768 offered contacts, one for each of 772 quarter-hours is needed"; len(findings) != 2 ||
		findings[0].Message != want {
		t.Errorf("findings %v, want %q first", findings, want)
	}
}

func TestTheWeekPlannedForTheWorldPasses(t *testing.T) {
	t.Parallel()
	for _, start := range []string{"2026-11-23", "2026-03-02", "2026-10-26"} {
		_, week, _ := planWorld(location(t, "America/New_York"), date(start))
		plan := wrapcast.Plan{ID: "p", Description: Describe("p", ""), Week: &week}
		if findings := CheckWeek(plan, time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), 0); len(findings) != 0 {
			t.Errorf("week of %s: %v", start, findings)
		}
	}
}

func TestAPlanIsRecognisedByItsDescription(t *testing.T) {
	t.Parallel()
	const id = "01a22361-ae8c-78b9-8750-c55f0a516f54"
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	plan := wrapcast.Plan{ID: id, MadeAt: time.Date(2026, 12, 1, 2, 5, 0, 0, time.UTC), Week: &wrapcast.WeekPlan{Start: date("2027-01-04")}}
	if got := DescribeWeek(plan, zone); got != "wrapcast · week of 4 Jan 2027 · made 30 Nov 21:05 · "+id {
		t.Errorf("described as %q", got)
	}
	plan.Restores, plan.Week.Start = "another", date("2026-12-28")
	if got := DescribeWeek(plan, zone); !strings.Contains(got, "restored 30 Nov 21:05") || len([]rune(got)) > 100 {
		t.Errorf("described as %q", got)
	}
	for description, want := range map[string]wrapcast.PlanID{
		DescribeWeek(plan, zone): id, Describe(id, ""): id,
		Describe(id, "rollback to 01a22361-0000-78b9-8750-c55f0a516f54"): id,
		"by hand": "", "wrapcast for the win": "", "not wrapcast " + id: "", "": "",
	} {
		if got := PlanOf(description); got != want {
			t.Errorf("%q is of plan %q, want %q", description, got, want)
		}
	}
}
