package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast/forecast"
)

// drawn is one draw of a scene.
type drawn struct {
	scene
	panel  []forecast.Series
	actual [][]float64
	mean   [][]float64
}

// scatters are the variances of a day's mood in the draws of a scene, one after the other.
func scatters() []float64 { return []float64{0.04, 0.01, 0.1} }

// draw draws a scene.
func (s scene) draw(seed int) drawn {
	d := drawn{scene: s}
	rng := rand.New(rand.NewPCG(uint64(seed), 13))
	start := time.Date(2024, 2, 5, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 100*seed+rng.IntN(7))
	if s.step >= 7*wholeDay {
		start = start.AddDate(0, 0, -int((start.Weekday()+6)%7))
	}
	for code := range s.sizes {
		d.drawCode(code, start, scatters()[seed%len(scatters())], rng)
	}
	return d
}

func (d *drawn) drawCode(code int, start time.Time, scatter float64, rng *rand.Rand) {
	perDay := max(1, int(wholeDay/d.step))
	perStep := max(1, int(d.step/wholeDay))
	seen := d.days / perStep * perDay
	var values, means []float64
	for t := range seen + d.horizon {
		mean, value, hidden := 0.0, 0.0, false
		for k := range perStep {
			day := t/perDay*perStep + k
			p := spot{code: code, ago: d.days/perStep*perStep - day, day: start.AddDate(0, 0, day)}
			m := d.meanOf(p) * d.share(t%perDay, perDay)
			mean += m
			value += poisson(rng, m*gamma(rng, 1/scatter)*scatter)
			hidden = hidden || p.ago > 0 && d.hidden != nil && d.hidden(p)
		}
		if hidden {
			value = math.NaN()
		}
		values, means = append(values, value), append(means, mean)
	}
	first := 0
	for first < seen && values[first] != values[first] {
		first++
	}
	if d.name == "constant-then-free" {
		for t := range seen - 25 {
			values[t] = d.sizes[code] * 0.7
		}
	}
	d.panel = append(d.panel, forecast.Series{ID: fmt.Sprintf("%s %d", d.name, code), Step: d.step,
		Start: start.Add(time.Duration(first) * d.step), Values: values[first:seen]})
	d.actual, d.mean = append(d.actual, values[seen:]), append(d.mean, means[seen:])
}

func (d *drawn) meanOf(p spot) float64 {
	week := d.week
	if week == nil {
		week = usualWeek()
	}
	m := d.sizes[p.code] * week[(int(p.day.Weekday())+6)%7]
	if d.factor != nil {
		m *= d.factor(p)
	}
	return m
}

// share is that of a part of the day.
func (d *drawn) share(part, parts int) float64 {
	if parts == 1 {
		return 1
	}
	curve := func(p int) float64 {
		hour := 24 * (float64(p) + 0.5) / float64(parts)
		if hour < 8 || hour > 20 {
			return 0
		}
		return 0.2 + math.Exp(-(hour-10.5)*(hour-10.5)/6) + 0.8*math.Exp(-(hour-15)*(hour-15)/8)
	}
	sum := 0.0
	for p := range parts {
		sum += curve(p)
	}
	return curve(part) / sum
}

// gamma draws from the gamma distribution of shape a (Marsaglia and Tsang, ACM TOMS 2000), a at least 1.
func gamma(rng *rand.Rand, a float64) float64 {
	d := a - 1.0/3
	for {
		x := rng.NormFloat64()
		v := 1 + x/math.Sqrt(9*d)
		if v <= 0 {
			continue
		}
		v *= v * v
		if math.Log(1-rng.Float64()) < 0.5*x*x+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// judgement is how good forecasts of draws were.
type judgement struct {
	logs           []float64 // per code: logarithm of the error over that of the true mean
	said, expected float64
	n, in80, in95  float64
	top            float64
}

func (j *judgement) ratio() float64 { return math.Exp(meanOf(j.logs)) }

func meanOf(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

func (j *judgement) add(actual, mean []float64, r forecast.Result) {
	ideal, got, largest := 0.0, 0.0, 1.0
	for h, y := range actual {
		ideal, got = ideal+math.Abs(y-mean[h]), got+math.Abs(y-r.Median[h])
		j.said, j.expected, j.n = j.said+r.Mean[h], j.expected+mean[h], j.n+1
		j.in80 += float64(btoi(r.Bands[0].Lower[h] <= y && y <= r.Bands[0].Upper[h]))
		j.in95 += float64(btoi(r.Bands[1].Lower[h] <= y && y <= r.Bands[1].Upper[h]))
		largest = max(largest, y)
	}
	for h := range actual {
		j.top = max(j.top, r.Bands[1].Upper[h]/largest)
	}
	if ideal > 0 {
		j.logs = append(j.logs, math.Log(max(got/ideal, 1e-9)))
	}
}

func (d *drawn) judge(algorithm string, tune map[string]float64, j *judgement) error {
	results, err := forecast.Run(context.Background(), d.panel, forecast.Options{Horizon: d.horizon,
		Seasons: forecast.SeasonsOf(d.step), Levels: []float64{0.8, 0.95}, Algorithm: algorithm, Workers: 1,
		Tune: tune})
	if err != nil {
		return err
	}
	for i, r := range results {
		if d.judged == nil || d.judged(i) {
			j.add(d.actual[i], d.mean[i], r)
		}
	}
	return nil
}

// simple is the mean of the same phase, the newest counting most (0.985 a day), drawn to the level as far as chance
// explains it: what thirty lines can do.
func simple(y []float64, cycle, perDay, horizon int) []float64 {
	sums, weights := make([]float64, cycle), make([]float64, cycle)
	total, whole, squares := 0.0, 0.0, 0.0
	weight := func(t int) float64 { return math.Pow(0.985, float64(len(y)-1-t)/float64(perDay)) }
	for t, v := range y {
		if v == v {
			w := weight(t)
			sums[t%cycle], weights[t%cycle] = sums[t%cycle]+w*v, weights[t%cycle]+w
			total, whole, squares = total+w*v, whole+w, squares+w*w
		}
	}
	level, spread, noise := total/whole, 0.0, 0.0
	for p := range sums {
		if sums[p] /= weights[p]; sums[p] != sums[p] {
			sums[p] = level
		}
		spread += (sums[p] - level) * (sums[p] - level) / float64(max(1, cycle-1))
	}
	for t, v := range y {
		if v == v {
			noise += weight(t) * (v - sums[t%cycle]) * (v - sums[t%cycle]) / whole
		}
	}
	eff := whole * whole / squares
	noise *= eff / max(1, eff-float64(cycle)) * float64(cycle) / eff
	keep := 0.0
	if spread > noise {
		keep = (spread - noise) / spread
	}
	out := make([]float64, horizon)
	for h := range out {
		out[h] = max(0, level+keep*(sums[(len(y)+h)%cycle]-level))
	}
	return out
}

func (d *drawn) judgeSimple(j *judgement) {
	perDay := max(1, int(wholeDay/d.step))
	cycle := 7 * perDay
	if d.step > wholeDay {
		cycle = 1
	}
	for i, s := range d.panel {
		if d.judged == nil || d.judged(i) {
			f := simple(s.Values, cycle, perDay, d.horizon)
			b := forecast.Band{Lower: f, Upper: f}
			j.add(d.actual[i], d.mean[i], forecast.Result{Mean: f, Median: f, Bands: []forecast.Band{b, b}})
		}
	}
}

// sceneLine is what is printed of a scene.
type sceneLine struct {
	lost float64 // logarithm of the error of auto over that of the best of the simple, and over the best there is
	text string
}

// runDraws forecasts made-up scenes and compares with the best that there could be, the worst first.
func runDraws(args []string, out io.Writer) error {
	set := flag.NewFlagSet("draws", flag.ContinueOnError)
	only := set.String("only", "", "scenes to keep, by substrings, by commas")
	draws := set.Int("draws", 3, "draws of each scene")
	first := set.Int("first", 0, "the first draw")
	tune := set.String("tune", "", "constants to change: NAME=VALUE, by commas")
	if err := set.Parse(args); err != nil {
		return err
	}
	var lines []sceneLine
	for _, s := range scenes() {
		named := func(part string) bool { return strings.Contains(s.name, part) }
		if !slices.ContainsFunc(strings.Split(*only, ","), named) {
			continue
		}
		l, err := s.line(*first, *draws, constants(*tune))
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		lines = append(lines, l)
	}
	slices.SortStableFunc(lines, func(a, b sceneLine) int { return cmp.Compare(b.lost, a.lost) })
	fmt.Fprintf(out, "%-28s%7s%8s%7s%7s%8s%9s%9s\n", "scene", "auto", "bias", "in 80", "in 95", "top",
		"smooth", "simple")
	for _, l := range lines {
		fmt.Fprintln(out, l.text)
	}
	return nil
}

func (s scene) line(first, draws int, tune map[string]float64) (sceneLine, error) {
	var auto, smooth, plain judgement
	for seed := first; seed < first+draws; seed++ {
		d := s.draw(seed)
		if err := d.judge(forecast.Auto, tune, &auto); err != nil {
			return sceneLine{}, err
		}
		if err := d.judge("exponentialSmoothing", nil, &smooth); err != nil {
			return sceneLine{}, err
		}
		d.judgeSimple(&plain)
	}
	e := auto.ratio()
	lost := math.Log(e) + max(0, math.Log(e/min(smooth.ratio(), plain.ratio())))
	bias := fmt.Sprintf("%+.1f %%", 100*(auto.said/auto.expected-1))
	if auto.expected == 0 {
		lost, bias = auto.said/max(1, smooth.said), fmt.Sprintf("%.0f", auto.said)
		return sceneLine{lost, fmt.Sprintf("%-28s%7s%8s%7.1f%7.1f%8.2f%9.0f%9.0f", s.name, "–", bias,
			100*auto.in80/auto.n,
			100*auto.in95/auto.n, auto.top, smooth.said, plain.said)}, nil
	}
	return sceneLine{lost, fmt.Sprintf("%-28s%7.3f%8s%7.1f%7.1f%8.2f%9.3f%9.3f", s.name, e, bias, 100*auto.in80/auto.n,
		100*auto.in95/auto.n, auto.top, smooth.ratio(), plain.ratio())}, nil
}
