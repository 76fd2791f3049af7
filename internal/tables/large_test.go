package tables_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/tables"
)

// longFile draws a long CSV of so many series, each with its rows together: dense, rare, closed at weekends, short.
func longFile(t *rapid.T, series int) string {
	layout := rapid.SampledFrom([]string{"%s", "%sT00:00:00", "%sT00:00:00-05:00"}).Draw(t, "layout")
	first := wrapcast.NewDate(2026, 1, 1)
	var b strings.Builder
	b.WriteString("series_id,timestamp,value\n")
	for s := range series {
		kind := rapid.SampledFrom([]string{"dense", "rare", "weekdays", "short"}).Draw(t, "kind")
		days := rapid.IntRange(30, 90).Draw(t, "days")
		for i := range days {
			day := first + wrapcast.Date(i)
			rare := kind == "rare" && (i*7+s)%11 > 1
			weekend := kind == "weekdays" && i%7 > 4
			if rare || weekend || kind == "short" && i < days-5 {
				continue
			}
			fmt.Fprintf(&b, "s%02d,"+layout+",%d\n", s, day, 1+(i*s)%5)
		}
		fmt.Fprintf(&b, "s%02d,"+layout+",1\n", s, first+wrapcast.Date(days))
	}
	return b.String()
}

// In blocks of any size a file holds the series, the gaps and the ends that it has as a whole, and tells the same.
func TestBlocksAreTheWholeFile(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := longFile(t, rapid.IntRange(4, 9).Draw(t, "series"))
		o := tables.Options{Fill: rapid.SampledFrom([]tables.Filling{"", tables.FillZero, tables.FillNone}).Draw(t, "fill")}
		whole, err := tables.Read(strings.NewReader(text), o)
		if err != nil {
			t.Skip(err.Error()) // what is refused as a whole has a test of its own
		}
		large, err := tables.ReadLarge(strings.NewReader(text), o, rapid.IntRange(1, 3).Draw(t, "size"))
		if err != nil || large == nil {
			t.Fatalf("it is not read in blocks: %v", err)
		}
		var all []tables.Series
		for block, err := range large.Blocks() {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, block.Series...)
		}
		if len(all) != len(whole.Series) || large.Series != len(all) || large.Frequency != whole.Frequency {
			t.Fatalf("%d series of %d by %s, want %d by %s", len(all), large.Series, large.Frequency, len(whole.Series), whole.Frequency)
		}
		for i, want := range whole.Series {
			wantSameSeries(t, all[i], want)
		}
		if got := large.Notes(); !slices.Equal(got, whole.Notes) {
			t.Errorf("it tells %q, want %q", got, whole.Notes)
		}
	})
}

func wantSameSeries(t *rapid.T, got, want tables.Series) {
	same := func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
	if got.ID != want.ID || !slices.EqualFunc(got.Values, want.Values, same) || got.Timestamp(0) != want.Timestamp(0) {
		t.Errorf("%s from %s is %v\nwant %s from %s: %v", got.ID, got.Timestamp(0), got.Values, want.ID, want.Timestamp(0), want.Values)
	}
	if a, b := got.Next(3), want.Next(3); !slices.Equal(a, b) {
		t.Errorf("%s goes on with %v, want %v", got.ID, a, b)
	}
	for i := range len(want.Values) + 7 {
		if got.Closed(i) != want.Closed(i) {
			t.Errorf("%s is closed at step %d: %v", got.ID, i, got.Closed(i))
		}
	}
}

// What cannot be read in blocks, or is told with its line, is left to Read, from the file's first byte on.
func TestOnlyLongFilesWithSeriesTogetherAreReadInBlocks(t *testing.T) {
	t.Parallel()
	days := func(id string) (rows string) {
		for i := range 20 {
			rows += fmt.Sprintf("%s,%s,5\n", id, wrapcast.NewDate(2026, 1, 1)+wrapcast.Date(i))
		}
		return rows
	}
	const head = "series_id,timestamp,value\n"
	for name, text := range map[string]string{
		"few":          head + days("a") + days("b"),
		"not together": head + days("a") + days("b") + days("c") + "a,2026-02-01,5\n",
		"wide":         "date,a,b,c\n2026-01-01,1,2,3\n2026-01-02,1,2,3\n",
		"steps":        head + "a,1,1\na,2,1\nb,1,1\nb,2,1\nc,1,1\nc,2,1\n",
		"months":       head + "a,2026-01-01,1\na,2026-02-01,1\nb,2026-01-01,1\nb,2026-02-01,1\nc,2026-01-01,1\nc,2026-02-01,1\n",
		"not a number": head + days("a") + days("b") + days("c") + "d,2026-01-01,x\n",
		"no such day":  head + days("a") + days("b") + days("c") + "d,2026-02-30,1\n",
		"empty":        "",
		"no rows":      head,
	} {
		in := strings.NewReader(text)
		large, err := tables.ReadLarge(in, tables.Options{}, 2)
		if large != nil || err != nil || in.Len() != len(text) {
			t.Errorf("%s: read in blocks: %v, %v; %d of %d bytes are left", name, large != nil, err, in.Len(), len(text))
		}
	}
	if large, err := tables.ReadLarge(strings.NewReader(head+days("a")+days("b")+days("c")), tables.Options{}, 2); large == nil || err != nil {
		t.Errorf("three series are not read in blocks of two: %v", err)
	}
}

// What is wrong only on the grid, a row that comes twice, is told from the block where it stands.
func TestAWrongBlockIsTold(t *testing.T) {
	t.Parallel()
	text := "series_id,timestamp,value\n"
	for _, id := range []string{"a", "b", "c"} {
		for i := range 20 {
			text += fmt.Sprintf("%s,%s,5\n", id, wrapcast.NewDate(2026, 1, 1)+wrapcast.Date(i))
		}
	}
	text += "c,2026-01-20,6\n"
	large, err := tables.ReadLarge(strings.NewReader(text), tables.Options{}, 1)
	if err != nil || large == nil {
		t.Fatal("it is not read in blocks", err)
	}
	blocks := 0
	for _, err = range large.Blocks() {
		blocks++
	}
	if blocks != 3 || err == nil || !strings.Contains(err.Error(), `line 62: series "c" has 2026-01-20 twice`) {
		t.Errorf("after %d blocks: %v", blocks, err)
	}
}
