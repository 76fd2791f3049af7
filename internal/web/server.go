package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/heads"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/access"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/auth"
	"github.com/wrapcast/wrapcast/internal/web/internal/handlers"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// Config has what a server shows, and who may look and change.
type Config struct {
	// Store holds everything that is shown. It must be set.
	Store *store.Store
	// Clock tells the time and waits. It must be set.
	Clock wrapcast.Clock
	// NewID makes UUIDv7 identifiers. It must be set.
	NewID func() string
	// Services do what is asked for, one for each organisation; none where only what is stored is shown.
	Services []Served
	// File is the settings file, "" where there is none; people may look at its name.
	File string
	// Staffing are the rules that heads are counted by; none are the defaults.
	Staffing heads.Rules
	// Version of wrapcast; "" means "dev".
	Version string
	// Log hears of faults; nil means nobody does.
	Log *slog.Logger

	// Local says that only this machine can connect. While there are no accounts, anybody on it may look, and
	// whoever has LocalToken may do everything.
	Local      bool
	LocalToken string
	// TrustProxy takes a client's address from X-Forwarded-For, which the proxy in front must set.
	TrustProxy bool
	// OIDC lets people log in with an identity provider; nil means passwords alone.
	OIDC *OIDC
	// PasswordCost is the work to check one password; zero means the cost RFC 9106 recommends.
	PasswordCost PasswordCost
}

// PasswordCost is argon2id's memory, passes and lanes.
type PasswordCost struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

// OIDC has the settings of an identity provider that people may log in with.
type OIDC = access.OIDC

// GroupRole is a role that everybody in a group of the identity provider has.
type GroupRole = access.GroupRole

// Served is a service with the settings of its organisation that it does not know itself.
type Served = handlers.Served

// Retention is how many days things are kept; 0 is for ever.
type Retention = handlers.Retention

// Setup has the settings that a service itself does not know; people may look at them.
type Setup = handlers.Setup

// Server answers the API and gives the dashboard's files. It is an http.Handler.
type Server struct {
	config  Config
	api     *api.API
	handler http.Handler
	users   *access.Users
	logins  *access.Logins
	signOn  *access.SingleSignOn
	// forecaster keeps decisions and makes reports of what is stored; it needs no platform.
	forecaster *steps.WrapUpForecaster
	kept       snapshot.Warmer
	closed     atomic.Bool
}

// New makes a server.
func New(config Config) (*Server, error) {
	s := &Server{config: config.withDefaults()}
	faults, gate := api.Faults{Log: s.config.Log}, s.config.gate()
	mux := http.NewServeMux()
	decider := scope.Decider{Store: s.config.Store, Worker: handlers.WorkerOf(s.config.Services)}
	s.api = api.New(mux, s.config.Version, access.SessionCookie, decider.Decide, gate.While, faults)
	s.keep()
	operations := s.operations(mux, gate, faults)
	s.api.Register(operations...)
	s.api.Finish()
	m := newMetrics(s.config, operations)
	s.mountPages(mux, gate, m.handler(faults))
	s.handler = s.layers(mux, gate, m, newOnce(s.config, s.api, mux, operations, faults), faults)
	return s, nil
}

// withDefaults fills in what may be left out.
func (c Config) withDefaults() Config {
	if c.Version == "" {
		c.Version = "dev"
	}
	if c.Staffing.ChatsAtOnce == 0 {
		c.Staffing = heads.DefaultRules()
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.PasswordCost == (PasswordCost{}) {
		c.PasswordCost = PasswordCost(auth.Recommended())
	}
	return c
}

func (c Config) gate() *access.Gate {
	return &access.Gate{Store: c.Store, Clock: c.Clock, LocalToken: c.LocalToken, Local: c.Local,
		Provider: c.OIDC != nil, TrustProxy: c.TrustProxy}
}

// keep makes what is kept ready in memory.
func (s *Server) keep() {
	c, specs := s.config, handlers.WorkerOf(s.config.Services).Spec
	snapshots := snapshot.NewSnapshots(c.Store, c.Clock, specs)
	s.forecaster = &steps.WrapUpForecaster{Store: c.Store, Clock: c.Clock, NewID: c.NewID}
	s.kept = snapshot.Warmer{Store: c.Store, Clock: c.Clock, Snapshots: snapshots, Documents: snapshot.NewDocuments(),
		Reports: snapshot.NewReports(s.forecaster, specs, handlers.StaffingOf(c.Services, c.Staffing))}
}

// operations makes the handlers of all subjects, and adds the pages of single sign-on to the mux.
func (s *Server) operations(mux *http.ServeMux, gate *access.Gate, faults api.Faults) []api.Operation {
	c := s.config
	trail := access.Trail{Store: c.Store, Clock: c.Clock}
	s.users = access.NewUsers(trail, c.NewID, auth.NewPasswords(auth.Cost(c.PasswordCost)))
	logins := access.NewLogins(gate, s.users)
	s.logins = logins
	s.signOn = access.NewSingleSignOn(c.OIDC, logins, c.NewID, faults)
	s.signOn.Mount(mux)
	return slices.Concat(logins.Operations(), s.users.Operations(), access.NewTokens(trail, c.NewID).Operations(),
		handlers.Operations(handlers.Config{Store: c.Store, Clock: c.Clock, NewID: c.NewID, Services: c.Services,
			Forecaster: s.forecaster,
			Snapshots:  s.kept.Snapshots, Documents: s.kept.Documents, Reports: s.kept.Reports, Trail: trail,
			File: c.File, Provider: c.OIDC, Version: c.Version, Closing: s.closed.Load}))
}

// mountPages adds what is not an operation of the API.
func (s *Server) mountPages(mux *http.ServeMux, gate *access.Gate, metrics http.Handler) {
	mux.HandleFunc("GET "+api.Prefix+"/openapi.json", s.serveDocument)
	mux.HandleFunc(api.Prefix+"/", notHere)
	mux.Handle("/", dashboardHandler(built))
	mux.HandleFunc("GET /open", gate.OpenLink)
	mux.Handle("GET /metrics", metrics)
	health{store: s.config.Store, services: handlers.WorkerOf(s.config.Services).Services, clock: s.config.Clock,
		closing: s.closed.Load}.mount(mux)
}

// layers puts the middleware of every request around the operations, the outermost last.
func (s *Server) layers(h http.Handler, gate *access.Gate, m *metrics, once *once, faults api.Faults) http.Handler {
	h = m.named(h)
	h = buffered(h)
	h = once.only(h)
	h = gate.Identify(faults, h)
	h = sameSite(s.config.Local, faults, h)
	h = shielded(gate.Secure(), h)
	h = recovered(s.config.Log, h)
	return m.observed(h)
}

// KeepWarm works out what pages show whenever what is stored has changed, before anybody asks; it returns when ctx is
// done. Without it the first person after a run waits for what everybody else is shown at once.
func (s *Server) KeepWarm(ctx context.Context) { s.kept.Keep(ctx, s.config.Log) }

// ApplyGroups gives everybody who has rights by groups of the identity provider what the settings of now make of them,
// and ends the logins of those who lose some. It belongs before the first request.
func (s *Server) ApplyGroups(ctx context.Context) error { return s.signOn.ApplyGroups(ctx) }

// KeepTidy clears away what has run out, at once and every ten minutes: ended logins, answers kept for a day, roles by
// groups in organisations that are gone or new. It returns when ctx is done.
func (s *Server) KeepTidy(ctx context.Context) {
	const every = 10 * time.Minute
	for {
		if err := errors.Join(s.logins.Tidy(ctx), s.ApplyGroups(ctx)); err != nil && ctx.Err() == nil {
			s.config.Log.WarnContext(ctx, "clearing away failed", "error", err.Error())
		}
		if s.config.Clock.Sleep(ctx, every) != nil {
			_ = s.logins.Tidy(context.WithoutCancel(ctx)) // what was counted is written before the end
			return
		}
	}
}

// AddUser lets somebody log in with a role in all organisations, or roles in single ones that are named by id or name;
// an empty password leaves it to an identity provider. It returns Conflict where the name
// is taken, and where nobody would be left who can let others in.
func (s *Server) AddUser(
	ctx context.Context, name string, role wrapcast.Role, password, by string, in ...wrapcast.Grant,
) (wrapcast.Account, error) {
	rights, err := s.rightsIn(ctx, role, in)
	if err != nil {
		return wrapcast.Account{}, err
	}
	return s.users.Add(ctx, name, rights, password, by)
}

// SetRights gives whoever logs in with a name a role in all organisations, or roles in single ones that are named by id
// or name, in the place of what they had, and ends their logins. It returns NotFound where nobody does, and Conflict
// where nobody would be left who can let others in.
func (s *Server) SetRights(
	ctx context.Context, name string, role wrapcast.Role, by string, in ...wrapcast.Grant,
) (wrapcast.Account, error) {
	rights, err := s.rightsIn(ctx, role, in)
	if err != nil {
		return wrapcast.Account{}, err
	}
	return s.users.SetRights(ctx, name, rights, by)
}

// rightsIn finds the organisations that roles are given in.
func (s *Server) rightsIn(ctx context.Context, role wrapcast.Role, in []wrapcast.Grant) (rights wrapcast.Rights,
	err error) {
	err = s.config.Store.View(ctx, func(tx *store.Tx) error {
		all, err := tx.Directory().Organisations()
		if err == nil {
			rights, err = access.RightsIn(all, role, in)
		}
		return err
	})
	return rights, err
}

// SetPassword sets the password of whoever logs in with a name, and ends their logins.
func (s *Server) SetPassword(ctx context.Context, name, password, by string) error {
	return s.users.SetPassword(ctx, name, password, by)
}

// AccessRemarks are sentences about users and tokens that were made before today's rules, for whoever runs the
// installation.
func AccessRemarks(ctx context.Context, db *store.Store, clock wrapcast.Clock) (remarks []string, err error) {
	err = db.View(ctx, func(tx *store.Tx) error {
		accounts, err := tx.Access().Accounts()
		if err != nil {
			return err
		}
		tokens, err := tx.Access().Tokens()
		remarks = access.Remarks(accounts, tokens, clock.Now())
		return err
	})
	return remarks, err
}

// Close ends the streams, which would keep a server from stopping.
func (s *Server) Close() { s.closed.Store(true) }

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// OpenAPI returns the description of the API.
func (s *Server) OpenAPI() *huma.OpenAPI { return s.api.Document() }

// Document returns the OpenAPI document.
func (s *Server) Document() ([]byte, error) { return s.OpenAPI().MarshalJSON() }

func (s *Server) serveDocument(w http.ResponseWriter, _ *http.Request) {
	text, err := s.Document()
	if err != nil {
		api.WriteProblem(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/openapi+json")
	_, _ = w.Write(text) // a reader who left needs no answer
}

func notHere(w http.ResponseWriter, r *http.Request) {
	api.WriteProblem(w, api.NewProblem(http.StatusNotFound, "there is nothing at "+r.URL.Path).
		WithHint("the document is at "+api.Prefix+"/openapi.json"))
}
