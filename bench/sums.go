package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast/forecast"
)

// This measures how well intervals of sums hold: seven days of a series, all series of a day, all series of seven days.
// Beside joint paths stand what people do without them: adding up the bounds of days, and days that have nothing to
// do with each other.

// busy is how many contacts a day a series has to have to be counted: whole numbers hold what they promise only there.
const busy = 10

// sumCase is one past: a panel, what came after, and what was forecast for it.
type sumCase struct {
	task    string
	panel   []forecast.Series
	kinds   []string // per series, "" where there is one kind only
	actual  [][]float64
	horizon int
	seasons []float64
	tree    func(results []forecast.Result) (*forecast.Tree, error) // makes means agree; nil for a panel without sums
	results []forecast.Result
	leaves  *forecast.Tree
}

func runSums(args []string, out io.Writer) error {
	set := flag.NewFlagSet("sums", flag.ContinueOnError)
	dir := set.String("data", "", "directory of the tasks; without one, made-up panels")
	names := set.String("task", "nn5_daily,boston311,daily_yearly", "daily tasks, by commas")
	contacts := set.String("contacts", "", "contact log: its codes, queues and total are forecast at eight pasts")
	test := set.Bool("test", false, "score on the test part (TASK.test.csv.gz) instead of pasts inside the training part")
	pasts := set.Int("pasts", 3, "pasts of each task, a horizon apart, where it is not the test part")
	tune := set.String("tune", "", "constants to change: NAME=VALUE, by commas")
	leave := set.Bool("leaveout", false, "show how little depends on the constants")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *dir == "" && *names == set.Lookup("task").DefValue {
		*names = "days,weekdays,shifts"
	}
	cases, err := sumCases(*dir, strings.Split(*names, ","), *contacts, *pasts, *test)
	if err != nil {
		return err
	}
	if *leave {
		return leaveSums(cases, out)
	}
	return printSums(cases, constants(*tune), out)
}

// sumCases forecasts every past once.
func sumCases(dir string, names []string, contacts string, pasts int, test bool) ([]*sumCase, error) {
	var all []*sumCase
	for _, name := range names {
		if name == "" {
			continue
		}
		t, err := loadTask(dir, name)
		if err != nil {
			return nil, err
		}
		cases, err := t.sumCases(dir, pasts, test)
		if err != nil {
			return nil, err
		}
		all = append(all, cases...)
	}
	if contacts != "" {
		cases, err := contactCases(contacts)
		if err != nil {
			return nil, err
		}
		all = append(all, cases...)
	}
	for _, c := range all {
		if err := c.forecast(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// sumCases makes the pasts of a task. Series NAME@k and others of another k know different pasts: each k is a panel of
// its own.
func (t *task) sumCases(dir string, pasts int, test bool) ([]*sumCase, error) {
	byOrigin := map[string][]forecast.Series{}
	for _, s := range t.panel {
		_, origin, _ := strings.Cut(s.ID, "@")
		if t.Alone {
			origin = s.ID
		}
		byOrigin[origin] = append(byOrigin[origin], s)
	}
	var cases []*sumCase
	seen := map[string]bool{} // X@0 so many steps before its end may be X@1
	for _, origin := range slices.Sorted(maps.Keys(byOrigin)) {
		panel := byOrigin[origin]
		if test {
			came, err := readActual(dir, t.Name)
			if err != nil {
				return nil, err
			}
			c := &sumCase{task: t.Name, panel: panel, horizon: t.Horizon, seasons: t.Seasons}
			for _, s := range panel {
				c.actual = append(c.actual, came[s.ID])
			}
			cases = append(cases, c)
			continue
		}
		for back := t.Horizon; back <= pasts*t.Horizon; back += t.Horizon {
			c := pastCase(t.Name, panel, nil, back, t.Horizon, t.Seasons)
			name, _, _ := strings.Cut(panel[0].ID, "@")
			if key := name + " " + c.begin(); !seen[key] {
				seen[key] = true
				cases = append(cases, c)
			}
		}
	}
	return cases, nil
}

// pastCase is a panel as it was so many steps before its end, and what came in the horizon after that.
func pastCase(name string, panel []forecast.Series, kinds []string, back, horizon int, seasons []float64) *sumCase {
	c := &sumCase{task: name, horizon: horizon, seasons: seasons}
	for i, s := range panel {
		n := len(s.Values) - back
		if n < 1 || slices.Max(s.Values[:n]) <= 0 {
			continue
		}
		first := slices.IndexFunc(s.Values, func(v float64) bool { return v != 0 })
		c.actual = append(c.actual, s.Values[n:n+horizon])
		if first > 0 && kinds != nil {
			s.Start = s.Start.AddDate(0, 0, first)
			s.Values, n = s.Values[first:], n-first
		}
		s.Values = s.Values[:n]
		c.panel = append(c.panel, s)
		if kinds != nil {
			c.kinds = append(c.kinds, kinds[i])
		}
	}
	return c
}

// readActual reads NAME.test.csv.gz: what came, per series.
func readActual(dir, name string) (map[string][]float64, error) {
	rows, err := readGzip(filepath.Join(dir, name+".test.csv.gz"))
	if err != nil {
		return nil, err
	}
	came := map[string][]float64{}
	for _, row := range rows[1:] {
		v, err := strconv.ParseFloat(row[2], 64)
		if err != nil {
			v = math.NaN()
		}
		came[row[0]] = append(came[row[0]], v)
	}
	return came, nil
}

func (c *sumCase) forecast() (err error) {
	c.results, err = forecast.Run(context.Background(), c.panel, forecast.Options{Horizon: c.horizon,
		Seasons: c.seasons, Levels: []float64{0.5, 0.8, 0.95}, Joint: true})
	if err == nil && c.tree != nil {
		c.leaves, err = c.tree(c.results)
	}
	return err
}

// begin is the day after the history, of the first series.
func (c *sumCase) begin() string {
	s := c.panel[0]
	return s.Start.Add(time.Duration(len(s.Values)) * s.Step).Format(time.DateOnly)
}

// mean is that of the newest thirteen weeks of a series.
func (c *sumCase) mean(i int) float64 {
	sum, n := 0.0, 0.0
	for _, v := range c.panel[i].Values[max(0, len(c.panel[i].Values)-91):] {
		if v == v {
			sum, n = sum+v, n+1
		}
	}
	return sum / max(n, 1)
}

// paths draws the paths of each series: step by step, path by path.
func (c *sumCase) paths(tune map[string]float64) ([][][]float64, error) {
	out := make([][][]float64, len(c.results))
	marginals := make([]forecast.Marginal, len(c.results))
	for i := range c.results {
		marginals[i] = c.results[i].Marginal()
	}
	err := forecast.NewJoint(c.results, 1).Draw(context.Background(), marginals,
		forecast.DrawOptions{Tree: c.leaves, Tune: tune}, func(_ int, values [][]float64) error {
			for i := range out {
				row := make([]float64, forecast.DefaultPaths)
				if c.leaves == nil {
					copy(row, values[i])
				} else {
					for _, l := range c.leaves.Sums[i] {
						for p, v := range values[l] {
							row[p] += v
						}
					}
				}
				out[i] = append(out[i], row)
			}
			return nil
		})
	return out, err
}

// sumLevels are those measured.
func sumLevels() [2]float64 { return [2]float64{0.8, 0.95} }

// held counts how often intervals held what came.
type held struct {
	n     float64
	in    [2]float64
	score [2]float64 // interval scores over what came
	cells []cell     // what was counted, where it is wanted
}

// cell is one interval of each level: of which series, in which block of days, and whether it held.
type cell struct {
	series, block string
	in            [2]float64
}

// of notes which series and block the newest interval was of.
func (h *held) of(series, block string, before [2]float64) {
	h.cells = append(h.cells, cell{series, block, [2]float64{h.in[0] - before[0], h.in[1] - before[1]}})
}

// draws of the bootstrap.
const resamples = 400

// deviation is the standard error of the shares that held, where series have something in common and so have the weeks
// of a block: series and blocks are both drawn with replacement (the pigeonhole bootstrap of Owen, Annals of Applied
// Statistics 2007, which errs on the large side).
func (h *held) deviation() (out [2]float64) {
	series, blocks := map[string]int{}, map[string]int{}
	for _, c := range h.cells {
		if _, known := series[c.series]; !known {
			series[c.series] = len(series)
		}
		if _, known := blocks[c.block]; !known {
			blocks[c.block] = len(blocks)
		}
	}
	rng := rand.New(rand.NewPCG(13, 8))
	var sums, squares [2]float64
	for range resamples {
		ofSeries, ofBlock, n := make([]float64, len(series)), make([]float64, len(blocks)), 0.0
		for range series {
			ofSeries[rng.IntN(len(series))]++
		}
		for range blocks {
			ofBlock[rng.IntN(len(blocks))]++
		}
		var in [2]float64
		for _, c := range h.cells {
			w := ofSeries[series[c.series]] * ofBlock[blocks[c.block]]
			n, in[0], in[1] = n+w, in[0]+w*c.in[0], in[1]+w*c.in[1]
		}
		for k := range in {
			share := in[k] / max(n, 1)
			sums[k], squares[k] = sums[k]+share/resamples, squares[k]+share*share/resamples
		}
	}
	for k := range out {
		out[k] = math.Sqrt(max(0, squares[k]-sums[k]*sums[k]))
	}
	return out
}

func (h *held) add(y float64, bounds func(level float64) (lower, upper float64)) {
	if y != y {
		return
	}
	h.n++
	for k, level := range sumLevels() {
		lower, upper := bounds(level)
		h.score[k] += (upper - lower + 2/(1-level)*(max(0, lower-y)+max(0, y-upper))) / max(y, 1)
		if lower <= y && y <= upper {
			h.in[k]++
		}
	}
}

// fromPaths are the bounds that the sums of paths say.
func fromPaths(values []float64) func(level float64) (lower, upper float64) {
	return func(level float64) (lower, upper float64) { return forecast.IntervalOf(values, level) }
}

func (h *held) String() string {
	if h.n == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f / %.1f", 100*h.in[0]/h.n, 100*h.in[1]/h.n)
}

// error says how far the shares may be off by chance.
func (h *held) error() string {
	if len(h.cells) == 0 {
		return "–"
	}
	d := h.deviation()
	return fmt.Sprintf("%.1f / %.1f", 100*d[0], 100*d[1])
}

// sumScore is what is measured of the cases of one task and kind.
type sumScore struct {
	days, weeks, added, apart, allDays, allWeeks held
	total, parts, pathTotal, pathParts           float64 // squared errors of sums and of what they are sums of
}

const weekDays = 7

// score measures one case into the scores of its task and kinds.
func (c *sumCase) score(tune map[string]float64, into map[string]*sumScore) error {
	paths, err := c.paths(tune)
	if err != nil {
		return err
	}
	of := func(kind string) *sumScore {
		name := strings.TrimSpace(c.task + " " + kind)
		if into[name] == nil {
			into[name] = &sumScore{}
		}
		return into[name]
	}
	for i := range paths {
		kind := ""
		if c.kinds != nil {
			kind = c.kinds[i]
		}
		if c.mean(i) >= busy {
			c.scoreSeries(i, paths[i], of(kind))
		}
	}
	if c.kinds == nil && len(paths) > 1 {
		c.scoreAll(paths, of(""))
	}
	c.scoreTotal(paths, of)
	return nil
}

// scoreSeries measures days and weeks of one series.
func (c *sumCase) scoreSeries(i int, paths [][]float64, s *sumScore) {
	r, actual := c.results[i], c.actual[i]
	band := func(level float64) forecast.Band {
		return r.Bands[slices.IndexFunc(r.Bands, func(b forecast.Band) bool { return b.Level == level })]
	}
	for h, y := range actual {
		s.days.add(y, func(level float64) (float64, float64) { return band(level).Lower[h], band(level).Upper[h] })
	}
	for from := 0; from+weekDays <= c.horizon; from += weekDays {
		y, together, apart := 0.0, make([]float64, forecast.DefaultPaths), make([]float64, forecast.DefaultPaths)
		for h := from; h < from+weekDays; h++ {
			y += actual[h]
			for p, v := range paths[h] {
				together[p] += v
				apart[(p+h*h*31)%len(apart)] += v // other days of other futures
			}
		}
		before, known := s.weeks.in, s.weeks.n
		if s.weeks.add(y, fromPaths(together)); s.weeks.n > known {
			name, _, _ := strings.Cut(c.panel[i].ID, "@")
			s.weeks.of(c.task+" "+name, c.task+" "+c.begin(), before)
		}
		s.apart.add(y, fromPaths(apart))
		s.added.add(y, func(level float64) (lower, upper float64) {
			for h := from; h < from+weekDays; h++ {
				lower, upper = lower+band(level).Lower[h], upper+band(level).Upper[h]
			}
			return lower, upper
		})
	}
}

// scoreAll measures the sum of all series of a panel, where what came of one is missing as it was expected.
func (c *sumCase) scoreAll(paths [][][]float64, s *sumScore) {
	weekY, week := 0.0, make([]float64, forecast.DefaultPaths)
	for h := range c.horizon {
		y, day := 0.0, make([]float64, forecast.DefaultPaths)
		for i := range paths {
			if v := c.actual[i][h]; v == v {
				y += v
			} else {
				y += c.results[i].Mean[h]
			}
			for p, v := range paths[i][h] {
				day[p] += v
			}
		}
		weekY += y
		for p, v := range day {
			week[p] += v
		}
		s.allDays.add(y, fromPaths(day))
		if h%weekDays == weekDays-1 {
			s.allWeeks.add(weekY, fromPaths(week))
			weekY = 0
			clear(week)
		}
	}
}

// scoreTotal compares the error of the total with what codes that have nothing to do with each other would make of it.
func (c *sumCase) scoreTotal(paths [][][]float64, of func(kind string) *sumScore) {
	for i, kind := range c.kinds {
		total := of("total")
		for h := range c.horizon {
			e := c.actual[i][h] - c.results[i].Mean[h]
			variance := varianceOf(paths[i][h])
			switch kind {
			case "total":
				total.total, total.pathTotal = total.total+e*e, total.pathTotal+variance
			case "codes":
				total.parts, total.pathParts = total.parts+e*e, total.pathParts+variance
			}
		}
	}
}

func varianceOf(x []float64) float64 {
	sum, square := 0.0, 0.0
	for _, v := range x {
		sum += v
		square += v * v
	}
	n := float64(len(x))
	return square/n - sum*sum/n/n
}

func scoreSums(cases []*sumCase, tune map[string]float64) (map[string]*sumScore, error) {
	scores := map[string]*sumScore{}
	for _, c := range cases {
		if err := c.score(tune, scores); err != nil {
			return nil, err
		}
	}
	return scores, nil
}

func printSums(cases []*sumCase, tune map[string]float64, out io.Writer) error {
	scores, err := scoreSums(cases, tune)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Share of what came inside intervals of 80 / 95 %%; series with %d or more a day.\n\n", busy)
	fmt.Fprintf(out, "%-22s%14s%8s%15s%14s%22s%22s%16s%16s\n", "", "days", "weeks", "7-day sums",
		"± (s.e.)", "adding days' bounds",
		"days independent", "all, days", "all, weeks")
	var all held
	for _, name := range slices.Sorted(maps.Keys(scores)) {
		s := scores[name]
		fmt.Fprintf(out, "%-22s%14s%8.0f%15s%14s%22s%22s%16s%16s\n", name, &s.days, s.weeks.n, &s.weeks,
			s.weeks.error(), &s.added, &s.apart, &s.allDays, &s.allWeeks)
		all.n, all.cells = all.n+s.weeks.n, append(all.cells, s.weeks.cells...)
		for k := range all.in {
			all.in[k] += s.weeks.in[k]
		}
	}
	fmt.Fprintf(out, "%-22s%14s%8.0f%15s%14s\n", "all", "", all.n, &all, all.error())
	for _, name := range slices.Sorted(maps.Keys(scores)) {
		if s := scores[name]; s.parts > 0 {
			fmt.Fprintf(out, "\n%s: the error of a day is %.2f times what independent codes would have, that of the paths %.2f times\n",
				name, math.Sqrt(s.total/s.parts), math.Sqrt(s.pathTotal/s.pathParts))
		}
	}
	return nil
}
