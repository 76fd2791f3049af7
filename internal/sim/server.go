package sim

import (
	"cmp"
	"context"
	"net/http"
	"sync"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/access"
	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contactlog"
	"github.com/wrapcast/wrapcast/internal/sim/internal/days"
	"github.com/wrapcast/wrapcast/internal/sim/internal/demand"
	"github.com/wrapcast/wrapcast/internal/sim/internal/faults"
	"github.com/wrapcast/wrapcast/internal/sim/internal/notify"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
	"github.com/wrapcast/wrapcast/internal/sim/internal/recode"
	"github.com/wrapcast/wrapcast/internal/sim/internal/rest"
	"github.com/wrapcast/wrapcast/internal/sim/internal/wfm"
)

// Server is a simulated Genesys Cloud: an http.Handler that serves login, API, file
// storage and WebSocket on one host. It is safe for concurrent use. Close it when it is no longer needed.
type Server struct {
	options      Options
	organisation *organisation.Organisation
	contacts     contact.Source
	recoded      []recode.Change
	// detail is what the planning groups need told apart.
	detail wrapcast.Detail

	tokens        *access.Tokens
	faultPlan     *faults.Plan
	counts        counts
	mux           *http.ServeMux
	wfm           *wfm.Service
	notifications *notify.Service
	rest          *rest.Service

	// zippers are used again: making one costs more than compressing a small answer.
	zippers sync.Pool

	endpoints []api.Endpoint

	lifetime context.Context // kept because imports and sockets outlive the requests that began them
	end      context.CancelFunc
	work     work
	ids      sync.Mutex
	answered uint64
}

// New makes a server. It starts nothing that outlives Close and listens nowhere: hand
// it to an http.Server.
func New(o Options) (*Server, error) {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	source, blueprint, err := contacts(o)
	if err != nil {
		return nil, err
	}
	source, recoded, err := o.vary(source, &blueprint)
	if err != nil {
		return nil, err
	}
	if o.Log == nil {
		source = days.New(source, o.Remembered)
	}
	org, err := organisation.New(o.Seed, blueprint)
	if err != nil {
		return nil, err
	}
	orders, err := o.Faults.orders()
	if err != nil {
		return nil, err
	}
	s := &Server{
		options: o, organisation: org, contacts: source, recoded: recoded, mux: http.NewServeMux(),
		tokens: access.NewTokens(o.Seed, o.Clock.Now, o.TokenLife, o.clients()...), faultPlan: faults.NewPlan(o.Seed,
			orders),
	}
	s.lifetime, s.end = context.WithCancel(context.Background())
	s.route()
	s.detail = wrapcast.Detail{Direction: true}
	for _, d := range s.Directories() {
		s.detail = s.detail.And(d.Detail())
	}
	return s, nil
}

// contacts chooses where the contacts come from.
func contacts(o Options) (contact.Source, organisation.Blueprint, error) {
	if o.Log != nil {
		r := contactlog.NewReplay(o.Seed, o.Log.log)
		b := r.Blueprint()
		b.Name = cmp.Or(o.Name, b.Name)
		return r, b, nil
	}
	zone, err := organisation.Zone()
	if err != nil {
		return nil, organisation.Blueprint{}, err
	}
	today := wrapcast.DateOf(o.Clock.Now().In(zone))
	start := today - wrapcast.Date(o.History)
	m, err := demand.New(demand.Options{
		Seed: o.Seed, Queues: o.Queues, Codes: o.Codes, Volume: o.Volume, HiddenCodes: o.HiddenCodes,
		Start: start, Events: eventDay(start, today), Zone: zone, Size: o.Size, Disturbances: o.Disturbances,
	})
	if err != nil {
		return nil, organisation.Blueprint{}, err
	}
	b := m.Blueprint()
	b.Name = cmp.Or(o.Name, b.Name)
	return m, b, nil
}

// eventDay is when one code was deleted and one renamed: in the middle of the history,
// on a day that stays the same for a while as time goes on, so that two servers made on different days agree.
func eventDay(start, today wrapcast.Date) wrapcast.Date {
	middle, step := start+(today-start)/2, max((today-start)/8, 1)
	return middle - middle%step
}

// Close ends imports under way, closes every WebSocket and waits until they are gone.
// Requests that come later are answered all the same, but begin nothing.
func (s *Server) Close() {
	s.end()
	s.work.wait()
}

// run does work that outlives the request which began it.
func (s *Server) run(do func(context.Context)) {
	if s.work.begin() {
		go func() {
			defer s.work.done()
			do(s.lifetime)
		}()
	}
}

// work counts what goes on beside requests; once waited for, nothing more begins.
type work struct {
	mu     sync.Mutex
	closed bool
	group  sync.WaitGroup
}

func (w *work) begin() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.closed {
		w.group.Add(1)
	}
	return !w.closed
}

func (w *work) done() { w.group.Done() }

func (w *work) wait() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.group.Wait()
}

// Endpoints lists method and path pattern of everything that is served: "GET /api/v2/routing/queues/{queueId}".
func (s *Server) Endpoints() []string {
	var names []string
	for _, e := range s.endpoints {
		names = append(names, e.Name())
	}
	return names
}
