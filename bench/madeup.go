package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/wrapcast/wrapcast/forecast"
)

// centre describes a made-up contact centre: panels that anybody can run, drawn by rule from a fixed seed. It flatters
// nobody on purpose: what moves the counts is what moves them in life.
type centre struct {
	name    string
	codes   int
	days    [2]int     // history of a code, least and most
	size    [2]float64 // contacts per open day, least and most, evenly on the logarithmic scale
	step    time.Duration
	open    [2]int // hours of the day
	week    int    // open days of the week, from Monday
	horizon int
	season  int
	wander  float64 // standard deviation of the level's steps per week, on the logarithmic scale
	growth  float64 // per year, up to ±
	shifts  bool    // every code changes its level once, by up to a factor of two
	feasts  float64 // share of the usual contacts on holidays; 1 for none
}

const (
	quarterHour = 15 * time.Minute
	wholeDay    = 24 * time.Hour
)

// centres are the panels, by name.
func centres() []centre {
	return []centre{
		{name: "days", codes: 40, days: [2]int{548, 548}, size: [2]float64{3, 150}, step: wholeDay, week: 7,
			horizon: 28, season: 7, wander: 0.05, feasts: 1},
		{name: "weekdays", codes: 40, days: [2]int{270, 270}, size: [2]float64{1, 300}, step: wholeDay, week: 5,
			horizon: 28, season: 7, wander: 0.03, feasts: 0},
		{name: "new", codes: 60, days: [2]int{21, 70}, size: [2]float64{0.5, 100}, step: wholeDay, week: 7, horizon: 14,
			season: 7, wander: 0.03, feasts: 1},
		{name: "shifts", codes: 40, days: [2]int{180, 180}, size: [2]float64{5, 200}, step: wholeDay, week: 6,
			horizon: 28, season: 7, wander: 0.03, growth: 0.6, shifts: true, feasts: 0.4},
		{name: "sparse", codes: 80, days: [2]int{60, 365}, size: [2]float64{0.03, 3}, step: wholeDay, week: 7,
			horizon: 28, season: 7, wander: 0.05, feasts: 1},
		{name: "hours", codes: 24, days: [2]int{84, 84}, size: [2]float64{5, 600}, step: time.Hour, open: [2]int{7, 21},
			week: 6, horizon: 168, season: 24, wander: 0.03, feasts: 1},
		{name: "clock", codes: 24, days: [2]int{112, 112}, size: [2]float64{20, 2000}, step: time.Hour,
			open: [2]int{0, 24}, week: 7, horizon: 72, season: 24, wander: 0.03, feasts: 1},
		{name: "quarters", codes: 12, days: [2]int{42, 70}, size: [2]float64{10, 1500}, step: quarterHour,
			open: [2]int{8, 20}, week: 5, horizon: 672, season: 96, wander: 0.03, feasts: 1},
	}
}

// madeUp draws the panel of one centre.
func (c centre) madeUp() *task {
	t := &task{Name: "made-up " + c.name, Horizon: c.horizon, Season: c.season, Seasons: forecast.SeasonsOf(c.step),
		Freq: c.step.String()}
	end := time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)
	activity := newActivity(c)
	for i := range c.codes {
		rng := rand.New(rand.NewPCG(2026, uint64(i)))
		days := c.days[0] + rng.IntN(c.days[1]-c.days[0]+1)
		start := end.AddDate(0, 0, -days)
		t.panel = append(t.panel, forecast.Series{ID: fmt.Sprintf("code %d", i), Start: start, Step: c.step,
			Values: activity.draw(rng, start, days)})
	}
	return t
}

// activity is what the codes of a centre have in common: how busy each day was, and when in the day contacts come.
type activity struct {
	centre
	first time.Time
	mood  []float64 // factor of each day
	curve []float64 // share of each part of the day
}

func newActivity(c centre) *activity {
	rng := rand.New(rand.NewPCG(2026, 1<<40))
	r := &activity{centre: c, first: time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)}
	wave := 0.0
	for range 3 * 366 {
		wave = 0.5*wave + 0.07*rng.NormFloat64()
		r.mood = append(r.mood, math.Exp(wave))
	}
	parts := int(wholeDay / c.step)
	if parts == 1 {
		r.curve = []float64{1}
		return r
	}
	total := 0.0
	for p := range parts {
		hour := 24 * (float64(p) + 0.5) / float64(parts)
		v := 0.15 + math.Exp(-(hour-10.5)*(hour-10.5)/6) + 0.8*math.Exp(-(hour-15)*(hour-15)/8)
		if hour < float64(c.open[0]) || hour > float64(c.open[1]) {
			v = 0
		}
		r.curve = append(r.curve, v)
		total += v
	}
	for p := range r.curve {
		r.curve[p] /= total
	}
	return r
}

// draw draws the counts of one code.
func (r *activity) draw(rng *rand.Rand, start time.Time, days int) []float64 {
	size := r.size[0] * math.Pow(r.size[1]/r.size[0], rng.Float64())
	week, lean := r.weekOf(rng), 0.6*rng.Float64()-0.3
	growth, level := r.growth*(2*rng.Float64()-1)/365, 0.0
	shift, at := math.Exp(math.Ln2*(2*rng.Float64()-1)), rng.IntN(max(1, days-28))
	var y []float64
	for d := range days {
		day := start.AddDate(0, 0, d)
		level += growth + r.wander/math.Sqrt(7)*rng.NormFloat64()
		mean := size * week[(int(day.Weekday())+6)%7] * math.Exp(level) * r.mood[int(day.Sub(r.first)/wholeDay)] * math.Exp(0.1*rng.NormFloat64())
		if r.shifts && d >= at {
			mean *= shift
		}
		mean *= r.feast(day)
		for p, share := range r.curve {
			tilt := 1 + lean*(2*float64(p)/float64(len(r.curve))-1)
			y = append(y, poisson(rng, mean*share*tilt))
		}
	}
	return y
}

// weekOf is how busy each weekday is: Mondays most, weekends little or closed.
func (r *activity) weekOf(rng *rand.Rand) []float64 {
	week := []float64{1.3, 1.1, 1, 1, 0.9, 0.5, 0.3}
	for d := range week {
		week[d] *= math.Exp(0.15 * rng.NormFloat64())
		if d >= r.week {
			week[d] = 0
		}
	}
	return week
}

// feast is the share of the usual contacts that a day brings: holidays are fixed dates, the day after one is busier.
func (r *activity) feast(day time.Time) float64 {
	if r.feasts == 1 {
		return 1
	}
	holiday := func(t time.Time) bool {
		switch t.Format("01-02") {
		case "01-01", "01-20", "02-17", "04-18", "05-26", "06-19", "07-04", "09-01", "10-13", "11-11", "11-27", "12-25":
			return true
		}
		return false
	}
	switch {
	case holiday(day):
		return r.feasts
	case holiday(day.AddDate(0, 0, -1)):
		return 1.25
	}
	return 1
}

// poisson draws a count; large means by the normal distribution.
func poisson(rng *rand.Rand, mean float64) float64 {
	if mean > 200 {
		return math.Max(0, math.Round(mean+math.Sqrt(mean)*rng.NormFloat64()))
	}
	k, p, limit := 0.0, rng.Float64(), math.Exp(-mean)
	for ; p > limit; k++ {
		p *= rng.Float64()
	}
	return k
}
