package genesys

import (
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

// findRegion returns the region of an AWS name ("eu-west-1") or of a domain
// ("mypurecloud.ie", also as "https://api.mypurecloud.ie"). Any other is a Usage error that lists them.
func findRegion(s string) (region, error) {
	wanted := strings.ToLower(strings.TrimSpace(s))
	wanted = strings.TrimSuffix(strings.TrimPrefix(wanted, "https://"), "/")
	for _, host := range []string{"api.", "login.", "apps."} {
		wanted = strings.TrimPrefix(wanted, host)
	}
	for _, r := range regions() {
		if wanted == r.Name || wanted == r.Domain {
			return r, nil
		}
	}
	return region{}, wrapcast.Errorf(wrapcast.Usage, "genesys.New", "unknown region %q", s).
		WithHint("set GENESYS_REGION to one of: %s", regionList())
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
