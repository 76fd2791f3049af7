package wrapcast_test

import (
	"slices"
	"testing"

	"github.com/wrapcast/wrapcast"
)

func TestLeavesAndRoutesOfOneQueueAndChannelAreOneStream(t *testing.T) {
	t.Parallel()
	want := wrapcast.Stream{Queue: "billing", Media: wrapcast.Voice}
	for _, code := range []wrapcast.CodeID{"refund", wrapcast.NoCode} {
		if got := (wrapcast.Leaf{Queue: "billing", Code: code, Media: wrapcast.Voice}).Stream(); got != want {
			t.Errorf("the stream of code %q is %v", code, got)
		}
	}
	if got := (wrapcast.Route{Queue: "billing", Media: wrapcast.Voice, Skills: []wrapcast.SkillID{"s"}}).Stream(); got != want {
		t.Errorf("the stream of the route is %v", got)
	}
}

func TestStreamsAreOrderedByQueueThenChannel(t *testing.T) {
	t.Parallel()
	a, b, c := wrapcast.Stream{Queue: "a", Media: "voice"}, wrapcast.Stream{Queue: "b",
		Media: "chat"}, wrapcast.Stream{Queue: "b", Media: "email"}
	streams := []wrapcast.Stream{c, b, a}
	slices.SortFunc(streams, wrapcast.Stream.Compare)
	if !slices.Equal(streams, []wrapcast.Stream{a, b, c}) || a.Compare(a) != 0 {
		t.Errorf("sorted: %v", streams)
	}
}

func TestTheFirstGroupThatClaimsAStreamPlansForIt(t *testing.T) {
	t.Parallel()
	group := func(id wrapcast.PlanningGroupID, routes ...wrapcast.Route) wrapcast.PlanningGroup {
		return wrapcast.PlanningGroup{ID: id, Routes: routes}
	}
	of := wrapcast.Directory{PlanningGroups: []wrapcast.PlanningGroup{
		group("spanish", wrapcast.Route{Queue: "a", Media: "voice", Language: "es"}),
		group("skilled", wrapcast.Route{Queue: "a", Media: "chat"},
			wrapcast.Route{Queue: "b", Media: "voice", Skills: []wrapcast.SkillID{"s"}}),
		group("first", wrapcast.Route{Queue: "a", Media: "voice"}, wrapcast.Route{Queue: "b", Media: "voice"}),
		group("second", wrapcast.Route{Queue: "a", Media: "voice"}, wrapcast.Route{Queue: "c", Media: "voice"}),
	}}.GroupOf()
	for stream, want := range map[wrapcast.Stream]wrapcast.PlanningGroupID{
		{Queue: "a", Media: "voice"}: "first", {Queue: "b", Media: "voice"}: "first", {Queue: "c", Media: "voice"}: "second",
		{Queue: "a", Media: "chat"}: "", {Queue: "d", Media: "voice"}: "",
	} {
		g, found := of(wrapcast.Leaf{Queue: stream.Queue, Code: "any", Media: stream.Media})
		if g.ID != want || found != (want != "") {
			t.Errorf("%v belongs to %q (%v), want %q", stream, g.ID, found, want)
		}
	}
}

func TestAScopeCoversWhatIsNamedAndAllWhereNoneIs(t *testing.T) {
	t.Parallel()
	codes, queues := []wrapcast.CodeID{"refund", wrapcast.NoCode}, []wrapcast.QueueID{"billing"}
	for _, c := range []struct {
		name  string
		scope wrapcast.Scope
		leaf  wrapcast.Leaf
		want  bool
	}{
		{"all", wrapcast.Scope{}, wrapcast.Leaf{Queue: "night", Code: "other"}, true},
		{"a code", wrapcast.Scope{Codes: codes}, wrapcast.Leaf{Queue: "night", Code: "refund"}, true},
		{"contacts without a code", wrapcast.Scope{Codes: codes}, wrapcast.Leaf{Queue: "night"}, true},
		{"another code", wrapcast.Scope{Codes: codes}, wrapcast.Leaf{Queue: "billing", Code: "other"}, false},
		{"a queue", wrapcast.Scope{Queues: queues}, wrapcast.Leaf{Queue: "billing", Code: "other"}, true},
		{"another queue", wrapcast.Scope{Queues: queues}, wrapcast.Leaf{Queue: "night", Code: "refund"}, false},
		{"both", wrapcast.Scope{Codes: codes, Queues: queues}, wrapcast.Leaf{Queue: "billing", Code: "refund"}, true},
		{"the code alone", wrapcast.Scope{Codes: codes, Queues: queues}, wrapcast.Leaf{Queue: "night", Code: "refund"},
			false},
		{"the queue alone", wrapcast.Scope{Codes: codes, Queues: queues}, wrapcast.Leaf{Queue: "billing", Code: "other"},
			false},
	} {
		if got := c.scope.Covers(c.leaf); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
