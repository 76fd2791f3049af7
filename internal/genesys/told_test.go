package genesys

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
)

func TestCodesFollowTheContactsThatWereSeen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := CodesByContacts(recalled(nil, contactSteps))
		if r.complete() != nil {
			t.Fatal("nothing was seen, and something is known")
		}
		seen, codes := rapid.IntRange(1, 5000).Draw(t, "contacts"), rapid.IntRange(1, 200).Draw(t, "codes")
		answer := newAnswer(0)
		handledBy(answer, "q", 0, seen, codes)
		r.learn(tallyByContacts(answer))
		of := func(contacts int) float64 {
			var c crowd
			c.add(contacts, 1)
			return r.complete().of(&c)
		}
		if got := of(seen); math.Abs(got-float64(codes)) > 1e-3*float64(codes) {
			t.Fatalf("%v contacts had %v codes and should have %v", seen, codes, got)
		}
		other := rapid.IntRange(0, 5000).Draw(t, "others")
		got, want := of(other), float64(codes)*math.Pow(float64(other)/float64(seen), sharing)
		if math.Abs(got-want) > 1e-3*want {
			t.Fatalf("%v contacts should have %v codes, not %v, for %v have %v", other, want, got, seen, codes)
		}
		before := r.complete()
		for step, v := range CodesByContacts(recalled(r, contactSteps)).complete() {
			if v != before[step] {
				t.Fatalf("taken up again step %d says %v, not %v", step, v, before[step])
			}
		}
	})
}

var toldFrom = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC) // a Monday

// newAnswer is the empty answer about a day's codes.
func newAnswer(day int) *packedCodes {
	answer := newPacked[wrapcast.Leaf, codeFacts](span{toldFrom.AddDate(0, 0, day), toldFrom.AddDate(0, 0, day+1)}, 0)
	return &answer
}

// handledBy adds what a queue's channel had in one quarter-hour.
func handledBy(answer *packedCodes, queue string, quarterHour, contacts, codes int) {
	for i := range codes {
		var had codeFacts
		if i == 0 {
			had.handled = contacts
		}
		leaf := wrapcast.Leaf{Queue: wrapcast.QueueID(queue), Code: wrapcast.CodeID(strconv.Itoa(i))}
		answer.add(leaf, answer.from.Add(quarters(quarterHour)), had)
	}
}

// toldDay is what came of a day.
type toldDay struct {
	span
	sizes  []int
	seen   map[int]tally
	crowds []crowd
}

// inventDay invents a day of queues whose codes are as many as contacts allow, at night fewer, times a factor.
func inventDay(rng *rand.Rand, day int, factor float64) toldDay {
	answer := newAnswer(day)
	d := toldDay{span: span{answer.from, answer.from.AddDate(0, 0, 1)}, crowds: make([]crowd, 96)}
	for q := range 96 {
		night := 1.0
		if q < 32 {
			night = 0.8
		}
		for queue := range 60 {
			contacts := 1 + rng.IntN(40)
			handledBy(answer, strconv.Itoa(queue), q, contacts, max(1, int(math.Round(factor*night*3*math.Pow(float64(contacts), 0.6)))))
			d.crowds[q].add(contacts, 1)
		}
	}
	d.sizes, d.seen = answer.perQuarterHour(96), tallyByContacts(answer)
	return d
}

func (d toldDay) crowdAt(at time.Time) *crowd {
	if !d.holds(at) {
		return nil
	}
	return &d.crowds[d.index(at)]
}

// miss is by how much the first quarter-hours of a day were missed.
func (t *told) miss(d toldDay, length int) float64 {
	first := span{d.From, d.From.Add(quarters(length))}
	return math.Abs(total(d.sizes[:length])/first.sum(func(at time.Time) float64 { return t.rows(at, d.crowdAt(at)) }) - 1)
}

func TestRowsAreForetoldByWhatTheQueuesTold(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	known := newTold(Sizes{})
	learn := func(from, to int, factor float64) {
		for day := from; day < to; day++ {
			d := inventDay(rng, day, factor)
			known.learn(d.span, d.sizes, d.seen, d.crowdAt)
		}
	}
	learn(0, 1, 1)
	if miss := known.miss(inventDay(rng, 1, 1), 96); miss > 0.02 {
		t.Errorf("after one day the next was missed by %.3f", miss)
	}
	learn(1, 9, 1)
	if miss := known.miss(inventDay(rng, 9, 1), 32); miss > 0.02 {
		t.Errorf("nights, which have fewer codes, were missed by %.3f", miss)
	}
	was := known.level
	learn(9, 10, 1.15)
	if known.level < 1.02*was {
		t.Errorf("a day with 15 %% more codes moved the level from %v to %v", was, known.level)
	}
	learn(10, 14, 1.15)
	after := inventDay(rng, 14, 1.15)
	if miss := known.miss(after, 96); miss > 0.03 {
		t.Errorf("five days after there were 15 %% more codes, it was missed by %.3f", miss)
	}
	again := newTold(Sizes{CodesByContacts: known.codes, BesideTold: known.beside})
	if miss := again.miss(after, 96); miss > 0.06 {
		t.Errorf("taken up again it missed by %.3f", miss)
	}
}

func TestWhatQueuesDidNotTellTeachesNothing(t *testing.T) {
	t.Parallel()
	d := inventDay(rand.New(rand.NewPCG(3, 4)), 0, 1)
	known := newTold(Sizes{})
	known.learn(d.span, d.sizes, d.seen, d.crowdAt)
	codes, level := known.full, known.level
	known.learn(d.span, d.sizes, nil, func(time.Time) *crowd { return nil })
	if known.level != level || known.besideFull != nil {
		t.Errorf("level %v became %v, %d hours beside", level, known.level, len(known.besideFull))
	}
	for step, v := range known.full {
		if v != codes[step] {
			t.Errorf("step %d was %v and is %v", step, codes[step], v)
		}
	}
}
