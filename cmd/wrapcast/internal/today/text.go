package today

import (
	"fmt"
	"math"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/internal/today"
)

// text is a report for people.
func text(r *today.Report, p *show.Page) string {
	p.Say(fmt.Sprintf("%s %s, counts until %s (%s), forecast of %s.", r.Day.Weekday(), r.Day, hour(r.Until), r.TimeZone,
		r.MadeAt.Format("2006-01-02 15:04 UTC")), "")
	p.WriteString("\n")
	p.Say(verdict(r), "")
	p.WriteString("\n" + table(p, "planning group", append([]today.Subject{r.Total}, r.Groups...), true) + "\n")
	for _, part := range []struct {
		title string
		of    []today.Subject
	}{{"queue", r.Queues}, {"wrap-up code", r.Codes}} {
		if len(part.of) > 0 {
			p.WriteString("\n" + table(p, part.title, part.of, false) + "\n")
		}
	}
	p.WriteString("\n")
	if r.OtherCodes > 0 {
		p.Say(fmt.Sprintf("%s of fewer than 20 contacts a day are not looked at by themselves.",
			show.Count(r.OtherCodes, "wrap-up code", "wrap-up codes")), "")
	}
	if r.LateCodes.Shared >= 1 {
		p.Say(fmt.Sprintf("Late codes: %s of today's contacts have no code yet, %s usually; %.0f were given to codes in proportion.",
			show.Percent(r.LateCodes.Now), show.Percent(r.LateCodes.Usual), r.LateCodes.Shared), "")
	}
	for _, f := range r.Findings {
		p.Say(sentence(f), "  ")
	}
	proposals(r, p)
	return p.String()
}

// hour is the time of day of an RFC 3339 text.
func hour(text string) string {
	_, clock, _ := strings.Cut(text, "T")
	return clock[:min(5, len(clock))]
}

func verdict(r *today.Report) string {
	if math.IsNaN(float64(r.Chance)) {
		return "Whether the day goes off cannot be said."
	}
	if !r.Off {
		return fmt.Sprintf("The day is within what ordinary days do (%s of them are as far off at some time).", chance(r.Chance))
	}
	var which []string
	for _, part := range [][]today.Subject{{r.Total}, r.Groups, r.Queues, r.Codes} {
		for _, s := range part {
			if s.Off && s.Change != nil {
				which = append(which, fmt.Sprintf("%s since %s (%s)", s.Name, hour(s.Since),
					show.SignedPercent(wrapcast.Measure(*s.Change))))
			}
		}
	}
	const most = 5
	if len(which) > most {
		which = append(which[:most], fmt.Sprintf("%d more", len(which)-most))
	}
	return fmt.Sprintf("The day goes off: %s. One or two ordinary days in 100 are called so, too.", strings.Join(which, ", "))
}

// chance writes a small share.
func chance(m wrapcast.Measure) string {
	if m < 0.001 {
		return "fewer than 0.1 %"
	}
	return show.Percent(m)
}

const (
	// shown is how many contacts a day has to have, in the forecast or until now, for a line of the table.
	shown = 5
	// rows is how many lines a table has at most beside those that go off.
	rows = 30
)

// table is a line per subject: so far, and the rest of the day, each beside what the morning's forecast has. Where none
// is large enough for a line, it says so.
func table(p *show.Page, title string, of []today.Subject, staff bool) string {
	headers := []string{title, " so far", " morning", " rest", " 80 %", " morning"}
	if staff {
		headers = append(headers, " staff h", " morning")
	}
	t := p.Table(append(headers, "")...)
	written, left := 0, 0
	for i, s := range of {
		if !s.Off && s.State != today.Silent && (i >= rows || max(s.DayForecast, s.Actual) < shown) {
			left++
			continue
		}
		written++
		row := []string{s.Name, show.Amount(s.Actual), show.Amount(s.Expected), show.Amount(s.Rest), band(s),
			show.Amount(s.Morning)}
		if staff {
			row = append(row, staffHours(s)...)
		}
		t.Row(append(row, state(s))...)
	}
	text := t.String()
	if written == 0 {
		text = strings.ToUpper(title[:1]) + title[1:] + "s: "
	}
	if left > 0 {
		text += p.Wrap(fmt.Sprintf("%s small ones in --json.", show.Thousands(int64(left))), "") + "\n"
	}
	return strings.TrimRight(text, "\n")
}

func band(s today.Subject) string {
	if len(s.Bands) == 0 {
		return "–"
	}
	return show.Bound(math.Round(s.Bands[0].Lower)) + "–" + show.Bound(math.Round(s.Bands[0].Upper))
}

func staffHours(s today.Subject) []string {
	if s.Staff == nil {
		return []string{"–", "–"}
	}
	return []string{show.Amount(s.Staff.Hours), show.Amount(s.Staff.Morning)}
}

// state says in a word what is special of a subject.
func state(s today.Subject) string {
	switch {
	case s.Off:
		return "off"
	case s.State == today.Closed:
		return "closed"
	case s.State == today.Silent:
		return "silent"
	case s.State == today.Plain:
		return "few days"
	case s.State == today.Over:
		return "over"
	case s.State == today.Morning:
		return "not updated"
	}
	return ""
}

func sentence(f wrapcast.Finding) string {
	text := strings.ToUpper(f.Message[:1]) + f.Message[1:] + "."
	if f.Place != "" {
		text = f.Place + ": " + f.Message + "."
	}
	if f.Advice != "" {
		text += " " + strings.ToUpper(f.Advice[:1]) + f.Advice[1:] + "."
	}
	return text
}

// proposals lists overrides that would say what is expected now.
func proposals(r *today.Report, p *show.Page) {
	for _, o := range r.Proposals {
		p.Say(fmt.Sprintf("Proposed for today, not stored: %s at %s instead of %s contacts.", o.Name, show.Amount(o.Set),
			show.Amount(o.Now)), "")
		p.Line("  "+o.Command, "    ")
	}
}
