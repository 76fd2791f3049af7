package combine

import (
	"slices"
	"testing"
)

// TestAMemberForecastsTheSameAloneAsAmongOthers: members share buffers, tables, decompositions and each other's
// forecasts, and a workspace goes from series to series; none of it shows.
func TestAMemberForecastsTheSameAloneAsAmongOthers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cfg    Config
		length int
		level  float64
	}{
		"days with a year": {Config{Horizon: 14, Short: 7, Long: 1, Daily: true, Yearly: true}, 800, 90},
		"sparse days":      {Config{Horizon: 14, Short: 7, Long: 1, Daily: true}, 400, 2},
		"hours":            {Config{Horizon: 24, Short: 24, Long: 168}, 800, 90},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.cfg.Levels, c.cfg.Workers = []float64{0.8}, 1
			inputs := panelOf(2, c.length, c.cfg.Short, max(2, c.cfg.Long), c.level)
			g := newGroup(c.cfg, ExtentOf(inputs))
			sample := g.runs(inputs)
			if err := g.learn(t.Context(), sample); err != nil {
				t.Fatal(err)
			}
			before, w := sample[0], sample[1]
			g.predict(before)
			g.predict(w)
			used := newWorkspace(g.lineUp, g.pools)
			ran(used, before, before.members)
			together := ran(used, w, w.members)
			for j, m := range w.members {
				if alone := ran(newWorkspace(g.lineUp, g.pools), w, []int{m}); !slices.Equal(alone[0], together[j]) {
					t.Errorf("%s: alone it forecasts otherwise", g.candidates[m].name)
				}
			}
		})
	}
}

// ran returns what members forecast at all cuts, one after the other, oldest first.
func ran(ws *workspace, w *seriesRun, members []int) [][]float64 {
	all := make([][]float64, len(members))
	ws.begin(w)
	for i := range w.cut {
		u := (2*len(w.cut) - 2 - i) % len(w.cut) // the end last
		if !ws.enter(u) {
			continue
		}
		for j, m := range members {
			out := make([]float64, ws.view.cfg.Horizon)
			if ws.members[m].predict(ws.view, out) {
				all[j] = append(all[j], out...)
			}
		}
	}
	return all
}
