package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/webhook"
)

// demoImportDelay is how long the simulated platform takes for an import.
const demoImportDelay = time.Second

type demoFlags struct {
	simulateFlags
	once      bool
	target    string
	dashboard string
	earlier   int
}

// demoCommand runs everything against a simulated organisation.
type demoCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd demoCommand) command() *cobra.Command {
	var f demoFlags
	c := &cobra.Command{
		Use:   "demo",
		Short: "Run everything against a simulated organisation",
		Long: `Start a simulated Genesys Cloud organisation on this machine and do the whole run against
it over HTTP: extract two years of wrap-up codes, validate, forecast, plan, submit, notify. Then
serve the dashboard, which can plan and submit against the simulated organisation until it is stopped.
The result stays in the data directory, where the other commands find it.`,
		Example: `  wrapcast demo
  wrapcast demo --once --json
  wrapcast demo --once --earlier 8 && wrapcast accuracy
  wrapcast demo --once --contacts requests.csv.gz --target rest`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return cmd.demo(c.Context(), f) },
	}
	c.Flags().BoolVar(&f.once, "once", false, "exit when the run is done")
	c.Flags().StringVar(&f.target, "target", string(wrapcast.WFM), settings.TargetHelp())
	c.Flags().StringVar(&f.dashboard, "listen", "", "`address` of the dashboard (default 127.0.0.1:8080, or a free port where that is taken)")
	c.Flags().IntVar(&f.earlier, "earlier", 0,
		"first make this many weekly runs in the past, so that wrapcast accuracy has something to show")
	f.register(c)
	return c
}

func (cmd demoCommand) demo(ctx context.Context, f demoFlags) error {
	f.importDelay = demoImportDelay
	o, err := f.options(cmd.sessions.Clock)
	if err != nil {
		return err
	}
	ahead := o.Clock.Now().Sub(cmd.sessions.Clock.Now()).Round(time.Second)
	pinned := *cmd.sessions // a replay's clock stands at the log's end, for the run as for the simulator
	pinned.Clock, pinned.MakesKey = o.Clock, true
	cmd.sessions = &pinned
	server, err := sim.New(o)
	if err != nil {
		return err
	}
	at, stop, err := cmd.startHosts(ctx, f, server)
	if err != nil {
		return err
	}
	defer stop()
	if !f.once {
		remove, err := cmd.sessions.LeaveSimulator(session.Simulator{BaseURL: at.Settings.BaseURL,
			ClientID: server.ClientID(), ClientSecret: server.ClientSecret(), Ahead: ahead})
		if err != nil {
			return err
		}
		defer remove()
	}
	cmd.introduce(f, server)
	if err := at.Settings.Check(); err != nil {
		return err
	}
	spec := demoSpec(at.Settings, server)
	if f.earlier > 0 {
		spec.HorizonDays = max(spec.HorizonDays, slices.Max(wrapcast.AccuracyLeads())+7)
	}
	for week := f.earlier; week > 0; week-- {
		if err := cmd.runBefore(ctx, at, spec, time.Duration(week)*7*24*time.Hour); err != nil {
			return err
		}
	}
	s, err := cmd.sessions.Open(ctx, at)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := runSession(ctx, cmd.out, s, spec); err != nil || f.once {
		return err
	}
	if err := cmd.nextSteps(); err != nil {
		return err
	}
	if at.Settings.Serve.Listen, err = freeAddress(ctx, f.dashboard, at.Settings.Serve.Listen); err != nil {
		return err
	}
	return serveCommand(cmd).serveFleet(ctx, session.FleetOf(at, s), at.Settings, 1,
		func(session.Member) steps.Spec { return spec })
}

// startHosts serves the simulated platform and a receiver of its webhook, and returns how both are reached.
func (cmd demoCommand) startHosts(
	ctx context.Context, f demoFlags, server *sim.Server,
) (at session.Access, stop func(), err error) {
	secret, err := webhook.NewSecret(rand.Reader)
	if err != nil {
		return at, nil, err
	}
	receiver, err := webhook.NewReceiver(webhook.ReceiverConfig{Secrets: []string{secret}, Clock: cmd.sessions.Clock})
	if err != nil {
		return at, nil, err
	}
	platform, stopPlatform, err := serveHere(ctx, server)
	if err != nil {
		return at, nil, err
	}
	hook, stopHook, err := serveHere(ctx, receiver)
	if err != nil {
		stopPlatform()
		return at, nil, err
	}
	return session.Access{Settings: demoConfig(f, server, platform, hook), Secret: server.ClientSecret(),
		WebhookSecrets: []string{secret}, PollFast: true}, func() { stopHook(); stopPlatform() }, nil
}

// freeAddress is the address asked for, else the usual one, else a free port: a demo should not fail because something
// runs there.
func freeAddress(ctx context.Context, asked, usual string) (string, error) {
	if asked != "" {
		return asked, nil
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", usual)
	if err != nil {
		return "127.0.0.1:0", nil //nolint:nilerr // it is taken
	}
	return usual, l.Close()
}

// runBefore does a run as it would have been done so long ago, and tells nothing of it.
func (cmd demoCommand) runBefore(ctx context.Context, at session.Access, spec steps.Spec, ago time.Duration) error {
	before, quiet := *cmd.sessions, *cmd.out
	quiet.Quiet, quiet.JSON = true, false
	before.Clock, before.Terminal = before.Clock.At(before.Clock.Now().Add(-ago)), &quiet
	at.Settings.Webhook.URL, spec.Webhook, spec.AcceptChanges = "", "", true // its receiver would refuse messages so old
	s, err := before.Open(ctx, at)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := acceptUnused(ctx, s, spec); err != nil {
		return err
	}
	return runSession(ctx, &quiet, s, spec)
}

// acceptUnused accepts, for a week, that some planning groups of the simulated organisation had no contacts yet so long
// ago: it lists those of today.
func acceptUnused(ctx context.Context, s *session.Session, spec steps.Spec) error {
	if _, err := s.Forecaster.Extract(ctx, spec); err != nil {
		return err
	}
	v, err := s.Forecaster.Connect(ctx, spec)
	if err != nil {
		return err
	}
	known, err := v.Silent(ctx)
	if err != nil {
		return err
	}
	var unused []wrapcast.AcceptedSilence
	for _, silent := range known.Silences {
		unused = append(unused, wrapcast.AcceptedSilence{Kind: silent.Kind, Of: silent.ID, Author: spec.Actor,
			Reason: "not in use yet", Until: v.Day(v.At)})
	}
	_, err = s.Forecaster.Decisions().AcceptSilences(ctx, known, unused)
	return err
}

// demoConfig points the settings at the simulator and its webhook.
func demoConfig(f demoFlags, server *sim.Server, platform, hook string) settings.Settings {
	c := settings.Defaults()
	c.BaseURL, c.ClientID = platform, server.ClientID()
	c.Webhook.URL = hook + "/wrapcast"
	c.Plan.Target = f.target
	c.REST.PollEvery = settings.Duration(session.FastPoll)
	return c
}

// demoSpec asks for everything the simulated organisation ever handled.
func demoSpec(c settings.Settings, server *sim.Server) steps.Spec {
	s := c.Spec()
	s.Actor = "demo"
	first := server.Start()
	s.HistoryFrom = &first
	return s
}

// serveHere serves on a free loopback port and returns its base URL.
func serveHere(ctx context.Context, handler http.Handler) (base string, stop func(), err error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("listening on this machine: %w", err)
	}
	s := &http.Server{Handler: handler, ReadHeaderTimeout: 30 * time.Second}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	return "http://" + l.Addr().String(), func() {
		_ = s.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			panic(err) // the listener is ours alone
		}
	}, nil
}

// introduce says what the numbers are made of.
func (cmd demoCommand) introduce(f demoFlags, server *sim.Server) {
	if cmd.out.JSON || cmd.out.Quiet {
		return
	}
	what := "whose demand follows figures measured on a city's contact centre"
	if f.contacts != "" {
		what = "that replays " + f.contacts
	}
	fmt.Fprintf(cmd.out.Err, "%s: a simulated Genesys Cloud organisation\n%s.\nHandle times are synthetic.\n\n",
		server.Directory().Organisation.Name, what)
}

// nextSteps says what can be looked at now.
func (cmd demoCommand) nextSteps() error {
	if cmd.out.JSON || cmd.out.Quiet {
		return nil
	}
	_, err := fmt.Fprintf(cmd.out.Out, `
What the demo left in %s can be looked at in another terminal:

  wrapcast plan              the week's plan, beside what the organisation has now
  wrapcast validate          the verdict on each code's history
  wrapcast audit list        who did what, when, with what result
  wrapcast audit verify      whether anybody changed it since
`, cmd.sessions.Where())
	return err
}
