package planning

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
)

// weekOf is a week in which each group has the same contacts and handle time in every quarter-hour.
func weekOf(zone, start string, values int, groups ...wrapcast.GroupPlan) wrapcast.WeekPlan {
	w := wrapcast.WeekPlan{BusinessUnit: unitIn(zone), Start: date(start)}
	for _, g := range groups {
		g.Offered, g.HandleSeconds = slices.Repeat(g.Offered, values), slices.Repeat(g.HandleSeconds, values)
		w.Groups = append(w.Groups, g)
	}
	return w
}

func level(id string, offered, handle float64) wrapcast.GroupPlan {
	return wrapcast.GroupPlan{
		Group:         wrapcast.PlanningGroupID(id),
		Name:          id,
		Offered:       []float64{offered},
		HandleSeconds: []float64{handle},
	}
}

func TestDiffIsPerGroupAndLocalDay(t *testing.T) {
	t.Parallel()
	old := weekOf("America/New_York", "2026-03-02", 768, level("a", 1, 300), level("gone", 2, 100))
	next := weekOf("America/New_York", "2026-03-02", 768, level("a", 1.5, 200), level("new", 1, 60))
	diff, err := Diff(old, next)
	if err != nil {
		t.Fatal(err)
	}
	if len(diff.Groups) != 3 || diff.Groups[0].Added || !diff.Groups[1].Added || !diff.Groups[2].Removed ||
		diff.Groups[2].Name != "gone" {
		t.Fatalf("groups %+v", diff.Groups)
	}
	sunday := diff.Groups[0].Days[6] // the clocks go forward: 92 quarter-hours
	want := wrapcast.DayDiff{
		Day:              date("2026-03-08"),
		OldOffered:       92,
		NewOffered:       138,
		OldHandleSeconds: 300,
		NewHandleSeconds: 200,
	}
	if d := cmp.Diff(want, sunday); d != "" {
		t.Error(d)
	}
	if sunday.Change() != 46 {
		t.Errorf("change %g", sunday.Change())
	}
	total := diff.Total[0]
	if total.OldOffered != 288 || total.NewOffered != 240 || math.Abs(total.OldHandleSeconds-(300+2*100)/3.0) > 0.01 ||
		total.NewHandleSeconds != 144 {
		t.Errorf("total %+v", total)
	}
}

func TestDiffWithItselfChangesNothing(t *testing.T) {
	t.Parallel()
	_, plan, _ := planWorld(location(t, "America/New_York"), date("2026-10-26"))
	diff, err := Diff(plan, plan)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range diff.Groups {
		for _, d := range g.Days {
			if d.Change() != 0 || d.OldHandleSeconds != d.NewHandleSeconds || g.Added || g.Removed {
				t.Errorf("%s: %+v", g.Name, d)
			}
		}
	}
}

func TestDiffComparesAsFarAsBothReach(t *testing.T) {
	t.Parallel()
	old := weekOf("UTC", "2026-11-23", 672, level("a", 1, 300)) // the platform returns no eighth day
	next := weekOf("UTC", "2026-11-23", 768, level("a", 1, 300))
	diff, err := Diff(old, next)
	if err != nil || len(diff.Groups[0].Days) != 7 || len(diff.Total) != 7 {
		t.Errorf("%v, %d days", err, len(diff.Groups[0].Days))
	}
}

func TestDiffAgainstNothingAddsEveryGroup(t *testing.T) {
	t.Parallel()
	diff, err := Diff(wrapcast.WeekPlan{}, weekOf("UTC", "2026-11-23", 768, level("a", 1, 300)))
	if err != nil || !diff.Groups[0].Added || len(diff.Groups[0].Days) != 8 || diff.Total[0].NewOffered != 96 {
		t.Errorf("%v %+v", err, diff)
	}
}

func TestDifferentWeeksAreNotCompared(t *testing.T) {
	t.Parallel()
	next := weekOf("UTC", "2026-11-23", 768, level("a", 1, 300))
	for name, old := range map[string]wrapcast.WeekPlan{
		"another week": weekOf("UTC", "2026-11-30", 768, level("a", 1, 300)),
		"another zone": weekOf("Europe/Berlin", "2026-11-23", 768, level("a", 1, 300)),
	} {
		if _, err := Diff(old, next); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := Diff(next, wrapcast.WeekPlan{}); err == nil {
		t.Error("a new plan without a zone: no error")
	}
}

func TestAWeekIsTheSameToTheHundredth(t *testing.T) {
	t.Parallel()
	week := func(values int, groups ...wrapcast.GroupPlan) wrapcast.WeekPlan {
		return weekOf("America/New_York", "2026-11-30", values, groups...)
	}
	for name, c := range map[string]struct {
		old  wrapcast.WeekPlan
		same bool
	}{
		"all of it":                           {week(768, level("a", 1.25, 300), level("b", 0, 60)), true},
		"groups in another order":             {week(768, level("b", 0, 60), level("a", 1.25, 300)), true},
		"without the eighth day":              {week(672, level("a", 1.25, 300), level("b", 0, 60)), true},
		"rounded in another way":              {week(768, level("a", 1.2549, 299.996), level("b", 0, 60)), true},
		"no handle time where nobody calls":   {week(768, level("a", 1.25, 300), level("b", 0, 0)), true},
		"a hundredth more contacts":           {week(768, level("a", 1.26, 300), level("b", 0, 60)), false},
		"a hundredth of a second":             {week(768, level("a", 1.25, 300.01), level("b", 0, 60)), false},
		"a group less":                        {week(768, level("a", 1.25, 300)), false},
		"a group more":                        {week(768, level("a", 1.25, 300), level("b", 0, 60), level("c", 0, 0)), false},
		"another group":                       {week(768, level("a", 1.25, 300), level("c", 0, 60)), false},
		"nothing":                             {week(768), false},
		"a few contacts where there are none": {week(768, level("a", 1.25, 300), level("b", 0.01, 60)), false},
	} {
		if got := Same(c.old, week(768, level("a", 1.25, 300), level("b", 0, 60))); got != c.same {
			t.Errorf("%s: same %v", name, got)
		}
	}
}
