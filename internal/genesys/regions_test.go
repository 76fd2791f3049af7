package genesys

import (
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
)

func TestEveryRegionIsFoundByNameAndByDomain(t *testing.T) {
	t.Parallel()
	if n := len(regions()); n != 18 {
		t.Fatalf("%d regions, want the 18 of the official SDK", n)
	}
	seen := map[string]bool{}
	for _, r := range regions() {
		for _, s := range []string{r.Name, r.Domain, strings.ToUpper(r.Domain), " " + r.Name + " ",
			strings.ReplaceAll(r.Name, "-", "_"), strings.ToUpper(strings.ReplaceAll(r.Name, "-", "_")), strings.ReplaceAll(r.Name, "-", ""),
			"api." + r.Domain, "https://api." + r.Domain + "/platform/api/v2", "https://api." + r.Domain + "/", "https://login." + r.Domain, "https://apps." + r.Domain} {
			if got, err := findRegion(s); err != nil || got != r {
				t.Errorf("findRegion(%q) = %v, %v", s, got, err)
			}
		}
		if seen[r.Name] || seen[r.Domain] {
			t.Errorf("%v is listed twice", r)
		}
		seen[r.Name], seen[r.Domain] = true, true
	}
}

func TestAnUnknownRegionNamesTheNearestAndTheWayOut(t *testing.T) {
	t.Parallel()
	for wanted, near := range map[string]string{"eu-north-9": "eu-", "us-eest-1": "us-east-1 (mypurecloud.com)", "eu_central_3": "eu-central-",
		"mypurecloud.eu": "mypurecloud.", "euw3.pure.cloud": "euw2.pure.cloud", "x": "("} {
		_, err := New(Config{Region: wanted, ClientID: "a", ClientSecret: "b", Clock: newFakeTime().clock()})
		mustFail(t, err, wrapcast.Usage, wanted, "the nearest is", near, "GENESYS_LOGIN_URL and GENESYS_API_URL")
		for _, r := range regions() {
			if !strings.Contains(wrapcast.Hint(err), r.Name) || !strings.Contains(wrapcast.Hint(err), r.Domain) {
				t.Errorf("the hint does not name %v", r)
			}
		}
	}
}

// The base URL sets login and API, each is overridden by its own, and the region gives what is not set.
func TestWhereLoginAndAPIAre(t *testing.T) {
	t.Parallel()
	const base, l, a = "https://gateway.example.org/genesys", "https://login.new.cloud", "https://api.new.cloud/"
	for name, c := range map[string]struct {
		config             Config
		login, api, region string
	}{
		"the default":            {Config{}, "https://login.mypurecloud.com", "https://api.mypurecloud.com", "us-east-1"},
		"a region":               {Config{Region: "US_WEST_2"}, "https://login.usw2.pure.cloud", "https://api.usw2.pure.cloud", "us-west-2"},
		"a base URL":             {Config{Region: "us-west-2", BaseURL: base + "/"}, base, base, "gateway.example.org"},
		"both apart":             {Config{Region: "nowhere", LoginURL: l, APIURL: a}, l, "https://api.new.cloud", "api.new.cloud"},
		"one of them":            {Config{Region: "eu-west-1", LoginURL: l}, l, "https://api.mypurecloud.ie", "eu-west-1"},
		"the other":              {Config{Region: "eu-west-1", APIURL: a}, "https://login.mypurecloud.ie", "https://api.new.cloud", "eu-west-1"},
		"a base URL and one":     {Config{BaseURL: base, APIURL: a}, base, "https://api.new.cloud", "api.new.cloud"},
		"a base URL and another": {Config{BaseURL: base, LoginURL: l}, l, base, "gateway.example.org"},
	} {
		got, err := locate(c.config)
		if err != nil || got.login != c.login || got.api != c.api || got.region != c.region {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for name, c := range map[string]Config{"login's URL (GENESYS_LOGIN_URL)": {LoginURL: "http://login.example.org"},
		"API's URL (GENESYS_API_URL)": {APIURL: "https://user:pass@api.example.org"}, "base URL (GENESYS_BASE_URL)": {BaseURL: "example"}} {
		_, err := locate(c)
		mustFail(t, err, wrapcast.Usage, name)
	}
	_, err := locate(Config{Region: "nowhere", LoginURL: l})
	mustFail(t, err, wrapcast.Usage, "unknown region")
}
