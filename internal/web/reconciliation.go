package web

import (
	"context"
	"net/http"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/flow"
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
	to := snap.today - 1
	if day, _ := dayOf(in.To); day != 0 { // its form was checked
		to = day
	}
	from := to - accountDays + 1
	if day, _ := dayOf(in.From); day != 0 {
		from = day
	}
	if from > to || to-from >= mostAccountDays {
		return nil, newProblem(http.StatusUnprocessableEntity, "from and to do not bound a stretch of days that can be accounted for").withHint("ask for at most 100 days")
	}
	account, err := s.balance(ctx, snap, from, to)
	if err != nil {
		return nil, err
	}
	return answer(*account, nil)
}

// balance accounts for the contacts between two days.
func (s *Server) balance(ctx context.Context, snap *snapshot, from, to wrapcast.Date) (*wrapcast.Reconciliation, error) {
	key := accountKey{org: snap.directory.Organisation.ID, readAt: snap.version.ReadAt, readTo: snap.version.ReadTo, from: from, to: to}
	if snap.stored != nil {
		key.forecast = snap.stored.ID
	}
	return s.balances.get(ctx, key, func() (*wrapcast.Reconciliation, error) {
		r, err := s.knowing.Reconcile(context.WithoutCancel(ctx), key.org, s.spec(), flow.ReconcileOptions{From: from, To: to})
		return &r, err
	})
}
