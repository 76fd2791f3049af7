package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/wrapcast/wrapcast/forecast"
)

// grids are the values that each tuned constant is tried at; the first is the one in use.
func grids() map[string][]float64 {
	return map[string][]float64{
		"power": {8, 5, 12}, "powerYearly": {16, 8, 24}, "share": {0.2, 0, 0.5}, "trim": {1.3, 1.15,
			1.6}, "stack": {0.25, 0, 0.5}, "stackLong": {0.5, 0.25, 0.75},
		"sparsePower": {4, 2, 8}, "relative": {0.5, 0, 1}, "family": {0.5, 0, 1}, "late": {0.97, 0.94, 1},
		"ownWeight": {0.4, 0.2, 0.8}, "gridWeight": {300, 150, 600}, "groupPseudo": {1, 0.5, 2}, "phasePseudo": {6, 3,
			12},
		"originFading": {0.8, 0.65, 0.95}, "levelPower": {0.5, 0, 1}, "phiPseudo": {300, 100, 1000}, "phiShare": {0.45,
			0.35, 0.55},
		"weightPrior": {6, 3, 12}, "spreadPrior": {4, 2, 8}, "sampleWiden": {1.1, 1, 1.2}, "phiPrior": {20, 10, 40},
		"balance": {0.3, 0, 0.6},
	}
}

// runLeaveOut shows how little depends on the tuned constants: each is chosen on the pasts of all tasks but one, and
// judged by the pasts of that one. Short histories of the daily tasks, and drawn cases where there are some, count as a
// task each.
func runLeaveOut(args []string, out io.Writer) error {
	set := flag.NewFlagSet("leaveout", flag.ContinueOnError)
	dir := set.String("data", "", "directory of the tasks; without one, made-up panels")
	names := set.String("task", "m4_hourly,m4_weekly,nn5_daily,boston311,boston311_hourly,daily_yearly",
		"tasks, by commas")
	most := set.Int("series", 120, "series of each task, evenly chosen; 0 takes all")
	origins := set.Int("origins", 2, "pasts of each task, a horizon apart, the newest a horizon before the end of training")
	only := set.String("constants", "", "constants, by commas; all by default")
	days := set.String("short", "10,20,30,60", "days that short histories of the daily tasks have, by commas")
	cases := set.String("cases", "", "directory of drawn cases")
	if err := set.Parse(args); err != nil {
		return err
	}
	columns, err := columnsOf(*dir, strings.Split(*names, ","), *most, *origins)
	if err != nil {
		return err
	}
	var tasks []*task
	for _, c := range columns {
		tasks = append(tasks, c.tasks...)
	}
	if short := shortHistories(tasks, integers(*days)); len(short.tasks) > 0 {
		columns = append(columns, short)
	}
	if *cases != "" {
		drawn, err := drawnCases(*cases, *most)
		if err != nil {
			return err
		}
		columns = append(columns, drawn)
	}
	constants := slices.Sorted(maps.Keys(grids()))
	if *only != "" {
		constants = strings.Split(*only, ",")
	}
	return leaveOut(columns, constants, out)
}

// columnsOf are the tasks by name, each a column.
func columnsOf(dir string, names []string, most, origins int) ([]*column, error) {
	var columns []*column
	for _, name := range names {
		t, err := loadTask(dir, name)
		if err != nil {
			return nil, err
		}
		t.thin(most)
		columns = append(columns, &column{Name: t.Name, tasks: []*task{t}, origins: origins})
	}
	return columns, nil
}

// integers reads whole numbers by commas and leaves out what is none.
func integers(text string) []int {
	var out []int
	for _, part := range strings.Split(text, ",") {
		if n, err := strconv.Atoi(part); err == nil {
			out = append(out, n)
		}
	}
	return out
}

func leaveOut(columns []*column, constants []string, out io.Writer) error {
	fmt.Fprintf(out, "%-14s%8s  %-18s", "constant", "in use", "also tried")
	for _, c := range columns {
		fmt.Fprintf(out, "%20s", c.Name)
	}
	fmt.Fprintf(out, "%10s\n", "mean")
	inUse := make([]float64, len(columns))
	for i, c := range columns {
		var err error
		if inUse[i], err = c.logError(nil); err != nil {
			return err
		}
	}
	for _, name := range constants {
		errs, err := errorsOf(columns, name, inUse)
		if err != nil {
			return err
		}
		printRow(name, errs, out)
	}
	return nil
}

// errorsOf returns the logarithm of each column's error at each value of a constant's grid, relative to that of the value
// in use.
func errorsOf(columns []*column, name string, inUse []float64) ([][]float64, error) {
	if len(grids()[name]) == 0 {
		return nil, fmt.Errorf("%q has no grid; those that have are %q", name, slices.Sorted(maps.Keys(grids())))
	}
	errs := [][]float64{make([]float64, len(columns))}
	for _, value := range grids()[name][1:] {
		row := make([]float64, len(columns))
		for i, c := range columns {
			e, err := c.logError(map[string]float64{name: value})
			if err != nil {
				return nil, err
			}
			row[i] = e - inUse[i]
		}
		errs = append(errs, row)
	}
	return errs, nil
}

// printRow prints, for each column left out, the value that the others would choose and what it does to the error of the
// one that is left out, in per cent of that in use.
func printRow(name string, errs [][]float64, out io.Writer) {
	values, mean := grids()[name], 0.0
	fmt.Fprintf(out, "%-14s%8g  %-18s", name, values[0], strings.Trim(fmt.Sprint(values[1:]), "[]"))
	for i := range errs[0] {
		v := bestWithout(errs, i)
		change := 100 * math.Expm1(errs[v][i])
		mean += change / float64(len(errs[0]))
		fmt.Fprintf(out, "%20s", fmt.Sprintf("%g %+.2f %%", values[v], change))
	}
	fmt.Fprintf(out, "%+8.2f %%\n", mean)
}

// bestWithout is the row with the least sum over all columns but one.
func bestWithout(errs [][]float64, without int) int {
	sums := make([]float64, len(errs))
	for v, row := range errs {
		for i, e := range row {
			if i != without {
				sums[v] += e
			}
		}
	}
	return slices.Index(sums, slices.Min(sums))
}

// logError is the mean of the logarithms of MASE, RMSSE and MSIS over pasts inside the training part.
func (t *task) logError(tune map[string]float64, origins int) (float64, error) {
	opt := forecast.Options{Horizon: t.Horizon, Seasons: t.Seasons, Levels: []float64{0.8, 0.95}, Workers: 1,
		Tune: tune}
	sum := 0.0
	for back := range origins {
		r, err := forecast.Backtest(context.Background(), t.before(back*t.Horizon),
			forecast.BacktestOptions{Options: opt, Origins: 1, Season: t.Season})
		if err != nil {
			return 0, err
		}
		a := r.Overall
		sum += (logOf(a.MASE) + logOf(a.RMSSE) + logOf(a.Levels[1].MSIS)) / 3
	}
	return sum / float64(origins), nil
}

// logOf is the logarithm of an error. Less than a hundredth of the naive's, as where nothing comes any more, is as good.
func logOf(err float64) float64 { return math.Log(max(err, 0.01)) }

// before is the panel without its newest steps.
func (t *task) before(steps int) []forecast.Series {
	past := make([]forecast.Series, len(t.panel))
	for i, s := range t.panel {
		past[i] = s
		past[i].Values = s.Values[:max(0, len(s.Values)-steps)]
	}
	return past
}
