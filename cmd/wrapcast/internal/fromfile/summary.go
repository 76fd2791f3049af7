package fromfile

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/panel"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/tables"
)

// fileForecast is the forecast of a file's series, in their order, with the sums of their next days where they are
// wanted.
type fileForecast struct {
	results []forecast.Result
	days    []int
	sums    [][]panel.Sum
}

// run forecasts the series. The figures are the same with sums and without.
func (p *filePanel) run(ctx context.Context, withSums bool) (done fileForecast, err error) {
	o := p.options
	if withSums {
		done.days = p.SumDays(p.horizon)
	}
	if len(done.days) > 0 {
		o.Levels, o.Joint = panel.SumLevels(o.Levels), true
	}
	if done.results, err = forecast.Run(ctx, p.Series, o); err != nil {
		return done, err
	}
	done.results = p.Results(done.results)
	if len(done.days) == 0 {
		return done, nil
	}
	if done.sums, err = p.Sums(ctx, done.results, done.days, p.options); err != nil {
		return done, err
	}
	for i := range done.results {
		r := &done.results[i]
		r.Bands = r.Bands[:len(p.options.Levels)]
	}
	return done, nil
}

// seriesSummary is one series of what `wrapcast forecast` tells about a file.
type seriesSummary struct {
	ID       string           `json:"series_id"`
	Points   int              `json:"points"`
	Model    string           `json:"model"`
	Fallback string           `json:"fallback,omitempty"`
	WAPE     wrapcast.Measure `json:"wape"`
	MASE     wrapcast.Measure `json:"mase"`
	// Sums are those of its next 7 and 28 days, as far as the horizon has them.
	Sums []panel.Sum `json:"sums,omitempty"`
	*seriesSteps
}

// seriesSteps are the steps of a forecast, which stand in the document where no file has them.
type seriesSteps struct {
	Timestamps []string           `json:"timestamps"`
	Mean       []wrapcast.Measure `json:"mean"`
	Median     []wrapcast.Measure `json:"median"`
	Bands      []seriesBand       `json:"bands"`
}

type seriesBand struct {
	Level float64            `json:"level"`
	Lower []wrapcast.Measure `json:"lower"`
	Upper []wrapcast.Measure `json:"upper"`
}

type forecastSummary struct {
	Schema    string           `json:"schema"`
	Frequency tables.Frequency `json:"frequency"`
	Horizon   int              `json:"horizon"`
	Series    []seriesSummary  `json:"series"`
}

// showSummary sums up: as text on standard error, as JSON on standard output unless the CSV lies there. Where no file
// has the forecast, the JSON has it.
func (cmd Forecast) showSummary(p *filePanel, done fileForecast, f forecastFlags, target string) error {
	switch {
	case cmd.Out.JSON && target == "-":
		aside := *cmd.Out
		aside.Out = aside.Err
		return aside.PrintLine(summarise(p, done, false))
	case cmd.Out.JSON:
		return cmd.Out.PrintLine(summarise(p, done, target == ""))
	case cmd.Out.Quiet:
		return nil
	}
	fallbacks := 0
	for _, r := range done.results {
		if r.Fallback != "" {
			fallbacks++
		}
	}
	text := show.Count(len(done.results), "series", "series") + ", " + show.Count(f.Horizon, "step", "steps") + " ahead"
	if fallbacks > 0 {
		text += fmt.Sprintf("; %d with too little history for more than a simple method", fallbacks)
	}
	cmd.Out.Note(text + sumsTable(done, f.levels))
	return nil
}

// shownSums is of how many series sums are shown as text.
const shownSums = 10

// sumsTable shows the sums of the series with the largest, with the first interval asked for.
func sumsTable(done fileForecast, levels []float64) string {
	if len(done.days) == 0 {
		return ""
	}
	order := make([]int, 0, len(done.results))
	for i := range done.results {
		if len(done.sums[i]) > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(done.sums[b][0].Mean, done.sums[a][0].Mean) })
	headers := []string{"series"}
	for _, d := range done.days {
		headers = append(headers, fmt.Sprintf(" next %d days (%s %%)", d, percentWords(slices.Min(levels)/100)))
	}
	t := show.Table(headers...)
	for _, i := range order[:min(shownSums, len(order))] {
		row := []string{show.Shorten(done.results[i].ID, 26)}
		for _, s := range done.sums[i] {
			row = append(row, fmt.Sprintf("%s (%s–%s)", show.Amount(s.Mean), show.Bound(s.Bands[0].Lower),
				show.Bound(s.Bands[0].Upper)))
		}
		t.Row(row...)
	}
	text := "\n\n" + strings.TrimRight(t.String(), "\n")
	if more := len(order) - shownSums; more > 0 {
		text += fmt.Sprintf("\n  … and %d more (--json has all)", more)
	}
	return text
}

// summarise makes the document, with the steps where nothing else has them.
func summarise(p *filePanel, done fileForecast, withSteps bool) forecastSummary {
	s := forecastSummary{Schema: "wrapcast.forecast-file/1", Frequency: p.File.Frequency, Horizon: p.horizon}
	for i, r := range done.results {
		one := seriesSummary{ID: r.ID, Points: len(p.File.Series[i].Values), Model: r.Model,
			Fallback: r.Fallback, WAPE: wrapcast.Measure(r.Accuracy.WAPE), MASE: wrapcast.Measure(r.Accuracy.MASE)}
		if done.sums != nil {
			one.Sums = done.sums[i]
		}
		if withSteps {
			one.seriesSteps = stepsOf(p.Steps(i), r)
		}
		s.Series = append(s.Series, one)
	}
	return s
}

func stepsOf(timestamps []string, r forecast.Result) *seriesSteps {
	s := &seriesSteps{timestamps, measures(r.Mean), measures(r.Median), []seriesBand{}}
	for _, b := range r.Bands {
		s.Bands = append(s.Bands, seriesBand{b.Level, measures(b.Lower), measures(b.Upper)})
	}
	return s
}

// measures are values of which some may not be known.
func measures(values []float64) []wrapcast.Measure {
	out := make([]wrapcast.Measure, len(values))
	for i, v := range values {
		out[i] = wrapcast.Measure(v)
	}
	return out
}
