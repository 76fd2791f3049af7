package planning

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// PayloadInput is what the REST target's payload is made from.
type PayloadInput struct {
	Plan     wrapcast.PlanID
	Forecast wrapcast.Forecast
	// Report is the validation the forecast stands on.
	Report wrapcast.ValidationReport
	// Codes are the codes to name; none means all of the forecast.
	Codes []wrapcast.CodeID
	// Days is how many days to send; zero or more than the forecast has means all it has.
	Days int
	// Level is the confidence level; zero means 0.85. The bands sent are all the forecast has.
	Level float64
	// ValidatedAt and MadeAt are when the history was validated and the payload made.
	ValidatedAt, MadeAt time.Time
}

const (
	payloadDescription = "Automated wrap-up code volume forecast with outlier filtering"
	payloadDimension   = "wrapupCodeId"
	payloadMetric      = "conversationVolume"
	payloadDay         = "P1D"
	payloadLevel       = 0.85
)

// Payload makes the REST target's payload, field for field; the forecast's own values per code and
// day travel in metadata.wrapcast. Contacts without a code have no id to put among the dimensions and travel there
// alone. The seasonality score is the codes' mean weighted by contacts, codes without one left out. A code asked
// for that the forecast does not have is a blocking finding.
func Payload(in PayloadInput) (wrapcast.ForecastPayload, []wrapcast.Finding) {
	f := in.Forecast
	days := f.Days
	if in.Days > 0 && in.Days < days {
		days = in.Days
	}
	codes, findings := chosen(in)
	level := in.Level
	if level == 0 {
		level = payloadLevel
	}
	p := wrapcast.ForecastPayload{
		Name:        "WrapUp_Forecast_" + in.MadeAt.UTC().Format("20060102"),
		Description: payloadDescription + " (" + Describe(in.Plan, "") + ")",
		Dimensions:  []wrapcast.PayloadDimension{}, TimeWindows: windowsOf(f, days),
		ConfidenceLevel: level, TargetMetric: payloadMetric, Algorithm: f.Algorithm,
		Metadata: metadataOf(in, codes),
	}
	p.Metadata.Wrapcast.Days = make([]wrapcast.Date, days)
	for i := range p.Metadata.Wrapcast.Days {
		p.Metadata.Wrapcast.Days[i] = f.From + wrapcast.Date(i)
	}
	for _, c := range codes {
		if c.Code.ID != wrapcast.NoCode {
			p.Dimensions = append(p.Dimensions, wrapcast.PayloadDimension{Name: payloadDimension,
				Value: string(c.Code.ID)})
		}
		p.Metadata.Wrapcast.Codes = append(p.Metadata.Wrapcast.Codes, codeOf(c, days))
	}
	return p, findings
}

// chosen returns the codes asked for in the order asked, or all.
func chosen(in PayloadInput) ([]wrapcast.CodeForecast, []wrapcast.Finding) {
	findings := []wrapcast.Finding{}
	if len(in.Codes) == 0 {
		return in.Forecast.Codes, findings
	}
	var codes []wrapcast.CodeForecast
	for _, id := range in.Codes {
		at := slices.IndexFunc(in.Forecast.Codes, func(c wrapcast.CodeForecast) bool { return c.Code.ID == id })
		if at < 0 {
			findings = append(findings, wrapcast.Finding{Code: "unknown-code", Severity: wrapcast.Blocking,
				Place: string(id),
				Message: fmt.Sprintf("the forecast has no wrap-up code %q",
					id), Advice: "list the codes with wrapcast codes"})
			continue
		}
		codes = append(codes, in.Forecast.Codes[at])
	}
	return codes, findings
}

// windowsOf is the one window of the payload: from the first local midnight to the one after the last day, in UTC.
func windowsOf(f wrapcast.Forecast, days int) []wrapcast.PayloadTimeWindow {
	loc, err := time.LoadLocation(f.TimeZone)
	if err != nil {
		loc = time.UTC
	}
	at := func(d wrapcast.Date) string { return d.Midnight(loc).UTC().Format(time.RFC3339) }
	end := f.From + wrapcast.Date(days)
	return []wrapcast.PayloadTimeWindow{{Start: at(f.From), End: at(end), Granularity: payloadDay}}
}

func metadataOf(in PayloadInput, codes []wrapcast.CodeForecast) wrapcast.PayloadMetadata {
	wanted := map[wrapcast.CodeID]bool{}
	for _, c := range codes {
		wanted[c.Code.ID] = true
	}
	masks, weights, scores := 0, 0.0, 0.0
	for _, r := range in.Report.Codes {
		if !wanted[r.Code] {
			continue
		}
		masks += len(r.Masks)
		if r.Seasonality.Known() {
			weights += float64(r.Contacts)
			scores += float64(r.Contacts) * float64(r.Seasonality)
		}
	}
	score := wrapcast.NotMeasured()
	if weights > 0 {
		score = wrapcast.Measure(scores / weights)
	}
	return wrapcast.PayloadMetadata{
		SeasonalityScore: score, OutliersFiltered: masks,
		ValidationTimestamp: in.ValidatedAt.UTC().Format(time.RFC3339),
		Wrapcast: wrapcast.PayloadWrapcast{
			Plan: in.Plan, Forecast: in.Forecast.ID, CountingRule: in.Forecast.CountingRule,
			TimeZone: in.Forecast.TimeZone,
			Codes:    []wrapcast.PayloadCode{},
		},
	}
}

func codeOf(c wrapcast.CodeForecast, days int) wrapcast.PayloadCode {
	out := wrapcast.PayloadCode{Code: c.Code.ID, Name: c.Code.Name, Bands: []wrapcast.Band{},
		Mean: first(c.Mean, days), Median: first(c.Median, days)}
	for _, b := range c.Bands {
		out.Bands = append(out.Bands, wrapcast.Band{Level: b.Level, Lower: first(b.Lower, days),
			Upper: first(b.Upper, days)})
	}
	return out
}

// first returns the first n values, rounded to hundredths: no more is known, and a payload is read by people too.
func first(values []float64, n int) []float64 {
	out := make([]float64, min(n, len(values)))
	for i := range out {
		out[i] = math.Round(100*values[i]) / 100
	}
	return out
}
