package wrapcast_test

import (
	"slices"
	"testing"

	"github.com/wrapcast/wrapcast"
)

func TestASkillSetIsOneValueWhateverTheOrder(t *testing.T) {
	t.Parallel()
	s := wrapcast.NewSkillSet("tax", "", "loans", "tax")
	if s != "loans,tax" || s != wrapcast.NewSkillSet("loans", "tax") {
		t.Errorf("%q", s)
	}
	if ids := s.IDs(); !slices.Equal(ids, []wrapcast.SkillID{"loans", "tax"}) {
		t.Errorf("%v", ids)
	}
	if wrapcast.NewSkillSet() != "" || wrapcast.SkillSet("").IDs() != nil {
		t.Error("the empty set is not empty")
	}
	if !s.Has() || !s.Has("tax") || !s.Has("tax", "loans") || s.Has("tax", "home") || wrapcast.SkillSet("").Has("tax") {
		t.Error("what the set has")
	}
	if s.Among([]wrapcast.SkillID{"tax", "home"}) != "tax" || s.Among(nil) != "" {
		t.Error("what of the set is asked for")
	}
}

func TestADetailTellsApartWhatRoutesAskFor(t *testing.T) {
	t.Parallel()
	d := wrapcast.Directory{PlanningGroups: []wrapcast.PlanningGroup{
		{ID: "plain", Routes: []wrapcast.Route{{Queue: "a", Media: wrapcast.Voice}, {Queue: "b", Media: wrapcast.Voice}}},
		{ID: "german", Routes: []wrapcast.Route{{Queue: "a", Media: wrapcast.Voice, Language: "de"}}},
		{ID: "tax", Routes: []wrapcast.Route{{Queue: "a", Media: wrapcast.Voice, Skills: []wrapcast.SkillID{"tax"}}, {Queue: "a", Media: wrapcast.Chat, Skills: []wrapcast.SkillID{"vip"}}}},
	}}.Detail()
	in := func(queue wrapcast.QueueID, media wrapcast.MediaType) wrapcast.Stream {
		return d.Reduce(wrapcast.Stream{Queue: queue, Media: media, Direction: wrapcast.Outbound, Language: "de", Skills: "tax,vip"})
	}
	for want, got := range map[wrapcast.Stream]wrapcast.Stream{
		{Queue: "a", Media: wrapcast.Voice, Direction: wrapcast.Outbound, Language: "de", Skills: "tax"}: in("a", wrapcast.Voice),
		{Queue: "a", Media: wrapcast.Chat, Direction: wrapcast.Outbound, Skills: "vip"}:                  in("a", wrapcast.Chat),
		{Queue: "b", Media: wrapcast.Voice, Direction: wrapcast.Outbound}:                                in("b", wrapcast.Voice),
	} {
		if got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	if !d.Languages() || !d.Skills() {
		t.Error("languages and skills are asked for")
	}
}

func TestAHistoryIsReadAgainForWhatItDoesNotTellApart(t *testing.T) {
	t.Parallel()
	stream := func(language bool, skills ...wrapcast.SkillID) wrapcast.Detail {
		return wrapcast.Detail{Direction: true, Streams: []wrapcast.StreamDetail{{Queue: "a", Media: wrapcast.Voice, Language: language, Skills: skills}}}
	}
	before, plain, german, both := wrapcast.Detail{}, wrapcast.Detail{Direction: true}, stream(true), stream(true, "tax", "vip")
	for _, c := range []struct {
		has, wants wrapcast.Detail
		enough     bool
	}{
		{before, plain, false}, {before, before, true}, {plain, before, true}, {plain, plain, true}, {plain, german, false},
		{german, plain, true}, {german, german, true}, {german, both, false}, {both, german, true}, {both, stream(false, "vip"), true},
		{stream(false, "vip"), stream(true), false},
		{wrapcast.Detail{Direction: true, Refused: []string{"direction"}}, plain, true},
	} {
		if got := c.has.Covers(c.wants); got != c.enough {
			t.Errorf("%+v for %+v: %v", c.has, c.wants, got)
		}
	}
	all := stream(false, "vip").And(wrapcast.Detail{Refused: []string{"x"}}).And(stream(true, "tax"))
	if !all.Covers(both) || !both.Covers(all) || len(all.Streams) != 1 || !slices.Equal(all.Refused, []string{"x"}) {
		t.Errorf("%+v", all)
	}
}
