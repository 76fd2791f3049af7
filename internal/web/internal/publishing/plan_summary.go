package publishing

import (
	"context"
	"math"
	"net/http"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/silence"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/columns"
)

// planSummary is a plan as people look at it before it is submitted: its findings, and the difference to the target.
type planSummary struct {
	PlanHead
	Description  string             `json:"description" doc:"What people see at the target"`
	CountingRule string             `json:"counting_rule"`
	Against      []wrapcast.Finding `json:"against" doc:"Why it cannot be submitted: what the target would refuse"`
	Stops        []wrapcast.Finding `json:"stops" doc:"The auto-publish limits it exceeds: a run does not submit it by itself, a person may after review"`
	Silences     []wrapcast.Silence `json:"silences" doc:"What had no contacts where some are expected when it was made, with the acceptance that covers it now; without one it holds the submission"`
	Findings     []wrapcast.Finding `json:"findings" doc:"Worth knowing before it is submitted"`
	// Current is the target's forecast of the week when the plan was made.
	Current   *wrapcast.TargetForecast  `json:"current,omitempty" doc:"What the target had for the week when the plan was made; left out where it had nothing"`
	Others    []wrapcast.TargetForecast `json:"others" doc:"Further forecasts that covered the week at the target"`
	Unread    string                    `json:"unread" doc:"Why what the target had could not be read, or not whole: current and diff lack it; empty where all was read"`
	Unchanged bool                      `json:"unchanged" doc:"The target has the same numbers already: nothing would be submitted"`
	Restores  wrapcast.PlanID           `json:"restores" doc:"The earlier plan that it restores; empty where it restores none"`
	Unit      *wrapcast.BusinessUnit    `json:"unit,omitempty" doc:"wfm only"`
	LeftOut   []wrapcast.GroupLeftOut   `json:"left_out" doc:"Planning groups that the settings leave out, with the contacts expected of them; wfm only"`
	Diff      *planDiff                 `json:"diff,omitempty" doc:"What it changes, per planning group and local day; wfm only"`
	Payload   *wrapcast.ForecastPayload `json:"payload,omitempty" doc:"rest only"`
}

// planDiff is the difference between a plan and the target, as columns: one value per day.
type planDiff struct {
	Days   []wrapcast.Date `json:"days" doc:"The local days: the week, and the day after it"`
	Total  DiffColumns     `json:"total" doc:"All planning groups together"`
	Groups []planGroupDiff `json:"groups"`
}

type planGroupDiff struct {
	Group   wrapcast.PlanningGroupID `json:"group"`
	Name    string                   `json:"name"`
	Added   bool                     `json:"added" doc:"Only the new plan has it"`
	Removed bool                     `json:"removed" doc:"Only the target's forecast has it"`
	DiffColumns
}

// DiffColumns are contacts and handle times before and after.
type DiffColumns struct {
	Old              columns.Decimals `json:"old" doc:"Contacts per day that the target has, 0 where it has none"`
	New              columns.Decimals `json:"new" doc:"Contacts per day of the plan"`
	OldHandleSeconds columns.Decimals `json:"old_handle_seconds" doc:"Null on days without contacts"`
	NewHandleSeconds columns.Decimals `json:"new_handle_seconds" doc:"Null on days without contacts"`
}

// groupWeek is one planning group of a plan, per quarter-hour.
type groupWeek struct {
	Group         wrapcast.PlanningGroupID `json:"group"`
	Name          string                   `json:"name"`
	TimeZone      string                   `json:"time_zone"`
	Start         time.Time                `json:"start" doc:"The instant of the first value; the others follow every 900 seconds, through clock changes"`
	Offered       columns.Decimals         `json:"offered" doc:"Contacts arriving"`
	HandleSeconds columns.Decimals         `json:"handle_seconds"`
}

// PlanInput names a plan in a path.
type PlanInput struct {
	Plan string `path:"plan" maxLength:"100"`
}

type planGroupInput struct {
	PlanInput
	Group string `path:"group" maxLength:"100" doc:"The planning group's id"`
}

func (h *planHandlers) getPlanSummary(
	ctx context.Context, at api.Scope, in *PlanInput,
) (*api.Reply[planSummary], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	var out planSummary
	err = h.View(ctx, at, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		plan, err := h.heard.plan(tx, snap, wrapcast.PlanID(in.Plan))
		if err != nil {
			return err
		}
		out = summaryOf(plan)
		out.Submission, err = optional(tx.Submissions().OfPlan(org, plan.ID))
		return err
	})
	return api.Respond(out, err)
}

func summaryOf(plan wrapcast.Plan) planSummary {
	out := planSummary{Description: plan.Description, CountingRule: plan.CountingRule,
		Against: api.OrEmpty(plan.Refusals), Stops: api.OrEmpty(plan.Stops),
		Silences: api.OrEmpty(plan.Silences), Findings: api.OrEmpty(plan.Findings), Current: plan.Current,
		Others: api.OrEmpty(plan.Others), Unread: plan.Unread, Unchanged: plan.Unchanged, Restores: plan.Restores,
		LeftOut: []wrapcast.GroupLeftOut{}, Payload: plan.Payload}
	out.PlanHead = PlanHead{ID: plan.ID, Run: plan.Run, Forecast: plan.Forecast, Target: plan.Target,
		MadeAt: plan.MadeAt, Refusals: len(plan.Refusals), Held: len(silence.Held(plan.Silences))}
	if plan.Week != nil {
		out.LeftOut = api.OrEmpty(plan.Week.LeftOut)
		out.BusinessUnit, out.Week, out.Unit = plan.Week.BusinessUnit.ID, &plan.Week.Start, &plan.Week.BusinessUnit
	}
	if plan.Diff != nil {
		d := diffOf(*plan.Diff)
		out.Diff = &d
	}
	return out
}

func diffOf(d wrapcast.WeekDiff) planDiff {
	out := planDiff{Days: []wrapcast.Date{}, Total: columnsOf(d.Total), Groups: []planGroupDiff{}}
	for _, day := range d.Total {
		out.Days = append(out.Days, day.Day)
	}
	for _, g := range d.Groups {
		out.Groups = append(out.Groups, planGroupDiff{Group: g.Group, Name: g.Name, Added: g.Added, Removed: g.Removed,
			DiffColumns: columnsOf(g.Days)})
	}
	return out
}

func columnsOf(days []wrapcast.DayDiff) DiffColumns {
	c := DiffColumns{Old: columns.Decimals{}, New: columns.Decimals{}, OldHandleSeconds: columns.Decimals{},
		NewHandleSeconds: columns.Decimals{}}
	for _, d := range days {
		c.Old, c.New = append(c.Old, d.OldOffered), append(c.New, d.NewOffered)
		c.OldHandleSeconds = append(c.OldHandleSeconds, someSeconds(d.OldHandleSeconds, d.OldOffered))
		c.NewHandleSeconds = append(c.NewHandleSeconds, someSeconds(d.NewHandleSeconds, d.NewOffered))
	}
	return c
}

// someSeconds is a handle time, NaN of no contacts.
func someSeconds(seconds, contacts float64) float64 {
	if contacts == 0 {
		return math.NaN()
	}
	return seconds
}

func (h *planHandlers) getPlanGroup(
	ctx context.Context, at api.Scope, in *planGroupInput,
) (*api.Reply[groupWeek], error) {
	var out groupWeek
	err := h.View(ctx, at, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		plan, err := h.documents.Plan(tx, org, wrapcast.PlanID(in.Plan))
		if err != nil {
			return err
		}
		out, err = groupOf(*plan, wrapcast.PlanningGroupID(in.Group))
		return err
	})
	return api.Respond(out, err)
}

func groupOf(plan wrapcast.Plan, id wrapcast.PlanningGroupID) (groupWeek, error) {
	none := api.NewProblem(http.StatusNotFound, "this plan has no planning group "+string(id)).
		WithHint("its summary lists those it has")
	if plan.Week == nil {
		return groupWeek{}, none
	}
	i := slices.IndexFunc(plan.Week.Groups, func(g wrapcast.GroupPlan) bool { return g.Group == id })
	if i < 0 {
		return groupWeek{}, none
	}
	zone, err := planning.Zone(plan.Week.BusinessUnit)
	g := plan.Week.Groups[i]
	return groupWeek{Group: g.Group, Name: g.Name, TimeZone: plan.Week.BusinessUnit.TimeZone,
		Start: plan.Week.Start.Midnight(zone).UTC(), Offered: g.Offered, HandleSeconds: g.HandleSeconds}, err
}
