package report

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// svg is a picture being drawn: plain shapes with classes, which the page's style sheet colours for light, dark and
// paper.
type svg struct {
	b             strings.Builder
	width, height float64
}

func newSVG(width, height float64, label string) *svg {
	s := &svg{width: width, height: height}
	fmt.Fprintf(&s.b, `<svg viewBox="0 0 %s %s" role="img" aria-label="%s">`, num(width), num(height), html.EscapeString(label))
	return s
}

// String ends the picture.
func (s *svg) String() string { return s.b.String() + "</svg>" }

// num writes a length with at most one decimal.
func num(v float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") }

func (s *svg) line(class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(&s.b, `<line class="%s" x1="%s" y1="%s" x2="%s" y2="%s"/>`, class, num(x1), num(y1), num(x2), num(y2))
}

func (s *svg) rect(class string, x, y, w, h float64) {
	fmt.Fprintf(&s.b, `<rect class="%s" x="%s" y="%s" width="%s" height="%s"/>`, class, num(x), num(y), num(max(w, 0)), num(max(h, 0)))
}

func (s *svg) circle(class string, x, y, r float64) {
	fmt.Fprintf(&s.b, `<circle class="%s" cx="%s" cy="%s" r="%s"/>`, class, num(x), num(y), num(r))
}

// text writes a word; anchor is start, middle or end.
func (s *svg) text(class, anchor string, x, y float64, word string) {
	fmt.Fprintf(&s.b, `<text class="%s" text-anchor="%s" x="%s" y="%s">%s</text>`, class, anchor, num(x), num(y), html.EscapeString(word))
}

// path joins points, and begins anew after a NaN.
func (s *svg) path(class string, xs, ys []float64) {
	var d strings.Builder
	down := false
	for i := range xs {
		if math.IsNaN(ys[i]) {
			down = false
			continue
		}
		command := "M"
		if down {
			command = "L"
		}
		d.WriteString(command + num(xs[i]) + " " + num(ys[i]))
		down = true
	}
	if d.Len() > 0 {
		fmt.Fprintf(&s.b, `<path class="%s" d="%s"/>`, class, d.String())
	}
}

// area fills between two lines, where both are known.
func (s *svg) area(class string, xs, lower, upper []float64) {
	for from := 0; from < len(xs); from++ {
		to := from
		for to < len(xs) && !math.IsNaN(lower[to]) && !math.IsNaN(upper[to]) {
			to++
		}
		if to-from > 1 {
			var d strings.Builder
			for i := from; i < to; i++ {
				d.WriteString(map[bool]string{true: "M", false: "L"}[i == from] + num(xs[i]) + " " + num(upper[i]))
			}
			for i := to - 1; i >= from; i-- {
				d.WriteString("L" + num(xs[i]) + " " + num(lower[i]))
			}
			fmt.Fprintf(&s.b, `<path class="%s" d="%sZ"/>`, class, d.String())
		}
		from = max(from, to)
	}
}

// ticks are round numbers from 0 to at least the largest value, about n of them.
func ticks(largest float64, n int) []float64 {
	if !(largest > 0) {
		return []float64{0, 1}
	}
	step := math.Pow(10, math.Floor(math.Log10(largest/float64(n))))
	for _, factor := range []float64{1, 2, 2.5, 5, 10} {
		if largest/(step*factor) <= float64(n) {
			step *= factor
			break
		}
	}
	var all []float64
	for v := 0.0; v < largest+step; v += step {
		all = append(all, v)
	}
	return all
}
