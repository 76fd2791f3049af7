package decided

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/web/internal/access"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// overrideRow is an override with its effect now, and the names of its codes and queues.
type overrideRow struct {
	steps.OverrideStatus
	About
}

// About has the names of the codes and queues that a decision is about.
type About struct {
	CodeNames  []string `json:"code_names" doc:"In the order of codes; empty means all codes"`
	QueueNames []string `json:"queue_names" doc:"In the order of queues; empty means all queues"`
}

func aboutOf(snap *snapshot.Snapshot, codes []wrapcast.CodeID, queues []wrapcast.QueueID) About {
	a := About{CodeNames: []string{}, QueueNames: []string{}}
	for _, c := range codes {
		a.CodeNames = append(a.CodeNames, snap.CodeName(c))
	}
	for _, q := range queues {
		a.QueueNames = append(a.QueueNames, snap.QueueName(q))
	}
	return a
}

// newOverride is an override as a person asks for it.
type newOverride struct {
	Codes     []wrapcast.CodeID     `json:"codes,omitempty" maxItems:"1000" doc:"The wrap-up codes it is about, by id; left out means all. The empty id stands for contacts without a code"`
	Queues    []wrapcast.QueueID    `json:"queues,omitempty" maxItems:"1000" doc:"The queues it is about, by id; left out means all"`
	From      wrapcast.Date         `json:"from" doc:"The first local day"`
	To        wrapcast.Date         `json:"to" doc:"The last local day, included"`
	Kind      wrapcast.OverrideKind `json:"kind" doc:"percent changes every code and queue alike; set and add concern their sum on each day"`
	Value     float64               `json:"value" doc:"Per cent, or contacts a day"`
	Reason    string                `json:"reason" minLength:"1" maxLength:"1000" doc:"The reason"`
	ExpiresAt *time.Time            `json:"expires_at,omitempty" doc:"When it is no longer used; left out means after its last day"`
	ExpiresOn *wrapcast.Date        `json:"expires_on,omitempty" doc:"The same as a local day: the first on which it is no longer used"`
	Ticket    string                `json:"ticket,omitempty" maxLength:"500" doc:"Where more is written about it: a number or a link"`
	Overlap   wrapcast.OverlapRule  `json:"overlap,omitempty" doc:"What holds where it overlaps other overrides; needed where it does, the preview says so"`
}

func (n newOverride) by(author string, zone *time.Location) wrapcast.Override {
	o := wrapcast.Override{Codes: n.Codes, Queues: n.Queues, From: n.From, To: n.To, Kind: n.Kind, Value: n.Value,
		Author: author, Reason: n.Reason, Ticket: n.Ticket, Overlap: n.Overlap}
	switch {
	case n.ExpiresAt != nil:
		o.ExpiresAt = n.ExpiresAt.UTC()
	case n.ExpiresOn != nil:
		o.ExpiresAt = n.ExpiresOn.Midnight(zone)
	}
	return o
}

type newOverrideInput struct {
	Body newOverride
}

type overridesInput struct {
	api.Paged
	State string `query:"state" enum:"in use,in conflict,replaced,idle,past,expired,withdrawn"`
	Code  string `query:"code" maxLength:"200" doc:"Only those that concern this code"`
	Queue string `query:"queue" maxLength:"200" doc:"Only those that concern this queue"`
}

// OverrideInput names an override in a path.
type OverrideInput struct {
	Override string `path:"override" maxLength:"100"`
}

// Decision names the override.
func (in OverrideInput) Decision() string { return in.Override }

// overrideHandlers keeps overrides, and shows what they do.
type overrideHandlers struct{ scope.DecisionHandlers }

// operations lists what can be asked here.
func (h *overrideHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "list-overrides", Path: "/overrides", Tag: "Overrides", Role: viewer,
			Summary:     "List overrides, the latest first",
			Description: "Withdrawn and past ones too, each with its effect on the latest forecast.",
			Handler:     api.Answer(api.Stored, h.listOverrides)},
		{ID: "get-override", Path: "/overrides/{override}", Tag: "Overrides", Role: viewer,
			Summary: "Look at one override",
			Handler: api.Answer(api.Stored, h.getOverride)},
		{ID: "preview-override", Method: http.MethodPost, Path: "/overrides/preview", Tag: "Overrides", Role: planner,
			Summary: "Preview the effect of an override",
			Description: "What the latest forecast is with the overrides in use, and what it would be with this one " +
				"too: code, queue and total. Where it overlaps others, what each rule would make of it. Nothing is stored.",
			Status: http.StatusOK, Handler: api.Answer(api.Stored, h.previewOverride)},
		{ID: "create-override", Method: http.MethodPost, Path: "/overrides", Tag: "Overrides", Role: planner,
			Summary: "Override a forecast",
			Description: "It applies to every forecast and plan from now on. One that overlaps another needs a rule " +
				"for the two (overlap), and is refused without: the preview says what each rule would make of it.",
			Status: http.StatusCreated, Handler: api.Answer(api.Stored, h.createOverride)},
		{ID: "withdraw-override", Method: http.MethodDelete, Path: "/overrides/{override}", Tag: "Overrides",
			Role:        planner,
			Summary:     "Withdraw an override",
			Description: "It stays in the list, so that what was published with it can be explained.",
			Status:      http.StatusNoContent, Handler: api.Answer(api.Stored, scope.Withdrawing[wrapcast.Override,
				OverrideInput](h.DecisionHandlers))},
		{ID: "list-override-overlaps", Path: "/override-overlaps", Tag: "Overrides", Role: viewer,
			Summary: "List the overrides in use that overlap",
			Description: "Pairs that change the same forecast, with the rule that holds and what each rule would make of " +
				"them; those without a rule come first, and stop the next publication.",
			Handler: api.Answer(api.Stored, h.listOverlaps)},
		{ID: "settle-override-overlap", Method: http.MethodPost, Path: "/override-overlaps", Tag: "Overrides",
			Role: planner, Summary: "Choose the rule for two overrides that overlap",
			Description: "It holds from the next forecast on, and for plans of the latest one.",
			Status:      http.StatusCreated, Handler: api.Answer(api.Stored, h.settleOverlap)},
	}
}

// overlapRow is two overrides in use that overlap.
type overlapRow struct {
	ID string `json:"id" doc:"The ids of both"`
	steps.OverlapStatus
	First  overrideRow `json:"first" doc:"The one made earlier"`
	Second overrideRow `json:"second" doc:"The one made later"`
}

type overlapsInput struct {
	api.Paged
}

// newOverlap is a rule as a person chooses it.
type newOverlap struct {
	Overrides []wrapcast.OverrideID `json:"overrides" minItems:"2" maxItems:"2" doc:"The two that overlap, by id"`
	Rule      wrapcast.OverlapRule  `json:"rule" doc:"compound: both are applied; replace: the later one; narrower: the one that names less"`
	Reason    string                `json:"reason,omitempty" maxLength:"1000" doc:"The reason"`
}

type newOverlapInput struct {
	Body newOverlap
}

func (h *overrideHandlers) listOverlaps(
	ctx context.Context, at api.Scope, in *overlapsInput,
) (*api.Page[overlapRow], error) {
	snap, all, err := h.overrides(ctx, at)
	if err != nil {
		return nil, err
	}
	find := func(id wrapcast.OverrideID) overrideRow {
		i := slices.IndexFunc(all.Overrides, func(o steps.OverrideStatus) bool { return o.ID == id })
		o := all.Overrides[i]
		return overrideRow{o, aboutOf(snap, o.Codes, o.Queues)}
	}
	rows := make([]overlapRow, len(all.Overlaps))
	for i, o := range all.Overlaps {
		rows[i] = overlapRow{ID: string(o.Earlier + " " + o.Later), OverlapStatus: o, First: find(o.Earlier),
			Second: find(o.Later)}
	}
	return api.RespondPage(in.Paged, rows, func(o overlapRow) string { return o.ID })
}

func (h *overrideHandlers) settleOverlap(
	ctx context.Context, at api.Scope, in *newOverlapInput,
) (*api.Reply[wrapcast.OverlapDecision], error) {
	org := at.Organisation
	return api.Respond(h.Decisions.SettleOverlap(ctx, org, wrapcast.OverlapDecision{Overrides: in.Body.Overrides,
		Rule: in.Body.Rule, Author: access.Actor(ctx), Reason: in.Body.Reason}))
}

// latest returns what there is of the organisation that a request means, with a forecast as it was made, or NotFound.
func (h *overrideHandlers) latest(ctx context.Context, at api.Scope) (*snapshot.Snapshot, error) {
	snap, err := h.Look(ctx, at)
	if err == nil && snap.Stored == nil {
		err = api.NewProblem(http.StatusNotFound, "there is no forecast yet").
			WithHint("`wrapcast run --dry-run` makes one")
	}
	return snap, err
}

func (h *overrideHandlers) previewOverride(
	ctx context.Context, at api.Scope, in *newOverrideInput,
) (*api.Reply[steps.OverridePreview], error) {
	snap, err := h.latest(ctx, at)
	if err != nil {
		return nil, err
	}
	return api.Respond(h.Decisions.PreviewOverride(ctx, snap.Directory.Organisation.ID, *snap.Stored,
		in.Body.by(access.Actor(ctx), snap.Zone)))
}

// overrideCreated is an answer with where the override is.
type overrideCreated struct {
	Location string `header:"Location" doc:"Where the override is"`
	Body     steps.OverridePreview
}

func (h *overrideHandlers) createOverride(
	ctx context.Context, at api.Scope, in *newOverrideInput,
) (*overrideCreated, error) {
	snap, err := h.latest(ctx, at)
	if err != nil {
		return nil, err
	}
	kept, err := h.Decisions.AddOverride(ctx, snap.Directory.Organisation.ID, *snap.Stored,
		in.Body.by(access.Actor(ctx), snap.Zone))
	if err != nil {
		return nil, err
	}
	return &overrideCreated{Location: at.Location("/overrides/" + string(kept.Override.ID)), Body: kept}, nil
}

// overrides lists every override there was, with what they do to the latest forecast.
func (h *overrideHandlers) overrides(
	ctx context.Context, at api.Scope,
) (snap *snapshot.Snapshot, all steps.OverrideList, err error) {
	if snap, err = h.Look(ctx, at); err != nil {
		return nil, all, err
	}
	var latest wrapcast.Forecast
	if snap.Stored != nil {
		latest = *snap.Stored
	}
	all, err = h.Decisions.Overrides(ctx, snap.Directory.Organisation.ID, latest)
	return snap, all, err
}

// overrideRows are all of them with the names of what they are about.
func (h *overrideHandlers) overrideRows(ctx context.Context, at api.Scope) ([]overrideRow, error) {
	snap, all, err := h.overrides(ctx, at)
	if err != nil {
		return nil, err
	}
	rows := make([]overrideRow, len(all.Overrides))
	for i, o := range all.Overrides {
		rows[i] = overrideRow{o, aboutOf(snap, o.Codes, o.Queues)}
	}
	return rows, nil
}

func (h *overrideHandlers) listOverrides(
	ctx context.Context, at api.Scope, in *overridesInput,
) (*api.Page[overrideRow], error) {
	all, err := h.overrideRows(ctx, at)
	if err != nil {
		return nil, err
	}
	var found []overrideRow
	for _, o := range all {
		about := wrapcast.Scope{Codes: o.Codes, Queues: o.Queues}
		if (in.State == "" || string(o.State) == in.State) && (in.Code == "" || about.CoversCode(scope.CodeOf(in.Code))) &&
			(in.Queue == "" || about.CoversQueue(scope.QueueOf(in.Queue))) {
			found = append(found, o)
		}
	}
	return api.RespondPage(in.Paged, found, func(o overrideRow) string { return string(o.ID) })
}

func (h *overrideHandlers) getOverride(
	ctx context.Context, at api.Scope, in *OverrideInput,
) (*api.Reply[overrideRow], error) {
	all, err := h.overrideRows(ctx, at)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(o overrideRow) bool { return string(o.ID) == in.Override })
	if i < 0 {
		return nil, api.NewProblem(http.StatusNotFound, "there is no override "+in.Override).
			WithHint("GET " + api.Prefix + "/overrides lists them")
	}
	return api.RespondVersioned(all[i], nil)
}
