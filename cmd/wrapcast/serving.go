package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web"
)

// servingDocument is the line `serve --json` prints before it serves.
type servingDocument struct {
	Schema string `json:"schema"`
	// URL is where a browser goes; in local mode with the token that lets it change things.
	URL   string `json:"url"`
	API   string `json:"api"`
	Token string `json:"token,omitempty"`
}

// serveFleet serves the dashboard and works for the organisations that are open, if any, until ctx is done.
func (cmd serveCommand) serveFleet(ctx context.Context, s *session.Fleet, c settings.Settings, parallel int,
	spec func(session.Member) steps.Spec) error {
	l, err := listen(ctx, c.Serve.Listen)
	if err != nil {
		return err
	}
	defer l.Close()
	config, err := cmd.webConfig(ctx, s, c, l.Addr())
	if err != nil {
		return err
	}
	if len(s.Members) > 0 {
		served, err := cmd.startFleet(ctx, s, parallel, spec)
		if err != nil {
			return err
		}
		defer stopFleet(ctx, served)
		for i, one := range served.Services() {
			config.Services = append(config.Services, web.Served{Service: one, Setup: setupOf(s.Members[i])})
		}
	}
	server, err := web.New(config)
	if err != nil {
		return err
	}
	if err := server.ApplyGroups(ctx); err != nil {
		return err
	}
	cmd.warnOfAccess(ctx, s.Store, config)
	if err := cmd.announceServer(c, l.Addr(), config.LocalToken, len(s.Members) > 0); err != nil {
		return err
	}
	warming, stop := context.WithCancel(ctx)
	var warm sync.WaitGroup
	warm.Go(func() { server.KeepWarm(warming) })
	warm.Go(func() { server.KeepTidy(warming) })
	defer warm.Wait()
	defer stop()
	return serveWeb(ctx, l, server, c.Serve)
}

// specOf is what runs are asked for by an organisation's settings and the flags.
func (f serveFlags) specOf(m session.Member) steps.Spec {
	spec := m.Settings.Spec()
	spec.DryRun = f.dryRun
	return spec
}

// setupOf has what people may look at of an organisation's settings.
func setupOf(m session.Member) web.Setup {
	c := m.Settings
	u := web.Setup{Region: c.Region, BaseURL: cmp.Or(c.APIURL, c.BaseURL), ClientID: c.ClientID, WebhookSecret: "derived"}
	if m.OwnWebhookSecret {
		u.WebhookSecret = "own"
	}
	return u
}

// warnOfAccess says what of the users, tokens and settings lets in more than somebody may mean.
func (cmd serveCommand) warnOfAccess(ctx context.Context, db *store.Store, config web.Config) {
	remarks, err := web.AccessRemarks(ctx, db, cmd.sessions.Clock)
	if err != nil {
		remarks = []string{err.Error()}
	}
	for _, r := range remarks {
		config.Log.WarnContext(ctx, r)
	}
}

// startFleet begins to work for the organisations that are open: by the schedules of the settings, and more.
func (cmd serveCommand) startFleet(ctx context.Context, s *session.Fleet, parallel int,
	spec func(session.Member) steps.Spec, more ...service.Planned) (*service.Fleet, error) {
	var members []service.Config
	for _, m := range s.Members {
		asked := spec(m)
		members = append(members, service.Config{Forecaster: m.Forecaster, Spec: asked,
			Planned: append(m.Settings.Planned(), more...), Log: cmd.out.Log(), CheckSource: m.CheckSource(asked)})
	}
	// It ends when it is stopped, after the server: what is under way is left to be taken up.
	return service.StartFleet(wrapcast.ActingAs(context.WithoutCancel(ctx), "service"),
		service.FleetConfig{Parallel: parallel, Idle: parallel == 0}, members...)
}

// parallelFlag lets a command say how many steps compute at once.
func parallelFlag(c *cobra.Command, to *int) {
	c.Flags().IntVar(to, "parallel", 1, "how many steps (validate, forecast) compute at once; each uses all cores by itself")
}

// stopFleet gives up what is under way: whoever starts next takes it up.
func stopFleet(ctx context.Context, served *service.Fleet) {
	const patience = 20 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	_ = served.Stop(ctx) // a job that does not end in time is taken up as after a crash
}

// announceServer prints where the dashboard is.
func (cmd serveCommand) announceServer(c settings.Settings, at net.Addr, token string, works bool) error {
	base := "http://" + at.String()
	switch {
	case c.Serve.PublicURL != "":
		base = c.Serve.PublicURL
	case c.Serve.TLSCertFile != "":
		base = "https://" + at.String()
	}
	url := base + "/"
	if token != "" {
		url = base + "/open?token=" + token
	}
	if cmd.out.JSON {
		return cmd.out.PrintLine(servingDocument{Schema: "wrapcast.serving/1", URL: url, API: base + "/api/v1",
			Token: token})
	}
	if cmd.out.Quiet {
		return nil
	}
	note := "Press Ctrl+C to stop."
	if token != "" {
		note = "This address lets your browser change things; keep it to yourself. " + note
	}
	if !works {
		note += "\nNo credentials set: showing stored data only (" + cmd.sessions.Where() + "), and starting no run."
	}
	_, err := fmt.Fprintf(cmd.out.Out, "\nThe dashboard is at\n\n  %s\n\n%s\n", url, note)
	return err
}

// serveWeb answers until ctx is done, and then lets requests under way end.
func serveWeb(ctx context.Context, l net.Listener, server *web.Server, c settings.Serve) error {
	const patience = 5 * time.Second
	s, l := server.HTTP(l, web.Connections{})
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		server.Close()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		if s.Shutdown(last) != nil {
			_ = s.Close()
		}
	})
	defer stop()
	serve := func() error { return s.Serve(l) }
	if c.TLSCertFile != "" {
		serve = func() error { return s.ServeTLS(l, c.TLSCertFile, c.TLSKeyFile) }
	}
	if err := serve(); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving on %s: %w", l.Addr(), err)
	}
	<-ended
	return nil
}
