package column

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// anyCells draws cells of BlockDays days in their order, as many and as large as they come.
func anyCells(t *rapid.T, width int, most int64) (cells []CellAt) {
	places := rapid.SliceOfNDistinct(rapid.Int32Range(0, BlockDays*QuarterHoursPerDay-1), 0, 300, rapid.ID[int32]).Draw(t, "places")
	taken := map[int32]bool{}
	for _, p := range places {
		taken[p] = true
	}
	figure := rapid.OneOf(rapid.Int64Range(0, 3), rapid.Int64Range(0, 400_000), rapid.Int64Range(0, most))
	for at := range int32(BlockDays * QuarterHoursPerDay) {
		if !taken[at] {
			continue
		}
		c := CellAt{At: at}
		for f := range width {
			c.Cell[f] = figure.Draw(t, "figure")
		}
		if c.Cell == (Cell{}) {
			c.Cell[0] = 1
		}
		cells = append(cells, c)
	}
	return cells
}

func TestBlocksComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(2, 3).Draw(t, "width")
		cells, most := anyCells(t, width, MaxCount), rapid.IntRange(1, 200).Draw(t, "most")
		var back []CellAt
		end := 0
		for _, b := range Cut(cells, most) {
			if b.First < end || b.First%b.Days != 0 || len(b.Cells) > most && b.Days > 1 {
				t.Fatalf("a block of %d cells has %d days from %d on", len(b.Cells), b.Days, b.First)
			}
			end = b.First + b.Days
			packed := b.Pack(width)
			var err error
			if back, err = AppendBlock(back, packed, width, b.First); err != nil {
				t.Fatalf("%v: %v", b, err)
			}
			n, err := CountIn(packed[:min(len(packed), 55)], width)
			if err != nil || n != len(b.Cells) {
				t.Fatalf("%d cells are counted of %d: %v", n, len(b.Cells), err)
			}
		}
		if len(cells) != len(back) || len(cells) > 0 && !reflect.DeepEqual(cells, back) {
			t.Fatalf("%v\ncame back as\n%v", cells, back)
		}
	})
}

// FuzzBlock reads any bytes: they are refused, or cells that can be, in their order.
func FuzzBlock(f *testing.F) {
	f.Add(Block{0, 32, []CellAt{{40, Cell{2, 600_000, 40_000}}, {41, Cell{1, 240_000, 0}}, {3000, Cell{9, 1, 0}}}}.Pack(3))
	f.Add(Block{0, 1, []CellAt{{0, Cell{MaxCount, MaxCount, MaxCount}}, {95, Cell{1, 0, 0}}}}.Pack(3))
	f.Add([]byte{3, 0, 0, 96, 48, 48, 255, 255, 255, 255, 255, 255, 255, 127, 48, 1, 9, 255, 255, 255, 255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, b []byte) {
		cells, err := AppendBlock(nil, b, 3, 0)
		if err != nil {
			return
		}
		last := int32(-1)
		for _, c := range cells {
			if c.At <= last || c.At >= BlockDays*QuarterHoursPerDay || c.Cell == (Cell{}) || min(c.Cell[0], c.Cell[1], c.Cell[2]) < 0 ||
				max(c.Cell[0], c.Cell[1], c.Cell[2]) > MaxCount {
				t.Fatalf("%v after %d", c, last)
			}
			last = c.At
		}
	})
}
