package wrapcast_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/wrapcast/wrapcast"
)

func voiceRoute(queue wrapcast.QueueID, language wrapcast.LanguageID, skills ...wrapcast.SkillID) wrapcast.Route {
	return wrapcast.Route{Queue: queue, Media: wrapcast.Voice, Language: language, Skills: skills}
}

func TestAStreamBelongsToTheGroupWhoseRouteFitsBest(t *testing.T) {
	t.Parallel()
	group := func(id wrapcast.PlanningGroupID, routes ...wrapcast.Route) wrapcast.PlanningGroup {
		return wrapcast.PlanningGroup{ID: id, Routes: routes}
	}
	d := wrapcast.Directory{PlanningGroups: []wrapcast.PlanningGroup{
		group("plain", voiceRoute("a", ""), voiceRoute("b", "")),
		group("again", voiceRoute("a", ""), voiceRoute("c", "")),
		group("german", voiceRoute("a", "de")),
		group("tax", voiceRoute("a", "", "tax")),
		group("tax and loans", voiceRoute("a", "", "loans", "tax")),
		group("german tax", voiceRoute("a", "de", "tax")),
		group("loans", voiceRoute("b", "", "loans")),
		group("home", voiceRoute("b", "", "home")),
		group("spanish", voiceRoute("d", "es")),
	}}
	of, router := d.GroupOf(), wrapcast.NewRouter(d.PlanningGroups)
	for _, c := range []struct {
		in     wrapcast.Stream
		want   wrapcast.PlanningGroupID
		rivals []wrapcast.PlanningGroupID
	}{
		{wrapcast.Stream{Queue: "a"}, "plain", []wrapcast.PlanningGroupID{"again"}},
		{wrapcast.Stream{Queue: "a", Language: "en"}, "plain", []wrapcast.PlanningGroupID{"again"}},
		{wrapcast.Stream{Queue: "a", Language: "de"}, "german", nil},
		{wrapcast.Stream{Queue: "a", Language: "de", Skills: "home"}, "german", nil},
		{wrapcast.Stream{Queue: "a", Language: "en", Skills: "home,tax"}, "tax", nil},
		{wrapcast.Stream{Queue: "a", Language: "de", Skills: "tax"}, "german tax", nil},
		{wrapcast.Stream{Queue: "a", Language: "en", Skills: "loans,tax"}, "tax and loans", nil},
		{wrapcast.Stream{Queue: "a", Language: "de", Skills: "loans,tax"}, "german tax", []wrapcast.PlanningGroupID{"tax and loans"}},
		{wrapcast.Stream{Queue: "b", Skills: "home,loans"}, "loans", []wrapcast.PlanningGroupID{"home"}},
		{wrapcast.Stream{Queue: "b", Language: "de", Skills: "tax"}, "plain", nil},
		{wrapcast.Stream{Queue: "c", Direction: wrapcast.Outbound}, "again", nil},
		{wrapcast.Stream{Queue: "d"}, "", nil},
		{wrapcast.Stream{Queue: "d", Language: "es"}, "spanish", nil},
		{wrapcast.Stream{Queue: "e"}, "", nil},
	} {
		c.in.Media = wrapcast.Voice
		g, found := of(wrapcast.Leaf{Code: "any"}.In(c.in))
		if g.ID != c.want || found != (c.want != "") {
			t.Errorf("%v belongs to %q (%v), want %q", c.in, g.ID, found, c.want)
		}
		choice, _ := router.Of(c.in)
		var rivals []wrapcast.PlanningGroupID
		for _, i := range choice.Rivals {
			rivals = append(rivals, d.PlanningGroups[i].ID)
		}
		if !slices.Equal(rivals, c.rivals) {
			t.Errorf("%v: rivals %v, want %v", c.in, rivals, c.rivals)
		}
		if other, found := of(wrapcast.Leaf{Queue: c.in.Queue, Media: wrapcast.Chat}); found {
			t.Errorf("chat belongs to %v", other.ID)
		}
	}
}

func TestRoutesWithTheSameConditionsAreTheSame(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b wrapcast.Route
		same bool
		n    int
	}{
		{voiceRoute("a", ""), voiceRoute("a", ""), true, 0},
		{voiceRoute("a", "de", "x", "y", "y"), voiceRoute("a", "de", "y", "x"), true, 3},
		{voiceRoute("a", "de"), voiceRoute("a", "en"), false, 1},
		{voiceRoute("a", "", "x"), voiceRoute("a", ""), false, 1},
		{voiceRoute("a", ""), voiceRoute("b", ""), false, 0},
		{voiceRoute("a", ""), wrapcast.Route{Queue: "a", Media: wrapcast.Chat}, false, 0},
	} {
		if c.a.Same(c.b) != c.same || c.b.Same(c.a) != c.same || c.a.Conditions() != c.n {
			t.Error(fmt.Sprint(c.a, c.b, c.a.Conditions()))
		}
	}
}
