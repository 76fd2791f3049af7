package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/wrapcast/wrapcast/forecast"
)

// runPictures draws the figures of docs/FORECASTING.md from the made-up panel.
func runPictures(args []string, out io.Writer) error {
	set := flag.NewFlagSet("pictures", flag.ContinueOnError)
	dir := set.String("out", "docs/img", "directory to write to")
	if err := set.Parse(args); err != nil {
		return err
	}
	t, err := loadTask("", "days")
	if err != nil {
		return err
	}
	fan, err := drawFan(t)
	if err != nil {
		return err
	}
	calibration, err := drawCalibration(t)
	if err != nil {
		return err
	}
	for name, svg := range map[string]string{"fan": fan, "calibration": calibration, "origins": drawOrigins()} {
		path := filepath.Join(*dir, "forecast-"+name+".svg")
		if err := os.WriteFile(path, []byte(svg), 0o644); err != nil {
			return err
		}
		fmt.Fprintln(out, path)
	}
	return nil
}

// canvas gathers the elements of a picture.
type canvas struct {
	b             strings.Builder
	width, height float64
}

func newCanvas(width, height float64, title string) *canvas {
	c := &canvas{width: width, height: height}
	fmt.Fprintf(&c.b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" font-family="sans-serif" font-size="13" stroke="none" role="img">`+"\n", width, height)
	fmt.Fprintf(&c.b, "<title>%s</title>\n<rect width=\"%g\" height=\"%g\" fill=\"#ffffff\"/>\n", title, width, height)
	return c
}

func (c *canvas) text(x, y float64, anchor, s string) {
	fmt.Fprintf(&c.b, `<text x="%.1f" y="%.1f" text-anchor="%s" fill="#333333">%s</text>`+"\n", x, y, anchor, s)
}

func (c *canvas) line(x, y []float64, colour string, width float64, dashes string) {
	if dashes != "" {
		dashes = fmt.Sprintf(` stroke-dasharray="%s"`, dashes)
	}
	fmt.Fprintf(&c.b, `<polyline fill="none" stroke="%s" stroke-width="%g"%s points="%s"/>`+"\n", colour, width, dashes, points(x, y))
}

func (c *canvas) area(x, lower, upper []float64, colour string) {
	xs, ys := append([]float64{}, x...), append([]float64{}, upper...)
	for i := len(x) - 1; i >= 0; i-- {
		xs, ys = append(xs, x[i]), append(ys, lower[i])
	}
	fmt.Fprintf(&c.b, `<polygon fill="%s" points="%s"/>`+"\n", colour, points(xs, ys))
}

func (c *canvas) bar(x, y, width float64, colour string) {
	fmt.Fprintf(&c.b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`+"\n", x, y, width, 16.0, colour)
}

func (c *canvas) String() string { return c.b.String() + "</svg>\n" }

func points(x, y []float64) string {
	var b strings.Builder
	for i := range x {
		fmt.Fprintf(&b, "%.1f,%.1f ", x[i], y[i])
	}
	return strings.TrimSpace(b.String())
}

const (
	inkPast   = "#4a5568"
	inkMean   = "#c05621"
	inkWide   = "#fde8d7"
	inkClose  = "#f6bd90"
	inkActual = "#2b6cb0"
)

// drawFan shows the end of a history, the forecast of what was held back, its intervals, and the actual values.
func drawFan(t *task) (string, error) {
	s := t.panel[busiest(t)]
	n := len(s.Values) - t.Horizon
	past := make([]forecast.Series, len(t.panel))
	for i, p := range t.panel {
		past[i] = p
		past[i].Values = p.Values[:n]
	}
	results, err := forecast.Run(context.Background(), past, forecast.Options{Horizon: t.Horizon, Seasons: t.Seasons,
		Levels: []float64{0.8, 0.95}})
	if err != nil {
		return "", err
	}
	r := results[busiest(t)]
	const shown = 56
	c := newCanvas(820, 330, "History, forecast and intervals")
	top := 0.0
	for _, v := range append(append([]float64{}, s.Values[n-shown:]...), r.Bands[1].Upper...) {
		top = math.Max(top, v)
	}
	at := func(step int) float64 { return 50 + 750*float64(step)/float64(shown+t.Horizon-1) }
	level := func(v float64) float64 { return 280 - 240*v/top }
	series := func(from int, values []float64) (x, y []float64) {
		for i, v := range values {
			x, y = append(x, at(from+i)), append(y, level(v))
		}
		return x, y
	}
	for i := range 5 {
		v := top * float64(i) / 4
		c.line([]float64{50, 800}, []float64{level(v), level(v)}, "#e2e8f0", 1, "")
		c.text(44, level(v)+4, "end", fmt.Sprintf("%.0f", v))
	}
	for _, b := range []struct {
		i      int
		colour string
	}{{1, inkWide}, {0, inkClose}} {
		x, lo := series(shown, r.Bands[b.i].Lower)
		_, hi := series(shown, r.Bands[b.i].Upper)
		c.area(x, lo, hi, b.colour)
	}
	x, y := series(0, s.Values[n-shown:n])
	c.line(x, y, inkPast, 1.6, "")
	x, y = series(shown, r.Mean)
	c.line(x, y, inkMean, 2, "")
	x, y = series(shown, s.Values[n:])
	c.line(x, y, inkActual, 1.4, "3 3")
	c.text(at(shown/2), 305, "middle", "eight weeks of history")
	c.text(at(shown+t.Horizon/2), 305, "middle", "four weeks ahead")
	c.text(60, 26, "start", "grey: history   orange: mean, with its 80 % and 95 % intervals   blue, dashed: actual")
	return c.String(), nil
}

// busiest is the series with the most counts.
func busiest(t *task) int {
	best, most := 0, 0.0
	for i, s := range t.panel {
		sum := 0.0
		for _, v := range s.Values {
			sum += v
		}
		if sum > most {
			best, most = i, sum
		}
	}
	return best
}

// drawCalibration shows the share of outcomes that intervals of each level held, on eight pasts of the panel's dense
// codes.
func drawCalibration(t *task) (string, error) {
	levels := []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95}
	var dense []forecast.Series
	for _, s := range t.panel {
		sum := 0.0
		for _, v := range s.Values {
			sum += v
		}
		if sum > 30*float64(len(s.Values)) {
			dense = append(dense, s)
		}
	}
	r, err := forecast.Backtest(context.Background(), dense, forecast.BacktestOptions{
		Options: forecast.Options{Horizon: t.Horizon, Seasons: t.Seasons, Levels: levels}, Origins: 8,
	})
	if err != nil {
		return "", err
	}
	c := newCanvas(420, 420, "Share of outcomes inside the intervals, by level")
	at := func(v float64) float64 { return 60 + 330*v }
	up := func(v float64) float64 { return 360 - 330*v }
	c.line([]float64{at(0), at(1)}, []float64{up(0), up(1)}, "#a0aec0", 1, "4 4")
	var x, y []float64
	for i, l := range r.Overall.Levels {
		x, y = append(x, at(levels[i])), append(y, up(l.Coverage))
	}
	c.line(x, y, inkMean, 2, "")
	for i := range x {
		fmt.Fprintf(&c.b, `<circle cx="%.1f" cy="%.1f" r="4" fill="%s"/>`+"\n", x[i], y[i], inkMean)
	}
	for _, v := range []float64{0, 0.25, 0.5, 0.75, 1} {
		c.text(at(v), 380, "middle", fmt.Sprintf("%.0f %%", 100*v))
		c.text(52, up(v)+4, "end", fmt.Sprintf("%.0f %%", 100*v))
	}
	c.text(at(0.5), 405, "middle", "level asked for")
	c.text(66, 24, "start", fmt.Sprintf("outcomes inside, %d codes × 8 pasts × %d days", len(dense), t.Horizon))
	return c.String(), nil
}

// drawOrigins shows how the past is forecast: training grey, the window compared in colour.
func drawOrigins() string {
	c := newCanvas(820, 300, "Origins of the backtest")
	const width, horizon = 740.0, 60.0
	for i, back := range []float64{6, 5, 4, 3, 2.5, 2, 1.5, 1} {
		y := 40 + 25*float64(i)
		end := 30 + width - horizon - back*horizon
		c.bar(30, y, end-30, "#cbd5e0")
		c.bar(end, y, horizon, inkClose)
	}
	c.bar(30, 245, width-horizon, "#cbd5e0")
	c.bar(30+width-horizon, 245, horizon, inkMean)
	c.text(30, 26, "start", "grey: what the members may learn from   light: forecast there and compared   dark: the forecast itself")
	c.text(30, 285, "start", "eight pasts, one to six horizons before the end, then the present")
	return c.String()
}
