package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast/bench/internal/yardstick"
	"github.com/wrapcast/wrapcast/forecast"
)

//go:embed peers.R
var peersR string

// runPeers forecasts the last steps of every series from what came before, with wrapcast and with R's forecast package,
// on this machine in this run, and prints accuracy and CPU side by side.
func runPeers(args []string, out io.Writer) error {
	set := flag.NewFlagSet("peers", flag.ContinueOnError)
	dir := set.String("data", "", "directory of tasks; without one, a made-up panel of daily counts")
	names := set.String("task", "days,weekdays,new,shifts,sparse", "tasks, by commas")
	most := set.Int("series", 40, "series of each task, evenly chosen; 0 takes all")
	methods := set.String("methods", "snaive,thetaf,ets,mstl_ets",
		"R's methods: snaive, thetaf, ets, mstl_ets, mstl_arima")
	rates := set.String("yardsticks", "sba,tsb", "methods for rare contacts that wrapcast does not offer: sba, tsb")
	if err := set.Parse(args); err != nil {
		return err
	}
	for _, name := range strings.Split(*names, ",") {
		t, err := loadTask(*dir, name)
		if err != nil {
			return err
		}
		t.thin(*most)
		t.yardsticks = strings.Split(*rates, ",")
		if err := t.against(strings.Split(*methods, ","), out); err != nil {
			return err
		}
	}
	return nil
}

// thin keeps an even choice of the series.
func (t *task) thin(most int) {
	if most <= 0 || most >= len(t.panel) {
		return
	}
	kept := make([]forecast.Series, most)
	for i := range kept {
		kept[i] = t.panel[i*len(t.panel)/most]
	}
	t.panel = kept
}

// against prints one row per method.
func (t *task) against(methods []string, out io.Writer) error {
	fmt.Fprintf(out, "\n%s: %d series, the last %d steps of each\n", t.Name, len(t.panel), t.Horizon)
	fmt.Fprintf(out, "%-24s%8s%8s%8s%7s%7s%8s%15s\n", "method", "sMAPE", "MASE", "RMSSE", "cov80", "cov95", "MSIS",
		"CPU ms/series")
	past := make([]forecast.Series, len(t.panel))
	for i, s := range t.panel {
		past[i] = s
		past[i].Values = s.Values[:max(0, len(s.Values)-t.Horizon)]
	}
	opt := forecast.Options{Horizon: t.Horizon, Seasons: t.Seasons, Levels: []float64{0.8, 0.95}}
	start := cpu()
	results, err := forecast.Run(context.Background(), past, opt)
	if err != nil {
		return err
	}
	t.row(out, "wrapcast auto", results, cpu()-start)
	for _, name := range t.yardsticks {
		if rate, ok := yardstick.Rates()[name]; ok {
			start = cpu()
			results := t.constantRates(past, rate)
			t.row(out, "yardstick "+name, results, cpu()-start)
		}
	}
	return t.withR(methods, past, out)
}

// constantRates forecasts the same value at every step, without intervals.
func (t *task) constantRates(past []forecast.Series, rate yardstick.Rate) []forecast.Result {
	out := make([]forecast.Result, len(past))
	for i, s := range past {
		v := rate(s.Values)
		for range t.Horizon {
			out[i].Mean = append(out[i].Mean, v)
		}
	}
	return out
}

// row scores results against the steps held back.
func (t *task) row(out io.Writer, name string, results []forecast.Result, spent time.Duration) {
	var sum [6]float64
	n := 0.0
	for i, r := range results {
		y := t.panel[i].Values
		a := forecast.Score(r, y[:len(y)-t.Horizon], y[len(y)-t.Horizon:], t.Season)
		if a.MASE != a.MASE {
			continue // a scale of zero
		}
		n++
		none := forecast.LevelScore{Coverage: math.NaN(), MSIS: math.NaN()} // of a method without intervals
		a.Levels = append(a.Levels, none, none)
		for j, v := range [6]float64{a.SMAPE, a.MASE, a.RMSSE, 100 * a.Levels[0].Coverage, 100 * a.Levels[1].Coverage,
			a.Levels[1].MSIS} {
			sum[j] += v
		}
	}
	fmt.Fprintf(out, "%-24s%8.2f%8.3f%8.3f%7.1f%7.1f%8.2f%15.2f\n", name, sum[0]/n, sum[1]/n, sum[2]/n, sum[3]/n,
		sum[4]/n, sum[5]/n,
		spent.Seconds()*1000/float64(len(results)))
}

// withR runs each method of R in a process of its own.
func (t *task) withR(methods []string, past []forecast.Series, out io.Writer) error {
	program, err := exec.LookPath("Rscript")
	if err != nil {
		fmt.Fprintln(out, "R is not installed: its methods are skipped (apt-get install r-cran-forecast)")
		return nil
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	script := filepath.Join(dir, "peers.R")
	if err := errors.Join(os.WriteFile(script, []byte(peersR), 0o600),
		writePanel(filepath.Join(dir, "panel.csv"), past)); err != nil {
		return err
	}
	seasons := make([]string, len(t.Seasons))
	for i, m := range t.Seasons {
		seasons[i] = strconv.FormatFloat(m, 'g', -1, 64)
	}
	for _, method := range methods {
		command := exec.CommandContext(context.Background(), program, script, dir, strconv.Itoa(t.Horizon),
			strings.Join(seasons, ","), method)
		var complaints bytes.Buffer
		command.Stderr = &complaints
		answer, err := command.Output()
		if e, ok := errors.AsType[*exec.ExitError](err); ok && e.ExitCode() == 3 {
			fmt.Fprintln(out, "R has no forecast package: its methods are skipped (apt-get install r-cran-forecast)")
			return nil
		}
		if err != nil {
			return fmt.Errorf("method %s of R: %w: %s", method, err, complaints.String())
		}
		seconds, err := strconv.ParseFloat(strings.TrimSpace(string(answer)), 64)
		if err != nil {
			return fmt.Errorf("method %s of R: %w", method, err)
		}
		results, err := readResults(filepath.Join(dir, method+".csv"), len(past), t.Horizon)
		if err != nil {
			return err
		}
		t.row(out, "R "+method, results, time.Duration(seconds*float64(time.Second)))
	}
	return nil
}

func writePanel(path string, panel []forecast.Series) error {
	var b bytes.Buffer
	b.WriteString("id,value\n")
	for i, s := range panel {
		for _, v := range s.Values {
			fmt.Fprintf(&b, "s%d,%g\n", i, v)
		}
	}
	return os.WriteFile(path, b.Bytes(), 0o600)
}

// readResults reads what R wrote: one row per series and step.
func readResults(path string, series, horizon int) ([]forecast.Result, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) != 1+series*horizon {
		return nil, fmt.Errorf("%s has %d rows, want %d", filepath.Base(path), len(rows)-1, series*horizon)
	}
	out := make([]forecast.Result, series)
	for i := range out {
		out[i].Bands = []forecast.Band{{Level: 0.8}, {Level: 0.95}}
		for h := range horizon {
			var v [5]float64
			for c := range v {
				if v[c], err = strconv.ParseFloat(rows[1+i*horizon+h][1+c], 64); err != nil {
					return nil, err
				}
			}
			out[i].Mean = append(out[i].Mean, v[0])
			for b := range out[i].Bands {
				out[i].Bands[b].Lower = append(out[i].Bands[b].Lower, v[1+2*b])
				out[i].Bands[b].Upper = append(out[i].Bands[b].Upper, v[2+2*b])
			}
		}
		out[i].Median = out[i].Mean
	}
	return out, nil
}
