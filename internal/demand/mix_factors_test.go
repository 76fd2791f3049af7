package demand

import (
	"slices"
	"testing"

	"github.com/wrapcast/wrapcast"
)

func TestAMixIsSharesOfASum(t *testing.T) {
	t.Parallel()
	m := newMix([]float64{1, 3})
	wantFigures(t, "shares", m.of, 0.25, 0.75)
	none := newMix([]float64{0, 0})
	wantFigures(t, "shares of nothing", none.of, 0, 0)
	if m.sum != 4 || none.sum != 0 {
		t.Errorf("sums of %g and %g", m.sum, none.sum)
	}
}

func TestChanceIsHalfTheMeanSquareOfWeeklyChanges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		weeks [][]float64
		want  []float64
	}{
		// Shares of 0.5, 0.7, 0.5: changes of 0.2, half of whose square is 0.02.
		{"twice", [][]float64{{5, 5}, {7, 3}, {5, 5}}, []float64{0.02, 0.02}},
		{"once, and once not", [][]float64{{5, 5}, {70, 30}, {7, 3}}, []float64{0.01, 0.01}},
		{"a week without a contact says nothing", [][]float64{{5, 5}, {0, 0}, {7, 3}, {5, 5}}, []float64{0.02, 0.02}},
		{"nor does the newest", [][]float64{{0, 0}, {5, 5}, {7, 3}}, []float64{0.02, 0.02}},
		{"one week", [][]float64{{5, 5}}, []float64{0, 0}},
		{"three codes", [][]float64{{2, 2, 6}, {4, 2, 4}}, []float64{0.02, 0, 0.02}},
	} {
		wantFigures(t, c.name, weeklyVariance(c.weeks), c.want...)
	}
}

func TestTheMixOfLateFadesAndThatAheadIsOfFourWeeks(t *testing.T) {
	t.Parallel()
	ahead := [][]float64{append(constant(1, 28), 1e6, 1e6), append(constant(3, 28), 0, 0)}
	expected, late, _ := mixes([][]float64{{4, 2}, {nan, 1}}, ahead)
	wantFigures(t, "ahead", expected.of, 0.25, 0.75)
	wantFigures(t, "of late", late.of, 5.4/6.4, 1/6.4) // 2 + 0.85·4, and 1
	if expected.sum != 112 || !closeTo(late.sum, 6.4) {
		t.Errorf("sums of %g and %g", expected.sum, late.sum)
	}
	expected, _, _ = mixes([][]float64{{1}, {1}}, [][]float64{{6, 6}, {2, 2}})
	wantFigures(t, "two days ahead", expected.of, 0.75, 0.25)
	// Eight weeks count: the day before them is left out, their first day not.
	old := append([]float64{1e9}, make([]float64, 56)...)
	first := append([]float64{0, 5}, make([]float64, 55)...)
	_, late, _ = mixes([][]float64{old, first}, ahead)
	wantFigures(t, "eight weeks", late.of, 0, 1)
	// The newest seven days are one week: a code that had one of their contacts, and the other all of the week before.
	_, _, changes := mixes(
		[][]float64{slices.Concat(make([]float64, 7), constant(1, 7)), slices.Concat(constant(1, 7), make([]float64, 7))},
		ahead,
	)
	wantFigures(t, "all of the mix moved", changes, 0.5, 0.5)
}

func TestAShareMovesAsFarAsItIsToldFromChance(t *testing.T) {
	t.Parallel()
	days := func(a, b float64) [][]float64 { return [][]float64{constant(a, 56), constant(b, 56)} }
	for _, c := range []struct {
		name        string
		past, ahead [][]float64
		want        []float64
	}{
		// A hundred contacts a day weigh 100·(1-0.85⁵⁶)/0.15 = 666.592; chance is 0.5/666.592, the square of the
		// difference 0.09: 0.991666 of it is believed.
		{"from a half to a fifth", days(20, 80), days(50, 50), []float64{1 - 0.6*0.9916657673, 1 + 0.6*0.9916657673}},
		{"as it was", days(50, 50), days(50, 50), []float64{1, 1}},
		{"at most fourfold", days(50, 50), days(1, 99), []float64{4, 1 - 0.49/0.99*(1-0.99/666.5922/(0.49*0.49))}},
		{"nothing ahead of one", days(50, 50), days(0, 99), []float64{1, 1 - 0.5*(1-1/666.5922/0.25)}},
		{"nothing of late", days(0, 0), days(10, 90), []float64{1, 1}},
		// Two contacts in eight weeks, one of each on the last day: chance is 0.6/2, the square of the difference 0.01.
		{"few contacts", [][]float64{{0, 1}, {0, 1}}, days(60, 40), []float64{1, 1}},
	} {
		got := mixFactors(c.past, c.ahead)
		for j, want := range c.want {
			if d := got[j] - want; d > 1e-6 || d < -1e-6 {
				t.Errorf("%s: factors %v, want %v", c.name, got, c.want)
				break
			}
		}
	}
	// Weeks of 40 and 60 % by turns have half a mean square of change of 0.02, half of which is taken for chance: 0.01.
	var swings [2][]float64
	for day := range 56 {
		share := float64(40 + 20*(day/7%2))
		swings[0], swings[1] = append(swings[0], 1e6*share), append(swings[1], 1e6*(100-share))
	}
	factors := mixFactors(swings[:], days(10, 90))
	// The last week has 60 %. With w = 0.85⁷ = 0.320577 the mix of late is (60+40w)/(1+w) = 55.1448 %: a difference of
	// 0.451448, of whose square 0.01 is chance: 0.950934 of it is believed; the factor would be 5.29, were it not at
	// most 4.
	if factors[0] != 4 {
		t.Errorf("%v", factors)
	}
	if want := 1 - 0.451448*0.950934/0.9; factors[1]-want > 1e-5 || factors[1]-want < -1e-5 {
		t.Errorf("%v, want %g", factors[1], want)
	}
}

func TestFactorsMoveADayAndKeepItsSum(t *testing.T) {
	t.Parallel()
	ahead := [][]float64{{10, 0, 5}, {30, 0, 0}}
	multiplyMix(ahead, []float64{2, 1})
	wantFigures(t, "the first", ahead[0], 16, 0, 5) // 20 and 30 are fifty, forty are to be shared
	wantFigures(t, "the second", ahead[1], 24, 0, 0)
	gone := [][]float64{{10}, {0}}
	multiplyMix(gone, []float64{0, 1})
	wantFigures(t, "a code that would take all with it", gone[0], 10)
}

func TestTheMixIsFollowedInEachQueueAndChannelByItself(t *testing.T) {
	t.Parallel()
	h := historyOf(
		leafOf("q", "refund", 1, constant(20, 56)...), byChat(leafOf("q", "refund", 1, constant(50, 56)...)),
		leafOf("q", "billing", 1, constant(80, 56)...), byChat(leafOf("q", "billing", 1, constant(50, 56)...)))
	// The forecast has them in another order: billing first.
	at, leaves := []int{2, 3, 0, 1}, make([]wrapcast.LeafForecast, 4)
	for i, place := range at {
		leaves[place] = wrapcast.LeafForecast{Leaf: h.Leaves[i].Leaf, Mean: constant(50, 7)}
	}
	followMix(h, leaves, at)
	refund := 50 * (1 - 0.6*0.9916657673)
	for i, want := range []float64{refund, 50, 100 - refund, 50} {
		if got := leaves[at[i]].Mean[6]; got-want > 1e-5 || got-want < -1e-5 {
			t.Errorf("%+v has %g contacts, want %g", h.Leaves[i].Leaf, got, want)
		}
	}
}
