package genesys

import (
	"maps"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/sizing"
)

func TestCodesAreCountedByTheContactsOfTheirQueue(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	rows := newPacked[wrapcast.Leaf, codeFacts](span{From: from, To: from.Add(day)}, 0)
	add := func(queue wrapcast.QueueID, code wrapcast.CodeID, quarterHour, contacts int) {
		rows.add(wrapcast.Leaf{Queue: queue, Code: code, Media: wrapcast.Voice}, from.Add(sizing.Quarters(quarterHour)), codeFacts{handled: contacts})
	}
	add("a", "1", 0, 3)
	add("a", "2", 0, 4) // seven contacts with two codes
	add("a", "1", 1, 7) // seven with one
	add("b", "1", 0, 2)
	want := map[int]sizing.CodeCount{7: {Channels: 2, Codes: 3}, 2: {Channels: 1, Codes: 1}}
	if got := codesByContacts(&rows); !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
