package steps

import (
	"context"
	"fmt"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/validate"
)

// validateStep judges the history of every code. Strict mode refuses weak ones among those asked for.
func validateStep(ctx context.Context, p *pass) (result, error) {
	if err := validate.Horizon(p.spec.HorizonDays, p.spec.Rules); err != nil {
		return result{}, err
	}
	h, err := p.loadHistory(ctx)
	if err != nil {
		return result{}, err
	}
	report := p.judge(h)
	p.Report.Report(wrapcast.Progress{Step: wrapcast.StepValidate, What: "codes", Done: len(report.Codes), Total: len(report.Codes)})
	if p.spec.Strict {
		if err := validate.Refuse(p.asked(report)); err != nil {
			return result{}, err
		}
	}
	return result{
		detail: tally(report),
		entry:  wrapcast.AuditEntry{Detail: tally(report).sentence()},
		save:   func(tx *store.Tx) error { return tx.Validations().Save(p.run.Organisation, p.run.ID, report) },
	}, nil
}

// judge validates the history of all codes together.
func (p *pass) judge(h *history) wrapcast.ValidationReport {
	r := validate.Request{From: h.From, To: h.To, Zone: h.Zone, Horizon: p.spec.HorizonDays}
	for _, g := range h.Codes() {
		r.Series = append(r.Series, p.seriesOf(h, g))
	}
	return validate.History(r, p.rules(h))
}

// seriesOf is a code's history, and what people decided about its days.
func (p *pass) seriesOf(h *history, g demand.Sum[wrapcast.CodeID]) validate.Series {
	hidden, shown := h.known.byHand(g.Key)
	return validate.Series{Code: p.directory.Code(g.Key), From: h.From, Values: g.Handled, Hidden: hidden, Shown: shown}
}

// rules are those asked for; days the calendar names need no other explanation.
func (p *pass) rules(h *history) validate.Rules {
	rules := p.spec.Rules
	rules.Explained = h.known.resolved.Explained()
	return rules
}

// asked cuts a report to the codes the run was asked for.
func (p *pass) asked(r wrapcast.ValidationReport) wrapcast.ValidationReport {
	if len(p.spec.Codes) == 0 {
		return r
	}
	kept := r
	kept.Codes = nil
	for _, c := range r.Codes {
		if p.wants(c.Code) {
			kept.Codes = append(kept.Codes, c)
		}
	}
	return kept
}

// verdicts counts codes by verdict, and the days hidden from the models.
type verdicts struct {
	Codes  int `json:"codes"`
	Good   int `json:"good"`
	Weak   int `json:"weak"`
	Empty  int `json:"empty"`
	Masked int `json:"masked_days"`
}

func tally(r wrapcast.ValidationReport) verdicts {
	v := verdicts{Codes: len(r.Codes)}
	for _, c := range r.Codes {
		v.Masked += len(c.Masks)
		switch c.Verdict {
		case wrapcast.Good:
			v.Good++
		case wrapcast.Weak:
			v.Weak++
		case wrapcast.Empty:
			v.Empty++
		}
	}
	return v
}

func (v verdicts) sentence() string {
	return fmt.Sprintf("%d codes: %d good, %d weak, %d empty; %d days masked", v.Codes, v.Good, v.Weak, v.Empty, v.Masked)
}
