package decided

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/lineage"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/access"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// lineageRow is a change of codes, with their names.
type lineageRow struct {
	wrapcast.LineageChange
	FromNames []string `json:"from_names" doc:"In the order of from"`
	ToNames   []string `json:"to_names" doc:"In the order of to"`
	InUse     bool     `json:"in_use" doc:"It has not been withdrawn"`
	// OverridesLeft are told when a change is recorded.
	OverridesLeft []wrapcast.OverrideID `json:"overrides_left,omitempty" doc:"Overrides in use that name a code before the change and have days from it on, told when a change is recorded: they do nothing on those days"`
}

// newLineage is a change of codes that a person makes known.
type newLineage struct {
	Kind   wrapcast.LineageKind    `json:"kind"`
	On     wrapcast.Date           `json:"on" doc:"The first local day of the new state"`
	From   []wrapcast.CodeID       `json:"from" minItems:"1" maxItems:"1000" doc:"The codes before: one for a rename or a split, several for a merge, any for a retirement"`
	To     []wrapcast.LineageShare `json:"to,omitempty" maxItems:"1000" doc:"The codes after: one for a rename or a merge, several for a split, none for a retirement"`
	Reason string                  `json:"reason" minLength:"1" maxLength:"1000" doc:"The reason"`
}

type newLineageInput struct {
	Body newLineage
}

type lineageInput struct {
	api.Paged
	InUse bool `query:"in_use" doc:"Only changes that have not been withdrawn"`
}

type lineageChangeInput struct {
	Lineage string `path:"lineage" maxLength:"100"`
}

func (in lineageChangeInput) Decision() string { return in.Lineage }

// lineageHandlers keeps changes of codes.
type lineageHandlers struct{ scope.DecisionHandlers }

// operations lists what can be asked here.
func (h *lineageHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "list-lineage", Path: "/lineage", Tag: "Calendar", Role: viewer,
			Summary: "List changes of codes (lineage), the latest first",
			Description: "Codes that were renamed, merged, split or retired: their history counts for their " +
				"successors.",
			Handler: api.Answer(api.Stored, h.listLineage)},
		{ID: "get-lineage-suggestions", Path: "/lineage/suggestions", Tag: "Calendar", Role: viewer,
			Summary: "Changes of codes that the history looks like",
			Description: "Codes that fell silent when others appeared and took over their contacts, as the last run found them, " +
				"without those of which a change in use speaks. POST /lineage accepts one.",
			Handler: api.Answer(api.Stored, h.getSuggestions)},
		{ID: "add-lineage", Method: http.MethodPost, Path: "/lineage", Tag: "Calendar", Role: planner,
			Summary:     "Record a change of codes (lineage)",
			Description: "The next forecast uses it.",
			Status:      http.StatusCreated, Handler: api.Answer(api.Stored, h.addLineage)},
		{ID: "withdraw-lineage", Method: http.MethodDelete, Path: "/lineage/{lineage}", Tag: "Calendar", Role: planner,
			Summary: "Withdraw a change of codes",
			Status:  http.StatusNoContent, Handler: api.Answer(api.Stored, scope.Withdrawing[wrapcast.LineageChange,
				lineageChangeInput](h.DecisionHandlers))},
	}
}

func lineageRowOf(snap *snapshot.Snapshot, c wrapcast.LineageChange) lineageRow {
	out := lineageRow{LineageChange: c, FromNames: []string{}, ToNames: []string{}, InUse: c.InUse()}
	for _, code := range c.From {
		out.FromNames = append(out.FromNames, snap.CodeName(code))
	}
	for _, share := range c.To {
		out.ToNames = append(out.ToNames, snap.CodeName(share.Code))
	}
	return out
}

// shares are those of a split in words, in the order of its codes; none where they are learned.
func (r lineageRow) shares() (words []string) {
	for _, to := range r.To {
		if to.Share > 0 && len(r.To) > 1 {
			words = append(words, strconv.FormatFloat(100*to.Share, 'g', 4, 64)+" %")
		}
	}
	return words
}

func (h *lineageHandlers) listLineage(
	ctx context.Context, at api.Scope, in *lineageInput,
) (*api.Page[lineageRow], error) {
	return scope.ListDecisions(ctx, h.DecisionHandlers, at, in.Paged,
		scope.DecisionRows[wrapcast.LineageChange, lineageRow]{
			Wanted: func(c wrapcast.LineageChange) bool { return !in.InUse || c.InUse() },
			Show:   lineageRowOf,
		})
}

func (h *lineageHandlers) addLineage(
	ctx context.Context, at api.Scope, in *newLineageInput,
) (*api.Reply[lineageRow], error) {
	c := wrapcast.LineageChange{Kind: in.Body.Kind, On: in.Body.On, From: in.Body.From, To: in.Body.To,
		Author: access.Actor(ctx), Reason: in.Body.Reason}
	named := slices.Clone(c.From)
	for _, share := range c.To {
		named = append(named, share.Code)
	}
	add := func(org wrapcast.OrganisationID) (wrapcast.LineageChange, error) {
		return h.Decisions.AddLineage(ctx, org, c)
	}
	made, err := scope.CreateDecision(ctx, h.DecisionHandlers, at, named, add, lineageRowOf)
	if err != nil {
		return nil, err
	}
	left, err := h.Decisions.OverridesLeft(ctx, made.Body.LineageChange)
	for _, o := range left {
		made.Body.OverridesLeft = append(made.Body.OverridesLeft, o.ID)
	}
	return made, err
}

// lineageSuggestionRow is a suggestion, with names and in words.
type lineageSuggestionRow struct {
	wrapcast.LineageSuggestion
	FromNames []string `json:"from_names" doc:"In the order of from"`
	ToNames   []string `json:"to_names" doc:"In the order of to"`
	Title     string   `json:"title" doc:"What seems to have happened, in words"`
	Words     string   `json:"words" doc:"The evidence, in words"`
}

// lineageSuggestions are what the last run found.
type lineageSuggestions struct {
	Suggestions []lineageSuggestionRow `json:"suggestions" doc:"The latest change first"`
}

func (h *lineageHandlers) getSuggestions(
	ctx context.Context, at api.Scope, _ *struct{},
) (*api.Reply[lineageSuggestions], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	out := lineageSuggestions{Suggestions: []lineageSuggestionRow{}}
	if snap.Report == nil {
		return api.Respond(out, nil)
	}
	var known []wrapcast.LineageChange
	err = h.Store.View(ctx, func(tx *store.Tx) (err error) {
		known, err = store.DecisionsOf[wrapcast.LineageChange](tx).InUse(snap.Directory.Organisation.ID)
		return err
	})
	for _, s := range lineage.StillOpen(snap.Report.LineageSuggestions, known) {
		row := lineageRowOf(snap, s.Change())
		out.Suggestions = append(out.Suggestions, lineageSuggestionRow{LineageSuggestion: s, FromNames: row.FromNames,
			ToNames: row.ToNames, Title: lineage.Title(s, snap.Directory.Code), Words: lineage.Evidence(s)})
	}
	return api.Respond(out, err)
}
