package adjust

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
)

func localDay(day, code string, handled int) wrapcast.LocalDay {
	return wrapcast.LocalDay{
		Leaf:        wrapcast.Leaf{Queue: "q", Code: wrapcast.CodeID(code), Media: wrapcast.Voice},
		Day:         date(day),
		Handled:     handled,
		HandleMs:    int64(handled) * 60001,
		AfterCallMs: int64(handled) * 7,
	}
}

func lineage(kind wrapcast.LineageKind, on, from string, to ...string) wrapcast.LineageChange {
	c := wrapcast.LineageChange{Kind: kind, On: date(on)}
	for code := range strings.SplitSeq(from, " ") {
		c.From = append(c.From, wrapcast.CodeID(code))
	}
	for _, text := range to {
		var s wrapcast.LineageShare
		code, share, _ := strings.Cut(text, "=")
		s.Code = wrapcast.CodeID(code)
		s.Share, _ = strconv.ParseFloat(share, 64)
		c.To = append(c.To, s)
	}
	return c
}

func spellDays(days []wrapcast.LocalDay) string {
	var parts []string
	for _, d := range days {
		parts = append(parts, fmt.Sprintf("%s %s %d", d.Day.String()[5:], d.Leaf.Code, d.Handled))
	}
	return strings.Join(parts, ", ")
}

func TestLineage(t *testing.T) {
	t.Parallel()
	history := []wrapcast.LocalDay{
		localDay("2026-01-01", "a", 10), localDay("2026-01-01", "b", 5), localDay("2026-01-02", "a", 7),
		localDay("2026-02-01", "c", 9), localDay("2026-02-01", "d", 3), localDay("2026-02-02", "a", 1),
	}
	for _, c := range []struct {
		name    string
		changes []wrapcast.LineageChange
		want    string
		finding string
	}{
		{"nothing", nil, "01-01 a 10, 01-01 b 5, 01-02 a 7, 02-01 c 9, 02-01 d 3, 02-02 a 1", ""},
		{"a rename", []wrapcast.LineageChange{lineage(wrapcast.LineageRename, "2026-02-03", "a", "e")},
			"01-01 b 5, 01-01 e 10, 01-02 e 7, 02-01 c 9, 02-01 d 3, 02-02 e 1", ""},
		{"a rename that agents have not noticed",
			[]wrapcast.LineageChange{lineage(wrapcast.LineageRename, "2026-02-01", "a", "c")},
			"01-01 b 5, 01-01 c 10, 01-02 c 7, 02-01 c 9, 02-01 d 3, 02-02 a 1", "still-used"},
		{"a merge", []wrapcast.LineageChange{lineage(wrapcast.LineageMerge, "2026-02-03", "a b", "c")},
			"01-01 c 15, 01-02 c 7, 02-01 c 9, 02-01 d 3, 02-02 c 1", ""},
		{"a split by shares", []wrapcast.LineageChange{lineage(wrapcast.LineageSplit, "2026-01-31", "a", "c=0.7", "d=0.3")},
			"01-01 b 5, 01-01 c 7, 01-01 d 3, 01-02 c 5, 01-02 d 2, 02-01 c 9, 02-01 d 3, 02-02 a 1", "still-used"},
		{"a split whose shares are learned from what came after",
			[]wrapcast.LineageChange{lineage(wrapcast.LineageSplit, "2026-01-31", "b", "c", "d")},
			"01-01 a 10, 01-01 c 4, 01-01 d 1, 01-02 a 7, 02-01 c 9, 02-01 d 3, 02-02 a 1", ""},
		{"a split that keeps its code for a part",
			[]wrapcast.LineageChange{lineage(wrapcast.LineageSplit, "2026-01-31", "a", "a=0.5", "d=0.5")},
			"01-01 a 5, 01-01 b 5, 01-01 d 5, 01-02 a 4, 01-02 d 3, 02-01 c 9, 02-01 d 3, 02-02 a 1", ""},
		{"two renames, told in the wrong order",
			[]wrapcast.LineageChange{lineage(wrapcast.LineageRename, "2026-02-03", "c", "e"),
				lineage(wrapcast.LineageRename, "2026-01-31", "b", "c")},
			"01-01 a 10, 01-01 e 5, 01-02 a 7, 02-01 d 3, 02-01 e 9, 02-02 a 1", ""},
		{"a retirement", []wrapcast.LineageChange{lineage(wrapcast.LineageRetire, "2026-01-31", "b")},
			"01-01 a 10, 01-01 b 5, 01-02 a 7, 02-01 c 9, 02-01 d 3, 02-02 a 1", ""},
	} {
		days, findings, err := ApplyLineage(history, c.changes, nil)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if got := spellDays(days); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
		if got := strings.Join(codesOf(findings), " "); got != c.finding {
			t.Errorf("%s: findings %q, want %q", c.name, got, c.finding)
		}
	}
}

func TestSharesAreLearnedFromTheEightWeeksAfterASplit(t *testing.T) {
	t.Parallel()
	history := []wrapcast.LocalDay{
		localDay("2026-01-01", "b", 8),
		localDay("2026-02-01", "c", 9),
		localDay("2026-02-01", "d", 3),
		localDay("2026-06-01", "d", 1000),
	} // half a year later things are different
	days, _, err := ApplyLineage(
		history,
		[]wrapcast.LineageChange{lineage(wrapcast.LineageSplit, "2026-01-31", "b", "c", "d")}, nil,
	)
	if got, want := spellDays(days[:2]), "01-01 c 6, 01-01 d 2"; err != nil || got != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
}

func TestWhatCannotHaveBecomeOfCodes(t *testing.T) {
	t.Parallel()
	for name, changes := range map[string][]wrapcast.LineageChange{
		"a rename of two":             {lineage(wrapcast.LineageRename, "2026-01-01", "a b", "c")},
		"a merge of one":              {lineage(wrapcast.LineageMerge, "2026-01-01", "a", "c")},
		"a split into one":            {lineage(wrapcast.LineageSplit, "2026-01-01", "a", "c=1")},
		"a retirement into something": {lineage(wrapcast.LineageRetire, "2026-01-01", "a", "c")},
		"a change of no kind":         {lineage("vanish", "2026-01-01", "a", "c")},
		"shares of more than all":     {lineage(wrapcast.LineageSplit, "2026-01-01", "a", "c=0.7", "d=0.7")},
		"a negative share":            {lineage(wrapcast.LineageSplit, "2026-01-01", "a", "c=1", "d=-0.1")},
		"a share that is no number":   {lineage(wrapcast.LineageSplit, "2026-01-01", "a", "c=NaN", "d=1")},
		"the same code twice":         {lineage(wrapcast.LineageSplit, "2026-01-01", "a", "c=0.5", "c=0.5")},
		"two fates on one day": {lineage(wrapcast.LineageRename, "2026-01-01", "a", "c"),
			lineage(wrapcast.LineageRetire, "2026-01-01", "a")},
	} {
		if _, _, err := ApplyLineage(nil, changes, nil); wrapcast.KindOf(err) != wrapcast.Usage {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLineageLosesNoContactAndNoSecond(t *testing.T) {
	t.Parallel()
	codes := []string{"a", "b", "c", "d", "e"}
	rapid.Check(t, func(t *rapid.T) {
		var history []wrapcast.LocalDay
		for day := range wrapcast.Date(20) {
			for _, code := range codes {
				if n := rapid.IntRange(0, 9).Draw(t, "handled"); n > 0 {
					d := localDay("2026-01-01", code, n)
					d.Day += day
					history = append(history, d)
				}
			}
		}
		var changes []wrapcast.LineageChange
		for i := range rapid.IntRange(0, 4).Draw(t, "changes") {
			p := rapid.Permutation(codes).Draw(t, "codes")
			on := date("2026-01-02").String()
			c := rapid.SampledFrom([]wrapcast.LineageChange{
				lineage(
					wrapcast.LineageRename,
					on,
					p[0],
					p[1],
				), lineage(wrapcast.LineageMerge, on, p[0]+" "+p[1], p[2]), lineage(wrapcast.LineageRetire, on, p[0]),
				lineage(
					wrapcast.LineageSplit,
					on,
					p[0],
					p[1]+"=0.35",
					p[2]+"=0.65",
				), lineage(wrapcast.LineageSplit, on, p[0], p[1], p[2], p[3])}).Draw(t, "change")
			c.On += wrapcast.Date(4 * i)
			changes = append(changes, c)
		}
		after, _, err := ApplyLineage(history, changes, nil)
		if err != nil {
			t.Fatal(err)
		}
		sums := func(days []wrapcast.LocalDay) map[wrapcast.Date][3]int64 {
			out := map[wrapcast.Date][3]int64{}
			for _, d := range days {
				s := out[d.Day]
				out[d.Day] = [3]int64{s[0] + int64(d.Handled), s[1] + d.HandleMs, s[2] + d.AfterCallMs}
			}
			return out
		}
		if diff := cmp.Diff(sums(history), sums(after)); diff != "" {
			t.Fatal(diff)
		}
		type cell struct {
			leaf wrapcast.Leaf
			day  wrapcast.Date
		}
		seen := map[cell]bool{}
		for _, d := range after {
			if d.Handled < 1 || d.HandleMs < 0 || seen[cell{d.Leaf, d.Day}] {
				t.Fatalf("%+v comes twice or is empty", d)
			}
			seen[cell{d.Leaf, d.Day}] = true
		}
	})
}

func TestRetiredCodesHaveNoForecastFromTheirDayOn(t *testing.T) {
	t.Parallel()
	f := Retired(coherent(), []wrapcast.LineageChange{lineage(wrapcast.LineageRetire, "2026-11-28", "a")})
	sumsHold(t, f)
	if f.Codes[0].Mean[4] != 30 || f.Codes[0].Mean[5] != 0 || f.Codes[0].Bands[0].Upper[9] != 0 || f.Total.Mean[5] != 70 {
		t.Errorf("code a %v, total %v", f.Codes[0].Mean, f.Total.Mean)
	}
	back := []wrapcast.LineageChange{
		lineage(wrapcast.LineageRetire, "2026-03-01", "a"),
		lineage(wrapcast.LineageRename, "2026-05-01", "old", "a"),
	}
	if f := Retired(coherent(), back); !slices.Equal(f.Codes[0].Mean, coherent().Codes[0].Mean) {
		t.Error("a code that came back is still retired")
	}
}
