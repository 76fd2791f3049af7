package staff

import (
	"fmt"
	"math"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/internal/heads"
)

// text is a report for people: a line per planning group and week, or days and codes of the only one.
func text(r *heads.Report, one bool, p *show.Page) string {
	p.Say(fmt.Sprintf("Required staff, %s to %s, expected and in %s.", r.From, r.To, odds(r.Certainty)), "")
	p.WriteString("\n" + groupTable(r, p).String() + "\n")
	writeRoster(p, r)
	writePlatform(p, r)
	if one {
		for _, g := range r.Groups {
			writeGroup(p, r, g)
		}
	}
	p.WriteString("\n")
	for _, note := range r.Notes {
		p.Say(note, "")
	}
	if !one && len(r.Groups) > 0 {
		p.Say(fmt.Sprintf("Days and wrap-up codes of one: wrapcast staff --group %q. Quarter-hours: --json.", r.Groups[0].Name), "")
	}
	return p.String()
}

// odds says a certainty in futures: 9 futures of 10, 19 of 20.
func odds(certainty float64) string {
	for _, of := range []float64{10, 20, 100} {
		if n := certainty * of; math.Abs(n-math.Round(n)) < 1e-9 {
			return fmt.Sprintf("%.0f futures of %.0f", n, of)
		}
	}
	return percent(certainty) + " of futures"
}

// groupTable has a line per planning group and week.
func groupTable(r *heads.Report, p *show.Page) *show.Grid {
	t := p.Table("planning group", "week of", " contacts", " peak", " surer", " hours", " surer", " rostered", " cost",
		"served")
	for _, g := range r.Groups {
		for _, w := range g.Weeks {
			t.Row(g.Name, w.From.String(), show.Amount(w.Contacts), show.Amount(w.Peak), measured(w.PeakSurer),
				show.Amount(w.Hours), measured(w.HoursSurer), show.Amount(w.RosteredHours), money(w.Cost, r.Currency), served(g))
		}
	}
	for _, w := range r.Weeks {
		if len(r.Groups) > 1 {
			t.Row("all together", w.From.String(), show.Amount(w.Contacts), show.Amount(w.Peak), measured(w.PeakSurer),
				show.Amount(w.Hours), measured(w.HoursSurer), show.Amount(w.RosteredHours), money(w.Cost, r.Currency))
		}
	}
	return t
}

// writeRoster shows how far the people on a roster go, where one was looked at.
func writeRoster(p *show.Page, r *heads.Report) {
	t := p.Table("planning group", "week of", " on roster", " to be rostered", " short", " over", " enough")
	for _, g := range r.Groups {
		for _, w := range g.Weeks {
			if w.OnRoster == nil {
				return
			}
			t.Row(g.Name, w.From.String(), show.Amount(*w.OnRoster), show.Amount(w.RosteredHours), show.Amount(*w.Short),
				show.Amount(*w.Over), show.Percent(*w.Enough))
		}
	}
	p.WriteString("\nBeside the roster, in hours; enough: share of quarter-hours and futures in which it is:\n" + t.String() + "\n")
}

// writePlatform shows what Genesys asks for, where it was asked.
func writePlatform(p *show.Page, r *heads.Report) {
	for _, w := range r.Platform {
		if len(w.Groups) == 0 {
			p.WriteString("\n")
			p.Say(fmt.Sprintf("Genesys' required staff, week of %s: %s.", w.From, w.Note), "")
			continue
		}
		t := p.Table("planning group", " hours", " Genesys", " difference", " peak", " Genesys")
		row := func(name string, g heads.PlatformGroup) {
			t.Row(name, show.Amount(g.Ours), show.Amount(g.Hours), show.SignedAmount(g.Difference), show.Amount(g.OursPeak),
				show.Amount(g.Peak))
		}
		for _, g := range w.Groups {
			row(g.Name, g)
		}
		if len(w.Groups) > 1 {
			t.Row("all together", show.Amount(w.Ours), show.Amount(w.Hours), show.SignedAmount(w.Difference))
		}
		p.WriteString(fmt.Sprintf("\nBeside Genesys' required staff, week of %s, in hours of people who are there:\n", w.From) +
			t.String() + "\n")
		if w.Note != "" {
			p.Say("Note: "+w.Note+".", "")
		}
	}
}

func measured(m wrapcast.Measure) string { return show.Measured(m) }

func money(amount *float64, currency string) string {
	if amount == nil {
		return "–"
	}
	return show.Thousands(int64(math.Round(*amount))) + " " + currency
}

// served says in short how a group is served.
func served(g heads.Group) string {
	s := g.Service
	var words string
	switch {
	case s.Promise > 0:
		words = "within " + seconds(s.Promise)
	case s.ServiceLevel > 0:
		words = fmt.Sprintf("%.0f %% in %s", 100*s.ServiceLevel, seconds(s.Within))
	case s.ASA > 0:
		words = "mean wait " + seconds(s.ASA)
	case s.Occupancy > 0:
		words = fmt.Sprintf("%.0f %% busy", 100*s.Occupancy)
	default:
		words = fmt.Sprintf("%.0f %% give up", 100*s.Abandoned)
	}
	switch {
	case g.Indicative:
		words += ", indicative"
	case s.Source == heads.SourcePlatform:
		words += ", Genesys"
	}
	return words
}

// writeGroup shows the days and codes of a planning group.
func writeGroup(p *show.Page, r *heads.Report, g heads.Group) {
	days := p.Table("day", " contacts", " peak", " surer", " hours", " surer", " rostered")
	for _, d := range g.Days {
		days.Row(d.From.String()+" "+d.From.Weekday().String()[:3], show.Amount(d.Contacts), show.Amount(d.Peak),
			measured(d.PeakSurer), show.Amount(d.Hours), measured(d.HoursSurer), show.Amount(d.RosteredHours))
	}
	p.WriteString("\n" + days.String() + "\n")
	for _, w := range g.Weeks {
		codes := p.Table("wrap-up code", " hours", " share", " its uncertainty", " ten per cent more", " cost")
		for i, c := range w.Reasons {
			const most = 20
			if i == most {
				codes.Row(fmt.Sprintf("and %d more", len(w.Reasons)-most))
				break
			}
			codes.Row(c.Name, show.Amount(c.Hours), percent(c.Hours/w.Hours), signed(float64(c.Surer)), signed(c.TenPercent),
				money(c.Cost, r.Currency))
		}
		p.WriteString(fmt.Sprintf("\nBy reason, week of %s, in hours:\n", w.From) + codes.String() + "\n")
		saySentences(p, r, w)
	}
}

// saySentences says of a week what its busiest quarter-hour needs, and what of it the largest codes are.
func saySentences(p *show.Page, r *heads.Report, w heads.Stretch) {
	text := fmt.Sprintf("Busiest quarter-hour: %s people; in %s, %s.", show.Amount(w.Peak), odds(r.Certainty),
		measured(w.PeakSurer))
	whole := 0.0
	for _, c := range w.Reasons {
		whole += c.Heads
	}
	text += fmt.Sprintf(" While anybody is needed it is %s on average.", show.Amount(whole))
	const most, worthAWord = 3, 0.05
	for i, c := range w.Reasons {
		if i == most || c.Heads < worthAWord {
			break
		}
		text += fmt.Sprintf(" %s is %s of the %s; its uncertainty costs %s; ten per cent more of it costs %s", c.Name,
			show.Amount(c.Heads), show.Amount(whole), signed(float64(c.SurerHeads)), signed(c.TenPercentHeads))
		if c.TenPercentCost != nil {
			text += fmt.Sprintf(", %.2f %s an hour", *c.TenPercentCost, r.Currency)
		}
		text += "."
	}
	p.WriteString("\n")
	p.Say(text, "")
}

func signed(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return show.SignedAmount(v)
}
