package fromfile

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/plain"
)

// explanation is what `wrapcast forecast --explain` says of one series.
type explanation struct {
	Schema     string            `json:"schema"`
	ID         string            `json:"series_id"`
	Points     int               `json:"points"`
	Model      string            `json:"model"`
	Fallback   string            `json:"fallback,omitempty"`
	Notes      []string          `json:"notes,omitempty"`
	Members    []explainedMember `json:"members"`
	Accuracy   explainedAccuracy `json:"accuracy"`
	Timestamps []string          `json:"timestamps"`
	// Mean and Median have one value per step ahead, Components one per step of the history and ahead.
	Mean       []float64            `json:"mean"`
	Median     []float64            `json:"median"`
	Bands      []wrapcast.Band      `json:"bands"`
	Components []explainedComponent `json:"components,omitempty"`
}

type explainedMember struct {
	Name   string           `json:"name"`
	Error  wrapcast.Measure `json:"error"`
	Weight float64          `json:"weight"`
}

type explainedComponent struct {
	Name   string             `json:"name"`
	Values []wrapcast.Measure `json:"values"`
}

type explainedAccuracy struct {
	WAPE    wrapcast.Measure `json:"wape"`
	Bias    wrapcast.Measure `json:"bias"`
	SMAPE   wrapcast.Measure `json:"smape"`
	MASE    wrapcast.Measure `json:"mase"`
	RMSSE   wrapcast.Measure `json:"rmsse"`
	Levels  []explainedLevel `json:"levels"`
	Origins int              `json:"origins"`
	Cells   int              `json:"cells"`
}

type explainedLevel struct {
	Level    float64          `json:"level"`
	Coverage wrapcast.Measure `json:"coverage"`
	MSIS     wrapcast.Measure `json:"msis"`
}

// explain tells what a forecast is made of: on standard error where the CSV lies on standard output.
func (cmd Forecast) explain(p *filePanel, at int, r forecast.Result, aside bool) error {
	out := cmd.Out.Out
	if aside {
		out = cmd.Out.Err
	}
	if cmd.Out.JSON {
		return terminal.WriteJSON(out, explanationOf(p, at, r))
	}
	return writeExplanation(out, p, at, r)
}

func explanationOf(p *filePanel, at int, r forecast.Result) explanation {
	e := explanation{Schema: "wrapcast.forecast-explanation/1", ID: r.ID, Points: len(p.Series[at].Values),
		Model: r.Model, Fallback: r.Fallback,
		Notes: r.Notes, Members: []explainedMember{}, Accuracy: accuracyWords(r.Accuracy), Mean: r.Mean,
		Median: r.Median, Timestamps: p.Steps(at)}
	for _, m := range r.Members {
		e.Members = append(e.Members, explainedMember{Name: m.Name, Error: wrapcast.Measure(m.Error), Weight: m.Weight})
	}
	for _, b := range r.Bands {
		e.Bands = append(e.Bands, wrapcast.Band{Level: b.Level, Lower: b.Lower, Upper: b.Upper})
	}
	for _, c := range r.Components {
		part := explainedComponent{Name: c.Name}
		for _, v := range c.Values {
			part.Values = append(part.Values, wrapcast.Measure(v))
		}
		e.Components = append(e.Components, part)
	}
	return e
}

func accuracyWords(a forecast.Accuracy) explainedAccuracy {
	e := explainedAccuracy{WAPE: wrapcast.Measure(a.WAPE), Bias: wrapcast.Measure(a.Bias),
		SMAPE: wrapcast.Measure(a.SMAPE), MASE: wrapcast.Measure(a.MASE),
		RMSSE: wrapcast.Measure(a.RMSSE), Levels: []explainedLevel{}, Origins: a.Origins, Cells: a.Cells}
	for _, l := range a.Levels {
		e.Levels = append(e.Levels, explainedLevel{Level: l.Level, Coverage: wrapcast.Measure(l.Coverage),
			MSIS: wrapcast.Measure(l.MSIS)})
	}
	return e
}

// Members below minShown of the weight, and steps beyond stepsShown, are left to --json.
const (
	minShown   = 0.005
	stepsShown = 14
)

func writeExplanation(w io.Writer, p *filePanel, at int, r forecast.Result) error {
	var b strings.Builder
	last := p.File.Series[at].Timestamp(len(p.Series[at].Values) - 1)
	fmt.Fprintf(&b, "%s: %s to %s, %s ahead by %s\n", r.ID, show.Count(len(p.Series[at].Values), "value", "values"),
		last, show.Count(len(r.Mean), "step", "steps"), r.Model)
	if r.Fallback != "" {
		b.WriteString(show.Wrap(r.Fallback, "") + "\n")
	}
	if len(r.Members) > 0 {
		b.WriteString("\n" + membersTable(r.Members) + "\n")
	}
	b.WriteString("\n" + show.Wrap(measuredWords(r.Accuracy), "") + "\n")
	b.WriteString("\n" + partsTable(p, at, r) + "\n")
	for _, note := range r.Notes {
		b.WriteString("\n" + show.Wrap(note, "") + "\n")
	}
	return plain.Print(w, b.String())
}

func membersTable(members []forecast.Member) string {
	t := show.Table("member", " error", " weight")
	silent := 0
	for _, m := range members {
		if m.Weight < minShown {
			silent++
			continue
		}
		t.Row(show.Shorten(m.Name, 56), show.Figure(wrapcast.Measure(m.Error)), fmt.Sprintf("%.0f %%", 100*m.Weight))
	}
	if silent > 0 {
		return t.String() + fmt.Sprintf("\n  … and %s with less than half a per cent",
			show.Count(silent, "member", "members"))
	}
	return t.String()
}

func measuredWords(a forecast.Accuracy) string {
	if a.Cells == 0 {
		return "The history is too short to measure an error on."
	}
	text := fmt.Sprintf("Measured on %s of its own: WAPE %s, bias %s, MASE %s",
		show.Count(a.Origins, "test period", "test periods"), show.Percent(wrapcast.Measure(a.WAPE)),
		show.Percent(wrapcast.Measure(a.Bias)), show.Figure(wrapcast.Measure(a.MASE)))
	for _, l := range a.Levels {
		text += fmt.Sprintf("; %s of actuals inside the %s %% interval", show.Percent(wrapcast.Measure(l.Coverage)),
			percentWords(l.Level))
	}
	return text + ". A member with an error of 1 is as good as the seasonal naive forecast."
}

// partsTable shows the first steps ahead, and the parts they are the sum of.
func partsTable(p *filePanel, at int, r forecast.Result) string {
	headers := []string{"ahead", " mean"}
	for _, b := range r.Bands {
		headers = append(headers, " "+percentWords(b.Level)+" %")
	}
	n := len(p.Series[at].Values)
	var parts []forecast.Component
	for _, c := range r.Components {
		if len(c.Values) >= n+len(r.Mean) {
			parts = append(parts, c)
			headers = append(headers, " "+c.Name)
		}
	}
	t, steps := show.Table(headers...), p.Steps(at)
	for h := range min(len(r.Mean), stepsShown) {
		row := []string{steps[h], show.Amount(r.Mean[h])}
		for _, b := range r.Bands {
			row = append(row, show.Bound(b.Lower[h])+"–"+show.Bound(b.Upper[h]))
		}
		for _, c := range parts {
			row = append(row, part(c.Values[n+h]))
		}
		t.Row(row...)
	}
	if more := len(r.Mean) - stepsShown; more > 0 {
		return t.String() + fmt.Sprintf("\n  … and %s more", show.Count(more, "step", "steps"))
	}
	return t.String()
}

// part writes a part of a sum with its sign.
func part(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return fmt.Sprintf("%+.1f", v)
}
