package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
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
	spec func(session.Member) steps.Spec) (err error) {
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
		var end context.CancelFunc
		ctx, end = context.WithCancel(ctx) // there is nothing it could show, either
		defer end()
		go func() {
			if untilEnd(ctx, served) != nil {
				end()
			}
		}()
		defer func() { err = cmp.Or(err, served.Why()) }()
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
	u := web.Setup{Region: c.Region, BaseURL: cmp.Or(c.APIURL, c.BaseURL), ClientID: c.ClientID, WebhookSecret: "derived",
		Staffing: c.Staffing.Heads(), Retention: web.Retention(c.Retention)}
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

const readyAbout = `Ask a running server on this machine whether it is ready, as a container's health check does: exit 0 where it is, 1 where
it is not or nobody answers. It asks the address of the settings (serve.listen), or the URL that is given.`

// ready asks a running server whether it is ready.
func (cmd serveCommand) ready() *cobra.Command {
	return &cobra.Command{
		Use:     "ready [URL]",
		Short:   "Ask a running server whether it is ready",
		Long:    readyAbout,
		Example: "  wrapcast serve ready\n  wrapcast serve ready https://wrapcast.example.org",
		Args:    cli.Args(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				return askReady(c.Context(), http.DefaultClient, args[0])
			}
			all, err := cmd.sessions.Settings.All()
			if err != nil {
				return err
			}
			client, err := ownClient(all.Settings.Serve.TLSCertFile)
			if err != nil {
				return err
			}
			return askReady(c.Context(), client, ownAddress(all.Settings.Serve))
		},
	}
}

// ownAddress is where a server on this machine answers that listens as the settings say.
func ownAddress(c settings.Serve) string {
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return "http://" + c.Listen
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	scheme := "http"
	if c.TLSCertFile != "" {
		scheme = "https"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// ownClient trusts the certificate that the server on this machine shows, whoever signed it, and no other.
func ownClient(certFile string) (*http.Client, error) {
	if certFile == "" {
		return http.DefaultClient, nil
	}
	text, err := os.ReadFile(certFile)
	if err != nil {
		return nil, cli.Usage("serve.tls_cert_file cannot be read: %v", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, cli.Usage("serve.tls_cert_file: %s is no certificate in PEM", certFile)
	}
	own, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, cli.Usage("serve.tls_cert_file: %s is no certificate: %v", certFile, err)
	}
	trusted := x509.NewCertPool()
	trusted.AddCert(own)
	name := own.Subject.CommonName
	if len(own.DNSNames) > 0 {
		name = own.DNSNames[0]
	}
	name = strings.Replace(name, "*.", "any.", 1)
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted, ServerName: name,
		MinVersion: tls.VersionTLS12}}}, nil
}

// askReady asks the server at the address, for at most five seconds.
func askReady(ctx context.Context, client *http.Client, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	at, err := url.Parse(address)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		return cli.Usage("%q is no address of a server; they look like http://127.0.0.1:8080", address)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at.JoinPath("readyz").String(), nil)
	if err != nil {
		return err
	}
	answer, err := client.Do(request)
	if err != nil {
		return wrapcast.Errorf(wrapcast.Unavailable, "ready", "nobody answers at %s", address).
			WithHint("is wrapcast serve running there? Its log says what keeps it")
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(io.LimitReader(answer.Body, 1000)) // what there is of it says more than nothing
		return wrapcast.Errorf(wrapcast.Unavailable, "ready",
			"the server at %s is not ready: %s", address, bytes.TrimSpace(body)).
			WithHint("wait until it has begun; where it stays so, its log says why")
	}
	return nil
}
