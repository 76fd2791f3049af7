package validate

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
)

var counter = wrapcast.Queue{ID: "q", Name: "Counter"}

func pairOf(queue wrapcast.QueueID, id wrapcast.CodeID, values ...float64) Pair {
	return Pair{
		Queue:  wrapcast.Queue{ID: queue, Name: string(queue)},
		Code:   wrapcast.Code{ID: id, Name: string(id)},
		Values: values,
	}
}

func TestPairsComeByQueueAndBusiestFirst(t *testing.T) {
	t.Parallel()
	r := Pairs(PairRequest{From: monday, Pairs: []Pair{
		pairOf(
			"small",
			"x",
			1,
			1,
		), pairOf("b", "y", 2, 0, 3), pairOf("a", "v", 2), pairOf("b", "w", 4), pairOf("a", "u", 2, 0, 0, 5),
		pairOf(
			"b",
			"x",
			0,
		), pairOf("a", wrapcast.NoCode, 0), pairOf("big", wrapcast.DefaultCode, 90), pairOf("big", "ININ-WRAP-UP-TIMEOUT", 9),
	}}, Rules{})
	var got []string
	for _, p := range r.Pairs {
		got = append(got, fmt.Sprintf("%s %s %d", p.Queue.ID, p.Code.ID, p.Contacts))
	}
	if diff := cmp.Diff([]string{"a u 7", "a v 2", "b y 5", "b w 4", "b x 0", "small x 2"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	got = nil
	for _, q := range r.Queues {
		got = append(got, fmt.Sprintf("%s %d of %d codes", q.Queue.ID, q.Contacts, q.Codes))
	}
	want := []string{"big 99 of 0 codes", "a 9 of 2 codes", "b 9 of 2 codes", "small 2 of 1 codes"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if r.From != monday || r.To != monday+3 {
		t.Errorf("%s to %s", r.From, r.To)
	}
	if r := Pairs(PairRequest{From: monday}, Rules{}); r.To != monday-1 {
		t.Errorf("no day ends on %s", r.To)
	}
}

func TestAQueueAddsUpWhatIsACount(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	total := &queueTotal{}
	total.add(pairOf("q", "refund", 1, nan, -5, 1e9), PairRequest{})
	total.add(pairOf("q", wrapcast.NoCode, 2, 3, 4, 1e9+1, 6), PairRequest{})
	total.add(pairOf("q", "other", 10), PairRequest{})
	wantFigures(t, "contacts per day", total.recent, []float64{13, 3, 4, 1e9, 6})
	if total.all != 1e9+26 || total.coded != 1e9+11 || total.other != 10 {
		t.Errorf("%g in all, %g coded, %g that say nothing", total.all, total.coded, total.other)
	}
}

func TestAQueueIsWeakAboveTheSharesAllowed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		total   queueTotal
		rules   Rules
		reason  string
		verdict wrapcast.Verdict
	}{
		{"a quarter uncoded, as allowed", queueTotal{all: 100, coded: 75}, Rules{MaxUncodedShare: 0.25},
			"every check passed", wrapcast.Good},
		{"more than allowed", queueTotal{all: 100, coded: 75}, Rules{MaxUncodedShare: 0.24},
			"25 % of its contacts have no code that an agent chose", wrapcast.Weak},
		{"switched off", queueTotal{all: 100, coded: 5}, Rules{MaxUncodedShare: -1}, "every check passed", wrapcast.Good},
		{"a quarter says nothing, as allowed", queueTotal{all: 100, coded: 100, other: 25}, Rules{MaxOtherShare: 0.25},
			"every check passed", wrapcast.Good},
		{"more than allowed says nothing", queueTotal{all: 100, coded: 100, other: 25}, Rules{MaxOtherShare: 0.24},
			"25 % of its coded contacts have a code that says nothing", wrapcast.Weak},
		{"switched off as well", queueTotal{all: 100, coded: 100, other: 99}, Rules{MaxOtherShare: -1},
			"every check passed", wrapcast.Good},
		{"no contact", queueTotal{}, Rules{}, "no contact was ever handled", wrapcast.Empty},
	} {
		q := c.total.report(c.rules.withDefaults())
		if q.Reason != c.reason || q.Verdict != c.verdict || (q.Fix == "") == (c.verdict == wrapcast.Weak) {
			t.Errorf("%s: %s, %q, fix %q", c.name, q.Verdict, q.Reason, q.Fix)
		}
	}
}

func TestOneContactAWeekOfTheLastEightIsEnough(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	// spread gives a day in seven a contact, as often as said, at the end of so many days, after days that do not
	// count.
	spread := func(contacts, days int) []float64 {
		values := append(repeat(10, 50), make([]float64, days)...)
		for i := range contacts {
			values[len(values)-1-7*i] = 1
		}
		return values
	}
	halved := spread(8, 56)
	for i := range 28 {
		halved[10+2*i] = nan // 28 days read, of which these are
	}
	for _, c := range []struct {
		name   string
		values []float64
		week   float64
		rare   bool
	}{
		{"eight in eight weeks", spread(8, 56), 1, false}, {"seven", spread(7, 56), 0.875, true},
		{"a day more of the busy time", spread(7, 55), 7 * 57.0 / 56, false},
	} {
		all := slices.Clone(c.values)
		r := judgePair(Pair{Values: c.values}, monday, all, Defaults())
		if !closeTo(r.PerWeek, c.week) || (r.Fallback == fallbackShare) != c.rare ||
			slices.Contains(findingCodes(r.Findings), "rare") != c.rare {
			t.Errorf("%s: %g a week, fallback %q, findings %v", c.name, r.PerWeek, r.Fallback, findingCodes(r.Findings))
		}
	}
	mine, all, days := recentSums([]float64{1, nan, -1, 2, 1e9, 1e9 + 1}, []float64{10, 20, 30, 40, 2e9, 60})
	if mine != 1e9+3 || all != 2e9+50 || days != 3 {
		t.Errorf("%g of %g on %d days", mine, all, days)
	}
	mine, all, days = recentSums(repeat(60, 1), repeat(60, 4))
	if mine != 56 || all != 224 || days != 56 {
		t.Errorf("%g of %g on %d days, want those of eight weeks", mine, all, days)
	}
}

func TestAYoungPairIsToldHowLongToWait(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for days, young := range map[int]bool{13: true, 14: false} {
		values := append([]float64{0, 0}, repeat(days, 3)...)
		values = slices.Insert(values, 5, nan) // not read, and so no day of the history
		r := judgePair(Pair{Queue: counter, Values: values}, monday, values, Defaults())
		if (r.Fallback == fallbackShare) != young {
			t.Errorf("%d days: fallback %q, %q", days, r.Fallback, r.Reason)
		}
		if young &&
			(r.Reason != "13 days since its first contact here, at least 14 are needed" || !strings.HasPrefix(r.Fix, "wait 1 days,")) {
			t.Errorf("%q, %q", r.Reason, r.Fix)
		}
		if r.Days != days+1 || r.Contacts != 3*days || r.Share != 1 {
			t.Errorf("%d days, %d contacts, a share of %g", r.Days, r.Contacts, r.Share)
		}
	}
}

// sharesOf is the history of a code whose queue has 100 contacts a day, at shares that hold for so many days each.
func sharesOf(runs ...[2]float64) (values, queue []float64) {
	for _, r := range runs {
		values = append(values, repeat(int(r[0]), 100*r[1])...)
	}
	return values, repeat(len(values), 100)
}

func TestAShareShiftIsFoundOnItsDay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		runs [][2]float64
		want string // "" for none
	}{
		// 28 days of 100 contacts on either side and shares near a half: one standard error is √(2·¼·2/2800) = 1.89
		// points.
		{"ten points are 5.3 errors", [][2]float64{{60, 0.45}, {40, 0.55}}, "went from 45 % to 55 % about 2026-03-06"},
		{"nine points are 4.8", [][2]float64{{60, 0.45}, {40, 0.54}}, ""},
		// At a share of 1 % one error is 0.38 points: four points are ten errors, and too few points.
		{"four points of a rare code", [][2]float64{{60, 0.01}, {40, 0.05}}, ""},
		{"six points of a rare code", [][2]float64{{60, 0.01}, {40, 0.07}}, "went from 1 % to 7 % about 2026-03-06"},
		{"down", [][2]float64{{60, 0.6}, {40, 0.4}}, "went from 60 % to 40 % about 2026-03-06"},
		{"eight weeks ago", [][2]float64{{60, 0.2}, {56, 0.8}}, "went from 20 % to 80 % about 2026-03-06"},
		{"longer ago than eight weeks and four", [][2]float64{{60, 0.2}, {84, 0.8}}, ""},
		{"two weeks ago", [][2]float64{{60, 0.2}, {14, 0.8}}, "went from 20 % to 80 % about 2026-03-06"},
		{"four weeks of history before it", [][2]float64{{28, 0.2}, {14, 0.8}}, "went from 20 % to 80 % about 2026-02-02"},
		{"one day fewer", [][2]float64{{27, 0.2}, {14, 0.8}}, ""},
		{"the larger of two", [][2]float64{{60, 0.2}, {20, 0.4}, {28, 0.9}}, "% to 90 % about 2026-03-26"},
		{"all of the queue", [][2]float64{{60, 1}, {40, 1}}, ""},
		{"nothing, then all", [][2]float64{{1, 0.5}, {59, 0}, {40, 1}}, "went from 0 % to 100 % about 2026-03-06"},
	} {
		values, queue := sharesOf(c.runs...)
		r := PairReport{Queue: counter}
		pairChecker{report: &r}.shifted(monday, values, queue)
		message := ""
		if len(r.Findings) > 0 {
			message = r.Findings[0].Message
		}
		if (message == "") != (c.want == "") || !strings.HasSuffix(message, c.want) {
			t.Errorf("%s: %q, want %q", c.name, message, c.want)
		}
	}
	k, n := sums([]float64{1, math.NaN(), -1, 1e9, 1e9 + 1, 0}, []float64{10, 20, 30, 2e9, 50, 60})
	if k != 1e9+1 || n != 2e9+70 {
		t.Errorf("%g of %g", k, n)
	}
}

func TestDaysAQueueWasEmptyTellNothingOfShares(t *testing.T) {
	t.Parallel()
	values, queue := sharesOf([2]float64{40, 0}, [2]float64{30, 0.5})
	for day := range 40 {
		queue[day] = 0
	}
	r := PairReport{Queue: counter}
	pairChecker{report: &r}.shifted(monday, values, queue)
	if len(r.Findings) > 0 {
		t.Errorf("%q", r.Findings[0].Message)
	}
}

func TestASilentPairNamesItsLastDay(t *testing.T) {
	t.Parallel()
	values := append(repeat(40, 5), make([]float64, 28)...)
	r := judgePair(Pair{Queue: counter, Values: values}, monday, repeat(68, 100), Defaults())
	if want := "no contact here for 28 days, the last on 2026-02-13"; r.Reason != want || r.Zeros != 28 ||
		r.Fallback != fallbackShare {
		t.Errorf("%q, %d zeros, fallback %q", r.Reason, r.Zeros, r.Fallback)
	}
}

func TestAPairNotReadOfLateHasNoContactsAWeek(t *testing.T) {
	t.Parallel()
	values := slices.Concat(repeat(30, 5), repeat(60, math.NaN()))
	r := judgePair(Pair{Queue: counter, Values: values}, monday, repeat(90, 100), Defaults())
	if r.PerWeek != 0 || r.Share.Known() {
		t.Errorf("%g a week, a share of %g", r.PerWeek, r.Share)
	}
}

func TestAQueueCountsItsGoodCodes(t *testing.T) {
	t.Parallel()
	r := Pairs(PairRequest{From: monday, Pairs: []Pair{
		pairOf(
			"q",
			"steady",
			repeat(
				60,
				5,
			)...), pairOf("q", "too", repeat(60, 9)...), pairOf("q", "young", append(make([]float64, 57), 1, 2, 3)...),
		pairOf("q", "never", make([]float64, 60)...),
	}}, Rules{})
	if q := r.Queues[0]; q.Codes != 3 || q.Good != 2 {
		t.Errorf("%d of %d codes are good, want 2 of 3", q.Good, q.Codes)
	}
}
