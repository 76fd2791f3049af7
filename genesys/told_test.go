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
		r.learn(handledBy("q", seen, codes))
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

// handledBy is what a queue's channel had in one quarter-hour.
func handledBy(queue string, contacts, codes int) (rows []wrapcast.Observation) {
	for i := range codes {
		o := wrapcast.Observation{Leaf: wrapcast.Leaf{Queue: wrapcast.QueueID(queue), Code: wrapcast.CodeID(strconv.Itoa(i))}, Start: toldFrom}
		if i == 0 {
			o.Handled = contacts
		}
		rows = append(rows, o)
	}
	return rows
}

var toldFrom = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC) // a Monday

// toldDay invents a day of queues whose codes are as many as contacts allow times what is usual at that hour, and times a factor.
func toldDay(rng *rand.Rand, day int, factor float64) (s span, sizes []int, rows []wrapcast.Observation, crowdAt func(time.Time) *crowd) {
	s = span{toldFrom.AddDate(0, 0, day), toldFrom.AddDate(0, 0, day+1)}
	crowds := make([]crowd, 96)
	sizes = make([]int, 96)
	for q := range 96 {
		night := 1.0
		if q < 32 {
			night = 0.8
		}
		for queue := range 60 {
			contacts := 1 + rng.IntN(40)
			codes := max(1, int(math.Round(factor*night*3*math.Pow(float64(contacts), 0.6))))
			crowds[q].add(contacts, 1)
			sizes[q] += codes
			for _, o := range handledBy(strconv.Itoa(queue), contacts, codes) {
				o.Start = s.From.Add(quarters(q))
				rows = append(rows, o)
			}
		}
	}
	return s, sizes, rows, func(at time.Time) *crowd {
		if !s.holds(at) {
			return nil
		}
		return &crowds[s.index(at)]
	}
}

// share is what came of a day over what was told of it.
func (t *told) share(s span, sizes []int, crowdAt func(time.Time) *crowd) float64 {
	return total(sizes) / s.sum(func(at time.Time) float64 { return t.rows(at, crowdAt(at)) })
}

func TestRowsAreForetoldByWhatTheQueuesTold(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	known := newTold(Sizes{})
	off := func(day int, factor float64) float64 {
		s, sizes, rows, crowdAt := toldDay(rng, day, factor)
		share := math.NaN()
		if known.known() {
			share = math.Abs(known.share(s, sizes, crowdAt) - 1)
		}
		known.learn(s, sizes, rows, crowdAt)
		return share
	}
	off(0, 1)
	if miss := off(1, 1); miss > 0.02 {
		t.Errorf("after one day the next was missed by %.3f", miss)
	}
	for day := 2; day < 9; day++ {
		off(day, 1)
	}
	s, sizes, _, crowdAt := toldDay(rng, 9, 1)
	night, nightSizes := span{s.From, s.From.Add(quarters(32))}, sizes[:32]
	if miss := math.Abs(known.share(night, nightSizes, crowdAt) - 1); miss > 0.02 {
		t.Errorf("nights, which have fewer codes, were missed by %.3f", miss)
	}
	for day := 9; day < 14; day++ {
		off(day, 1.15)
	}
	if miss := off(14, 1.15); miss > 0.03 {
		t.Errorf("five days after there were 15 %% more codes, it was missed by %.3f", miss)
	}
	again := newTold(Sizes{CodesByContacts: known.codes, BesideTold: known.beside})
	s, sizes, _, crowdAt = toldDay(rng, 15, 1.15)
	if miss := math.Abs(again.share(s, sizes, crowdAt) - 1); miss > 0.06 {
		t.Errorf("taken up again it missed by %.3f", miss)
	}
}

func TestWhatQueuesDidNotTellTeachesNothing(t *testing.T) {
	t.Parallel()
	s, sizes, rows, crowdAt := toldDay(rand.New(rand.NewPCG(3, 4)), 0, 1)
	known := newTold(Sizes{})
	known.learn(s, sizes, rows, crowdAt)
	codes, level := known.full, known.level
	known.learn(s, sizes, nil, func(time.Time) *crowd { return nil })
	if known.level != level || known.besideFull != nil {
		t.Errorf("level %v became %v, %d hours beside", level, known.level, len(known.besideFull))
	}
	for step, v := range known.full {
		if v != codes[step] {
			t.Errorf("step %d was %v and is %v", step, codes[step], v)
		}
	}
}
