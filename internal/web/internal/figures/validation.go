package figures

import (
	"context"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/decided"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// validationBody is the report of validation on the whole history.
type validationBody struct {
	From wrapcast.Date `json:"from"`
	To   wrapcast.Date `json:"to"`
	Verdicts
	ClockChanges []wrapcast.Date    `json:"clock_changes" doc:"Local days that do not have 96 quarter-hours"`
	Findings     []wrapcast.Finding `json:"findings" doc:"About the whole"`
}

// Verdicts counts codes by verdict, and the days hidden from the models.
type Verdicts wrapcast.VerdictCounts

// maskRow is one day hidden from the models.
type maskRow struct {
	Code     wrapcast.CodeID `json:"code"`
	CodeName string          `json:"code_name"`
	wrapcast.Mask
	Decision *decided.Decision `json:"decision,omitempty" doc:"A manual decision about the day; the next forecast uses it"`
}

type reportsInput struct {
	api.Paged
	Search  string `query:"search" maxLength:"200" doc:"Words that must all be part of the name or id"`
	Verdict string `query:"verdict" enum:"good,weak,empty"`
}

type masksInput struct {
	api.Paged
	Code string `query:"code" maxLength:"200" doc:"Only masks of this code"`
	From string `query:"from" format:"date"`
	To   string `query:"to" format:"date"`
}

// validationHandlers answers the reports and masks of validation.
type validationHandlers struct {
	scope.Organisations
}

// operations lists what can be asked here.
func (h *validationHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "get-validation", Path: "/validation", Tag: "Data", Role: viewer,
			Summary: "Validation of the whole history",
			Handler: api.Answer(api.Stored, h.getValidation)},
		{ID: "list-code-reports", Path: "/validation/codes", Tag: "Data", Role: viewer,
			Summary: "Validation by code",
			Handler: api.Answer(api.Stored, h.listReports)},
		{ID: "get-code-report", Path: "/validation/codes/{code}", Tag: "Data", Role: viewer,
			Summary: "Validation of one code",
			Handler: api.Answer(api.Stored, h.getReport)},
		{ID: "list-masks", Path: "/masks", Tag: "Data", Role: viewer,
			Summary:     "List masked days",
			Description: "The latest day first.",
			Handler:     api.Answer(api.Stored, h.listMasks)},
	}
}

func (h *validationHandlers) getValidation(
	ctx context.Context, at api.Scope, _ *struct{},
) (*api.Reply[validationBody], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	if snap.Report == nil {
		return nil, scope.NotValidated()
	}
	return api.Respond(validationOf(snap), nil)
}

func validationOf(snap *snapshot.Snapshot) validationBody {
	return validationBody{From: snap.Report.From, To: snap.Report.To, Verdicts: VerdictsOf(snap),
		ClockChanges: api.OrEmpty(snap.Report.ClockChanges), Findings: api.OrEmpty(snap.Report.Findings)}
}

// VerdictsOf counts the verdicts of the latest report.
func VerdictsOf(snap *snapshot.Snapshot) Verdicts { return Verdicts(snap.Report.Counts()) }

func (h *validationHandlers) listReports(
	ctx context.Context, at api.Scope, in *reportsInput,
) (*api.Page[wrapcast.CodeReport], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	if snap.Report == nil {
		return nil, scope.NotValidated()
	}
	match := scope.Matcher(in.Search)
	var found []wrapcast.CodeReport
	for _, c := range snap.Report.Codes {
		if match(c.Name, string(c.Code)) && (in.Verdict == "" || in.Verdict == string(c.Verdict)) {
			found = append(found, complete(c))
		}
	}
	return api.RespondPage(in.Paged, found, func(c wrapcast.CodeReport) string { return string(c.Code) })
}

// complete makes empty lists of nil ones.
func complete(c wrapcast.CodeReport) wrapcast.CodeReport {
	c.Masks, c.Findings = api.OrEmpty(c.Masks), api.OrEmpty(c.Findings)
	return c
}

func (h *validationHandlers) getReport(
	ctx context.Context, at api.Scope, in *codeInput,
) (*api.Reply[wrapcast.CodeReport], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	if snap.Report == nil {
		return nil, scope.NotValidated()
	}
	c := snap.CodeReport(in.ID())
	if c == nil {
		return nil, noCode(in.Code)
	}
	return api.Respond(complete(*c), nil)
}

func (h *validationHandlers) listMasks(ctx context.Context, at api.Scope, in *masksInput) (*api.Page[maskRow], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	var found []maskRow
	if snap.Report != nil {
		for _, c := range snap.Report.Codes {
			for _, m := range c.Masks {
				day := m.Day.String() // dates of one form compare as text
				if (in.Code == "" || c.Code == scope.CodeOf(in.Code)) && (in.From == "" || day >= in.From) &&
					(in.To == "" || day <= in.To) {
					found = append(found, maskRow{c.Code, c.Name, m, decided.DecisionAbout(snap, c.Code, m.Day)})
				}
			}
		}
	}
	slices.SortStableFunc(found, func(a, b maskRow) int { return int(b.Day - a.Day) })
	return api.RespondPage(in.Paged, found, func(m maskRow) string { return m.Day.String() + " " + string(m.Code) })
}
