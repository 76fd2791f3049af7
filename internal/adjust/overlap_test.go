package adjust

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
)

// two are overrides of code a by 12 % and of queue x by 10 %: they share the leaf of a in x, which has 10 contacts.
func two(rule wrapcast.OverlapRule) []wrapcast.Override {
	code, queue := override(wrapcast.OverridePercent, 12), override(wrapcast.OverridePercent, 10)
	code.Codes, queue.Queues = []wrapcast.CodeID{"a"}, []wrapcast.QueueID{"x"}
	queue.ID, queue.Author, queue.Overlap = "o-2", "sven", rule
	return []wrapcast.Override{code, queue}
}

func leavesOn(f wrapcast.Forecast, t int) (out []string) {
	for _, l := range f.Leaves {
		out = append(out, fmt.Sprintf("%.6g", l.Mean[t]))
	}
	return out
}

func TestEachRuleMakesOfAnOverlapWhatItSays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		rule   wrapcast.OverlapRule
		change func(code, queue *wrapcast.Override)
		want   []string // a in x, a in y, b in x, b in y
	}{
		{"compound", wrapcast.OverlapCompound, nil, []string{"12.32", "22.4", "33", "40"}},
		{"replace", wrapcast.OverlapReplace, nil, []string{"11", "22.4", "33", "40"}},
		{"narrower: of equally many leaves and days the later", wrapcast.OverlapNarrower, nil, []string{"11", "22.4", "33", "40"}},
		{"narrower: a code in a queue before the queue", wrapcast.OverlapNarrower, func(code, _ *wrapcast.Override) {
			code.Queues = []wrapcast.QueueID{"x"}
		}, []string{"11.2", "20", "33", "40"}},
		{"narrower: a code before the total", wrapcast.OverlapNarrower, func(_, queue *wrapcast.Override) {
			queue.Queues = nil
		}, []string{"11.2", "22.4", "33", "44"}},
		{"narrower: fewer days", wrapcast.OverlapNarrower, func(_, queue *wrapcast.Override) {
			queue.To += 5
		}, []string{"11.2", "22.4", "33", "40"}},
		{"set comes before per cent", wrapcast.OverlapCompound, func(_, queue *wrapcast.Override) {
			queue.Kind, queue.Value = wrapcast.OverrideSet, 80
		}, []string{"22.4", "22.4", "60", "40"}},
		{"what is added comes last", wrapcast.OverlapCompound, func(code, queue *wrapcast.Override) {
			code.Kind, code.Value, queue.Value = wrapcast.OverrideAdd, 31, 10
		}, []string{"22", "40", "33", "40"}},
		{"two numbers are two changes", wrapcast.OverlapCompound, func(code, queue *wrapcast.Override) {
			code.Kind, code.Value, queue.Kind, queue.Value = wrapcast.OverrideSet, 60, wrapcast.OverrideSet, 60
		}, []string{"25", "40", "45", "40"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			both := two(c.rule)
			if c.change != nil {
				c.change(&both[0], &both[1])
			}
			f, effects, findings := ApplyOverrides(coherent(), both, overrideNow)
			sumsHold(t, f)
			if got := leavesOn(f, 2); !slices.Equal(got, c.want) {
				t.Errorf("leaves are %v, want %v", got, c.want)
			}
			if blocked(findings) || len(effects) != 2 || len(f.Overlaps) != 1 || f.Overlaps[0].Rule != c.rule {
				t.Errorf("findings %v, %d effects, overlaps %v", findings, len(effects), f.Overlaps)
			}
		})
	}
}

func TestAnOverlapWithoutARuleNamesTheCommandThatSettlesIt(t *testing.T) {
	t.Parallel()
	both := two("")
	_, effects, findings := ApplyOverrides(coherent(), both, overrideNow)
	if len(effects) != 0 || !blocked(findings) || !strings.Contains(findings[0].Advice, "wrapcast override resolve o-1 o-2 --rule") {
		t.Fatalf("%v, %+v", effects, findings)
	}
	both[0].Settled = []wrapcast.SettledOverlap{{Decision: "d-2", With: "o-2", Rule: wrapcast.OverlapReplace},
		{Decision: "d-1", With: "o-2", Rule: wrapcast.OverlapCompound}}
	f, _, findings := ApplyOverrides(coherent(), both, overrideNow)
	if blocked(findings) || leavesOn(f, 2)[0] != "11" {
		t.Errorf("settled later: %v, %v", findings, leavesOn(f, 2))
	}
}

func TestAnOverlapBeyondTheForecastIsNamedBeforeItStopsAPublication(t *testing.T) {
	t.Parallel()
	both := two("")
	for i := range both {
		both[i].From, both[i].To = date("2027-03-01"), date("2027-03-05")
	}
	_, _, findings := ApplyOverrides(coherent(), both, overrideNow)
	if !slices.Contains(codesOf(findings), ConflictCode) || blocked(findings) {
		t.Errorf("findings %+v", findings)
	}
	both[1].Codes, both[0].Codes = []wrapcast.CodeID{"new"}, []wrapcast.CodeID{"new", "a"}
	if all := Overlaps(coherent(), both, overrideNow); len(all) != 1 || !all[0].Ahead() {
		t.Errorf("of a code that is not forecast yet: %+v", all)
	}
	both[1].Codes = []wrapcast.CodeID{"other"}
	if all := Overlaps(coherent(), both, overrideNow); len(all) != 0 {
		t.Errorf("of different codes: %+v", all)
	}
}

func TestARingOfRulesLeavesNobodyOut(t *testing.T) {
	t.Parallel()
	a, b, c := override(wrapcast.OverrideSet, 1), override(wrapcast.OverrideSet, 2), override(wrapcast.OverrideSet, 3)
	a.Codes, a.Queues, b.Codes = []wrapcast.CodeID{"a"}, []wrapcast.QueueID{"x"}, []wrapcast.CodeID{"a"}
	b.ID, b.Overlap = "o-2", wrapcast.OverlapNarrower // a before b
	c.ID, c.Overlap = "o-3", wrapcast.OverlapReplace  // c before a
	c.Settled = []wrapcast.SettledOverlap{{Decision: "d", With: "o-2", Rule: wrapcast.OverlapNarrower}}
	f, effects, findings := ApplyOverrides(coherent(), []wrapcast.Override{a, b, c}, overrideNow)
	sumsHold(t, f)
	if got := leavesOn(f, 2)[0]; blocked(findings) || got != "0.3" || len(effects) != 2 {
		t.Errorf("a in x has %s, findings %v, %d effects", got, findings, len(effects))
	}
}

func TestOneThatGivesWayEverywhereSaysSo(t *testing.T) {
	t.Parallel()
	one, other := override(wrapcast.OverridePercent, 10), override(wrapcast.OverridePercent, 50)
	other.ID, other.Overlap = "o-2", wrapcast.OverlapReplace
	f, effects, findings := ApplyOverrides(coherent(), []wrapcast.Override{one, other}, overrideNow)
	if len(effects) != 1 || f.Total.Mean[2] != 150 || !slices.Contains(codesOf(findings), "override-replaced") {
		t.Errorf("%d effects, total %g, findings %v", len(effects), f.Total.Mean[2], findings)
	}
}

func TestSharedContactsCountEachLeafAndDayOnce(t *testing.T) {
	t.Parallel()
	both := two("")
	third := override(wrapcast.OverridePercent, 1)
	third.ID = "o-3"
	all := Overlaps(coherent(), append(both, third), overrideNow)
	if len(all) != 3 {
		t.Fatalf("%d overlaps", len(all))
	}
	if got := SharedContacts(coherent(), all); got != 2*(10+20+30) { // two days of a, and of b in x
		t.Errorf("they share %g contacts", got)
	}
}

// Under every rule codes add up to queues and to the total, what the overrides say they did is what changed, and where
// all compound the order in which they were made does not matter.
func TestSumsHoldUnderEveryRule(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		base := coherent()
		rules := append(wrapcast.OverlapRules(), wrapcast.OverlapCompound)
		onlyCompound := rapid.Bool().Draw(t, "only compound")
		var overrides []wrapcast.Override
		for i := range rapid.IntRange(2, 7).Draw(t, "overrides") {
			o := override(rapid.SampledFrom([]wrapcast.OverrideKind{wrapcast.OverridePercent, wrapcast.OverrideSet,
				wrapcast.OverrideAdd}).Draw(t, "kind"), rapid.Float64Range(-100, 300).Draw(t, "value"))
			if o.Kind == wrapcast.OverrideSet {
				o.Value = math.Abs(o.Value)
			}
			o.ID = wrapcast.OverrideID(fmt.Sprint(i))
			o.Codes = rapid.SliceOfDistinct(rapid.SampledFrom([]wrapcast.CodeID{"a", "b"}), rapid.ID).Draw(t, "codes")
			o.Queues = rapid.SliceOfDistinct(rapid.SampledFrom([]wrapcast.QueueID{"x", "y"}), rapid.ID).Draw(t, "queues")
			o.From = base.From + wrapcast.Date(rapid.IntRange(-2, 8).Draw(t, "from"))
			o.To = o.From + wrapcast.Date(rapid.IntRange(0, 5).Draw(t, "length"))
			if o.Overlap = rapid.SampledFrom(rules).Draw(t, "rule"); onlyCompound {
				o.Overlap = wrapcast.OverlapCompound
			}
			overrides = append(overrides, o)
		}
		f, effects, findings := ApplyOverrides(base, overrides, overrideNow)
		sumsHold(t, f)
		if blocked(findings) {
			t.Fatalf("rules are chosen for all, and %v", findings)
		}
		if diff := cmp.Diff(coherent(), base); diff != "" {
			t.Fatal(diff)
		}
		change := 0.0
		for _, e := range effects {
			change += e.After - e.Before
		}
		if got := sumOf(f.Total.Mean) - sumOf(base.Total.Mean); math.Abs(got-change) > 1e-6 {
			t.Fatalf("the total moved by %g, the overrides say %g", got, change)
		}
		if !onlyCompound {
			return
		}
		other, _, _ := ApplyOverrides(base, rapid.Permutation(overrides).Draw(t, "order"), overrideNow)
		for i, l := range f.Leaves {
			for day, v := range l.Mean {
				if math.Abs(v-other.Leaves[i].Mean[day]) > 1e-9*(1+v) {
					t.Fatalf("leaf %d, day %d: %g, and %g in another order", i, day, v, other.Leaves[i].Mean[day])
				}
			}
		}
	})
}
