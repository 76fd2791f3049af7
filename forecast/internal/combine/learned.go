package combine

import (
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
	"hash/maphash"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/ridge"
)

// Extent is what must be known of a group before any of its series is learned from.
type Extent struct {
	Series int
	// Median and Longest are lengths of Input.Y.
	Median, Longest int
	// Last is Input.Last of the first series.
	Last int
}

// ExtentOf is that of all series of a group.
func ExtentOf(inputs []Input) Extent {
	lengths := make([]int, len(inputs))
	for i, in := range inputs {
		lengths[i] = len(in.Y)
	}
	return Extent{Series: len(inputs), Median: MedianLength(lengths), Longest: slices.Max(lengths), Last: inputs[0].Last}
}

// MedianLength is the upper median; it sorts the lengths.
func MedianLength(lengths []int) int {
	slices.Sort(lengths)
	return lengths[len(lengths)/2]
}

// Stride is between the series of an even sample of a group of so many.
func Stride(series int) int { return (series + SampleSize - 1) / SampleSize }

// Learned is what an even sample of a group has taught, for any of its series. It is safe for concurrent use.
type Learned struct {
	of    Extent
	group *group
}

// Learn learns from the sample of a group, and returns the forecasts of the sample with it. Its only error is ctx's.
func Learn(ctx context.Context, cfg Config, of Extent, sample []Input) (*Learned, []Output, error) {
	g := newGroup(cfg, of)
	first := duplicates(sample)
	runs, teach := make([]*seriesRun, len(sample)), make([]*seriesRun, len(sample))
	var once []int
	for i, in := range sample {
		if first[i] == i {
			runs[i], once = g.newRun(in), append(once, i)
			teach[i] = runs[i]
			continue
		}
		runs[i] = runs[first[i]]
		teach[i] = new(*runs[i]) // of its own: several are taught from at once
	}
	if err := g.learn(ctx, teach); err != nil {
		return nil, nil, err
	}
	if err := inParallel(ctx, len(once), cfg.Workers, func(i int) { g.predict(runs[once[i]]) }); err != nil {
		return nil, nil, err
	}
	g.judge(runs)
	out := make([]Output, len(sample))
	err := inParallel(ctx, len(once), cfg.Workers, func(i int) { out[once[i]] = g.finish(runs[once[i]]) })
	for i := range out {
		out[i] = out[first[i]]
	}
	return &Learned{of: of, group: g}, out, err
}

// Forecast forecasts one series of the group. Outputs of the sample are the same as those of Learn.
func (l *Learned) Forecast(in Input) Output {
	w := l.group.newRun(in)
	l.group.predict(w)
	return l.group.finish(w)
}

// Run forecasts a group. Every output is in the place of its input. The only error is ctx's.
func Run(ctx context.Context, cfg Config, inputs []Input) ([]Output, error) {
	out, stride := make([]Output, len(inputs)), Stride(len(inputs))
	var sample []Input
	for i := 0; i < len(inputs); i += stride {
		sample = append(sample, inputs[i])
	}
	l, of, err := Learn(ctx, cfg, ExtentOf(inputs), sample)
	if err != nil {
		return nil, err
	}
	err = inParallel(ctx, len(inputs), cfg.Workers, func(i int) {
		if i%stride == 0 {
			out[i] = of[i/stride]
			return
		}
		out[i] = l.Forecast(inputs[i])
	})
	return out, err
}

// duplicates tells of each input which is the first that is the same: a queue and its planning group often are.
func duplicates(inputs []Input) []int {
	first, seed := make([]int, len(inputs)), maphash.MakeSeed()
	seen := map[uint64]int{}
	for i, in := range inputs {
		var h maphash.Hash
		h.SetSeed(seed)
		for _, v := range in.Y {
			maphash.WriteComparable(&h, math.Float64bits(v))
		}
		first[i] = i
		if j, known := seen[h.Sum64()]; !known {
			seen[h.Sum64()] = i
		} else if in.same(inputs[j]) {
			first[i] = j
		}
	}
	return first
}

func (in Input) same(o Input) bool {
	alike := func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }
	return slices.EqualFunc(in.Y, o.Y, alike) && slices.Equal(in.Outages, o.Outages) && in.Rescaled == o.Rescaled &&
		in.Last == o.Last && alike(in.Floor, o.Floor)
}

// frozen is Learned as it is written: what newGroup cannot make again.
type frozen struct {
	Config Config
	Extent Extent

	Regress  [][]*ridge.Pool
	Level    [][][2][]*ridge.Pool
	Calendar [][]float64

	Relative    [][]float64
	DismissLate bool

	Ratio, Phi float64
	Lead, Grid []float64
}

// MarshalBinary implements encoding.BinaryMarshaler: every number keeps its bits.
func (l *Learned) MarshalBinary() ([]byte, error) {
	g := l.group
	f := frozen{Config: g.cfg, Extent: l.of, Regress: g.pools.regress, Level: g.pools.level, Calendar: g.pools.calendar,
		Relative: g.ranks.relative, DismissLate: g.ranks.dismissLate, Ratio: g.spread.ratio, Phi: g.spread.phi,
		Lead: g.spread.lead, Grid: g.spread.grid}
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(f)
	return b.Bytes(), err
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler.
func (l *Learned) UnmarshalBinary(data []byte) error {
	var f frozen
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&f); err != nil {
		return err
	}
	g := newGroup(f.Config, f.Extent)
	if len(f.Regress) != len(g.regressions) || len(f.Level) != len(g.shapes) || len(f.Relative) != g.setup.cuts() {
		return fmt.Errorf("what was learned is of another line-up of members")
	}
	g.pools.regress, g.pools.level, g.pools.calendar = f.Regress, f.Level, f.Calendar
	g.ranks.relative, g.ranks.dismissLate = f.Relative, f.DismissLate
	g.spread.ratio, g.spread.phi, g.spread.lead, g.spread.grid = f.Ratio, f.Phi, f.Lead, f.Grid
	l.of, l.group = f.Extent, g
	return nil
}
