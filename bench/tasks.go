package main

import (
	"bufio"
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/wrapcast/wrapcast/forecast"
)

func run(args []string, out io.Writer) error {
	if len(args) == 0 {
		return fmt.Errorf("say what to do: peers, tasks, leaveout, sums, staff, intraday, draws, growth or pictures")
	}
	switch args[0] {
	case "tasks":
		return runTasks(args[1:], out)
	case "leaveout":
		return runLeaveOut(args[1:], out)
	case "staff":
		return runStaff(args[1:], out)
	case "intraday":
		return runIntraday(args[1:], out)
	case "sums":
		return runSums(args[1:], out)
	case "growth":
		return growth(context.Background(), args[1:], out)
	case "draws":
		return runDraws(args[1:], out)
	case "pictures":
		return runPictures(args[1:], out)
	case "peers":
		return runPeers(args[1:], out)
	default:
		return fmt.Errorf("%q is not something it can do", args[0])
	}
}

// runTasks forecasts tasks into CSV files, or measures them on pasts inside their training part.
func runTasks(args []string, out io.Writer) error {
	set := flag.NewFlagSet("tasks", flag.ContinueOnError)
	dir := set.String("data", "", "directory of the tasks")
	names := set.String("task", "m4_hourly,m4_weekly,nn5_daily,boston311,boston311_hourly,daily_yearly",
		"tasks, by commas")
	to := set.String("out", "", "directory to write forecasts to")
	back := set.String("validate", "", "steps before the end of training to forecast from instead, by commas")
	algorithm := set.String("algorithm", forecast.Auto, "algorithm")
	workers := set.Int("workers", 1, "workers")
	members := set.Bool("members", false, "print the mean error and weight of each member")
	alone := set.Bool("alone", false, "give each series a clock of its own, so that none learns from another")
	tune := set.String("tune", "", "constants to change: NAME=VALUE, by commas")
	only := set.String("only", "", "series to keep, by substring")
	profile := set.String("profile", "", "file to write a profile of the computing time to")
	if err := set.Parse(args); err != nil {
		return err
	}
	stop, err := profiled(*profile)
	if err != nil {
		return err
	}
	defer stop()
	fmt.Fprintf(out, "%-26s%8s%8s%8s%8s%7s%7s%8s%8s%10s\n", "task", "sMAPE", "MASE", "OWA", "RMSSE", "cov80", "cov95",
		"MSIS", "MSIS80", "ms/series")
	for _, name := range strings.Split(*names, ",") {
		t, err := loadTask(*dir, name)
		if err != nil {
			return err
		}
		t.keep(*only)
		if *alone {
			t.part()
		}
		opt := forecast.Options{Horizon: t.Horizon, Seasons: t.Seasons, Levels: []float64{0.8, 0.95},
			Algorithm: *algorithm, Workers: *workers, Tune: constants(*tune)}
		if *members {
			if err := t.members(opt, out); err != nil {
				return err
			}
			continue
		}
		if *back == "" {
			if err := t.forecast(opt, *to, out); err != nil {
				return err
			}
			continue
		}
		if err := t.validate(opt, strings.Split(*back, ","), out); err != nil {
			return err
		}
	}
	return nil
}

// profiled writes a profile of all that is computed until stop is called; without a file it does nothing.
func profiled(file string) (stop func(), err error) {
	if file == "" {
		return func() {}, nil
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, err
	}
	return func() {
		pprof.StopCPUProfile()
		_ = f.Close()
	}, nil
}

// constants reads NAME=VALUE by commas.
func constants(text string) map[string]float64 {
	out := map[string]float64{}
	for _, part := range strings.Split(text, ",") {
		if name, value, ok := strings.Cut(part, "="); ok {
			if v, err := strconv.ParseFloat(value, 64); err == nil {
				out[name] = v
			}
		}
	}
	return out
}

func (t *task) keep(part string) {
	var kept []forecast.Series
	for _, s := range t.panel {
		if strings.Contains(s.ID, part) {
			kept = append(kept, s)
		}
	}
	t.panel = kept
}

// part gives each series a clock of its own, some minutes from the others': none learns from another.
func (t *task) part() {
	for i := range t.panel {
		s := &t.panel[i]
		if s.Start.IsZero() {
			s.Start, s.Step = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), time.Second
		}
		s.Start = s.Start.Add(time.Duration(i) * time.Millisecond)
	}
}

// forecast writes the task's forecasts in the format of `wrapcast forecast --to-csv`.
func (t *task) forecast(opt forecast.Options, dir string, out io.Writer) error {
	start := cpu()
	results, err := forecast.Run(context.Background(), t.panel, opt)
	if err != nil {
		return err
	}
	spent := cpu() - start
	fmt.Fprintf(out, "%-26s%71s%10.2f\n", t.Name, "", float64(spent.Microseconds())/1000/float64(len(t.panel)))
	if dir == "" {
		return nil
	}
	f, err := os.Create(filepath.Join(dir, t.Name+".csv"))
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "series_id,timestamp,mean,median,lo-80,hi-80,lo-95,hi-95")
	for _, r := range results {
		id := r.ID
		if strings.ContainsAny(id, ",\"") {
			id = strconv.Quote(id)
		}
		for h := range r.Mean {
			fmt.Fprintf(w, "%s,%d,%g,%g,%g,%g,%g,%g\n", id, h+1, r.Mean[h], r.Median[h], r.Bands[0].Lower[h],
				r.Bands[0].Upper[h], r.Bands[1].Lower[h], r.Bands[1].Upper[h])
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// members prints each member's mean error and weight over the series that have it.
func (t *task) members(opt forecast.Options, out io.Writer) error {
	results, err := forecast.Run(context.Background(), t.panel, opt)
	if err != nil {
		return err
	}
	type sum struct{ err, weight, n, used float64 }
	sums := map[string]*sum{}
	for _, r := range results {
		for _, m := range r.Members {
			s := sums[m.Name]
			if s == nil {
				s = &sum{}
				sums[m.Name] = s
			}
			if !math.IsNaN(m.Error) {
				s.err += m.Error
				s.n++
			}
			s.weight += m.Weight
			s.used++
		}
	}
	for _, name := range slices.SortedFunc(maps.Keys(sums), func(a, b string) int {
		return cmp.Compare(sums[b].weight,
			sums[a].weight)
	}) {
		s := sums[name]
		fmt.Fprintf(out, "%-44s error %8.4f  weight %6.3f  series %4.0f\n", name, s.err/s.n, s.weight/s.used, s.used)
	}
	return nil
}

// validate forecasts from inside the training part and prints the figures of each past and their mean.
func (t *task) validate(opt forecast.Options, backs []string, out io.Writer) error {
	var sum [8]float64
	start := cpu()
	for _, b := range backs {
		back, err := strconv.Atoi(b)
		if err != nil {
			return err
		}
		r, err := forecast.Backtest(context.Background(), t.before(back-t.Horizon),
			forecast.BacktestOptions{Options: opt, Origins: 1, Season: t.Season})
		if err != nil {
			return err
		}
		a := r.Overall
		row := [8]float64{a.SMAPE, a.MASE, r.OWA, a.RMSSE, 100 * a.Levels[0].Coverage, 100 * a.Levels[1].Coverage,
			a.Levels[1].MSIS, a.Levels[0].MSIS}
		for i, v := range row {
			sum[i] += v / float64(len(backs))
		}
		if len(backs) > 1 {
			fmt.Fprintf(out, "%-26s%8.2f%8.4f%8.4f%8.4f%7.1f%7.1f%8.3f%8.3f\n", t.Name+" -"+b, row[0], row[1], row[2],
				row[3], row[4], row[5], row[6], row[7])
		}
	}
	spent := float64((cpu() - start).Microseconds()) / 1000 / float64(len(t.panel)*len(backs))
	fmt.Fprintf(out, "%-26s%8.2f%8.4f%8.4f%8.4f%7.1f%7.1f%8.3f%8.3f%10.2f\n", t.Name+" mean", sum[0], sum[1], sum[2],
		sum[3], sum[4], sum[5], sum[6], sum[7], spent)
	return nil
}

// cpu is the time this process has spent computing.
func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
