package access

import (
	"testing"

	"github.com/wrapcast/wrapcast/internal/web/internal/auth"
)

func TestWhoOfAProviderMayLogIn(t *testing.T) {
	t.Parallel()
	ada := auth.Identity{Email: "ada@example.com"}
	for name, c := range map[string]struct {
		settings OIDC
		who      auth.Identity
		may      bool
	}{
		"no restriction":                      {OIDC{}, ada, true},
		"her domain":                          {OIDC{Domains: []string{"EXAMPLE.com"}}, ada, true},
		"a subdomain":                         {OIDC{Domains: []string{"example.com"}}, auth.Identity{Email: "ada@x.example.com"}, false},
		"a domain that ends alike":            {OIDC{Domains: []string{"example.com"}}, auth.Identity{Email: "ada@notexample.com"}, false},
		"two at signs":                        {OIDC{Domains: []string{"example.com"}}, auth.Identity{Email: "ada@evil.test@example.com"}, false},
		"no address the provider vouches for": {OIDC{Domains: []string{"example.com"}}, auth.Identity{}, false},
		"Google, of the organisation":         {OIDC{Issuer: google, Domains: []string{"example.com"}}, auth.Identity{Email: "ada@example.com", HostedDomain: "example.com"}, true},
		"Google, an address without one":      {OIDC{Issuer: google, Domains: []string{"example.com"}}, ada, false},
		"hosted elsewhere":                    {OIDC{Domains: []string{"example.com"}}, auth.Identity{Email: "ada@example.com", HostedDomain: "evil.test"}, false},
		"her group":                           {OIDC{Groups: []string{"planners", "admins"}}, auth.Identity{Email: ada.Email, Groups: []string{"all", "planners"}}, true},
		"a group in other letters":            {OIDC{Groups: []string{"planners"}}, auth.Identity{Email: ada.Email, Groups: []string{"Planners"}}, false},
		"no group":                            {OIDC{Groups: []string{"planners"}}, ada, false},
		"her domain and none of the groups":   {OIDC{Domains: []string{"example.com"}, Groups: []string{"planners"}}, ada, false},
		"the group and none of the domains":   {OIDC{Domains: []string{"example.org"}, Groups: []string{"a"}}, auth.Identity{Email: ada.Email, Groups: []string{"a"}}, false},
	} {
		if p := c.settings.allows(c.who); (p == nil) != c.may {
			t.Errorf("%s: %v", name, p)
		}
	}
}
