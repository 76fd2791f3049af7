package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/internal/sim"
)

func TestAWebhookThatHangsEndsTheRunAsPartlyDone(t *testing.T) {
	t.Parallel()
	server, err := sim.New(sim.Options{Clock: wrapcast.Clock{Now: time.Now, Sleep: sleep}, RequestsPerMinute: 100_000, ImportDelay: -1}.Small())
	if err != nil {
		t.Fatal(err)
	}
	platform := httptest.NewServer(server)
	t.Cleanup(platform.Close)
	over := make(chan struct{})
	hang := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over }))
	t.Cleanup(hang.Close)
	t.Cleanup(func() { close(over) })

	settings := filepath.Join(t.TempDir(), "wrapcast.yaml")
	writeFile(t, settings, "api: {requests_per_minute: 100000}\nwebhook: {notify_for: 1s}\n")
	a, _, said := testApp(t, map[string]string{"GENESYS_BASE_URL": platform.URL, "GENESYS_CLIENT_ID": server.ClientID(),
		"GENESYS_CLIENT_SECRET": server.ClientSecret(), "WFM_WEBHOOK_URL": hang.URL + "/a-path-with-a-secret"})
	if code := a.run(t.Context(), []string{"run", "--quiet", "--config", settings}); code != cli.ExitPartial {
		t.Errorf("exit code %d: %s", code, said)
	}
	if !strings.Contains(said.String(), "did not answer within") || strings.Contains(said.String(), "a-path-with-a-secret") {
		t.Errorf("it says %s", said)
	}
}
