package main

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast/forecast"
)

// contactLog has the contacts per day of a log (opened_at_local,department,case_type,source), by leaf: queue, code and
// channel.
type contactLog struct {
	start  time.Time
	keys   [][3]string
	leaves [][]float64
}

const (
	contactPasts   = 8
	contactHorizon = 28
)

func readGzip(path string) ([][]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return csv.NewReader(z).ReadAll()
}

func readContactLog(path string) (*contactLog, error) {
	rows, err := readGzip(path)
	if err != nil {
		return nil, err
	}
	type contact struct {
		day time.Time
		key [3]string
	}
	var all []contact
	var first, last time.Time
	for _, row := range rows[1:] {
		day, err := time.Parse(time.DateOnly, row[0][:min(10, len(row[0]))])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if first.IsZero() || day.Before(first) {
			first = day
		}
		if day.After(last) {
			last = day
		}
		all = append(all, contact{day, [3]string{row[1], row[2], row[3]}})
	}
	log, places := &contactLog{start: first}, map[[3]string]int{}
	days := int(last.Sub(first)/wholeDay) + 1
	for _, c := range all {
		l, known := places[c.key]
		if !known {
			l = len(log.keys)
			places[c.key] = l
			log.keys, log.leaves = append(log.keys, c.key), append(log.leaves, make([]float64, days))
		}
		log.leaves[l][int(c.day.Sub(first)/wholeDay)]++
	}
	return log, nil
}

// subject is a code, a queue or the total: a sum of leaves.
type subject struct {
	kind, name string
	leaves     []int
}

// subjects are the codes, then the queues, then the total.
func (l *contactLog) subjects() []subject {
	var out []subject
	for kind, part := range []int{1, 0, -1} {
		places := map[string]int{}
		begin := len(out)
		for leaf, key := range l.keys {
			name := ""
			if part >= 0 {
				name = key[part]
			}
			i, known := places[name]
			if !known {
				i = len(out)
				places[name] = i
				out = append(out, subject{kind: []string{"codes", "queues", "total"}[kind], name: name})
			}
			out[i].leaves = append(out[i].leaves, leaf)
		}
		slices.SortFunc(out[begin:], func(a, b subject) int { return strings.Compare(a.name, b.name) })
	}
	return out
}

// contactCases are the pasts of a contact log, four weeks apart.
func contactCases(path string) ([]*sumCase, error) {
	log, err := readContactLog(path)
	if err != nil {
		return nil, err
	}
	subjects := log.subjects()
	var panel []forecast.Series
	var kinds []string
	for _, s := range subjects {
		values := make([]float64, len(log.leaves[0]))
		for _, l := range s.leaves {
			for d, v := range log.leaves[l] {
				values[d] += v
			}
		}
		panel = append(panel, forecast.Series{ID: s.kind + "\x00" + s.name, Values: values, Start: log.start, Step: wholeDay})
		kinds = append(kinds, s.kind)
	}
	var cases []*sumCase
	for past := range contactPasts {
		back := contactHorizon * (past + 1)
		c := pastCase("contacts", panel, kinds, back, contactHorizon, []float64{7})
		known := map[string]subject{}
		for _, s := range subjects {
			known[s.kind+"\x00"+s.name] = s
		}
		seen := len(panel[0].Values) - back
		c.tree = func(results []forecast.Result) (*forecast.Tree, error) {
			var there []subject
			for _, r := range results {
				there = append(there, known[r.ID])
			}
			return log.agree(there, results, seen)
		}
		cases = append(cases, c)
	}
	return cases, nil
}

// agree makes the means of codes, queues and total agree, as the program does, moves their intervals along, and returns
// the leaves. seen is how many days are known.
func (l *contactLog) agree(subjects []subject, results []forecast.Result, seen int) (*forecast.Tree, error) {
	places := map[int]int{} // of a leaf of the log among those of the tree
	tree := &forecast.Tree{Sums: make([][]int, len(subjects))}
	var nodes []forecast.Node
	for i, s := range subjects {
		if s.kind == "codes" {
			tree.Parts = i + 1
			l.share(s, results[i], seen, places, tree)
		}
		for _, leaf := range s.leaves {
			if at, there := places[leaf]; there {
				tree.Sums[i] = append(tree.Sums[i], at)
			}
		}
		nodes = append(nodes, forecast.Node{Leaves: tree.Sums[i], Mean: results[i].Mean, Variance: squareOf(results[i])})
	}
	means, err := forecast.Reconcile(context.Background(), tree.Leaves, nodes)
	if err != nil {
		return nil, err
	}
	for leaf := range means {
		tree.Leaves[leaf].Mean = means[leaf]
	}
	for i := range results {
		moveTo(&results[i], tree, tree.Sums[i])
	}
	return tree, nil
}

// share shares a code's mean out over its leaves as their contacts were shared.
func (l *contactLog) share(s subject, r forecast.Result, seen int, places map[int]int, tree *forecast.Tree) {
	counts := make([]float64, len(s.leaves))
	for j, leaf := range s.leaves {
		for _, v := range l.leaves[leaf][:seen] {
			counts[j] += v
		}
	}
	for j, share := range forecast.Proportions(1, counts) {
		if counts[j] == 0 {
			continue
		}
		mean := make([]float64, len(r.Mean))
		for h, v := range r.Mean {
			mean[h] = v * share
		}
		places[s.leaves[j]] = len(tree.Leaves)
		tree.Leaves = append(tree.Leaves, forecast.Leaf{Mean: mean, Variance: squareOf(r) * share})
	}
}

// squareOf is the square of half the width of a series' days, in standard deviations.
func squareOf(r forecast.Result) float64 {
	b, sum := r.Bands[1], 0.0
	for h := range b.Lower {
		sum += (b.Upper[h] - b.Lower[h]) / 2.56
	}
	return math.Pow(sum/float64(len(b.Lower)), 2)
}

// moveTo moves a result to the sum of its leaves.
func moveTo(r *forecast.Result, tree *forecast.Tree, leaves []int) {
	whole := func(x []float64, round func(float64) float64, by float64, h int) {
		before := x[h]
		x[h] = max(0, before+by)
		if before == math.Trunc(before) {
			x[h] = round(x[h])
		}
	}
	for h := range r.Mean {
		sum := 0.0
		for _, l := range leaves {
			sum += tree.Leaves[l].Mean[h]
		}
		by := sum - r.Mean[h]
		r.Mean[h] = sum
		if math.Abs(by) < 1e-9 {
			continue
		}
		whole(r.Median, math.Round, by, h)
		for _, b := range r.Bands {
			whole(b.Lower, math.Floor, by, h)
			whole(b.Upper, math.Ceil, by, h)
		}
	}
}
