package flow

import (
	"context"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/validate"
)

// accuracyOrigins is how many times the past is forecast to measure the accuracy.
const accuracyOrigins = 4

// measure forecasts the past: from each of several origins, four weeks apart, the whole
// procedure (masks, engine) sees only what was known then, and what it says of the four
// weeks after is compared with what came, outliers included. The figures go into made's
// codes, those over all codes are returned.
func (p *pass) measure(ctx context.Context, h *history, made wrapcast.Forecast) (wrapcast.Accuracy, error) {
	all := newScore(p.spec.Level)
	codes := group(h, byCode)
	perCode := make([]*score, len(codes))
	for i := range perCode {
		perCode[i] = newScore(p.spec.Level)
	}
	for k := range accuracyOrigins {
		cut := h.days() - accuracyFor*(accuracyOrigins-k)
		if err := p.scoreOrigin(ctx, h, codes, cut, all, perCode); err != nil {
			return wrapcast.Accuracy{}, err
		}
	}
	for i := range made.Codes {
		made.Codes[i].Accuracy = perCode[i].accuracy()
	}
	return all.accuracy(), nil
}

// scoreOrigin forecasts from the day cut on what was known before it.
func (p *pass) scoreOrigin(ctx context.Context, h *history, codes []keyedHistory[wrapcast.CodeID], cut int, all *score, perCode []*score) error {
	var panel []forecast.Series
	var index []int
	for i, g := range codes {
		known := g.handled[:max(cut, 0)]
		if !slices.ContainsFunc(known, func(v float64) bool { return v > 0 }) {
			continue // nobody knew of this code then
		}
		masks := validate.Check(validate.Series{Code: nameOf(g.key, p.directory), From: h.from, Values: known}, p.spec.Rules).Masks
		panel = append(panel, h.series("code "+string(g.key), masked(known, h.from, masks)))
		index = append(index, i)
	}
	if len(panel) == 0 {
		return nil
	}
	results, err := p.runEngine(ctx, panel, accuracyFor)
	if err != nil {
		return err
	}
	for j, i := range index {
		actual := codes[i].handled[cut : cut+accuracyFor]
		all.add(actual, codes[i].handled[:cut], results[j])
		perCode[i].add(actual, codes[i].handled[:cut], results[j])
	}
	all.origins++
	for _, i := range index {
		perCode[i].origins++
	}
	return nil
}

// score adds up the errors of forecasts.
type score struct {
	level                float64
	origins, cells       int
	absolute, bias, sum  float64
	inside               int
	scaledErrors, scaled float64
}

func newScore(level float64) *score { return &score{level: level} }

// add compares one forecast with what came; days never read are left out.
func (s *score) add(actual, known []float64, r forecast.Result) {
	i := slices.IndexFunc(r.Bands, func(b forecast.Band) bool { return b.Level == s.level })
	for t, y := range actual {
		if math.IsNaN(y) {
			continue
		}
		s.cells++
		s.absolute += math.Abs(y - r.Median[t])
		s.bias += r.Mean[t] - y
		s.sum += y
		if r.Bands[i].Lower[t] <= y && y <= r.Bands[i].Upper[t] {
			s.inside++
		}
	}
	first := slices.IndexFunc(known, func(v float64) bool { return v > 0 })
	if mase := forecast.MASE(actual, r.Median, known[max(first, 0):], week); !math.IsNaN(mase) && !math.IsInf(mase, 0) {
		s.scaledErrors += mase
		s.scaled++
	}
}

func (s *score) accuracy() wrapcast.Accuracy {
	return wrapcast.Accuracy{
		WAPE: wrapcast.Measure(s.absolute / s.sum), Bias: wrapcast.Measure(s.bias / s.sum), MASE: wrapcast.Measure(s.scaledErrors / s.scaled),
		Coverage: wrapcast.Measure(float64(s.inside) / float64(s.cells)), Level: s.level, Origins: s.origins, Cells: s.cells,
	}
}
