package settings

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/schedule"
	"github.com/wrapcast/wrapcast/internal/service"
)

// Schedule is a schedule of the settings, on the wall clock of the business unit.
type Schedule struct {
	// Name tells it from the others; empty takes its place in the list.
	Name string `yaml:"name"`
	// Cron has five fields: "0 2 * * *".
	Cron string `yaml:"cron"`
	// What its runs are asked for where the settings say something else.
	DryRun      bool   `yaml:"dry_run"`
	Weeks       int    `yaml:"weeks"`
	HorizonDays int    `yaml:"horizon_days"`
	Strict      bool   `yaml:"strict"`
	Algorithm   string `yaml:"algorithm"`
	// BusinessUnit has the units it plans, instead of those of the settings.
	BusinessUnit Units `yaml:"business_unit"`
}

// Serve is where the dashboard is served, and to whom.
type Serve struct {
	// Listen is the address; one that other machines reach needs accounts and HTTPS.
	Listen string `yaml:"listen"`
	// PublicURL is the address browsers use, where a proxy stands in front.
	PublicURL string `yaml:"public_url"`
	// TrustProxy takes a client's address from X-Forwarded-For.
	TrustProxy bool `yaml:"trust_proxy"`
	// TLSCertFile and TLSKeyFile make it speak HTTPS itself.
	TLSCertFile string `yaml:"tls_cert_file"`
	TLSKeyFile  string `yaml:"tls_key_file"`
	OIDC        OIDC   `yaml:"oidc"`
}

// OIDC is the identity provider that people may log in with.
type OIDC struct {
	Issuer   string `yaml:"issuer"`
	ClientID string `yaml:"client_id"`
	// ClientSecretFile holds its secret, if WRAPCAST_OIDC_CLIENT_SECRET does not.
	ClientSecretFile string `yaml:"client_secret_file"`
	// AllowedDomains are those of the e-mail addresses that may log in, AllowedGroups those of which one has to be in
	// one; empty restricts nobody.
	AllowedDomains []string `yaml:"allowed_domains"`
	AllowedGroups  []string `yaml:"allowed_groups"`
	// GroupsClaim is the claim that has the groups, Scopes what is asked for beside openid and email.
	GroupsClaim string   `yaml:"groups_claim"`
	Scopes      []string `yaml:"scopes"`
	// DefaultRole is that of people nobody has named; empty lets in only those an admin has.
	DefaultRole string `yaml:"default_role"`
	// GroupRoles are the roles that groups give, at each login, beside what an admin gives.
	GroupRoles []GroupRole `yaml:"group_roles"`
}

// GroupRole is a role that everybody in a group of the identity provider has.
type GroupRole struct {
	Group string `yaml:"group"`
	Role  string `yaml:"role"`
	// Organisations are those it holds in, by id or name: one, a list, or all.
	Organisations Organisations `yaml:"organisations"`
}

// Organisations are named in YAML as one, a list, or all.
type Organisations []string

// All reports whether every organisation is meant, those to come included.
func (o Organisations) All() bool { return len(o) == 1 && o[0] == everywhere }

const everywhere = "all"

// UnmarshalYAML reads a name or a list of names.
func (o *Organisations) UnmarshalYAML(node *yaml.Node) error {
	var names Units
	if err := names.UnmarshalYAML(node); err != nil {
		return fmt.Errorf("line %d: organisations are one name, a list of names, or all", node.Line)
	}
	*o = Organisations(names)
	return nil
}

func (r GroupRole) check() error {
	switch {
	case r.Group == "":
		return usage("serve.oidc.group_roles has a role %q and no group", r.Role)
	case !wrapcast.Role(r.Role).Known():
		return usage("serve.oidc.group_roles: the role of %s is %q", r.Group, r.Role).
			WithHint("it is one of %v", wrapcast.Roles())
	case len(r.Organisations) == 0:
		return usage("serve.oidc.group_roles says of %s not in which organisations", r.Group).
			WithHint("name them by id or name, or write organisations: all")
	case len(r.Organisations) > 1 && slices.Contains(r.Organisations, everywhere):
		return usage("serve.oidc.group_roles: %q stands beside other organisations of %s", everywhere, r.Group).
			WithHint("leave out all, or the others")
	}
	return nil
}

// Planned turns the schedules of the settings into those of a service.
func (c Settings) Planned() []service.Planned {
	var all []service.Planned
	for i, s := range c.Schedules {
		if s.Name == "" {
			s.Name = fmt.Sprintf("settings-%d", i+1)
		}
		all = append(all, service.Planned{ID: wrapcast.ScheduleID(s.Name), Source: wrapcast.ScheduleSettings,
			Cron: s.Cron,
			Request: service.RunRequest{DryRun: s.DryRun, Weeks: s.Weeks, HorizonDays: s.HorizonDays,
				Strict: s.Strict, Algorithm: s.Algorithm, BusinessUnits: s.BusinessUnit}})
	}
	return all
}

func (c Settings) checkSchedules() error {
	names := map[wrapcast.ScheduleID]bool{}
	for _, p := range c.Planned() {
		if names[p.ID] {
			return usage("schedules: two are called %q", p.ID)
		}
		if err := CheckAlgorithm("schedules: algorithm of "+string(p.ID), p.Request.Algorithm); err != nil {
			return err
		}
		names[p.ID] = true
		if err := wrapcast.UnitChoice(p.Request.BusinessUnits).Check(); err != nil {
			return fmt.Errorf("schedules: business_unit of %s: %w", p.ID, err)
		}
		if err := schedule.Check(p.Cron); err != nil {
			return fmt.Errorf("schedules: %w", err)
		}
	}
	return nil
}

func (c Serve) check() error {
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
		return usage("serve.oidc.default_role is %q", o.DefaultRole).WithHint("it is one of %v, or empty",
			wrapcast.Roles())
	case o.DefaultRole != "" && !o.Restricted():
		return usage("serve.oidc.default_role is %q and nothing restricts who may log in: whoever has an account at %s would "+
			"have that role", o.DefaultRole, o.Issuer).
			WithHint("name serve.oidc.allowed_domains or allowed_groups, or leave default_role empty")
	}
	for _, r := range c.OIDC.GroupRoles {
		if err := r.check(); err != nil {
			return err
		}
	}
	for _, d := range c.OIDC.AllowedDomains {
		if d == "" || strings.ContainsAny(d, "@*/ ") {
			return usage("serve.oidc.allowed_domains has %q; a domain is written as example.com", d)
		}
	}
	return nil
}

// Restricted reports whether not everybody whom the identity provider vouches for may log in.
func (o OIDC) Restricted() bool { return len(o.AllowedDomains)+len(o.AllowedGroups) > 0 }

// Local reports whether only this machine can connect, and no browser comes through a proxy.
func (c Serve) Local(at net.Addr) bool {
	host, _, err := net.SplitHostPort(at.String())
	ip := net.ParseIP(host)
	return c.PublicURL == "" && err == nil && ip != nil && ip.IsLoopback()
}

// SpeaksTLS reports whether passwords and cookies travel safely to those who are not on this machine.
func (c Serve) SpeaksTLS() bool { return c.TLSCertFile != "" || c.PublicURL != "" }
