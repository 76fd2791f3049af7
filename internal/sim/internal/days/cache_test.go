package days_test

import (
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/days"
)

// source has ten contacts a day and counts how often it is asked.
type source struct{ asked atomic.Int64 }

func (s *source) Day(day wrapcast.Date) iter.Seq[contact.Contact] {
	return func(yield func(contact.Contact) bool) {
		s.asked.Add(1)
		first := contact.Contact{}
		for i := range 10 {
			c := some(contact.Mix(uint64(day), uint64(i)))
			c.Arrived += day.Midnight(time.UTC).UnixMilli()
			if c.Leg = i % 4; c.Leg == 0 {
				first = c
			}
			c.Conversation = first.Serial
			if !yield(c) {
				return
			}
		}
	}
}

// some is a contact with everything drawn from one number.
func some(h uint64) contact.Contact {
	part := func(n, most uint64) int64 { return int64(contact.Mix(h, n) % most) }
	return contact.Contact{
		Serial: h, Arrived: part(2, 47*3600e3) - 3600e3*11, Wait: part(3, 72e6), Talk: part(4, 72e6),
		Held: part(5, 72e6), AfterCall: part(6, 72e6), Queue: int(part(7, 6000)), Code: int(part(8, 255)) - 1, Before: int(part(14, 255)) - 1, Agent: int(part(9, 6000)),
		Media: contact.Media(part(10, 5)), Abandoned: part(11, 2) == 1, Transferred: part(12, 2) == 1, Late: part(13, 4e9),
		Outbound: part(15, 2) == 1, Dialled: part(16, 2) == 1, Unqueued: part(17, 2) == 1, Requirement: int(part(18, 64)),
	}
}

func TestWhatIsRememberedIsWhatWasDrawn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := &source{}
		c := days.New(s, rapid.IntRange(0, 60).Draw(t, "most"))
		for range 40 {
			day := wrapcast.Date(rapid.IntRange(20_000, 20_010).Draw(t, "day"))
			if want, got := slices.Collect(s.Day(day)), slices.Collect(c.Day(day)); !slices.Equal(want, got) {
				t.Fatalf("%s: drawn %v, remembered %v", day, want, got)
			}
		}
	})
}

func TestADayIsDrawnOnceByHoweverMany(t *testing.T) {
	t.Parallel()
	s := &source{}
	c := days.New(s, 1000)
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			for range c.Day(wrapcast.Date(20_000 + i%4)) {
			}
		})
	}
	wg.Wait()
	if n := s.asked.Load(); n != 4 {
		t.Errorf("four days were drawn %d times", n)
	}
}

func TestNoMoreIsRememberedThanAllowed(t *testing.T) {
	t.Parallel()
	s := &source{}
	c := days.New(s, 35)
	read := func(day wrapcast.Date) {
		for range c.Day(day) {
		}
	}
	for day := range wrapcast.Date(10) {
		read(20_000 + day)
	}
	for _, day := range []wrapcast.Date{20_009, 20_008, 20_007} {
		read(day)
	}
	if n := s.asked.Load(); n != 10 {
		t.Errorf("the last three days were forgotten: %d draws", n)
	}
	read(20_006)
	if n := s.asked.Load(); n != 11 {
		t.Errorf("the fourth last day was remembered: %d draws", n)
	}
}
