package genesys

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"

	"github.com/wrapcast/wrapcast"
)

// region is one of the platform's environments.
type region struct {
	// Name is the AWS region: "eu-west-1".
	Name string
	// Domain is what login, API and notifications are found under: "mypurecloud.ie".
	Domain string
}

// regions lists all of the platform's environments, as its official SDKs do.
func regions() []region {
	return []region{
		{"us-east-1", "mypurecloud.com"},
		{"us-east-2", "use2.us-gov-pure.cloud"},
		{"us-west-2", "usw2.pure.cloud"},
		{"ca-central-1", "cac1.pure.cloud"},
		{"mx-central-1", "mxc1.pure.cloud"},
		{"sa-east-1", "sae1.pure.cloud"},
		{"eu-west-1", "mypurecloud.ie"},
		{"eu-west-2", "euw2.pure.cloud"},
		{"eu-central-1", "mypurecloud.de"},
		{"eu-central-2", "euc2.pure.cloud"},
		{"eusc-de-east-1", "edee1.eusc-pure.cloud"},
		{"me-central-1", "mec1.pure.cloud"},
		{"ap-northeast-1", "mypurecloud.jp"},
		{"ap-northeast-2", "apne2.pure.cloud"},
		{"ap-northeast-3", "apne3.pure.cloud"},
		{"ap-southeast-1", "apse1.pure.cloud"},
		{"ap-southeast-2", "mypurecloud.com.au"},
		{"ap-south-1", "aps1.pure.cloud"},
	}
}

// findRegion returns the region of an AWS name ("eu-west-1", also as the SDKs write it: "eu_west_1", "EU_WEST_1") or of
// a domain ("mypurecloud.ie", also as "https://api.mypurecloud.ie"). Any other is a Usage error that names the nearest.
func findRegion(s string) (region, error) {
	wanted := strings.ToLower(strings.TrimSpace(s))
	_, address, found := strings.Cut(wanted, "://")
	if !found {
		address = wanted
	}
	domain, _, _ := strings.Cut(address, "/")
	for _, host := range []string{"api.", "login.", "apps."} {
		domain = strings.TrimPrefix(domain, host)
	}
	for _, r := range regions() {
		if lettersOf(wanted) == lettersOf(r.Name) || domain == r.Domain {
			return r, nil
		}
	}
	near := nearestRegion(wanted, domain)
	return region{}, wrapcast.Errorf(wrapcast.Usage, "genesys.New", "unknown region %q; the nearest is %s (%s)", s,
		near.Name, near.Domain).
		WithHint("set GENESYS_REGION to one of: %s; for a region that is not among them set GENESYS_LOGIN_URL and "+
			"GENESYS_API_URL (https://login.DOMAIN and https://api.DOMAIN)", regionList())
}

// lettersOf leaves letters and digits: us-east-1, us_east_1 and USEast1 are one name.
func lettersOf(name string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, name)
}

// nearestRegion is the region whose name or domain takes the fewest changes.
func nearestRegion(name, domain string) (near region) {
	fewest := -1
	for _, r := range regions() {
		n := min(changes(lettersOf(name), lettersOf(r.Name)), changes(domain, r.Domain))
		if fewest < 0 || n < fewest {
			near, fewest = r, n
		}
	}
	return near
}

// changes is how many characters must be added, taken out or replaced to make one text of another (Levenshtein).
func changes(from, to string) int {
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(from) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(to) {
			cost := 1
			if from[i] == to[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(to)]
}

func (r region) apiURL() string   { return "https://api." + r.Domain }
func (r region) loginURL() string { return "https://login." + r.Domain }

func regionList() string {
	all := regions()
	names := make([]string, len(all))
	for i, r := range all {
		names[i] = r.Name + " (" + r.Domain + ")"
	}
	return strings.Join(names, ", ")
}

// locate finds login and API: BaseURL sets both, LoginURL and APIURL override it, the region gives what is not set.
func locate(cfg Config) (*Client, error) {
	var c Client
	for _, given := range []struct {
		name, address string
		to            []*string
	}{
		{"base URL (GENESYS_BASE_URL)", cfg.BaseURL, []*string{&c.login, &c.api}},
		{"login's URL (GENESYS_LOGIN_URL)", cfg.LoginURL, []*string{&c.login}},
		{"API's URL (GENESYS_API_URL)", cfg.APIURL, []*string{&c.api}},
	} {
		if given.address == "" {
			continue
		}
		u, err := checkBaseURL(given.name, given.address)
		if err != nil {
			return nil, err
		}
		for _, to := range given.to {
			*to = u.String()
		}
		c.region = hostOf(c.api)
	}
	if c.login != "" && c.api != "" {
		return &c, nil
	}
	r, err := findRegion(cmp.Or(cfg.Region, DefaultRegion()))
	if err != nil {
		return nil, err
	}
	c.region, c.api, c.login = r.Name, cmp.Or(c.api, r.apiURL()), cmp.Or(c.login, r.loginURL())
	return &c, nil
}

// hostOf is the host and port of an address that was checked.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// checkBaseURL takes an https address, or an http one on this machine, without a trailing slash. which says whose.
func checkBaseURL(which, s string) (*url.URL, error) {
	bad := func(why string) error {
		return wrapcast.Errorf(wrapcast.Usage, "genesys.New", "the %s cannot be used: %s", which, why).
			WithHint("write it as https://api.example.org, or http://127.0.0.1:8080 for a simulator on this machine")
	}
	u, err := url.Parse(strings.TrimRight(strings.TrimSpace(s), "/"))
	switch {
	case err != nil:
		return nil, bad("it is not an address")
	case u.User != nil:
		return nil, bad("it holds a user name or password")
	case u.Host == "" || strings.ContainsAny(s, "?#"):
		return nil, bad("it needs a scheme and a host, and neither query nor fragment")
	case !secure(u):
		return nil, bad(fmt.Sprintf("%s to %s would send the secret unencrypted", u.Scheme, u.Hostname()))
	}
	return u, nil
}
