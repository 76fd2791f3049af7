package web

import (
	"context"
	"net/http"
	"slices"

	"github.com/wrapcast/wrapcast"
)

type queuesInput struct {
	Scope
	Paged
	Sorted
}

type queueInput struct {
	Scope
	Queue string `path:"queue" maxLength:"200"`
}

// queueDetail is one queue with the codes used in it.
type queueDetail struct {
	QueueRow
	Leaves         []leafRow                  `json:"leaves" doc:"Its codes and channels, most contacts first"`
	PlanningGroups []wrapcast.PlanningGroupID `json:"planning_groups" doc:"The planning groups it is routed to"`
}

func (s *Server) registerQueues() {
	register(s.api, wrapcast.RoleViewer, get("list-queues", "/queues", "Queues", "List queues"), s.listQueues)
	register(s.api, wrapcast.RoleViewer, get("get-queue", "/queues/{queue}", "Queues", "Look at one queue"), s.getQueue)
	register(s.api, wrapcast.RoleViewer, described(get("list-planning-groups", "/planning-groups", "Queues", "List planning groups"),
		"What Workforce Management plans: sets of queues and channels."), s.listPlanningGroups)
}

func (s *Server) listQueues(ctx context.Context, in *queuesInput) (*reply[list[QueueRow]], error) {
	snap, err := s.look(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	match := matcher(in.Search)
	var found []QueueRow
	for _, q := range snap.queues {
		if match(q.Name, string(q.ID)) {
			found = append(found, q)
		}
	}
	in.sort(len(found), func(i int) rowKey {
		q := &found[i]
		return rowKey{q.Name, string(q.ID), q.Volume, q.Quality}
	}, func(order []int) { found = reorder(found, order) })
	return answer(page(in.Paged, found, func(q QueueRow) string { return string(q.ID) }))
}

func (s *Server) getQueue(ctx context.Context, in *queueInput) (*reply[queueDetail], error) {
	snap, err := s.look(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	id := queueOf(in.Queue)
	i := slices.IndexFunc(snap.queues, func(q QueueRow) bool { return q.ID == id })
	if i < 0 {
		return nil, newProblem(http.StatusNotFound, "no contact was ever handled in the queue "+in.Queue).withHint("GET " + prefix + "/queues lists the queues")
	}
	d := queueDetail{QueueRow: snap.queues[i], Leaves: snap.leavesOf(func(l leafRow) bool { return l.Queue == id }), PlanningGroups: []wrapcast.PlanningGroupID{}}
	for _, g := range snap.directory.PlanningGroups {
		if slices.ContainsFunc(g.Routes, func(r wrapcast.Route) bool { return r.Queue == id }) {
			d.PlanningGroups = append(d.PlanningGroups, g.ID)
		}
	}
	return answer(d, nil)
}

type planningGroupsInput struct {
	Scope
	Paged
}

type planningGroup struct {
	ID     wrapcast.PlanningGroupID `json:"id"`
	Name   string                   `json:"name"`
	Routes []route                  `json:"routes"`
}

type route struct {
	Queue     wrapcast.QueueID   `json:"queue"`
	QueueName string             `json:"queue_name"`
	Media     wrapcast.MediaType `json:"media"`
	Language  string             `json:"language,omitempty"`
	Skills    []string           `json:"skills,omitempty"`
}

func (s *Server) listPlanningGroups(ctx context.Context, in *planningGroupsInput) (*reply[list[planningGroup]], error) {
	snap, err := s.look(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	var groups []planningGroup
	for _, g := range snap.directory.PlanningGroups {
		group := planningGroup{ID: g.ID, Name: g.Name, Routes: []route{}}
		for _, r := range g.Routes {
			group.Routes = append(group.Routes, route{r.Queue, snap.queueName(r.Queue), r.Media, r.Language, r.Skills})
		}
		groups = append(groups, group)
	}
	return answer(page(in.Paged, groups, func(g planningGroup) string { return string(g.ID) }))
}
