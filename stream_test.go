package wrapcast_test

import (
	"slices"
	"testing"

	"github.com/wrapcast/wrapcast"
)

func TestLeavesOfOneQueueAndChannelAreOneStream(t *testing.T) {
	t.Parallel()
	want := wrapcast.Stream{Queue: "billing", Media: wrapcast.Voice}
	for _, code := range []wrapcast.CodeID{"refund", wrapcast.NoCode} {
		if got := (wrapcast.Leaf{Queue: "billing", Code: code, Media: wrapcast.Voice}).Stream(); got != want {
			t.Errorf("the stream of code %q is %v", code, got)
		}
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
