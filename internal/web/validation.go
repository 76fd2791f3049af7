package web

import (
	"context"
	"net/http"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// validationBody is what validation says of the whole history.
type validationBody struct {
	From wrapcast.Date `json:"from"`
	To   wrapcast.Date `json:"to"`
	Verdicts
	ClockChanges []wrapcast.Date    `json:"clock_changes" doc:"Local days that do not have 96 quarter-hours"`
	Findings     []wrapcast.Finding `json:"findings" doc:"About the whole"`
}

// Verdicts counts codes by verdict, and the days hidden from the models.
type Verdicts struct {
	Codes      int `json:"codes"`
	Good       int `json:"good"`
	Weak       int `json:"weak"`
	Empty      int `json:"empty"`
	MaskedDays int `json:"masked_days"`
}

// maskRow is one day hidden from the models.
type maskRow struct {
	Code     wrapcast.CodeID `json:"code"`
	CodeName string          `json:"code_name"`
	wrapcast.Mask
	Decision *decision `json:"decision,omitempty" doc:"What somebody has decided about the day; the next forecast heeds it"`
}

type reportsInput struct {
	Scope
	Paged
	Search  string `query:"search" maxLength:"200" doc:"Words that must all be part of the name or id"`
	Verdict string `query:"verdict" enum:"good,weak,empty"`
}

type masksInput struct {
	Scope
	Paged
	Code string `query:"code" maxLength:"200" doc:"Only masks of this code"`
	From string `query:"from" format:"date"`
	To   string `query:"to" format:"date"`
}

func (s *Server) registerValidation() {
	register(s.api, wrapcast.RoleViewer, get("get-validation", "/validation", "Data", "What validation says of the whole history"), s.getValidation)
	register(s.api, wrapcast.RoleViewer, get("list-code-reports", "/validation/codes", "Data", "What validation says of each code"), s.listReports)
	register(s.api, wrapcast.RoleViewer, get("get-code-report", "/validation/codes/{code}", "Data", "What validation says of one code"), s.getReport)
	register(s.api, wrapcast.RoleViewer, described(get("list-masks", "/masks", "Data", "List the days hidden from the models"), "The latest day first."), s.listMasks)
}

func notValidated() error {
	return newProblem(http.StatusNotFound, "nothing was validated yet").withHint("start a run")
}

func (s *Server) getValidation(ctx context.Context, in *Scope) (*reply[validationBody], error) {
	snap, err := s.look(ctx, *in)
	if err != nil {
		return nil, err
	}
	if snap.report == nil {
		return nil, notValidated()
	}
	return answer(snap.validation(), nil)
}

func (s *snapshot) validation() validationBody {
	return validationBody{From: s.report.From, To: s.report.To, Verdicts: s.verdicts(), ClockChanges: orEmpty(s.report.ClockChanges),
		Findings: orEmpty(s.report.Findings)}
}

func (s *snapshot) verdicts() Verdicts {
	v := Verdicts{Codes: len(s.report.Codes)}
	for _, c := range s.report.Codes {
		v.MaskedDays += len(c.Masks)
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

func (s *Server) listReports(ctx context.Context, in *reportsInput) (*reply[list[wrapcast.CodeReport]], error) {
	snap, err := s.look(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	if snap.report == nil {
		return nil, notValidated()
	}
	match := matcher(in.Search)
	var found []wrapcast.CodeReport
	for _, c := range snap.report.Codes {
		if match(c.Name, string(c.Code)) && (in.Verdict == "" || in.Verdict == string(c.Verdict)) {
			found = append(found, complete(c))
		}
	}
	return answer(page(in.Paged, found, func(c wrapcast.CodeReport) string { return string(c.Code) }))
}

// complete makes empty lists of nil ones.
func complete(c wrapcast.CodeReport) wrapcast.CodeReport {
	c.Masks, c.Findings = orEmpty(c.Masks), orEmpty(c.Findings)
	return c
}

func (s *Server) getReport(ctx context.Context, in *codeInput) (*reply[wrapcast.CodeReport], error) {
	snap, err := s.look(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	if snap.report == nil {
		return nil, notValidated()
	}
	c := snap.codeReport(in.id())
	if c == nil {
		return nil, noCode(in.Code)
	}
	return answer(complete(*c), nil)
}

func (s *Server) listMasks(ctx context.Context, in *masksInput) (*reply[list[maskRow]], error) {
	snap, err := s.look(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	var found []maskRow
	if snap.report != nil {
		for _, c := range snap.report.Codes {
			for _, m := range c.Masks {
				day := m.Day.String() // dates of one form compare as text
				if (in.Code == "" || c.Code == codeOf(in.Code)) && (in.From == "" || day >= in.From) && (in.To == "" || day <= in.To) {
					found = append(found, maskRow{c.Code, c.Name, m, snap.decided(c.Code, m.Day)})
				}
			}
		}
	}
	slices.SortStableFunc(found, func(a, b maskRow) int { return int(b.Day - a.Day) })
	return answer(page(in.Paged, found, func(m maskRow) string { return m.Day.String() + " " + string(m.Code) }))
}
