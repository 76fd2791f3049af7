package web

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/flow"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/auth"
)

// Config says what a server shows and to whom.
type Config struct {
	// Store is what is shown. It must be set.
	Store *store.Store
	// Clock tells the time and waits. It must be set.
	Clock wrapcast.Clock
	// NewID makes UUIDv7 identifiers. It must be set.
	NewID func() string
	// Service does what is asked for; nil where only what is stored is shown.
	Service *flow.Service
	// Setup is what the settings say, for people to look at.
	Setup Setup
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
	// PasswordCost is what one look at a password takes; zero means the cost RFC 9106 recommends.
	PasswordCost PasswordCost
}

// PasswordCost is argon2id's memory, passes and lanes.
type PasswordCost struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

// Server answers the API and gives the dashboard's files. It is an http.Handler.
type Server struct {
	Config
	api       *api
	handler   http.Handler
	gate      *gatekeeper
	metrics   *metrics
	provider  auth.Provider
	passwords *auth.Passwords
	// Logins fail five times in a row per name and twenty per address, then once a minute and ten seconds.
	perName, perAddress auth.Limit
	snapshots           *snapshots
	closed              atomic.Bool
	forecasts           *cache[wrapcast.ForecastID, *wrapcast.Forecast]
	plans               *cache[wrapcast.PlanID, *wrapcast.Plan]
	// judgements, replays and balances are reports of one state of the store.
	judgements *cache[judgedKey, *wrapcast.AccuracyReport]
	replays    *cache[judgedKey, *flow.Replay]
	balances   *cache[accountKey, *wrapcast.Reconciliation]
	// shapes are how the days of forecasts spread over their quarter-hours.
	shapes *cache[shapesKey, *demand.IntradayProfiles]
	// knowing keeps what people know; it needs no platform.
	knowing *flow.WrapUpForecaster
}

// New makes a server.
func New(config Config) (*Server, error) {
	if config.Version == "" {
		config.Version = "dev"
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.PasswordCost == (PasswordCost{}) {
		config.PasswordCost = PasswordCost(auth.Recommended())
	}
	s := &Server{Config: config,
		gate:       &gatekeeper{store: config.Store, clock: config.Clock, localToken: config.LocalToken, local: config.Local, provider: config.OIDC != nil},
		perName:    auth.Limit{Burst: 5, Every: time.Minute},
		perAddress: auth.Limit{Burst: 20, Every: 10 * time.Second},
		snapshots:  &snapshots{store: config.Store, clock: config.Clock, gate: make(gate, 1), byOrg: map[wrapcast.OrganisationID]*snapshot{}},
		forecasts:  newCache[wrapcast.ForecastID, *wrapcast.Forecast](8),
		plans:      newCache[wrapcast.PlanID, *wrapcast.Plan](12),
		judgements: newCache[judgedKey, *wrapcast.AccuracyReport](4),
		replays:    newCache[judgedKey, *flow.Replay](2),
		balances:   newCache[accountKey, *wrapcast.Reconciliation](8),
		shapes:     newCache[shapesKey, *demand.IntradayProfiles](4),
	}
	s.knowing = &flow.WrapUpForecaster{Store: config.Store, Clock: config.Clock, NewID: config.NewID, Latest: s.latestForecast}
	if config.OIDC != nil {
		s.provider = config.OIDC.provider()
	}
	s.passwords = auth.NewPasswords(auth.Cost(config.PasswordCost))
	mux := http.NewServeMux()
	s.api = newAPI(mux, config.Version, s.logFault)
	s.registerAll()
	s.api.finish()
	s.metrics = newMetrics(s)
	s.handlePlain(mux)
	s.handler = s.layers(mux)
	return s, nil
}

// handlePlain adds what is not an operation of the API.
func (s *Server) handlePlain(mux *http.ServeMux) {
	mux.HandleFunc("GET "+prefix+"/openapi.json", s.serveDocument)
	mux.HandleFunc(prefix+"/", notHere)
	mux.Handle("/", dashboardHandler(built))
	mux.HandleFunc("GET /open", s.openLink)
	s.handleHealth(mux)
	s.handleMetrics(mux)
	s.handleProvider(mux)
}

// layers puts what every request goes through around the operations, the outermost last.
func (s *Server) layers(h http.Handler) http.Handler {
	for _, layer := range []func(http.Handler) http.Handler{named, s.buffered, s.onceOnly, s.identify, s.sameSite, s.shielded, s.recovered, s.observed} {
		h = layer(h)
	}
	return h
}

// Close ends the streams, which would keep a server from stopping.
func (s *Server) Close() { s.closed.Store(true) }

func (s *Server) closing() bool { return s.closed.Load() }

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// OpenAPI returns the description of the API.
func (s *Server) OpenAPI() *huma.OpenAPI { return s.api.huma.OpenAPI() }

// Document returns the OpenAPI document.
func (s *Server) Document() ([]byte, error) { return s.OpenAPI().MarshalJSON() }

func (s *Server) serveDocument(w http.ResponseWriter, _ *http.Request) {
	text, err := s.Document()
	if err != nil {
		writeProblem(w, problemOf(err))
		return
	}
	w.Header().Set("Content-Type", "application/openapi+json")
	_, _ = w.Write(text) // a reader who left needs no answer
}

// registerAll lists every operation, by subject.
func (s *Server) registerAll() {
	s.registerSession()
	s.registerUsers()
	s.registerTokens()
	s.registerStatus()
	s.registerOverview()
	s.registerCodes()
	s.registerQueues()
	s.registerHistory()
	s.registerForecasts()
	s.registerWhy()
	s.registerAccuracy()
	s.registerReconciliation()
	s.registerOverrides()
	s.registerValidation()
	s.registerMaskEdits()
	s.registerCalendar()
	s.registerLineage()
	s.registerPlans()
	s.registerPublish()
	s.registerRuns()
	s.registerSchedules()
	s.registerWatch()
	s.registerDeliveries()
	s.registerAudit()
	s.registerExports()
	s.registerReport()
	s.registerSettings()
}

// Scope says whose numbers are meant.
type Scope struct {
	Organisation string `query:"organisation" maxLength:"200" doc:"Whose numbers, an id or a name; may be left out where the store holds one organisation"`
}

// choose finds the organisation a request means.
func (s *Server) choose(ctx context.Context, in Scope) (wrapcast.OrganisationID, error) {
	var all []wrapcast.Organisation
	err := s.Store.View(ctx, func(tx *store.Tx) (err error) {
		all, err = tx.Organisations()
		return err
	})
	if err != nil {
		return "", err
	}
	var names []string
	for _, o := range all {
		if in.Organisation != "" && (string(o.ID) == in.Organisation || strings.EqualFold(o.Name, in.Organisation)) {
			return o.ID, nil
		}
		names = append(names, o.Name)
	}
	switch {
	case len(all) == 0:
		return "", newProblem(http.StatusNotFound, "nothing is stored yet").
			withHint("start a run, or look around with `wrapcast demo`")
	case in.Organisation != "":
		return "", newProblem(http.StatusNotFound, "there is no organisation "+in.Organisation).withHint("there are: " + strings.Join(names, ", "))
	case len(all) > 1:
		return "", newProblem(http.StatusUnprocessableEntity, "it is not said whose numbers are meant").
			withHint("add ?organisation= with one of: " + strings.Join(names, ", "))
	}
	return all[0].ID, nil
}

// look returns the snapshot a request means.
func (s *Server) look(ctx context.Context, in Scope) (*snapshot, error) {
	org, err := s.choose(ctx, in)
	if err != nil {
		return nil, err
	}
	return s.snapshots.of(ctx, org)
}

// view runs work on what is stored of the organisation a request means.
func (s *Server) view(ctx context.Context, in Scope, work func(*store.Tx, wrapcast.OrganisationID) error) error {
	org, err := s.choose(ctx, in)
	if err != nil {
		return err
	}
	return s.Store.View(ctx, func(tx *store.Tx) error { return work(tx, org) })
}

func notHere(w http.ResponseWriter, r *http.Request) {
	writeProblem(w, newProblem(http.StatusNotFound, "there is nothing at "+r.URL.Path).withHint("the document is at "+prefix+"/openapi.json"))
}

// openLink is the address printed at the start: it gives the browser the token that lets it change things in local mode.
func (s *Server) openLink(w http.ResponseWriter, r *http.Request) {
	if token := r.URL.Query().Get("token"); s.Local && s.gate.isLocal(token) {
		w.Header().Add("Set-Cookie", s.cookie(sessionCookie, token, sessionLife))
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
