package steps_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/steps"
)

var (
	chaosCases = flag.Int("chaos", 0, "how many chaotic runs; 0 is four of each plague, and five in all under the race detector")
	chaosPace  = flag.Duration("chaos.minute", 0, "how long a minute of chaos takes; 0 is a second, and four under the race detector")
	chaosSeed  = flag.Uint64("chaos.seed", 1, "seed of the first chaotic run; each has the next one")
)

// TestWhateverGoesWrongTheNumbersAreThoseOfACalmRun is the chaos suite. Every case is a whole run in a tiny
// organisation where one thing of the table goes wrong, at a place and in a measure that its seed draws. It ends with
// the figures of the calm run, or with an error that says what and what to do, as the table has it; then a calm run
// brings the figures after all. No plan is accepted twice, and what the audit trail tells is true.
func TestWhateverGoesWrongTheNumbersAreThoseOfACalmRun(t *testing.T) {
	t.Parallel()
	calm := map[wrapcast.Target]figures{}
	for _, target := range []wrapcast.Target{wrapcast.WFM, wrapcast.REST} {
		w := newChaosWorld(t, setting{target: target})
		calm[target] = w.figures(t, w.mustRun(t))
	}
	onPostgres := newChaosWorld(t, setting{target: wrapcast.WFM, postgres: true})
	onPostgres.figures(t, onPostgres.mustRun(t)).sameAs(t, calm[wrapcast.WFM])
	all := plagues()
	n := howManyCases(len(all))
	cases := make(chan uint64)
	var wait sync.WaitGroup
	for range map[bool]int{false: 16, true: 4}[underRace] { // most of the time they wait
		wait.Go(func() {
			for seed := range cases {
				p := all[int(seed-*chaosSeed)*len(all)/min(n, len(all))%len(all)]
				t.Run(fmt.Sprintf("%s, seed %d", p.name, seed), func(t *testing.T) { p.visit(t, seed, calm) })
			}
		})
	}
	for i := range uint64(n) {
		cases <- *chaosSeed + i
	}
	close(cases)
	wait.Wait()
}

func howManyCases(plagues int) int {
	switch {
	case *chaosCases > 0:
		return *chaosCases
	case underRace || testing.Short():
		return 5
	}
	return 4 * plagues
}

// plague is one way for things to go wrong, and how a run may end then.
type plague struct {
	name string
	make func(*dice) setting
	ends func(steps.Outcome, error) bool
}

// visit does the run, judges it, and does a calm one after a run that failed.
func (p plague) visit(t *testing.T, seed uint64, calm map[wrapcast.Target]figures) {
	t.Helper()
	d := &dice{rand.New(rand.NewPCG(seed, 4))}
	s := p.make(d)
	w := newChaosWorld(t, s)
	out, err := w.Run(t.Context(), w.spec)
	met := fmt.Sprintf("%q, %s", s.faults, describe(out, err))
	w.judge(t, out, err)
	if !p.ends(out, err) {
		t.Errorf("it ended in another way than it may: %s", met)
	}
	if err != nil {
		out = w.calmDown(t, s)
	}
	w.figures(t, out).sameAs(t, calm[w.target()])
	if t.Failed() {
		t.Logf("ordered: %s", met)
	}
}

func (w *chaosWorld) target() wrapcast.Target {
	if w.spec.Target == "" {
		return wrapcast.WFM
	}
	return w.spec.Target
}

// calmDown ends all faults, settles what is in doubt and does a run.
func (w *chaosWorld) calmDown(t *testing.T, s setting) steps.Outcome {
	t.Helper()
	w.makeWell(t)
	s.network.mend()
	w.spec.AwaitFor, w.spec.LookFor = patience, patience
	settled, err := w.Settle(t.Context(), w.spec)
	if err != nil && wrapcast.KindOf(err) != wrapcast.Partial && wrapcast.KindOf(err) != wrapcast.Refused {
		t.Errorf("settling: %v", err)
	}
	for _, submission := range settled {
		if w.holds(submission) && submission.State == wrapcast.SubmissionUnknown {
			t.Errorf("the platform has it, settling did not find it: %+v", submission)
		}
	}
	out, err := w.Run(t.Context(), w.spec)
	w.judge(t, out, err)
	if err != nil {
		t.Fatalf("the calm run that followed ended with %v", err)
	}
	return out
}

// makeWell ends all faults of the platform and gives the permissions back.
func (w *chaosWorld) makeWell(t *testing.T) {
	t.Helper()
	if err := w.sim.OrderFaults(nil); err != nil {
		t.Fatal(err)
	}
	w.sim.Permit(sim.Needed()...)
}

// The ways to end.

func calmly(out steps.Outcome, err error) bool {
	return err == nil && out.Submissions[0].State == wrapcast.SubmissionCompleted
}

// inDoubt is the end of what may have been accepted and cannot be found.
func inDoubt(out steps.Outcome, err error) bool {
	return wrapcast.KindOf(err) == wrapcast.Partial && out.Submissions[0].State == wrapcast.SubmissionUnknown &&
		strings.Contains(wrapcast.Hint(err), "submit --settle")
}

// withError is an end of a kind, with a word in the message or the hint.
func withError(kind wrapcast.Kind, word string) func(steps.Outcome, error) bool {
	return func(_ steps.Outcome, err error) bool {
		return wrapcast.KindOf(err) == kind && strings.Contains(err.Error()+wrapcast.Hint(err), word)
	}
}

// downWith is the end of a run whose platform is down for longer than it is waited for: an error of its own, or, where
// only what is planned now could not be read, a run that holds. A word is in the message or the hint.
func downWith(word string) func(steps.Outcome, error) bool {
	holds := func(out steps.Outcome, err error) bool {
		return withError(wrapcast.InvalidData, word)(out, err) && strings.Contains(err.Error(), "could not be read")
	}
	return either(withError(wrapcast.Unavailable, word), holds)
}

// either takes any of the ends.
func either(ends ...func(steps.Outcome, error) bool) func(steps.Outcome, error) bool {
	return func(out steps.Outcome, err error) bool {
		for _, end := range ends {
			if end(out, err) {
				return true
			}
		}
		return false
	}
}

// dice draw where and how much.
type dice struct{ *rand.Rand }

// place is one of the first requests of a run, which has 22 when nothing goes wrong.
func (d *dice) place() int { return 1 + d.IntN(22) }

func (d *dice) between(low, high int) int { return low + d.IntN(high-low+1) }

func (d *dice) of(choices ...string) string { return choices[d.IntN(len(choices))] }

// somewhere orders a fault of one to three requests in a row, which is fewer than each is tried.
func (d *dice) somewhere(fault, parameter string) setting {
	from := d.place()
	return setting{faults: fmt.Sprintf("%s#%d-%d=1%s", fault, from, from+d.IntN(3), parameter)}
}

// soon is an interval of connections that begins early in a run.
func (d *dice) soon(length int) [2]int64 {
	from := int64(d.place())
	return [2]int64{from, from + int64(length) - 1}
}

// mend lets every connection come about again.
func (b *badNetwork) mend() {
	if b != nil {
		b.dials.Store(forever)
		b.handshakes.Store(forever)
	}
}

const forever = 1 << 30

// beyond is longer than an answer is waited for.
func beyond() string { return (chaosMinute() * 13 / 10).String() }
