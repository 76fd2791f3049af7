package genesys

import (
	"slices"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/sizing"
)

func TestWhoHasLearnedLittleAsksOneQuestionOfAKindAtATime(t *testing.T) {
	t.Parallel()
	r := emptyReading(t, LearnedLimits{})
	for n := 0; !r.queues.Practised(); n++ {
		codes, _ := r.codes.Peek()
		if !r.wantsQueues(codes) {
			t.Fatal("nothing is under way, and no queues are asked for")
		}
		s, _ := r.queues.Next()
		if r.asking++; r.wantsQueues(codes) {
			t.Fatalf("after %d answers two questions about queues are asked at a time", n)
		}
		r.asking--
		r.queues.Answered(s, slices.Repeat([]int{100}, s.Length()))
	}
	if r.asking = 1; !r.wantsQueues(r.codes.Left()[0]) {
		t.Error("who has practised may ask several at a time")
	}
}

func TestNoMoreIsAskedForThanMemoryAllows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		queues, codes, kept int // rows
		full                bool
	}{
		{full: false},
		{queues: 100_000, codes: 200_000, full: false},
		{queues: 100_000, codes: 200_000, kept: 101_000, full: true},
		{codes: maxRowsHeld + 1000, full: true},
	} {
		day := func(rows int) LearnedLimits {
			week := slices.Repeat(sizing.WeekProfile{float32(rows) / (4 * 96)}, 7*96)
			return LearnedLimits{Queues: week, Codes: week}
		}
		r := emptyReading(t, LearnedLimits{})
		r.queues, r.codes = emptyReading(t, day(c.queues)).queues, emptyReading(t, day(c.codes)).codes
		r.queues.Next()
		r.codes.Next()
		r.whole = []codePiece{{rows: packedCodes{rows: make([]packedRow[codeFacts], c.kept)}}}
		if r.full() != c.full {
			t.Errorf("%+v, and it is full: %v; %d rows", c, r.full(), r.rowsHeld())
		}
	}
}

// emptyReading is a reading of a hundred days before its first question.
func emptyReading(t *testing.T, known LearnedLimits) *reading {
	t.Helper()
	client, err := New(Config{ClientID: "a", ClientSecret: "b", Clock: newFakeTime().clock(), ChunkDays: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	from := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	return newReading(client, History{Gaps: []wrapcast.Interval{{From: from, To: from.AddDate(0, 0, 100)}}, Known: known})
}
