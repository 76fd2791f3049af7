package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"iter"
	"math"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast/forecast"
)

// growth measures what a forecast in shards costs as an organisation grows: made-up daily series, drawn anew whenever
// they are looked at, are learned from once and forecast shard by shard. Cost is CPU-seconds, drawing excluded as far as
// a pass that only draws tells; memory is the most that was in use while a shard was forecast.
func growth(ctx context.Context, args []string, out io.Writer) error {
	set := flag.NewFlagSet("growth", flag.ContinueOnError)
	sizes := set.String("leaves", "1000,3000,10000,30000,100000", "numbers of series, with commas")
	days := set.Int("days", 365, "days of each")
	shard := set.Int("shard", 1000, "series of a shard")
	if err := set.Parse(args); err != nil {
		return err
	}
	debug.SetGCPercent(50) // memory is looked at: what is done with is given back soon
	fmt.Fprintln(out, "series    learned, CPU-s    shards, CPU-s    all, CPU-ms a series    memory in use, MB")
	var x, y []float64
	for text := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(text)
		if err != nil {
			return err
		}
		c, err := grow(ctx, n, *days, *shard)
		if err != nil {
			return err
		}
		all := c.learned + c.forecast
		fmt.Fprintf(out, "%6d %18.2f %16.2f %22.3f %20.0f\n", n, c.learned.Seconds(), c.forecast.Seconds(),
			1000*all.Seconds()/float64(n), c.memory)
		x, y = append(x, math.Log(float64(n))), append(y, math.Log(all.Seconds()))
	}
	if len(x) > 1 {
		fmt.Fprintf(out, "cost exponent: %.3f\n", slope(x, y))
	}
	return nil
}

// grown is what a forecast cost.
type grown struct {
	learned, forecast time.Duration
	memory            float64 // MB
}

// drawnPasses is how often a panel is drawn while it is learned from.
const drawnPasses = 7

func grow(ctx context.Context, n, days, shard int) (c grown, err error) {
	leaves := leavesOf(n, days)
	began := cpu()
	for range leaves {
	}
	drawing := cpu() - began
	began = cpu()
	learned, err := forecast.Learn(ctx, leaves, forecast.Options{Horizon: 28, NonNegative: forecast.NonNegativeAlways,
		Levels: []float64{0.5, 0.8, 0.85, 0.95}, Joint: true})
	if err != nil {
		return c, err
	}
	c.learned = cpu() - began - drawnPasses*drawing
	began = cpu()
	some := make([]forecast.Series, 0, shard)
	work := func() error {
		if _, err := learned.Forecast(ctx, some, 0); err != nil {
			return err
		}
		c.memory = max(c.memory, inUse())
		some = some[:0]
		return nil
	}
	for s := range leaves {
		if some = append(some, s); len(some) < shard {
			continue
		}
		if err := work(); err != nil {
			return c, err
		}
	}
	err = work()
	c.forecast = cpu() - began - drawing
	return c, err
}

// leavesOf draws series of a contact centre: a week, a level of its own that wanders, counts.
func leavesOf(n, days int) iter.Seq[forecast.Series] {
	start := time.Date(2025, 1, 6, 0, 0, 0, 0, time.UTC)
	shape := [7]float64{1.3, 1.1, 1, 1, 0.95, 0.4, 0.25}
	return func(yield func(forecast.Series) bool) {
		for i := range n {
			rng := rand.New(rand.NewPCG(uint64(i), 31))
			level, values := math.Exp(rng.NormFloat64()*1.2+2), make([]float64, days)
			for t := range values {
				level *= math.Exp(0.01 * rng.NormFloat64())
				values[t] = poisson(rng, level*shape[t%7])
			}
			if !yield(forecast.Series{ID: strconv.Itoa(i), Values: values, Start: start, Step: wholeDay}) {
				return
			}
		}
	}
}

// inUse is the memory that the Go heap and stacks hold, in MB.
func inUse() float64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapInuse+m.StackInuse) / (1 << 20)
}

// slope is that of the line of least squares.
func slope(x, y []float64) float64 {
	var sx, sy, sxx, sxy float64
	for i := range x {
		sx, sy, sxx, sxy = sx+x[i], sy+y[i], sxx+x[i]*x[i], sxy+x[i]*y[i]
	}
	n := float64(len(x))
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}
