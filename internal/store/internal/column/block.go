package column

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

const (
	// blockVersion is the first byte of a packed block.
	blockVersion = 3
	// mostHalvings is how often the longest block can be halved: to a day.
	mostHalvings = 5
	// BlockDays is how many days the longest block has.
	BlockDays = 1 << mostHalvings
	// mostFigures is how many figures a cell has.
	mostFigures = len(Cell{})
)

// CellAt is a cell that is not empty, and where it stands: so many quarter-hours after the first of the days it is
// packed with.
type CellAt struct {
	At int32
	Cell
}

// Block are the cells of some days, counted from the first of the days that were cut.
type Block struct {
	// First is the first of its days, and Days how many these are: a power of two.
	First, Days int
	Cells       []CellAt
}

// Cut cuts the cells of BlockDays days, which are in their order, into blocks of no more than most cells: halves, the
// halves of these where they still have more, down to a day, which is not cut. What has no cell has no block. The same
// cells are cut in the same way, however they came.
func Cut(cells []CellAt, most int) []Block { return cut(nil, Block{0, BlockDays, cells}, most) }

func cut(all []Block, b Block, most int) []Block {
	if len(b.Cells) == 0 {
		return all
	}
	if len(b.Cells) <= most || b.Days == 1 {
		return append(all, b)
	}
	half, n := b.Days/2, 0
	for n < len(b.Cells) && int(b.Cells[n].At) < (b.First+half)*QuarterHoursPerDay {
		n++
	}
	all = cut(all, Block{b.First, half, b.Cells[:n]}, most)
	return cut(all, Block{b.First + half, half, b.Cells[n:]}, most)
}

// shape is what the numbers of a block are written by.
type shape struct {
	days, width, n int
	// begin is the quarter-hour of the day that days are counted from here, and open how many of a day, from there on,
	// can be other than empty: what is empty on every day, as nights are, takes no room.
	begin, open int
	// byLast says that first figures are written as by how much they differ from the one before.
	byLast bool
	// mean is what one of the first figure has of each of the others: handle time per contact.
	mean [mostFigures]int64
	// gap and low are how many bits of a number are written as they are: of gaps, and of each figure.
	gap int
	low [mostFigures]int
}

// Pack writes a block with the first width figures of its cells: the version; its shape; and of each cell, in bits, how
// many empty ones lie before it, and its figures. docs/FORMATS.md has the bytes.
func (b Block) Pack(width int) []byte {
	s := shapeOf(b, width)
	w := bitWriter{b: s.append(make([]byte, 0, 24+2*width*len(b.Cells)))}
	before, last := -1, int64(1)
	for i := range b.Cells {
		c := &b.Cells[i]
		at := s.place(int(c.At) - b.First*QuarterHoursPerDay)
		w.number(uint64(at-before-1), s.gap)
		w.number(s.first(c.Cell[0], last), s.low[0])
		for f := 1; f < width; f++ {
			w.number(zigzag(c.Cell[f]-s.mean[f]*c.Cell[0]), min(s.low[f]+spread(c.Cell[0]), mostLow))
		}
		before, last = at, c.Cell[0]
	}
	return w.end()
}

// place is where a cell stands among those that can be other than empty.
func (s *shape) place(cell int) int {
	cell += QuarterHoursPerDay - s.begin
	return cell/QuarterHoursPerDay*s.open + cell%QuarterHoursPerDay
}

// cell is the inverse of place.
func (s *shape) cell(place int) int {
	return place/s.open*QuarterHoursPerDay + place%s.open - QuarterHoursPerDay + s.begin
}

// first is what is written of a first figure.
func (s *shape) first(n, last int64) uint64 {
	if s.byLast {
		return zigzag(n - last)
	}
	return uint64(n)
}

// spread is how many bits more a sum over n contacts takes: its deviation from n times the mean grows with n's root.
func spread(n int64) int { return bits.Len64(uint64(n)) / 2 }

// sampled is how many cells of a block a shape is made of at most, about.
const sampled = 64

func shapeOf(b Block, width int) *shape {
	s := &shape{days: b.Days, width: width, n: len(b.Cells)}
	s.findOpen(b.Cells)
	var sum [mostFigures]int64
	for i := range b.Cells {
		for f := range width {
			sum[f] += b.Cells[i].Cell[f]
		}
	}
	for f := 1; f < width && sum[0] > 0; f++ {
		s.mean[f] = sum[f] / sum[0]
	}
	s.findLow(b)
	return s
}

// findOpen finds the longest time of the day that is empty on every day.
func (s *shape) findOpen(cells []CellAt) {
	var used [QuarterHoursPerDay]bool
	for i := range cells {
		used[cells[i].At%QuarterHoursPerDay] = true
	}
	run, longest, end := 0, 0, 0
	for i := range 2 * QuarterHoursPerDay {
		if used[i%QuarterHoursPerDay] {
			run = 0
			continue
		}
		if run++; run > longest {
			longest, end = run, i+1
		}
	}
	s.begin, s.open = end%QuarterHoursPerDay, QuarterHoursPerDay-longest
}

// findLow finds how many bits of each number are best written as they are, by some of the cells.
func (s *shape) findLow(b Block) {
	var gaps, firsts, steps numbers
	var others [mostFigures]numbers
	for i := 0; i < len(b.Cells); i += len(b.Cells)/sampled + 1 {
		c, before, last := &b.Cells[i], -1, int64(1)
		if i > 0 {
			before = s.place(int(b.Cells[i-1].At) - b.First*QuarterHoursPerDay)
			last = b.Cells[i-1].Cell[0]
		}
		gaps.add(uint64(s.place(int(c.At)-b.First*QuarterHoursPerDay)-before-1), 0)
		firsts.add(uint64(c.Cell[0]), 0)
		steps.add(zigzag(c.Cell[0]-last), 0)
		for f := 1; f < s.width; f++ {
			others[f].add(zigzag(c.Cell[f]-s.mean[f]*c.Cell[0]), spread(c.Cell[0]))
		}
	}
	s.gap, _ = gaps.low()
	low, cost := firsts.low()
	byLast, less := steps.low()
	s.low[0] = low
	if less < cost {
		s.byLast, s.low[0] = true, byLast
	}
	for f := 1; f < s.width; f++ {
		s.low[f], _ = others[f].low()
	}
}

// numbers are some of those that are written alike, each with the bits it takes more than others.
type numbers struct {
	v    [sampled]uint64
	more [sampled]int
	n    int
}

func (a *numbers) add(v uint64, more int) {
	if a.n < sampled {
		a.v[a.n], a.more[a.n] = v, more
		a.n++
	}
}

// low is how many bits of them are best written as they are, and how many bits they take then.
func (a *numbers) low() (best, cost int) {
	sum := uint64(0)
	for i := range a.n {
		sum += a.v[i] >> a.more[i]
	}
	about := bits.Len64(sum / uint64(a.n))
	for low := max(about-2, 0); low <= min(about+1, mostLow); low++ {
		bits := 0
		for i := range a.n {
			bits += bitsOf(a.v[i], min(low+a.more[i], mostLow))
		}
		if cost == 0 || bits < cost {
			best, cost = low, bits
		}
	}
	return best, cost
}

func (s *shape) append(b []byte) []byte {
	first := byte(bits.Len(uint(s.days))-1) << 1
	if s.byLast {
		first |= 1
	}
	b = append(b, blockVersion, first, byte(s.begin), byte(s.open), byte(s.gap))
	for f := range s.width {
		b = append(b, byte(s.low[f]))
		if f > 0 {
			b = binary.AppendUvarint(b, uint64(s.mean[f]))
		}
	}
	return binary.AppendUvarint(b, uint64(s.n))
}

var errBlock = errors.New("a packed block has a figure that cannot be")

// shapeIn reads the shape of a block, and returns what follows it.
func shapeIn(b []byte, width int) (s shape, rest []byte, err error) {
	if len(b) < 6 || b[0] != blockVersion {
		return s, nil, fmt.Errorf("a packed block does not begin with version %d", blockVersion)
	}
	halvings := int(b[1] >> 1)
	s = shape{days: 1 << min(halvings, mostHalvings), width: width, begin: int(b[2]), open: int(b[3]), byLast: b[1]&1 == 1,
		gap: int(b[4])}
	ok := halvings <= mostHalvings && s.begin < QuarterHoursPerDay && s.open > 0 && s.open <= QuarterHoursPerDay &&
		s.gap <= mostLow
	b = b[5:]
	for f := range width {
		if len(b) == 0 {
			return s, nil, errBlock
		}
		s.low[f], b = int(b[0]), b[1:]
		ok = ok && s.low[f] <= mostLow
		if f > 0 {
			var mean uint64
			if mean, b, err = uvarint(b); err != nil {
				return s, nil, err
			}
			s.mean[f] = int64(mean)
			ok = ok && mean <= maxSum
		}
	}
	n, rest, err := uvarint(b)
	if err == nil && (!ok || n == 0 || n > uint64(s.days*QuarterHoursPerDay)) {
		err = errBlock
	}
	s.n = int(n)
	return s, rest, err
}

// CountIn is how many cells a packed block has, by its first bytes.
func CountIn(b []byte, width int) (int, error) {
	s, _, err := shapeIn(b, width)
	return s.n, err
}

// DaysIn is how many days a packed block has, by its first bytes.
func DaysIn(b []byte, width int) (int, error) {
	s, _, err := shapeIn(b, width)
	return s.days, err
}

// AppendBlock appends the cells of a packed block to others; first is where the first of its days stands, counted in
// days, which is what cells are placed by.
func AppendBlock(all []CellAt, b []byte, width, first int) ([]CellAt, error) {
	return appendBlock(all, b, width, first, MaxCount)
}

// AppendSums is AppendBlock of a block of sums.
func AppendSums(all []CellAt, b []byte, first int) ([]CellAt, error) {
	return appendBlock(all, b, SumWidth, first, maxSum)
}

func appendBlock(all []CellAt, b []byte, width, first int, limit int64) ([]CellAt, error) {
	s, b, err := shapeIn(b, width)
	if err != nil {
		return all, err
	}
	r := bitReader{b: b}
	place, last, cells := -1, int64(1), s.days*QuarterHoursPerDay
	for range s.n {
		gap := r.number(s.gap)
		if gap > uint64(2*cells) {
			return all, errBlock
		}
		place += int(gap) + 1
		c := CellAt{At: int32(s.cell(place))}
		if c.At < 0 || int(c.At) >= cells || !s.read(&r, &c.Cell, last, limit) {
			return all, errBlock
		}
		last = c.Cell[0]
		c.At += int32(first * QuarterHoursPerDay)
		all = append(all, c)
	}
	return all, r.done()
}

// read reads the figures of a cell, and reports whether they can be.
func (s *shape) read(r *bitReader, c *Cell, last, limit int64) bool {
	if v := r.number(s.low[0]); s.byLast {
		c[0] = last + unzigzag(v)
	} else {
		c[0] = int64(v)
	}
	if c[0] < 0 || c[0] > limit || r.n < 0 {
		return false
	}
	more := spread(c[0])
	for f := 1; f < s.width; f++ {
		c[f] = s.mean[f]*c[0] + unzigzag(r.number(min(s.low[f]+more, mostLow)))
		if c[f] < 0 || c[f] > limit {
			return false
		}
	}
	return *c != Cell{}
}
