package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/steps"
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

// serveSession serves the dashboard and works for the session's organisation, if it has one, until ctx is done.
func (cmd serveCommand) serveSession(ctx context.Context, s *session.Session, c settings.Settings,
	spec steps.Spec) error {
	l, err := listen(ctx, c.Serve.Listen)
	if err != nil {
		return err
	}
	defer l.Close()
	config, err := cmd.webConfig(ctx, s, c, l.Addr())
	if err != nil {
		return err
	}
	if s.Forecaster != nil {
		served, err := cmd.startService(ctx, s, c, spec)
		if err != nil {
			return err
		}
		defer stopService(ctx, served)
		config.Service = served
	}
	server, err := web.New(config)
	if err != nil {
		return err
	}
	if err := server.ApplyGroups(ctx); err != nil {
		return err
	}
	cmd.warnOfAccess(ctx, s, config)
	if err := cmd.announceServer(c, l.Addr(), config.LocalToken, s.Forecaster != nil); err != nil {
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

// warnOfAccess says what of the users, tokens and settings lets in more than somebody may mean.
func (cmd serveCommand) warnOfAccess(ctx context.Context, s *session.Session, config web.Config) {
	remarks, err := web.AccessRemarks(ctx, s.Store, cmd.sessions.Clock)
	if err != nil {
		remarks = []string{err.Error()}
	}
	for _, r := range remarks {
		config.Log.WarnContext(ctx, r)
	}
}

func (cmd serveCommand) startService(ctx context.Context, s *session.Session, c settings.Settings, spec steps.Spec,
	more ...service.Planned) (*service.Service, error) {
	// The service ends when it is stopped, after the server: what is under way is left to be taken up.
	return service.Start(wrapcast.ActingAs(context.WithoutCancel(ctx), "service"), service.Config{Forecaster: s.Forecaster, Spec: spec,
		Planned: append(c.Planned(), more...), Log: cmd.out.Log(),
		CheckSource: s.CheckSource(spec)})
}

// stopService gives up what is under way: whoever starts next takes it up.
func stopService(ctx context.Context, served *service.Service) {
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
