package combine

import (
	"math"
	"math/rand/v2"
	"testing"
)

// panelOf makes up weekday and hourly shapes with noise, whole numbers.
func panelOf(n, length, short, long int, level float64) []Input {
	rng := rand.New(rand.NewPCG(7, uint64(short)))
	in := make([]Input, n)
	for i := range in {
		y := make([]float64, length)
		for t := range y {
			season := 1 + 0.5*math.Sin(2*math.Pi*float64(t)/float64(short)) + 0.3*math.Sin(2*math.Pi*float64(t)/float64(long))
			y[t] = math.Round(max(0, level*season*(1+0.2*rng.NormFloat64())))
		}
		in[i] = Input{Y: y, Last: 20_000}
	}
	return in
}

// TestNoMemberAllocatesOnceItsBuffersAreThere goes through the inner loop: every cut of a series, every member at each.
func TestNoMemberAllocatesOnceItsBuffersAreThere(t *testing.T) {
	for name, c := range map[string]struct {
		cfg    Config
		length int
		level  float64
	}{
		"days with a year":      {Config{Horizon: 28, Short: 7, Long: 1, Daily: true, Yearly: true}, 1100, 90},
		"sparse days":           {Config{Horizon: 28, Short: 7, Long: 1, Daily: true}, 400, 2},
		"hours":                 {Config{Horizon: 48, Short: 24, Long: 168}, 1200, 90},
		"sparse hours":          {Config{Horizon: 48, Short: 24, Long: 168}, 1200, 1},
		"weeks":                 {Config{Horizon: 13, Short: 52, Long: 1}, 300, 900},
		"steps without seasons": {Config{Horizon: 13, Short: 1, Long: 1}, 200, 50},
	} {
		t.Run(name, func(t *testing.T) {
			c.cfg.Levels, c.cfg.Workers = []float64{0.8}, 1
			inputs := panelOf(3, c.length, c.cfg.Short, max(2, c.cfg.Long), c.level)
			g := newGroup(c.cfg, ExtentOf(inputs))
			sample := g.runs(inputs)
			if err := g.learn(t.Context(), sample); err != nil {
				t.Fatal(err)
			}
			w, ws := sample[0], newWorkspace(g.lineUp, g.pools)
			g.predict(w)
			if allocated(ws, w, w.members) == 0 {
				return
			}
			for _, m := range w.members {
				t.Errorf("%s: %v allocations over %d cuts", g.candidates[m].name, allocated(ws, w, []int{m}),
					len(w.cut))
			}
		})
	}
}

// allocated counts the allocations of members over all cuts of a series.
func allocated(ws *workspace, w *seriesRun, members []int) float64 {
	out, fewest := make([]float64, ws.view.cfg.Horizon), math.Inf(1)
	for range 3 { // the runtime allocates now and then too
		fewest = min(fewest, testing.AllocsPerRun(1, func() { allCuts(ws, w, members, out) }))
	}
	return fewest
}

// allCuts lets members forecast at all cuts of a series.
func allCuts(ws *workspace, w *seriesRun, members []int, out []float64) {
	ws.begin(w)
	for u := range w.cut {
		if !ws.enter(u) {
			continue
		}
		for _, m := range members {
			ws.members[m].predict(ws.view, out)
		}
	}
}
