package figures

import (
	"context"
	"net/http"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

type queuesInput struct {
	api.Paged
	SortInput
}

type queueInput struct {
	Queue string `path:"queue" maxLength:"200"`
}

// queueDetail is one queue with the codes used in it.
type queueDetail struct {
	snapshot.QueueRow
	Leaves         []snapshot.LeafRow         `json:"leaves" doc:"Its codes and channels, most contacts first"`
	PlanningGroups []wrapcast.PlanningGroupID `json:"planning_groups" doc:"The planning groups it is routed to"`
}

// queueHandlers answers what is asked about queues and planning groups.
type queueHandlers struct {
	scope.Organisations
}

// operations lists what can be asked here.
func (h *queueHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "list-queues", Path: "/queues", Tag: "Queues", Role: viewer, Summary: "List queues",
			Handler: api.Answer(api.Stored, h.listQueues)},
		{ID: "get-queue", Path: "/queues/{queue}", Tag: "Queues", Role: viewer, Summary: "Look at one queue",
			Handler: api.Answer(api.Stored, h.getQueue)},
		{ID: "get-total", Path: "/total", Tag: "Queues", Role: viewer, Summary: "Look at all contacts together",
			Description: "With the figures that a code and a queue have, and their data quality by code.",
			Handler:     api.Answer(api.Stored, h.getTotal)},
		{ID: "list-planning-groups", Path: "/planning-groups", Tag: "Queues", Role: viewer,
			Summary:     "List planning groups",
			Description: "The units Workforce Management plans: sets of queues and channels.",
			Handler:     api.Answer(api.Stored, h.listPlanningGroups)},
	}
}

func (h *queueHandlers) listQueues(
	ctx context.Context, at api.Scope, in *queuesInput,
) (*api.Page[snapshot.QueueRow], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	match := scope.Matcher(in.Search)
	var found []snapshot.QueueRow
	for _, q := range snap.Queues {
		if match(q.Name, string(q.ID)) {
			found = append(found, q)
		}
	}
	found = scope.Sorted(found, in.sorting(), func(q *snapshot.QueueRow) scope.SortKey {
		return scope.SortKey{Name: q.Name, ID: string(q.ID), Figure: in.figure(q.Volume, q.Quality)}
	})
	return api.RespondPage(in.Paged, found, func(q snapshot.QueueRow) string { return string(q.ID) })
}

func (h *queueHandlers) getQueue(ctx context.Context, at api.Scope, in *queueInput) (*api.Reply[queueDetail], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	id := scope.QueueOf(in.Queue)
	i := slices.IndexFunc(snap.Queues, func(q snapshot.QueueRow) bool { return q.ID == id })
	if i < 0 {
		return nil, api.NewProblem(http.StatusNotFound, "no contact was ever handled in the queue "+in.Queue).
			WithHint("GET " + api.Prefix + "/queues lists the queues")
	}
	d := queueDetail{QueueRow: snap.Queues[i], PlanningGroups: []wrapcast.PlanningGroupID{},
		Leaves: leavesOf(snap, func(l snapshot.LeafRow) bool { return l.Queue == id })}
	for _, g := range snap.Directory.PlanningGroups {
		if slices.ContainsFunc(g.Routes, func(r wrapcast.Route) bool { return r.Queue == id }) {
			d.PlanningGroups = append(d.PlanningGroups, g.ID)
		}
	}
	return api.Respond(d, nil)
}

// totalDetail is all contacts together.
type totalDetail struct {
	snapshot.TotalRow
	Verdicts *Verdicts `json:"verdicts,omitempty" doc:"Of the codes' histories; left out before the first validation"`
}

func (h *queueHandlers) getTotal(ctx context.Context, at api.Scope, _ *struct{}) (*api.Reply[totalDetail], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	out := totalDetail{TotalRow: snap.Total}
	if snap.Report != nil {
		v := VerdictsOf(snap)
		out.Verdicts = &v
	}
	return api.Respond(out, nil)
}

type planningGroupsInput struct {
	api.Paged
}

type planningGroup struct {
	ID     wrapcast.PlanningGroupID `json:"id"`
	Name   string                   `json:"name"`
	Routes []route                  `json:"routes"`
}

type route struct {
	Queue     wrapcast.QueueID    `json:"queue"`
	QueueName string              `json:"queue_name"`
	Media     wrapcast.MediaType  `json:"media"`
	Language  wrapcast.LanguageID `json:"language,omitempty"`
	Skills    []wrapcast.SkillID  `json:"skills,omitempty"`
	// LanguageName and SkillNames are what these are called.
	LanguageName string   `json:"language_name,omitempty"`
	SkillNames   []string `json:"skill_names,omitempty"`
}

func (h *queueHandlers) listPlanningGroups(
	ctx context.Context, at api.Scope, in *planningGroupsInput,
) (*api.Page[planningGroup], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	var groups []planningGroup
	for _, g := range snap.Directory.PlanningGroups {
		group := planningGroup{ID: g.ID, Name: g.Name, Routes: []route{}}
		for _, r := range g.Routes {
			path := route{Queue: r.Queue, QueueName: snap.QueueName(r.Queue), Media: r.Media, Language: r.Language,
				Skills: r.Skills}
			if r.Language != "" {
				path.LanguageName = snap.Directory.LanguageName(r.Language)
			}
			for _, id := range r.Skills {
				path.SkillNames = append(path.SkillNames, snap.Directory.SkillName(id))
			}
			group.Routes = append(group.Routes, path)
		}
		groups = append(groups, group)
	}
	return api.RespondPage(in.Paged, groups, func(g planningGroup) string { return string(g.ID) })
}
