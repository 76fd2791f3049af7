package genesys

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
)

func TestSettingsThatCannotWorkAreUsageErrors(t *testing.T) {
	t.Parallel()
	good := Config{Region: "us-east-1", ClientID: testID, ClientSecret: testSecret, Clock: newFakeTime().clock()}
	for name, c := range map[string]struct {
		change func(*Config)
		kind   wrapcast.Kind
		words  []string
	}{
		"no client id":                 {func(c *Config) { c.ClientID = "" }, wrapcast.Usage, []string{"GENESYS_CLIENT_ID"}},
		"no client secret":             {func(c *Config) { c.ClientSecret = "" }, wrapcast.Usage, []string{"GENESYS_CLIENT_SECRET"}},
		"no clock":                     {func(c *Config) { c.Clock = wrapcast.Clock{} }, wrapcast.Internal, []string{"clock"}},
		"plain http across a network":  {func(c *Config) { c.BaseURL = "http://api.example.org" }, wrapcast.Usage, []string{"unencrypted"}},
		"plain http to a private host": {func(c *Config) { c.BaseURL = "http://10.0.0.8:80" }, wrapcast.Usage, []string{"unencrypted"}},
		"a host that only looks local": {func(c *Config) { c.BaseURL = "http://localhost.example.org" }, wrapcast.Usage, []string{"unencrypted"}},
		"no scheme":                    {func(c *Config) { c.BaseURL = "api.example.org" }, wrapcast.Usage, []string{"base URL"}},
		"another scheme":               {func(c *Config) { c.BaseURL = "ftp://127.0.0.1" }, wrapcast.Usage, []string{"base URL"}},
		"a password in the address":    {func(c *Config) { c.BaseURL = "https://u:" + testSecret + "@example.org" }, wrapcast.Usage, []string{"user name"}},
		"a query":                      {func(c *Config) { c.BaseURL = "https://example.org?a=b" }, wrapcast.Usage, []string{"query"}},
		"no address at all":            {func(c *Config) { c.BaseURL = "https://exa mple.org:x" }, wrapcast.Usage, []string{"base URL"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := good
			c.change(&cfg)
			_, err := New(cfg)
			mustFail(t, err, c.kind, c.words...)
		})
	}
}

func TestAddressesFollowTheRegionOrTheBaseURL(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cfg                Config
		api, login, region string
	}{
		"the first region without any setting": {Config{}, "https://api.mypurecloud.com", "https://login.mypurecloud.com", "us-east-1"},
		"a region by domain":                   {Config{Region: "mypurecloud.ie"}, "https://api.mypurecloud.ie", "https://login.mypurecloud.ie", "eu-west-1"},
		"a base URL wins over a region":        {Config{Region: "eu-west-1", BaseURL: "http://127.0.0.1:99/"}, "http://127.0.0.1:99", "http://127.0.0.1:99", "127.0.0.1:99"},
		"IPv6 loopback":                        {Config{BaseURL: "http://[::1]:99"}, "http://[::1]:99", "http://[::1]:99", "[::1]:99"},
		"localhost":                            {Config{BaseURL: "http://localhost:99"}, "http://localhost:99", "http://localhost:99", "localhost:99"},
		"a gateway with a path of its own":     {Config{BaseURL: "https://gw.example.org/genesys/"}, "https://gw.example.org/genesys", "https://gw.example.org/genesys", "gw.example.org"},
		"a token in place of id and secret":    {Config{BaseURL: "https://wfm.example.org", Token: "x"}, "https://wfm.example.org", "https://wfm.example.org", "wfm.example.org"},
		"an AWS name in capitals, with spaces": {Config{Region: " EU-CENTRAL-1 "}, "https://api.mypurecloud.de", "https://login.mypurecloud.de", "eu-central-1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.cfg.Clock = newFakeTime().clock()
			if c.cfg.Token == "" {
				c.cfg.ClientID, c.cfg.ClientSecret = testID, testSecret
			}
			got, err := New(c.cfg)
			if err != nil {
				t.Fatal(err)
			}
			if got.api != c.api || got.login != c.login || got.region != c.region {
				t.Errorf("api %s, login %s, region %s", got.api, got.login, got.region)
			}
		})
	}
}

func TestNoPrintingOfASettingOrAClientShowsASecret(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{"GET /api/v2/routing/queues": always(200, map[string]any{})})
	var cfg Config
	c := p.newClient(t, newFakeTime().clock(), func(used *Config) { cfg = *used })
	if _, err := c.queues(t.Context()); err != nil { // it has a token now
		t.Fatal(err)
	}
	withToken := Config{BaseURL: "https://x.example.org", Token: testToken}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, v := range []any{cfg, &cfg, c, withToken, struct{ C *Client }{c}, []Config{cfg}} {
			if s := fmt.Sprintf(format, v); strings.Contains(s, testSecret) || strings.Contains(s, testToken) {
				t.Errorf("%s shows a secret: %s", format, s)
			}
		}
	}
}
