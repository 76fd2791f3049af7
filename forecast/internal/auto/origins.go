package auto

import "slices"

// plan says where in the past a group forecasts: steps before the end, nearest first, and how many steps are compared.
type plan struct {
	window int
	back   []int
	least  int // history an origin needs
}

// planOf places the origins. Their windows are complete: none lies nearer to the end than the window is long.
func planOf(c Config, lengths []int) plan {
	n := medianInt(lengths)
	p := plan{window: c.Horizon}
	switch c.mode() {
	case double:
		p.least = 2*c.Long + c.Short
	case single:
		p.least = 3*c.Short + 7
	case weekly:
		p.least = 15
	}
	if p.window > (n-p.least)/2 {
		p.window = max(1, (n-p.least)/2)
	}
	round := 1
	if c.mode() != weekly {
		round = c.Short
	}
	for _, f := range factors(c.mode()) {
		k := (int(f*float64(p.window)) + round - 1) / round * round
		if k < p.window {
			k += round
		}
		if !slices.Contains(p.back, k) && n-k >= p.least {
			p.back = append(p.back, k)
		}
	}
	return p
}

func factors(m mode) []float64 {
	if m == weekly {
		return []float64{1, 2, 3, 4, 5}
	}
	return []float64{1, 1.5, 2, 2.5, 3, 4, 5, 6}
}

func medianInt(x []int) int {
	s := slices.Clone(x)
	slices.Sort(s)
	return s[len(s)/2]
}
