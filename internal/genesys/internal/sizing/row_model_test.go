package sizing

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestCodesFollowTheContactsThatWereSeen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := CodesByContacts(recalled(nil, contactSteps))
		if r.complete() != nil {
			t.Fatal("nothing was seen, and something is known")
		}
		seen, codes := rapid.IntRange(1, 5000).Draw(t, "contacts"), rapid.IntRange(1, 200).Draw(t, "codes")
		a := newAnswer()
		a.handled(0, seen, codes)
		r.learn(a.seen)
		of := func(contacts int) float64 {
			var c ContactHistogram
			c.Add(contacts, 1)
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

var modelFrom = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC) // a Monday

// answer is what there is to learn of an answer about the codes of a day.
type answer struct {
	rows []int
	seen map[int]CodeCount
}

func newAnswer() *answer { return &answer{make([]int, 96), map[int]CodeCount{}} }

// handled adds what one channel of a queue had in one quarter-hour.
func (a *answer) handled(quarterHour, contacts, codes int) {
	a.rows[quarterHour] += codes
	count := a.seen[contacts]
	a.seen[contacts] = CodeCount{count.Channels + 1, count.Codes + codes}
}

// modelDay is a day: what its codes had, and what its queues handled per quarter-hour.
type modelDay struct {
	Span
	*answer
	contacts []ContactHistogram
}

// inventDay invents a day of queues whose codes are as many as contacts allow, at night fewer, times a factor.
func inventDay(rng *rand.Rand, day int, factor float64) modelDay {
	from := modelFrom.AddDate(0, 0, day)
	d := modelDay{Span{from, from.AddDate(0, 0, 1)}, newAnswer(), make([]ContactHistogram, 96)}
	for q := range 96 {
		night := 1.0
		if q < 32 {
			night = 0.8
		}
		for range 60 {
			contacts := 1 + rng.IntN(40)
			d.handled(q, contacts, max(1, int(math.Round(factor*night*3*math.Pow(float64(contacts), 0.6)))))
			d.contacts[q].Add(contacts, 1)
		}
	}
	return d
}

func (d modelDay) at(t time.Time) *ContactHistogram {
	if !d.Holds(t) {
		return nil
	}
	return &d.contacts[d.Index(t)]
}

// miss is by how much the first quarter-hours of a day were missed.
func (m *RowModel) miss(d modelDay, length int) float64 {
	predicted := d.first(length).sum(func(at time.Time) float64 { return m.Rows(at, d.at(at)) })
	return math.Abs(total(d.rows[:length])/predicted - 1)
}

func TestRowsArePredictedByWhatTheQueuesHandled(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	known := NewRowModel(LearnedLimits{})
	learn := func(from, to int, factor float64) {
		for day := from; day < to; day++ {
			d := inventDay(rng, day, factor)
			known.Learn(d.Span, d.rows, d.seen, d.at)
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
	again := NewRowModel(LearnedLimits{CodesByContacts: known.codes, RowRatioByHour: known.ratio})
	if miss := again.miss(after, 96); miss > 0.06 {
		t.Errorf("taken up again it missed by %.3f", miss)
	}
}

func TestADayWhoseQueuesAreNotKnownTeachesNothing(t *testing.T) {
	t.Parallel()
	d := inventDay(rand.New(rand.NewPCG(3, 4)), 0, 1)
	known := NewRowModel(LearnedLimits{})
	known.Learn(d.Span, d.rows, d.seen, d.at)
	codes, level := known.full, known.level
	known.Learn(d.Span, d.rows, nil, func(time.Time) *ContactHistogram { return nil })
	if known.level != level || known.fullRatio != nil {
		t.Errorf("level %v became %v, %d hours with a ratio", level, known.level, len(known.fullRatio))
	}
	for step, v := range known.full {
		if v != codes[step] {
			t.Errorf("step %d was %v and is %v", step, codes[step], v)
		}
	}
}
