package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/web"
)

// What those who run the service look at: metrics, health, settings.

func TestMetricsTellOfRunsDeliveriesTheBudgetAndRequests(t *testing.T) {
	t.Parallel()
	s := newWorkingSite(t)
	s.items(t, "/codes")
	s.get(t, "/codes/nix")
	s.ask(t, http.MethodGet, "/codes", nil)
	got := s.ask(t, http.MethodGet, "//metrics", nil, "Authorization", "Bearer "+s.secrets[wrapcast.RoleViewer])
	for _, want := range []string{
		`wrapcast_http_requests_total{operation="list-codes",status="200"} 1`,
		`wrapcast_http_requests_total{operation="list-codes",status="401"} 1`,
		`wrapcast_http_requests_total{operation="get-code",status="404"} 1`,
		`wrapcast_http_request_duration_seconds_count{operation="list-codes"} 2`,
		`state="done"} 1`, `wrapcast_deliveries{organisation=`, `wrapcast_platform_budget_requests_per_minute `, `wrapcast_platform_requests_total`,
		`wrapcast_history_until_timestamp_seconds`, `wrapcast_build_info{version="test"} 1`, `go_goroutines`,
	} {
		if !strings.Contains(string(got.body), want) {
			t.Errorf("%d: %q is not among the metrics", got.StatusCode, want)
		}
	}
	if t.Failed() {
		t.Log(string(got.body))
	}
	if got := s.ask(t, http.MethodGet, "//metrics", nil); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("nobody gets %d", got.StatusCode)
	}
}

// However many different things are asked for, the metrics stay as few.
func TestMetricsDoNotGrowWithWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	count := func() int {
		return strings.Count(string(s.ask(t, http.MethodGet, "//metrics", nil, "Authorization", "Bearer "+s.secrets[wrapcast.RoleViewer]).body), "wrapcast_http_requests_total{")
	}
	s.get(t, "/codes/first")
	s.ask(t, http.MethodGet, "//nowhere", nil)
	s.ask(t, http.MethodGet, "/nowhere", nil)
	before := count()
	for _, name := range strings.Split("a b c d e f", " ") {
		s.get(t, "/codes/"+name)
		s.ask(t, http.MethodGet, "//nowhere/"+name, nil)
		s.ask(t, http.MethodGet, "/nowhere/"+name, nil)
	}
	if after := count(); after > before+1 { // asking for the metrics is one of them
		t.Errorf("%d series became %d", before, after)
	}
}

func TestHealthAndReadiness(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if got := s.ask(t, http.MethodGet, "//healthz", nil); got.StatusCode != http.StatusOK || string(got.body) != "ok\n" {
		t.Errorf("health is %d %q", got.StatusCode, got.body)
	}
	if got := s.ask(t, http.MethodGet, "//readyz", nil); got.StatusCode != http.StatusOK || got.json(t)["ready"] != true {
		t.Errorf("readiness is %d %s", got.StatusCode, got.body)
	}
	_ = s.store.Close()
	if got := s.ask(t, http.MethodGet, "//readyz", nil); got.StatusCode != http.StatusServiceUnavailable || got.json(t)["store"] == nil {
		t.Errorf("with a closed store readiness is %d %s", got.StatusCode, got.body)
	}
	if got := s.ask(t, http.MethodGet, "//healthz", nil); got.StatusCode != http.StatusOK {
		t.Errorf("with a closed store health is %d", got.StatusCode)
	}
}

func TestSettingsTellWhetherTheCredentialsWorkAndNoSecret(t *testing.T) {
	t.Parallel()
	s := newWorkingSite(t, func(c *web.Config) {
		c.Services[0].Setup = web.Setup{Region: "us-east-1", ClientID: simulated.organisation.ClientID(), WebhookSecret: "own"}
	})
	got := s.ask(t, http.MethodGet, "/settings", nil, "Authorization", "Bearer "+s.secrets[wrapcast.RoleViewer])
	body := got.json(t)
	if state := body["credentials"].(map[string]any)["state"]; state != "working" || body["organisation"] == nil {
		t.Errorf("the credentials are %v", body["credentials"])
	}
	for _, hidden := range []string{simulated.organisation.ClientSecret(), secret, strings.TrimPrefix(simulated.hook.URL, "http://") + "/"} {
		if strings.Contains(string(got.body), hidden) {
			t.Errorf("the settings tell %q", hidden)
		}
	}
	status, checks := s.do(t, http.MethodPost, "/settings/check", nil)
	if items := checks["items"].([]any); status != http.StatusOK || len(items) < 5 || items[0].(map[string]any)["status"] != "ok" {
		t.Errorf("the checks are %d: %v", status, checks)
	}
	if _, body := newSite(t).get(t, "/settings"); body["credentials"].(map[string]any)["state"] != "none" || body["run"] != nil {
		t.Errorf("without credentials the settings are %v", body)
	}
}
