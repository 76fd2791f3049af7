package shrunk

import (
	"bytes"
	"encoding/gob"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// Panel is what the histories of a panel that end together have in common: the shape of their cycle and how much they
// scatter. A history of some days borrows both.
type Panel struct {
	sums          []float64 // raw means of the phases, added up
	chance        float64   // variance of one of the sums
	excess, equal float64   // how much more than counting they scatter, and how much that is of their level
}

const (
	priorPhi   = 0.1 // dispersion where nothing is known
	priorCells = 7   // values that the panel's dispersion is worth to a history, and that priorPhi is worth to a panel
	maxPhi     = 5
	// priorWeight is that of a history of priorCells values with a level at which counting and dispersion scatter
	// alike.
	priorWeight = priorCells / (4 * priorPhi * priorPhi)
)

// NewPanel is a panel without histories, with a cycle of m steps.
func NewPanel(m int) *Panel {
	return &Panel{sums: make([]float64, m), excess: priorPhi * priorWeight, equal: priorWeight}
}

// Without is the panel without the raw mean of a history that was added to it.
func (p *Panel) Without(f Mean, whole bool) *Panel {
	rest := *p
	rest.sums = slices.Clone(p.sums)
	rest.Add(f, whole, -1)
	return &rest
}

// panelState is a panel as it is written.
type panelState struct {
	Sums                  []float64
	Chance, Excess, Equal float64
}

// MarshalBinary implements encoding.BinaryMarshaler: every number keeps its bits.
func (p *Panel) MarshalBinary() ([]byte, error) {
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(panelState{p.sums, p.chance, p.excess, p.equal})
	return b.Bytes(), err
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler.
func (p *Panel) UnmarshalBinary(data []byte) error {
	var s panelState
	err := gob.NewDecoder(bytes.NewReader(data)).Decode(&s)
	*p = Panel{s.Sums, s.Chance, s.Excess, s.Equal}
	return err
}

// Add adds the raw mean of a history; whole tells that its values are counts. add of -1 takes it out again.
func (p *Panel) Add(f Mean, whole bool, add float64) {
	if stat.Count(f.Phases) == len(f.Phases) {
		for i, v := range f.Phases {
			p.sums[i] += add * v
		}
		p.chance += add * f.Variance * float64(len(f.Phases)) / f.Effective
	}
	free := min(f.Freedom(), maxFreedom)
	if free <= 0 || f.Level <= 0 {
		return
	}
	phi := min((f.Variance-counted(whole, f.Level))/(f.Level*f.Level), maxPhi)
	spread := priorPhi + counted(whole, f.Level)/(f.Level*f.Level)
	weight := free / (spread * spread) // the variance of phi falls with what it tells
	p.excess += add * weight * phi
	p.equal += add * weight
}

// maxFreedom bounds what one long history says of the others' scatter.
const maxFreedom = 28

func counted(whole bool, level float64) float64 {
	if whole {
		return level
	}
	return 0
}

// Shape is the panel's cycle, with mean 1, drawn to the flat one as far as chance explains it.
func (p *Panel) Shape() []float64 {
	out, m := flat(len(p.sums)), float64(len(p.sums))
	level := stat.Mean(p.sums)
	if !(level > 0) || m < 2 {
		return out
	}
	between := 0.0
	for _, v := range p.sums {
		between += (v - level) * (v - level) / (m - 1)
	}
	if keep := (between - p.chance) / between; keep > 0 {
		for i, v := range p.sums {
			out[i] = max(0, 1+keep*(v/level-1))
		}
	}
	return out
}

// Of is the mean of a history as the panel sees it, from its raw mean, which must not be part of the panel.
func (p *Panel) Of(f Mean, whole bool) Mean {
	f.Phases = append([]float64(nil), f.Phases...)
	shape := p.Shape()
	f.relevel(shape)
	prior := counted(whole, f.Level) + max(0, p.excess/p.equal)*f.Level*f.Level
	free := max(0, f.Freedom())
	f.Variance = (free*f.Variance + priorCells*prior) / (free + priorCells)
	unknown := float64(stat.Count(f.Phases))
	keep := f.Shrink(shape)
	f.Variance *= 1 + (1+keep*(unknown-1))/f.Effective
	return f
}

// relevel corrects the level for the phases that came more often than others, or never.
func (f *Mean) relevel(shape []float64) {
	sum, weight := 0.0, 0.0
	for i, v := range f.Phases {
		if v == v {
			sum += v
			weight += shape[i]
		}
	}
	if weight > 0 && !math.IsInf(sum/weight, 0) {
		f.Level = sum / weight
	}
}
