package genesys

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

// usualWeeks is an expectation that has seen so many weeks of a hundred rows a quarter-hour, in answers of four days.
func usualWeeks(weeks int) (e expectation, next time.Time) {
	e, next = newExpectation(nil), time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC) // a Monday
	for range weeks * 7 / 4 {
		s := span{next, next.AddDate(0, 0, 4)}
		e.learn(s, slices.Repeat([]int{100}, s.length()))
		next = s.To
	}
	return e, next
}

func TestAHolidayTeachesNothingOfItsNeighboursAndNothingOfNextWeek(t *testing.T) {
	t.Parallel()
	e, next := usualWeeks(4)
	s := span{next, next.AddDate(0, 0, 4)}
	rows := slices.Repeat([]int{100}, s.length())
	for q := range 96 {
		rows[96+q] = 20 // the second day
	}
	e.learn(s, rows)
	for day := range 7 {
		at := span{s.To.AddDate(0, 0, day), s.To.AddDate(0, 0, day+1)}
		if got := e.of(at); math.Abs(got-9600) > 96 {
			t.Errorf("day %d after should have %v rows, not 9600", day, got)
		}
	}
}

func TestWhatStaysQuietBecomesUsual(t *testing.T) {
	t.Parallel()
	e, next := usualWeeks(4)
	s := span{next, next.AddDate(0, 0, 14)}
	e.learn(s, slices.Repeat([]int{20}, s.length()))
	if got := e.of(span{s.To, s.To.AddDate(0, 0, 1)}); got > 0.7*9600 {
		t.Errorf("after two weeks of a fifth, a day should still have %v rows", got)
	}
}

// knownTrack plans for a platform that gives 10,000 rows of which 100 a quarter-hour are expected, and doubts nothing for now.
func knownTrack() *track {
	week := slices.Repeat(WeekOfRows{100}, quarterHoursPerWeek)
	from := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	sizes := &Sizes{MostRows: 10_000, Longest: 200, Refused: []Refused{{Length: 100, Rows: 10_001}}}
	tr := newTrack(sizes, newExpectation(week), 31*96, []span{{from, from.AddDate(0, 0, 100)}})
	tr.wait = 100
	return tr
}

func TestAPieceIsJudgedByWhatWasExpectedWhenItWasAskedFor(t *testing.T) {
	t.Parallel()
	tr := knownTrack()
	first, _ := tr.next()
	second, _ := tr.next()
	tr.answered(first, slices.Repeat([]int{110}, first.length())) // which makes more expected of the second
	tr.answered(second, slices.Repeat([]int{110}, second.length()))
	if len(tr.missed) != 2 || math.Abs(tr.missed[1]-1.1) > 0.001 {
		t.Errorf("missed by %v, the second was as far off as the first", tr.missed)
	}
}

func TestARefusalCountsAsAMiss(t *testing.T) {
	t.Parallel()
	tr := knownTrack()
	s, _ := tr.next()
	expected := tr.of(s)
	tr.tooMuch(s)
	if want := 10_001 / expected; len(tr.missed) != 1 || math.Abs(tr.missed[0]-want) > 0.001 {
		t.Errorf("missed by %v, it had more than 10,000 rows where %v were expected", tr.missed, expected)
	}
}

func TestWhoHasLearnedLittleAsksOneQuestionOfAKindAtATime(t *testing.T) {
	t.Parallel()
	r := emptyReading(t, Sizes{})
	for len(r.queues.missed) < practice {
		codes, _ := r.codes.peek()
		if !r.wantsQueues(codes) {
			t.Fatal("nothing is under way, and no queues are asked for")
		}
		s, _ := r.queues.next()
		if r.asking++; r.wantsQueues(codes) {
			t.Fatalf("after %d answers two questions about queues are asked at a time", len(r.queues.missed))
		}
		r.asking--
		r.queues.answered(s, slices.Repeat([]int{100}, s.length()))
	}
	if r.asking = 1; !r.wantsQueues(r.codes.left[0]) {
		t.Error("who has practised may ask several at a time")
	}
}

func TestNoMoreIsAskedForThanMemoryAllows(t *testing.T) {
	t.Parallel()
	r := emptyReading(t, Sizes{})
	at := r.codes.left[0]
	for _, c := range []struct {
		queues, codes, kept int
		full                bool
	}{
		{full: false},
		{queues: 100_000, codes: 200_000, full: false},
		{queues: 100_000, codes: 200_000, kept: 100_000, full: true},
		{codes: manyRows, full: true},
	} {
		r.queues.asked[at], r.codes.asked[at] = asked{rows: c.queues}, asked{rows: c.codes}
		r.whole = []codeAnswer{{rows: packedCodes{rows: make([]packedRow[codeFacts], c.kept)}}}
		if r.full() != c.full {
			t.Errorf("%+v, and it is full: %v", c, r.full())
		}
	}
}

// emptyReading is a reading of a hundred days before its first question.
func emptyReading(t *testing.T, sizes Sizes) *reading {
	t.Helper()
	client, err := New(Config{ClientID: "a", ClientSecret: "b", Clock: newFakeTime().clock(), ChunkDays: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	from := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	return newReading(client, History{Gaps: []wrapcast.Interval{{From: from, To: from.AddDate(0, 0, 100)}}, Sizes: sizes})
}
