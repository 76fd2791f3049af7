package reports

import (
	"cmp"
	"context"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/validate"
)

// Verdicts says of every wrap-up code in every queue whether it can be forecast there, and of every queue how much its
// codes tell, from what is stored.
func Verdicts(ctx context.Context, v *steps.View) (validate.VerdictReport, error) {
	h, err := v.LoadHistory(ctx)
	if err != nil {
		return validate.VerdictReport{}, err
	}
	r := validate.PairRequest{From: h.From}
	for _, g := range demand.SumBy(h.History, codeAndQueue) {
		leaf := h.Leaves[g.Leaves[0]].Leaf
		r.Pairs = append(r.Pairs, validate.Pair{Code: v.Directory.Code(leaf.Code), Queue: v.Directory.Queue(leaf.Queue),
			Values: g.Handled})
	}
	return validate.Pairs(r, v.Rules(h)), nil
}

// codeAndQueue is the same for leaves of one code in one queue, whatever their media type.
func codeAndQueue(l wrapcast.Leaf) string { return string(l.Code) + "\x00" + string(l.Queue) }

// MaskOptions say which masks are listed.
type MaskOptions struct {
	// Code is the only one looked at, where it is not nil; then the effect of each single mask is measured too.
	Code *wrapcast.CodeID
	// Days is how many days ahead effects are measured over; zero means 28.
	Days int
	// NoEffects leaves the effects out: the list alone is quick.
	NoEffects bool
}

// Masks lists the days hidden from the models with rule, reason and the effect on the forecast: what would be forecast
// if the code's masks were undone. Effects come from forecasting again without them.
func Masks(ctx context.Context, v *steps.View, o MaskOptions) (wrapcast.MaskReport, error) {
	h, err := v.LoadHistory(ctx)
	if err != nil {
		return wrapcast.MaskReport{}, err
	}
	var edits []wrapcast.MaskEdit
	err = v.Store.View(ctx, func(tx *store.Tx) error {
		edits, err = store.DecisionsOf[wrapcast.MaskEdit](tx).All(v.Organisation())
		return err
	})
	if err != nil {
		return wrapcast.MaskReport{}, err
	}
	slices.Reverse(edits)
	r := wrapcast.MaskReport{Schema: wrapcast.MaskReportSchema, From: h.From, To: h.To,
		Days: cmp.Or(o.Days, steps.AccuracyDays), Codes: []wrapcast.CodeMasks{}, Edits: edits}
	report, codes := v.Judge(h), h.Codes()
	for i, c := range report.Codes { // in the order of the codes
		if o.Code != nil && c.Code != *o.Code {
			continue
		}
		listed := wrapcast.CodeMasks{Code: v.Directory.Code(c.Code), With: wrapcast.NotMeasured(),
			Without: wrapcast.NotMeasured(),
			Masks:   listMasks(v, h, codes[i], c)}
		if len(listed.Masks) > 0 {
			r.Codes = append(r.Codes, listed)
		}
	}
	if !o.NoEffects {
		err = measureMasks(ctx, v, h, report, &r, o.Code != nil)
	}
	return r, err
}

// listMasks lists the masks of a code, and the days a rule would hide that somebody decided to show.
func listMasks(v *steps.View, h *steps.History, g demand.Sum[wrapcast.CodeID],
	report wrapcast.CodeReport) []wrapcast.MaskEffect {
	masks := []wrapcast.MaskEffect{}
	for _, m := range report.Masks {
		e := wrapcast.MaskEffect{Mask: m, Without: wrapcast.NotMeasured()}
		if m.Rule == validate.RuleHand {
			e.Edit = h.Known.EditOf(report.Code, m.Day)
		}
		masks = append(masks, e)
	}
	s := v.SeriesOf(h, g)
	shown := s.Shown
	s.Shown = nil
	for _, m := range validate.Check(s, v.Rules(h)).Masks {
		if _, byHand := shown[m.Day]; byHand {
			masks = append(masks, wrapcast.MaskEffect{Mask: m, Edit: h.Known.EditOf(report.Code, m.Day), Shown: true,
				Without: wrapcast.NotMeasured()})
		}
	}
	slices.SortFunc(masks, func(a, b wrapcast.MaskEffect) int { return cmp.Compare(a.Day, b.Day) })
	return masks
}

// measureMasks forecasts with all masks, with none, and, where each is asked for, with all but one.
func measureMasks(ctx context.Context, v *steps.View, h *steps.History, report wrapcast.ValidationReport,
	r *wrapcast.MaskReport, each bool) error {
	perDay := func(masks func(wrapcast.CodeReport) []wrapcast.Mask) (map[wrapcast.CodeID]float64, error) {
		changed := report
		changed.Codes = slices.Clone(report.Codes)
		for i, c := range changed.Codes {
			changed.Codes[i].Masks = masks(c)
		}
		f, err := v.Forecast(ctx, h, changed, r.Days)
		means := map[wrapcast.CodeID]float64{}
		for _, c := range f.Codes {
			for _, v := range c.Mean {
				means[c.Code.ID] += v / float64(len(c.Mean))
			}
		}
		return means, err
	}
	with, err := perDay(func(c wrapcast.CodeReport) []wrapcast.Mask { return c.Masks })
	if err != nil {
		return err
	}
	without, err := perDay(func(wrapcast.CodeReport) []wrapcast.Mask { return nil })
	if err != nil {
		return err
	}
	for i := range r.Codes {
		code := &r.Codes[i]
		code.With, code.Without = wrapcast.Measure(with[code.Code.ID]), wrapcast.Measure(without[code.Code.ID])
		for j := range code.Masks {
			if !each || code.Masks[j].Shown {
				continue
			}
			day := code.Masks[j].Day
			one, err := perDay(func(c wrapcast.CodeReport) []wrapcast.Mask {
				if c.Code != code.Code.ID {
					return c.Masks
				}
				return slices.DeleteFunc(slices.Clone(c.Masks), func(m wrapcast.Mask) bool { return m.Day == day })
			})
			if err != nil {
				return err
			}
			code.Masks[j].Without = wrapcast.Measure(one[code.Code.ID])
		}
	}
	return nil
}

// codeHistories returns what wrap-up codes had per local day, under the codes of today and with late codes reckoned in,
// from one day to another, both included; zero means the first and the last that are stored.
func codeHistories(ctx context.Context, v *steps.View, from, to wrapcast.Date) ([]wrapcast.CodeHistory, error) {
	h, err := v.LoadHistory(ctx)
	if err != nil {
		return nil, err
	}
	from, to = max(cmp.Or(from, h.From), h.From), min(cmp.Or(to, h.To), h.To)
	all := []wrapcast.CodeHistory{}
	for _, g := range h.Codes() {
		one := wrapcast.CodeHistory{Code: v.Directory.Code(g.Key), From: from, Handled: []wrapcast.Measure{}}
		for day := from; day <= to; day++ {
			one.Handled = append(one.Handled, wrapcast.Measure(g.Handled[day-h.From]))
		}
		all = append(all, one)
	}
	return all, nil
}
