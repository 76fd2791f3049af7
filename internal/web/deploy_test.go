package web_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/wrapcast/wrapcast"
)

// Every metric that an alert rule asks for is exported, and docs/OPERATIONS.md says of every alert what to do.
func TestAlertsAskForMetricsThatExist(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "deploy", "prometheus", "wrapcast.rules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var rules struct {
		Groups []struct {
			Rules []struct{ Alert, Expr string }
		}
	}
	if err := yaml.Unmarshal(text, &rules); err != nil {
		t.Fatal(err)
	}
	docs, err := os.ReadFile(filepath.Join("..", "..", "docs", "OPERATIONS.md"))
	if err != nil {
		t.Fatal(err)
	}
	s := newWorkingSite(t)
	exported := string(s.ask(t, http.MethodGet, "//metrics", nil, "Authorization", "Bearer "+s.secrets[wrapcast.RoleViewer]).body)
	exported = string(s.ask(t, http.MethodGet, "//metrics", nil, "Authorization", "Bearer "+s.secrets[wrapcast.RoleViewer]).body) + exported
	names, alerts := regexp.MustCompile(`wrapcast_\w+`), 0
	for _, g := range rules.Groups {
		for _, r := range g.Rules {
			alerts++
			found := names.FindAllString(r.Expr, -1)
			for _, name := range found {
				if !strings.Contains(exported, "\n"+name+"{") && !strings.Contains(exported, "\n"+name+" ") {
					t.Errorf("%s asks for %s, which is not exported", r.Alert, name)
				}
			}
			if len(found) == 0 || !strings.Contains(string(docs), "`"+r.Alert+"`") {
				t.Errorf("%s asks for %q; docs/OPERATIONS.md names it: %v", r.Alert, r.Expr, strings.Contains(string(docs), r.Alert))
			}
		}
	}
	if alerts < 8 {
		t.Errorf("%d alerts", alerts)
	}
}
