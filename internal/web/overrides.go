package web

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// overrideRow is an override with what it does now, and the names of what it is about.
type overrideRow struct {
	wrapcast.OverrideStatus
	About
}

// About names what a decision of somebody concerns.
type About struct {
	CodeNames  []string `json:"code_names" doc:"In the order of codes; empty means all codes"`
	QueueNames []string `json:"queue_names" doc:"In the order of queues; empty means all queues"`
}

func (s *snapshot) about(codes []wrapcast.CodeID, queues []wrapcast.QueueID) About {
	a := About{CodeNames: []string{}, QueueNames: []string{}}
	for _, c := range codes {
		a.CodeNames = append(a.CodeNames, s.codeName(c))
	}
	for _, q := range queues {
		a.QueueNames = append(a.QueueNames, s.queueName(q))
	}
	return a
}

// newOverride is what somebody knows better.
type newOverride struct {
	Codes     []wrapcast.CodeID     `json:"codes,omitempty" maxItems:"1000" doc:"The wrap-up codes it is about, by id; left out means all. The empty id stands for contacts without a code"`
	Queues    []wrapcast.QueueID    `json:"queues,omitempty" maxItems:"1000" doc:"The queues it is about, by id; left out means all"`
	From      wrapcast.Date         `json:"from" doc:"The first local day"`
	To        wrapcast.Date         `json:"to" doc:"The last local day, included"`
	Kind      wrapcast.OverrideKind `json:"kind" doc:"percent changes every code and queue alike; set and add concern their sum on each day"`
	Value     float64               `json:"value" doc:"Per cent, or contacts a day"`
	Reason    string                `json:"reason" minLength:"1" maxLength:"1000" doc:"Why, for whoever looks at it later"`
	ExpiresAt *time.Time            `json:"expires_at,omitempty" doc:"When it stops to be used; left out means with its last day"`
}

func (n newOverride) by(author string) wrapcast.Override {
	o := wrapcast.Override{Codes: n.Codes, Queues: n.Queues, From: n.From, To: n.To, Kind: n.Kind, Value: n.Value, Author: author, Reason: n.Reason}
	if n.ExpiresAt != nil {
		o.ExpiresAt = n.ExpiresAt.UTC()
	}
	return o
}

type newOverrideInput struct {
	Scope
	Body newOverride
}

type overridesInput struct {
	Scope
	Paged
	State string `query:"state" enum:"in use,in conflict,idle,past,expired,withdrawn"`
	Code  string `query:"code" maxLength:"200" doc:"Only those that concern this code"`
	Queue string `query:"queue" maxLength:"200" doc:"Only those that concern this queue"`
}

// OverrideInput names an override in a path.
type OverrideInput struct {
	Scope
	Override string `path:"override" maxLength:"100"`
}

func (s *Server) registerOverrides() {
	register(s.api, wrapcast.RoleViewer, described(get("list-overrides", "/overrides", "Overrides", "List overrides, the latest first"),
		"Withdrawn and past ones too, each with what it does to the latest forecast now."), s.listOverrides)
	register(s.api, wrapcast.RoleViewer, get("get-override", "/overrides/{override}", "Overrides", "Look at one override"), s.getOverride)
	preview := operation(http.MethodPost, "preview-override", "/overrides/preview", "Overrides", "See what an override would do")
	preview.DefaultStatus = http.StatusOK
	register(s.api, wrapcast.RolePlanner, described(preview, "What the latest forecast is with the overrides in use, and what it would be with this one too: code, queue and total. Nothing is kept."), s.previewOverride)
	register(s.api, wrapcast.RolePlanner, described(created(operation(http.MethodPost, "create-override", "/overrides", "Overrides", "Override a forecast")),
		"Every forecast and plan from now on is changed by it. One in conflict with another is kept, but neither is used until one of them is withdrawn: findings say so."), s.createOverride)
	register(s.api, wrapcast.RolePlanner, described(noContent(operation(http.MethodDelete, "withdraw-override", "/overrides/{override}", "Overrides", "Withdraw an override")),
		"It stays in the list: what was once published because of it can be explained."), s.withdrawOverride)
}

func (s *Server) previewOverride(ctx context.Context, in *newOverrideInput) (*reply[wrapcast.OverridePreview], error) {
	org, err := s.choose(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	return answer(s.knowing.PreviewOverride(ctx, org, in.Body.by(actor(ctx))))
}

// overrideCreated is an answer with where the override is.
type overrideCreated struct {
	Location string `header:"Location" doc:"Where the override is"`
	Body     wrapcast.OverridePreview
}

func (s *Server) createOverride(ctx context.Context, in *newOverrideInput) (*overrideCreated, error) {
	org, err := s.choose(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	kept, err := s.knowing.AddOverride(ctx, org, in.Body.by(actor(ctx)))
	if err != nil {
		return nil, err
	}
	return &overrideCreated{Location: prefix + "/overrides/" + string(kept.Override.ID), Body: kept}, nil
}

// overrideRows lists every override there was.
func (s *Server) overrideRows(ctx context.Context, in Scope) ([]overrideRow, error) {
	snap, err := s.look(ctx, in)
	if err != nil {
		return nil, err
	}
	all, err := s.knowing.Overrides(ctx, snap.directory.Organisation.ID)
	if err != nil {
		return nil, err
	}
	rows := make([]overrideRow, len(all.Overrides))
	for i, o := range all.Overrides {
		rows[i] = overrideRow{o, snap.about(o.Codes, o.Queues)}
	}
	return rows, nil
}

func (s *Server) listOverrides(ctx context.Context, in *overridesInput) (*reply[list[overrideRow]], error) {
	all, err := s.overrideRows(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	var found []overrideRow
	for _, o := range all {
		if (in.State == "" || string(o.State) == in.State) && (in.Code == "" || concerns(o.Codes, codeOf(in.Code))) &&
			(in.Queue == "" || concerns(o.Queues, queueOf(in.Queue))) {
			found = append(found, o)
		}
	}
	return answer(page(in.Paged, found, func(o overrideRow) string { return string(o.ID) }))
}

// concerns reports whether something is among what was named; nothing named means all.
func concerns[T comparable](named []T, v T) bool { return len(named) == 0 || slices.Contains(named, v) }

func (s *Server) getOverride(ctx context.Context, in *OverrideInput) (*reply[overrideRow], error) {
	all, err := s.overrideRows(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(o overrideRow) bool { return string(o.ID) == in.Override })
	if i < 0 {
		return nil, newProblem(http.StatusNotFound, "there is no override "+in.Override).withHint("GET " + prefix + "/overrides lists them")
	}
	return versioned(all[i], nil)
}

func (s *Server) withdrawOverride(ctx context.Context, in *OverrideInput) (*struct{}, error) {
	org, err := s.choose(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	return nil, s.knowing.WithdrawOverride(ctx, org, wrapcast.OverrideID(in.Override), actor(ctx))
}
