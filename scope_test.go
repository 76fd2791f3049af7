package wrapcast_test

import (
	"testing"

	"github.com/wrapcast/wrapcast"
)

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
