package combine

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// kind is a setting under which groups are forecast, and how long their histories are.
type kind struct {
	cfg    Config
	length int
}

// kinds are the settings that have members of their own.
func kinds() map[string]kind {
	return map[string]kind{
		"days with a year":      {Config{Horizon: 14, Short: 7, Long: 1, Daily: true, Yearly: true}, 900},
		"days":                  {Config{Horizon: 14, Short: 7, Long: 1, Daily: true}, 280},
		"hours":                 {Config{Horizon: 48, Short: 24, Long: 168}, 1000},
		"weeks":                 {Config{Horizon: 13, Short: 52, Long: 1}, 300},
		"steps without seasons": {Config{Horizon: 6, Short: 1, Long: 1}, 120},
	}
}

// said is what every member that suits a series forecasts at its cuts, by name; nil where it has no forecast.
type said map[string][][]float64

// membersOf lets the members of a group forecast each of its series.
func membersOf(t *testing.T, cfg Config, panel ...[]float64) []said {
	t.Helper()
	cfg.Levels, cfg.Workers = []float64{0.8}, 1
	inputs := make([]Input, len(panel))
	for i, y := range panel {
		floor := math.Inf(-1)
		if slices.Min(y) >= 0 {
			floor = 0
		}
		inputs[i] = Input{Y: y, Last: 19_999, Floor: floor}
	}
	g := newGroup(cfg, ExtentOf(inputs))
	sample := g.runs(inputs)
	if err := g.learn(t.Context(), sample); err != nil {
		t.Fatal(err)
	}
	out := make([]said, len(panel))
	for i, p := range sample {
		g.predict(p)
		out[i] = said{}
		for j, m := range p.members {
			all := make([][]float64, len(p.cut))
			for u := range all {
				if p.have[j*len(p.cut)+u] {
					all[u] = p.slot(j, u)
				}
			}
			out[i][g.candidates[m].name] = all
		}
	}
	return out
}

// atEnd is what a member forecasts after the end.
func (s said) atEnd(name string) []float64 {
	all := s[name]
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-1]
}

// drawn are series of one kind: the cycle of the setting, levels of their own, noise of a tenth.
func drawn(c kind, series int, seed uint64) [][]float64 {
	rng := rand.New(rand.NewPCG(seed, 11))
	out := make([][]float64, series)
	for i := range out {
		level := 60 + 40*float64(i)
		out[i] = make([]float64, c.length)
		for t := range out[i] {
			out[i][t] = level * cycleAt(c.cfg, t) * (1 + 0.1*rng.NormFloat64())
		}
	}
	return out
}

// cycleAt is a positive pattern with the setting's seasons, mean about 1.
func cycleAt(cfg Config, t int) float64 {
	v := 1.0
	if cfg.Short > 1 {
		v += 0.4 * math.Sin(2*math.Pi*float64(t%cfg.Short)/float64(cfg.Short))
	}
	if cfg.Long > 1 {
		v += 0.2 * math.Cos(2*math.Pi*float64(t%cfg.Long)/float64(cfg.Long))
	}
	return v
}

func repeat(v float64, n int) []float64 { return slices.Repeat([]float64{v}, n) }

func scaled(y []float64, by, plus float64) []float64 {
	out := make([]float64, len(y))
	for i, v := range y {
		out[i] = by*v + plus
	}
	return out
}

// apart is the largest difference between two forecasts, in units of the second's largest value.
func apart(got, want []float64) float64 {
	size, worst := 1e-300, 0.0
	for _, v := range want {
		size = max(size, math.Abs(v))
	}
	for h, v := range want {
		worst = max(worst, math.Abs(got[h]-v))
	}
	return worst / size
}

func TestEveryMemberContinuesAConstant(t *testing.T) {
	t.Parallel()
	for name, c := range kinds() {
		for member, all := range membersOf(t, c.cfg, repeat(50, c.length), repeat(80, c.length))[0] {
			for u, f := range all {
				if f != nil && apart(f, repeat(50, len(f))) > 1e-6 {
					t.Errorf("%s: %s expects %v at cut %d of a history of fifties", name, member, f, u)
					break
				}
			}
		}
	}
}

// TestEveryMemberContinuesAPerfectCycle: no noise and no change of level, so that only the pattern is left to be found.
// Members that don't look for a season, or for the day alone, are asked for what they look for; those drawn strongly to
// the group's mean are given more room.
func TestEveryMemberContinuesAPerfectCycle(t *testing.T) {
	t.Parallel()
	for name, c := range kinds() {
		y := make([]float64, c.length+c.cfg.Horizon)
		for i := range y {
			y[i] = 100 * cycleAt(c.cfg, i)
		}
		history, want := y[:c.length], y[c.length:]
		found := membersOf(t, c.cfg, history, scaled(history, 2, 0))[0]
		for member := range found {
			room := 0.05
			if strings.HasSuffix(member, "shrunk") {
				room = 0.1
			}
			f := found.atEnd(member)
			switch {
			case f == nil, c.cfg.Short == 52 && seasonless(member), c.cfg.Long > 1 && dayAlone(member):
			case apart(f, want) > room:
				t.Errorf("%s: %s is %.1f %% off a perfect cycle", name, member, 100*apart(f, want))
			}
		}
	}
}

func TestMembersThatSeeTheDayAloneContinueAPerfectDay(t *testing.T) {
	t.Parallel()
	c := kinds()["hours"]
	y := make([]float64, c.length+c.cfg.Horizon)
	for i := range y {
		y[i] = 100 * cycleAt(Config{Short: 24, Long: 1}, i)
	}
	found := membersOf(t, c.cfg, y[:c.length])[0]
	seen := 0
	for member := range found {
		if f := found.atEnd(member); dayAlone(member) && f != nil {
			seen++
			if apart(f, y[c.length:]) > 0.03 {
				t.Errorf("%s is %.1f %% off a perfect day", member, 100*apart(f, y[c.length:]))
			}
		}
	}
	if seen < 6 {
		t.Errorf("only %d members see the day alone", seen)
	}
}

// seasonless are the members for weeks that don't look a year back.
func seasonless(member string) bool {
	return slices.Contains([]string{"level", "damped trend", "theta", "smoothing", "smoothing, logarithm"}, member)
}

// dayAlone are the members for hours that don't know the week.
func dayAlone(member string) bool {
	return slices.Contains([]string{"smoothing 24", "smoothing 24, logarithm", "seasonal naive 24"}, member) ||
		strings.HasPrefix(member, "level × shape") || strings.HasSuffix(member, "two days")
}

// TestEveryMemberFollowsTheUnit: contacts counted in fours are a quarter as many. Transforms that add a constant before
// they bend are for counts and know their unit.
func TestEveryMemberFollowsTheUnit(t *testing.T) {
	t.Parallel()
	for name, c := range kinds() {
		panel := drawn(c, 2, 1)
		larger := make([][]float64, len(panel))
		for i, y := range panel {
			larger[i] = scaled(y, 4, 0)
		}
		one, four := membersOf(t, c.cfg, panel...), membersOf(t, c.cfg, larger...)
		for i := range panel {
			for member, all := range one[i] {
				for u, f := range all {
					if f == nil {
						continue
					}
					if d := apart(four[i][member][u], scaled(f, 4, 0)); d > 1e-6 {
						t.Errorf("%s, series %d, cut %d: four times the values change the forecast of %s by %.3g beyond four times", name, i, u, member, d)
						break
					}
				}
			}
		}
	}
}

// TestPlainMembersFollowAShift: those that see the values as they are expect a thousand more where a thousand is added
// everywhere.
func TestPlainMembersFollowAShift(t *testing.T) {
	t.Parallel()
	bends := func(member string) bool {
		for _, word := range []string{"logarithm", "root", "log(1+y)", "shape", "calendar", "split"} {
			if strings.Contains(member, word) {
				return true
			}
		}
		return false
	}
	for name, c := range kinds() {
		panel := drawn(c, 2, 2)
		higher := [][]float64{scaled(panel[0], 1, 1000), scaled(panel[1], 1, 1000)}
		low, high := membersOf(t, c.cfg, panel...), membersOf(t, c.cfg, higher...)
		seen := 0
		for member := range low[0] {
			f := low[0].atEnd(member)
			if f == nil || bends(member) || strings.Contains(member, "cleaned") || strings.HasPrefix(member, "year") {
				continue // cleaning divides by the shape, and a year looks for outliers in both
			}
			seen++
			if d := apart(high[0].atEnd(member), scaled(f, 1, 1000)); d > 1e-6 {
				t.Errorf("%s: %s is %.3g off when a thousand is added to every value", name, member, d)
			}
		}
		if seen < 3 {
			t.Errorf("%s: only %d members were compared", name, seen)
		}
	}
}

// TestNoMemberSeesBeyondItsCut: other values after an origin, of the same range, change nothing of what is forecast
// there.
func TestNoMemberSeesBeyondItsCut(t *testing.T) {
	t.Parallel()
	for name, c := range kinds() {
		panel := drawn(c, 2, 3)
		other := make([][]float64, len(panel))
		rng := rand.New(rand.NewPCG(9, 9))
		for i, y := range panel {
			y[3], y[4] = 1.01*slices.Max(y), 0.99*slices.Min(y) // the range is known early
			other[i] = slices.Clone(y)
			after := other[i][len(y)-2*c.cfg.Horizon:]
			rng.Shuffle(len(after), func(a, b int) { after[a], after[b] = after[b], after[a] })
		}
		was, is := membersOf(t, c.cfg, panel...), membersOf(t, c.cfg, other...)
		g := newGroup(withLevels(c.cfg), ExtentOf([]Input{{Y: panel[0], Last: 19_999}}))
		compared := 0
		for u, o := range g.origins {
			if o.back < 2*c.cfg.Horizon {
				continue
			}
			for member := range was[1] {
				a, b := was[1][member][u], is[1][member][u]
				if a == nil && b == nil {
					continue
				}
				compared++
				if !slices.Equal(a, b) {
					t.Errorf("%s, %d steps back: %s forecasts otherwise when the future is another", name, o.back,
						member)
				}
			}
		}
		if compared < 10 {
			t.Errorf("%s: only %d forecasts were compared", name, compared)
		}
	}
}

func withLevels(cfg Config) Config {
	cfg.Levels, cfg.Workers = []float64{0.8}, 1
	return cfg
}

// TestLineUps pins which members there are, in their order.
func TestLineUps(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		c       kind
		dense   int
		sparse  int
		members []string
	}{
		"days": {kinds()["days"], 15, 7,
			[]string{"seasonal naive 7", "average of the same phase", "shrunk average of the same phase"}},
		"hours": {kinds()["hours"], 20, 10,
			[]string{"seasonal naive 24", "seasonal naive 168", "average of the same phase",
				"average of the same phase, half a year and longer", "shrunk average of the same phase"}},
		"steps without seasons": {kinds()["steps without seasons"], 12, 0,
			[]string{"autoregression, plain", "autoregression, logarithm"}},
	} {
		l := newLineUp(newSetup(want.c.cfg, ExtentOf([]Input{{Y: make([]float64, want.c.length)}})))
		dense, sparse := 0, 0
		for _, c := range l.candidates {
			if c.sparse {
				sparse++
			} else {
				dense++
			}
		}
		if dense != want.dense || sparse != want.sparse {
			t.Errorf("%s: %d members for dense and %d for sparse series, want %d and %d", name, dense, sparse,
				want.dense, want.sparse)
		}
		for i, m := range want.members {
			if l.candidates[i].name != m {
				t.Errorf("%s: member %d is %s, want %s", name, i, l.candidates[i].name, m)
			}
		}
	}
}

func TestAMemberIsAskedOncePerCut(t *testing.T) {
	t.Parallel()
	asked := 0
	r := &remembered{of: counting{&asked}}
	v := &view{moment: 1}
	first, again := make([]float64, 2), make([]float64, 2)
	if !r.predict(v, first) || !r.predict(v, again) || asked != 1 || !slices.Equal(first, again) {
		t.Errorf("asked %d times at one moment: %v, then %v", asked, first, again)
	}
	v.moment++
	if r.predict(v, again); asked != 2 || again[0] == first[0] {
		t.Errorf("asked %d times at two moments: %v, then %v", asked, first, again)
	}
}

// counting forecasts how often it was asked.
type counting struct{ n *int }

func (c counting) begin(*view) {}

func (c counting) predict(_ *view, out []float64) bool {
	*c.n++
	for h := range out {
		out[h] = float64(*c.n)
	}
	return true
}

// silent has no forecast, but writes something.
type silent struct{}

func (silent) begin(*view) {}

func (silent) predict(_ *view, out []float64) bool {
	out[0] = math.NaN()
	return false
}

func TestMeanOfTwoMembersIsTheFirstWhereTheSecondIsSilent(t *testing.T) {
	t.Parallel()
	n := 0
	out := make([]float64, 3)
	if m := (&meanOf{first: counting{&n}, second: counting{&n}}); !m.predict(&view{}, out) || out[2] != 1.5 {
		t.Errorf("the mean of ones and twos is %v", out)
	}
	n = 6
	if m := (&meanOf{first: counting{&n}, second: silent{}}); !m.predict(&view{}, out) || out[0] != 7 {
		t.Errorf("sevens and silence are %v", out)
	}
	if m := (&meanOf{first: silent{}, second: counting{&n}}); m.predict(&view{}, out) {
		t.Error("a mean without its first member")
	}
}

// TestSmoothingGoesOnFromWhereItStood: at later cuts it forecasts as one that smooths all of the past at once.
func TestSmoothingGoesOnFromWhereItStood(t *testing.T) {
	t.Parallel()
	c := kinds()["days"]
	y := drawn(c, 1, 4)[0]
	s := newSetup(withLevels(c.cfg), ExtentOf([]Input{{Y: y, Last: 19_999}}))
	w := s.newRun(Input{Y: y, Last: 19_999})
	v := newView(s)
	v.take(w)
	stepwise := newSmoothed(smoothing{m1: 7})
	stepwise.begin(v)
	out, want := make([]float64, 14), make([]float64, 14)
	for u := len(s.origins) - 1; u >= 0; u-- {
		if !v.enter(u) || !stepwise.predict(v, out) {
			t.Fatalf("no forecast at origin %d", u)
		}
		atOnce := newSmoothed(smoothing{m1: 7})
		atOnce.begin(v)
		if atOnce.predict(v, want); !slices.Equal(out, want) {
			t.Errorf("%d steps back: step by step %v, at once %v", s.origins[u].back, out[:3], want[:3])
		}
	}
}

// TestNamesSayWhichTransformWasUsed: a series that touches zero is seen through its root.
func TestNamesSayWhichTransformWasUsed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		warp transform
		want string
	}{{logarithm, "smoothing 7, logarithm"}, {root, "smoothing 7, root"}, {plain, "smoothing 7, logarithm"}} {
		h := history{warp: c.warp}
		if got := h.nameOf(candidate{name: "smoothing 7" + warped.suffix()}); got != c.want {
			t.Errorf("with transform %v it is called %q, want %q", c.warp, got, c.want)
		}
	}
	if got := (smoothing{m1: 24, m2: 168, how: warped, clean: true}).describe(); got != " 24+168, logarithm, cleaned" {
		t.Errorf("a smoothing is described as %q", got)
	}
	if got := fmt.Sprint((yearly{kind: yearKind{plain, 9}, share: 0.6, level: true,
		special: true}).describe()); got != "year × 0.6, 9 days, level, days of the year" {
		t.Errorf("a yearly member is described as %q", got)
	}
}
