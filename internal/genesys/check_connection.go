package genesys

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast"
)

// maxSkew is how far this machine's clock may be off before a warning: the last
// quarter-hours read would not be over yet, or long over.
const maxSkew = 2 * time.Minute

// connectionProbes look whether the platform is reached and knows the OAuth client.
func connectionProbes() []probe {
	return []probe{
		{name: "region", look: lookAtRegion},
		{name: "credentials", look: lookAtCredentials},
		{name: "clock", needs: []string{"credentials"}, look: lookAtClock},
	}
}

func lookAtRegion(_ context.Context, d *doctor) bool {
	through := ""
	if proxy := d.client.transport.Proxy(d.client.api); proxy != "" {
		through = ", through the proxy " + proxy
	}
	d.pass("region", "login at %s, API at %s%s", d.client.login, d.client.api, through)
	return true
}

func lookAtCredentials(ctx context.Context, d *doctor) bool {
	org, a, err := d.client.whoAmI(ctx)
	if err == nil {
		d.organisation, d.platformTime = org, a.Header.Get("Date")
	}
	return d.verdict("credentials", err, "the OAuth client belongs to %s (%s)", org.Name, org.ID)
}

func lookAtClock(_ context.Context, d *doctor) bool {
	there, err := http.ParseTime(d.platformTime)
	if err != nil {
		d.add("clock", wrapcast.CheckSkipped, "the platform did not say what time it is", "")
		return true
	}
	if skew := d.client.transport.Clock().Now().Sub(there).Round(time.Second); skew.Abs() > maxSkew {
		d.add("clock", wrapcast.CheckWarning, fmt.Sprintf("this machine's clock is %v %s the platform's", skew.Abs(),
			beside(skew)),
			"set the clock by NTP: the newest quarter-hours may be read too early or too late")
		return true
	}
	d.pass("clock", "within %v of the platform's", maxSkew)
	return true
}

func beside(skew time.Duration) string {
	if skew < 0 {
		return "behind"
	}
	return "ahead of"
}
