package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
)

// sumGrids are the values that each constant of joint paths is tried at; the first is the one in use.
func sumGrids() map[string][]float64 {
	return map[string][]float64{"kappa": {0.7, 0.4, 0.9}, "freedom": {4, 2, 8, 0}, "ownPseudo": {300, 100, 1000},
		"priorPseudo": {200, 50, 1000}}
}

// leaveSums chooses each constant on the pasts of all tasks but one, and judges it by the pasts of that one: by the
// interval scores of seven-day sums and of the sums of all series.
func leaveSums(cases []*sumCase, out io.Writer) error {
	inUse, names, err := sumErrors(cases, nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%-14s%8s  %-18s", "constant", "in use", "also tried")
	for _, n := range names {
		fmt.Fprintf(out, "%20s", n)
	}
	fmt.Fprintf(out, "%10s\n", "mean")
	for _, constant := range slices.Sorted(maps.Keys(sumGrids())) {
		values := sumGrids()[constant]
		errs := [][]float64{make([]float64, len(names))}
		for _, v := range values[1:] {
			row, _, err := sumErrors(cases, map[string]float64{constant: v})
			if err != nil {
				return err
			}
			for i := range row {
				row[i] -= inUse[i]
			}
			errs = append(errs, row)
		}
		fmt.Fprintf(out, "%-14s%8g  %-18s", constant, values[0], strings.Trim(fmt.Sprint(values[1:]), "[]"))
		mean := 0.0
		for i := range names {
			v := bestWithout(errs, i)
			change := 100 * math.Expm1(errs[v][i])
			mean += change / float64(len(names))
			fmt.Fprintf(out, "%20s", fmt.Sprintf("%g %+.2f %%", values[v], change))
		}
		fmt.Fprintf(out, "%+8.2f %%\n", mean)
	}
	return nil
}

// sumErrors is the mean logarithm of the interval scores of each task.
func sumErrors(cases []*sumCase, tune map[string]float64) (errs []float64, names []string, err error) {
	scores, err := scoreSums(cases, tune)
	if err != nil {
		return nil, nil, err
	}
	byTask := map[string][]float64{}
	for name, s := range scores {
		task, _, _ := strings.Cut(name, " ")
		for _, h := range []held{s.weeks, s.allDays, s.allWeeks} {
			if h.n > 0 {
				byTask[task] = append(byTask[task], math.Log(h.score[0]/h.n), math.Log(h.score[1]/h.n))
			}
		}
	}
	for _, task := range slices.Sorted(maps.Keys(byTask)) {
		sum := 0.0
		slices.Sort(byTask[task]) // the order of a map decides no digit
		for _, v := range byTask[task] {
			sum += v
		}
		names, errs = append(names, task), append(errs, sum/float64(len(byTask[task])))
	}
	return errs, names, nil
}
