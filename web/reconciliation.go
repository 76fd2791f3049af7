package web

import (
	"context"
	"net/http"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/flow"
)

type reconciliationInput struct {
	Scope
	From string `query:"from" format:"date" doc:"The first local day; by default 28 days before the last"`
	To   string `query:"to" format:"date" doc:"The last local day; by default the last that was read whole"`
}

// accountKey is what an account of contacts is of.
type accountKey struct {
	org            wrapcast.OrganisationID
	readAt, readTo int64
	forecast       wrapcast.ForecastID
	from, to       wrapcast.Date
}

// Days of an account: unless others are asked for, and at most.
const (
	accountDays     = 28
	mostAccountDays = 100
)

func (s *Server) registerReconciliation() {
	register(s.api, wrapcast.RoleViewer, described(get("get-reconciliation", "/reconciliation", "Data", "Whether every contact is accounted for"),
		"What the platform counts per queue beside what it counts per code and what was forecast, with a reason for every contact of the remainder, from what is stored."), s.getReconciliation)
}

func (s *Server) getReconciliation(ctx context.Context, in *reconciliationInput) (*reply[wrapcast.Reconciliation], error) {
	snap, err := s.look(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	if len(snap.read) == 0 {
		return nil, newProblem(http.StatusNotFound, "no history is stored yet").withHint("start a run")
	}
	key := accountKey{org: snap.directory.Organisation.ID, readAt: snap.version.ReadAt, readTo: snap.version.ReadTo, to: snap.today - 1}
	if snap.stored != nil {
		key.forecast = snap.stored.ID
	}
	if to, _ := dayOf(in.To); to != 0 { // its form was checked
		key.to = to
	}
	key.from = key.to - accountDays + 1
	if from, _ := dayOf(in.From); from != 0 {
		key.from = from
	}
	if key.from > key.to || key.to-key.from >= mostAccountDays {
		return nil, newProblem(http.StatusUnprocessableEntity, "from and to do not bound a stretch of days that can be accounted for").withHint("ask for at most 100 days")
	}
	account, err := s.balances.get(ctx, key, func() (*wrapcast.Reconciliation, error) {
		r, err := s.knowing.Reconcile(context.WithoutCancel(ctx), key.org, s.spec(), flow.ReconcileOptions{From: key.from, To: key.to})
		return &r, err
	})
	if err != nil {
		return nil, err
	}
	return answer(*account, nil)
}
