package web_test

import (
	"bytes"
	"encoding/json"
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
	exported, alerts := newWorkingSite(t).metricsExported(t), 0
	forChart, err := os.ReadFile(filepath.Join("..", "..", "deploy", "helm", "wrapcast", "wrapcast.rules.yaml"))
	if err != nil || !bytes.Equal(forChart, text) {
		t.Errorf("the chart has other rules than deploy/prometheus: %v", err)
	}
	for _, g := range rules.Groups {
		for _, r := range g.Rules {
			alerts++
			if found := exported.asked(t, r.Alert, r.Expr); found == 0 || !strings.Contains(string(docs), "`"+r.Alert+"`") {
				t.Errorf("%s asks for %q; docs/OPERATIONS.md names it: %v", r.Alert, r.Expr, strings.Contains(string(docs), r.Alert))
			}
		}
	}
	if alerts < 8 {
		t.Errorf("%d alerts", alerts)
	}
}

// Every panel of the dashboard for Grafana asks for metrics that are exported, and by the labels they have.
func TestPanelsAskForMetricsThatExist(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "deploy", "grafana", "wrapcast.json"))
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
		Templating struct {
			List []struct{ Type, Query string }
		}
	}
	if err := json.Unmarshal(text, &board); err != nil {
		t.Fatal(err)
	}
	exported := newWorkingSite(t).metricsExported(t)
	for _, p := range board.Panels {
		for _, target := range p.Targets {
			if exported.asked(t, p.Title, target.Expr) == 0 {
				t.Errorf("%s asks for no metric: %s", p.Title, target.Expr)
			}
		}
	}
	for _, v := range board.Templating.List {
		if v.Type == "query" && exported.asked(t, "the choice of organisations", v.Query) == 0 {
			t.Errorf("a variable asks for no metric: %s", v.Query)
		}
	}
	if len(board.Panels) < 10 {
		t.Errorf("%d panels", len(board.Panels))
	}
}

// exported are the lines that /metrics answers with.
type exported string

// metricsExported asks twice: the first question is among what the second counts.
func (s *site) metricsExported(t *testing.T) exported {
	t.Helper()
	ask := func() string {
		return string(s.ask(t, http.MethodGet, "//metrics", nil, "Authorization", "Bearer "+s.secrets[wrapcast.RoleViewer]).body)
	}
	return exported(ask() + ask())
}

var (
	metricAsked = regexp.MustCompile(`\b((?:wrapcast|process|go)_\w+)(?:\{([^}]*)\})?`)
	labelAsked  = regexp.MustCompile(`(\w+)=~?"`)
)

// asked counts the metrics that a query asks for, and complains of those that are not exported or lack a label.
func (e exported) asked(t *testing.T, who, query string) int {
	t.Helper()
	found := metricAsked.FindAllStringSubmatch(query, -1)
	for _, m := range found {
		line := regexp.MustCompile(`(?m)^` + m[1] + `(?:\{.*\})? `).FindString(string(e))
		if line == "" {
			t.Errorf("%s asks for %s, which is not exported", who, m[1])
		}
		for _, label := range labelAsked.FindAllStringSubmatch(m[2], -1) {
			if label[1] != "job" && !strings.Contains(line, label[1]+`="`) { // Prometheus adds job itself
				t.Errorf("%s asks for %s by %s, which it does not have: %s", who, m[1], label[1], line)
			}
		}
	}
	return len(found)
}
