package main

import (
	"fmt"
	"net"
	"net/url"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// scheduleConfig is a schedule of the settings, on the wall clock of the business unit.
type scheduleConfig struct {
	// Name tells it from the others; empty takes its place in the list.
	Name string `koanf:"name"`
	// Cron has five fields: "0 2 * * *".
	Cron string `koanf:"cron"`
	// What its runs are asked for where the settings say something else.
	DryRun      bool   `koanf:"dry_run"`
	Weeks       int    `koanf:"weeks"`
	HorizonDays int    `koanf:"horizon_days"`
	Strict      bool   `koanf:"strict"`
	Algorithm   string `koanf:"algorithm"`
}

type serveConfig struct {
	// Listen is the address; one that other machines reach needs accounts and HTTPS.
	Listen string `koanf:"listen"`
	// PublicURL is the address browsers use, where a proxy stands in front.
	PublicURL string `koanf:"public_url"`
	// TrustProxy takes a client's address from X-Forwarded-For.
	TrustProxy bool `koanf:"trust_proxy"`
	// TLSCertFile and TLSKeyFile make it speak HTTPS itself.
	TLSCertFile string     `koanf:"tls_cert_file"`
	TLSKeyFile  string     `koanf:"tls_key_file"`
	OIDC        oidcConfig `koanf:"oidc"`
}

// oidcConfig is the identity provider that people may log in with.
type oidcConfig struct {
	Issuer   string `koanf:"issuer"`
	ClientID string `koanf:"client_id"`
	// ClientSecretFile holds its secret, if WRAPCAST_OIDC_CLIENT_SECRET does not.
	ClientSecretFile string `koanf:"client_secret_file"`
	// DefaultRole is that of people nobody has named; empty lets in only those an admin has.
	DefaultRole string `koanf:"default_role"`
}

// planned turns the schedules of the settings into those of a service.
func (c config) planned() []steps.Planned {
	var all []steps.Planned
	for i, s := range c.Schedules {
		if s.Name == "" {
			s.Name = fmt.Sprintf("settings-%d", i+1)
		}
		all = append(all, steps.Planned{ID: wrapcast.ScheduleID(s.Name), Source: wrapcast.ScheduleSettings, Cron: s.Cron,
			Request: steps.RunRequest{DryRun: s.DryRun, Weeks: s.Weeks, HorizonDays: s.HorizonDays, Strict: s.Strict, Algorithm: s.Algorithm}})
	}
	return all
}

func (c config) checkSchedules() error {
	names := map[wrapcast.ScheduleID]bool{}
	for _, p := range c.planned() {
		if names[p.ID] {
			return usage("schedules: two are called %q", p.ID)
		}
		names[p.ID] = true
		if err := checkAlgorithm("schedules: algorithm of "+string(p.ID), p.Request.Algorithm); err != nil {
			return err
		}
		if err := steps.CheckCron(p.Cron); err != nil {
			return fmt.Errorf("schedules: %w", err)
		}
	}
	return nil
}

func (c serveConfig) check() error {
	if (c.TLSCertFile == "") != (c.TLSKeyFile == "") {
		return usage("serve.tls_cert_file and serve.tls_key_file belong together: one of them is missing")
	}
	if c.PublicURL != "" {
		u, err := url.Parse(c.PublicURL)
		if err != nil || u.Scheme != "https" || u.Host == "" {
			return usage("serve.public_url is %q; it is the https address that browsers use", c.PublicURL)
		}
	}
	switch o := c.OIDC; {
	case o.Issuer == "":
	case o.ClientID == "":
		return usage("serve.oidc names an issuer and no client_id")
	case c.PublicURL == "":
		return usage("serve.oidc needs serve.public_url: the identity provider sends browsers back there")
	case o.DefaultRole != "" && !wrapcast.Role(o.DefaultRole).Known():
		return usage("serve.oidc.default_role is %q", o.DefaultRole).WithHint("it is one of %v, or empty", wrapcast.Roles())
	}
	return nil
}

// local reports whether only this machine can connect, and no browser comes through a proxy.
func (c serveConfig) local(at net.Addr) bool {
	host, _, err := net.SplitHostPort(at.String())
	ip := net.ParseIP(host)
	return c.PublicURL == "" && err == nil && ip != nil && ip.IsLoopback()
}

// speaksTLS reports whether passwords and cookies travel safely to those who are not on this machine.
func (c serveConfig) speaksTLS() bool { return c.TLSCertFile != "" || c.PublicURL != "" }
