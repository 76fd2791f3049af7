package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web"
)

type serveFlags struct {
	listen   string
	parallel int
	dryRun   bool
	document bool
}

const serveAbout = `Serve the dashboard and the API, begin the runs that are due, and send the webhook messages that wait.

With an OAuth client in the settings or the environment it works for that organisation, and with organisations: in
the settings for all of them: schedules come from the settings file (schedules:) and from the dashboard. Without one it
shows what the data directory holds, or says what to do first. --parallel 0 leaves the work to wrapcast worker.

It listens on this machine alone, where the address it prints lets a browser change things. Listening on other
addresses needs a user account (wrapcast serve user add NAME) and HTTPS.`

// serveCommand serves the dashboard and the API.
type serveCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd serveCommand) command() *cobra.Command {
	var f serveFlags
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve the dashboard and the API, and work on schedule",
		Long:  serveAbout,
		Example: `  wrapcast serve
  wrapcast serve --dry-run
  wrapcast serve --listen 127.0.0.1:9000
  wrapcast serve user add wendy --role admin`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return cmd.serve(c.Context(), f) },
	}
	c.Flags().StringVar(&f.listen, "listen", "", "`address` to listen on; port 0 takes a free one (default 127.0.0.1:8080)")
	c.Flags().BoolVar(&f.dryRun, "dry-run", false,
		"every run stops after the plan: nothing is submitted, no notification is sent")
	parallelFlag(c, &f.parallel)
	c.Flags().BoolVar(&f.document, "openapi", false, "print the API's OpenAPI document and exit")
	c.AddCommand(userCommand(cmd).command(), cmd.ready())
	return c
}

func (cmd serveCommand) serve(ctx context.Context, f serveFlags) error {
	if f.document {
		return cmd.printDocument()
	}
	all, err := cmd.sessions.Settings.All()
	if err == nil && !all.Several() {
		err = all.Organisations[0].Err
	}
	if err != nil {
		return err
	}
	if f.parallel < 0 {
		return cli.Usage("--parallel is %d; 0 leaves the work to wrapcast worker", f.parallel)
	}
	c := all.Settings
	if f.listen != "" {
		c.Serve.Listen = f.listen
	}
	fleet, err := cmd.openToServe(ctx, all)
	if err != nil {
		return err
	}
	defer fleet.Close()
	return cmd.serveFleet(ctx, fleet, c, f.parallel, f.specOf)
}

// openToServe opens the organisations of the settings, or the store alone where there are no credentials.
func (cmd serveCommand) openToServe(ctx context.Context, all settings.Installation) (*session.Fleet, error) {
	if all.Several() {
		fleet, err := cmd.sessions.OpenFleet(ctx, all)
		if err == nil {
			tellProblems(ctx, cmd.out, all, fleet)
		}
		return fleet, err
	}
	secret, err := cmd.sessions.Settings.ClientSecret(all.Settings)
	if err != nil {
		return nil, err
	}
	if all.Settings.ClientID == "" && secret == "" && all.Settings.Files.Directory == "" {
		all.Organisations = nil
	}
	fleet, err := cmd.sessions.OpenFleet(ctx, all)
	if err == nil && len(fleet.Problems) > 0 {
		fleet.Close()
		return nil, fleet.Problems[0]
	}
	return fleet, err
}

// tellProblems says of each organisation that nobody can be worked for why, and goes on.
func tellProblems(ctx context.Context, out *terminal.Terminal, all settings.Installation, fleet *session.Fleet) {
	for _, r := range all.Remarks {
		out.Log().WarnContext(ctx, r)
	}
	for _, p := range fleet.Problems {
		out.Log().ErrorContext(ctx, p.Error(), "what_to_do", wrapcast.Hint(p))
	}
}

// printDocument prints the OpenAPI document, for which no store is needed.
func (cmd serveCommand) printDocument() error {
	server, err := web.New(web.Config{Clock: cmd.sessions.Clock, NewID: cmd.sessions.NewID, Version: programVersion(),
		Local: true})
	if err != nil {
		return err
	}
	text, err := server.Document()
	if err != nil {
		return err
	}
	_, err = cmd.out.Out.Write(append(text, '\n'))
	return err
}

// providerClient asks the identity provider by the network's proxy and certificate authorities.
func (cmd serveCommand) providerClient(c settings.Settings) (*http.Client, error) {
	network, err := cmd.sessions.Settings.Network(c)
	if err != nil {
		return nil, err
	}
	sender, err := network.Transport()
	return &http.Client{Transport: sender, Timeout: 10 * time.Second}, err
}

// webConfig says what the server shows and to whom, and refuses to show it to everybody.
func (cmd serveCommand) webConfig(ctx context.Context, s *session.Fleet, c settings.Settings,
	at net.Addr) (web.Config, error) {
	w := web.Config{Store: s.Store, Clock: cmd.sessions.Clock, NewID: cmd.sessions.NewID, Version: programVersion(),
		Log: cmd.out.Log(), Local: c.Serve.Local(at), TrustProxy: c.Serve.TrustProxy,
		Staffing: c.Staffing.Heads(), File: cmd.sessions.Settings.Path()}
	if w.Local {
		some, err := hasAccounts(ctx, s.Store)
		if err != nil {
			return w, err
		}
		if !some && c.Serve.OIDC.Issuer == "" { // else one logs in, and the token would open nothing
			w.LocalToken = rand.Text()
		}
	}
	if o := c.Serve.OIDC; o.Issuer != "" {
		secret, err := cmd.sessions.Settings.Secret("WRAPCAST_OIDC_CLIENT_SECRET", o.ClientSecretFile,
			"serve.oidc.client_secret_file")
		if err != nil {
			return w, err
		}
		client, err := cmd.providerClient(c)
		if err != nil {
			return w, err
		}
		w.OIDC = &web.OIDC{Client: client, Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: secret,
			PublicURL: c.Serve.PublicURL, Domains: o.AllowedDomains, Groups: o.AllowedGroups,
			GroupsClaim: o.GroupsClaim, Scopes: o.Scopes, GroupRoles: groupRoles(o),
			DefaultRole: wrapcast.Role(o.DefaultRole)}
	}
	if w.Local {
		return w, nil
	}
	return w, mayBeReached(ctx, c.Serve, s.Store, at)
}

// groupRoles are the roles that the settings give groups of the identity provider.
func groupRoles(o settings.OIDC) (roles []web.GroupRole) {
	for _, r := range o.GroupRoles {
		one := web.GroupRole{Group: r.Group, Role: wrapcast.Role(r.Role), Everywhere: r.Organisations.All()}
		if !one.Everywhere {
			one.Organisations = r.Organisations
		}
		roles = append(roles, one)
	}
	return roles
}

// mayBeReached refuses an address that others reach while nobody has to log in, or would do so in the clear.
func mayBeReached(ctx context.Context, c settings.Serve, db *store.Store, at net.Addr) error {
	if !c.SpeaksTLS() {
		return cli.Usage("others can reach %s, and passwords would travel in the clear", at).
			WithHint("set serve.tls_cert_file and serve.tls_key_file, or serve.public_url where a proxy speaks HTTPS; or listen on 127.0.0.1")
	}
	if o := c.OIDC; o.Issuer != "" && (o.DefaultRole != "" || len(o.GroupRoles) > 0) {
		return nil
	}
	some, err := hasAccounts(ctx, db)
	if err == nil && !some {
		err = cli.Usage("others can reach %s, and nobody here has to log in", cmp.Or(c.PublicURL, at.String())).
			WithHint("make an admin first: wrapcast serve user add NAME --role admin; or listen on 127.0.0.1")
	}
	return err
}

// hasAccounts reports whether people have to log in.
func hasAccounts(ctx context.Context, db *store.Store) (some bool, err error) {
	err = db.View(ctx, func(tx *store.Tx) error {
		accounts, err := tx.Access().Accounts()
		some = len(accounts) > 0
		return err
	})
	return some, err
}
