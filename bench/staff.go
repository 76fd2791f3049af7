package main

import (
	"flag"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast/internal/staffing"
)

// This measures how well required heads hold, and what they cost: heads at a certainty out of joint paths, as `wrapcast
// staff` counts them, beside what people do without paths.

// service is what heads are counted by: 300 s a contact, 80 % within 20 s, days of ten hours.
const (
	staffHandle = 300.0
	hourSeconds = 3600.0
	daySeconds  = 10 * hourSeconds
	staffShare  = 0.8
	staffWithin = 20.0
	busyHour    = 120.0 // contacts an hour, what series are scaled to that are no counts
)

func staffCertainties() [2]float64 { return [2]float64{0.8, 0.9} }

// staffMethods are those measured, in the order of the table.
func staffMethods() []string {
	return []string{"mean staffing", "average of four weeks", "percentile of 13 weeks", "joint paths"}
}

func runStaff(args []string, out io.Writer) error {
	set := flag.NewFlagSet("staff", flag.ContinueOnError)
	dir := set.String("data", "", "directory of the tasks; without one, made-up panels")
	names := set.String("task", "nn5_daily,boston311,m4_hourly", "tasks, by commas")
	contacts := set.String("contacts", "", "contact log: its codes, queues and total are forecast at eight pasts")
	pasts := set.Int("pasts", 2, "pasts of each task, a horizon apart, where it is not the test part")
	test := set.Bool("test", false, "score on the test part (TASK.test.csv.gz) instead of pasts inside the training part")
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
	table, err := staffing.NewRequirement(staffing.Goal{Share: staffShare, Within: staffWithin}, 0)
	if err != nil {
		return err
	}
	scores := map[string]*staffScore{}
	for _, c := range cases {
		name := strings.TrimSpace(c.task)
		if scores[name] == nil {
			scores[name] = &staffScore{}
		}
		if err := c.scoreStaff(table, scores[name]); err != nil {
			return err
		}
	}
	printStaff(scores, out)
	return nil
}

// staffScore is what is measured of a task: per method and certainty.
type staffScore struct {
	steps, needed float64
	held          map[string]*[2]float64 // steps in which the heads were enough
	parts         [2]float64             // the same of joint paths, counted in parts of a head
	promised      [2]float64             // the share of paths in which their whole heads are enough
	cost          map[string]*[2]float64
}

func (s *staffScore) add(method string, k int, enough bool, cost float64) {
	if s.held == nil {
		s.held, s.cost = map[string]*[2]float64{}, map[string]*[2]float64{}
	}
	if s.held[method] == nil {
		s.held[method], s.cost[method] = &[2]float64{}, &[2]float64{}
	}
	if enough {
		s.held[method][k]++
	}
	s.cost[method][k] += cost
}

// scoreStaff measures one case: every series of ten contacts a step or more.
func (c *sumCase) scoreStaff(table *staffing.Requirement, into *staffScore) error {
	paths, err := c.paths(nil)
	if err != nil {
		return err
	}
	for i := range paths {
		if c.mean(i) < busy {
			continue
		}
		w := staffSeries{table: table, scale: 1, interval: daySeconds, past: c.panel[i].Values, season: weekDays}
		if slices.Contains(c.seasons, 168) {
			w.interval, w.season = hourSeconds, 168
		}
		if c.task == "m4_hourly" || c.task == "nn5_daily" {
			w.scale = busyHour * w.interval / hourSeconds / c.mean(i)
		}
		for h, y := range c.actual[i] {
			if y == y {
				w.step(h, y, c.results[i].Mean[h], paths[i][h], into)
			}
		}
	}
	return nil
}

// staffSeries is one series whose values are contacts, times a scale, in intervals of so many seconds.
type staffSeries struct {
	table           *staffing.Requirement
	scale, interval float64
	past            []float64
	season          int
}

func (w staffSeries) heads(value float64) int {
	n := max(value, 0) * w.scale
	return w.table.Agents(n, n*staffHandle, w.interval)
}

func (w staffSeries) parts(value float64) float64 {
	n := max(value, 0) * w.scale
	return w.table.Parts(n, n*staffHandle, w.interval)
}

// same are the newest values of the same phase of the season as the h-th step ahead, at most so many.
func (w staffSeries) same(h, most int) (values []float64) {
	for at := len(w.past) + h - w.season*(1+h/w.season); at >= 0 && len(values) < most; at -= w.season {
		if at < len(w.past) && w.past[at] == w.past[at] {
			values = append(values, w.past[at])
		}
	}
	return values
}

// step measures one step of the future.
func (w staffSeries) step(h int, actual, mean float64, paths []float64, into *staffScore) {
	needed := w.heads(actual)
	into.steps++
	into.needed += float64(needed)
	weeks, quarter := w.same(h, 4), w.same(h, 13)
	if len(weeks) == 0 {
		weeks, quarter = []float64{mean}, []float64{mean}
	}
	average := 0.0
	for _, v := range weeks {
		average += v / float64(len(weeks))
	}
	for k, p := range staffCertainties() {
		expected := w.heads(mean)
		chosen := map[string]int{
			"mean staffing": expected, "average of four weeks": w.heads(average),
			"percentile of 13 weeks": w.heads(quantileOf(quarter, p)), "joint paths": max(w.heads(quantileOf(paths, p)), expected),
		}
		for method, heads := range chosen {
			cost := float64(heads - needed)
			if cost < 0 { // where p is the best certainty, who is missing costs p/(1-p) times what is too many
				cost *= -p / (1 - p)
			}
			into.add(method, k, heads >= needed, cost)
		}
		for _, v := range paths {
			if w.heads(v) <= chosen["joint paths"] {
				into.promised[k] += 1 / float64(len(paths))
			}
		}
		if w.parts(quantileOf(paths, p)) >= w.parts(actual) {
			into.parts[k]++
		}
	}
}

// quantileOf is the least value that a share of all does not exceed.
func quantileOf(values []float64, share float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(max(int(math.Ceil(share*float64(len(sorted))-1e-9))-1, 0), len(sorted)-1)]
}

func printStaff(scores map[string]*staffScore, out io.Writer) {
	fmt.Fprintf(out, "Share of steps in which the heads were enough, for 80 / 90 %%; cost per head needed, where who is missing costs 4 / 9\n"+
		"times what is too many. %g s a contact, %g %% within %g s; series with %d or more.\n\n", staffHandle, 100*staffShare,
		staffWithin, busy)
	for _, name := range slices.Sorted(maps.Keys(scores)) {
		s := scores[name]
		if s.steps == 0 {
			continue
		}
		fmt.Fprintf(out, "%s: %.0f steps, %.1f heads on average; load held by the paths %.1f / %.1f, whole heads promise %.1f / %.1f\n",
			name, s.steps, s.needed/s.steps, 100*s.parts[0]/s.steps, 100*s.parts[1]/s.steps, 100*s.promised[0]/s.steps,
			100*s.promised[1]/s.steps)
		for _, method := range staffMethods() {
			fmt.Fprintf(out, "  %-24s %.1f / %.1f   cost %.3f / %.3f\n", method, 100*s.held[method][0]/s.steps,
				100*s.held[method][1]/s.steps, s.cost[method][0]/s.needed, s.cost[method][1]/s.needed)
		}
	}
}
