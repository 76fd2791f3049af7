package run_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/run"
)

// An organisation is forecast and its next week submitted with nothing but credentials.
func Example() {
	platform := simulate() // your program leaves this out: GENESYS_CLIENT_ID … are set where it runs
	defer platform.Close()
	ctx := context.Background()

	options := run.FromEnvironment()
	options.DataDir, _ = os.MkdirTemp("", "wrapcast")
	forecaster, err := run.New(ctx, options)
	if err != nil {
		log.Fatal(err)
	}
	defer forecaster.Close()
	result, err := forecaster.Run(ctx)
	if err != nil {
		log.Fatal(err, "; ", wrapcast.Hint(err))
	}
	for _, s := range result.Submissions {
		fmt.Println(s.State, s.TargetForecastID)
	}
	// Output: completed 0da6b5f8-8f3f-434b-84c3-ddec9baba460
}

// simulate serves a small organisation and sets the environment to it.
func simulate() *httptest.Server {
	server, err := sim.New(sim.Options{Clock: clock(), RequestsPerMinute: 100_000, ImportDelay: time.Millisecond}.Small())
	if err != nil {
		log.Fatal(err)
	}
	platform := httptest.NewServer(server)
	for name, value := range map[string]string{"GENESYS_CLIENT_ID": server.ClientID(), "GENESYS_CLIENT_SECRET": server.ClientSecret(),
		"GENESYS_BASE_URL": platform.URL, "WRAPUP_CODE_1": "", "WFM_WEBHOOK_URL": "", "GENESYS_REGION": ""} {
		if err := os.Setenv(name, value); err != nil {
			log.Fatal(err)
		}
	}
	return platform
}

func clock() wrapcast.Clock {
	return wrapcast.Clock{Now: time.Now, Sleep: func(ctx context.Context, d time.Duration) error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(d):
			return nil
		}
	}}
}

// simulated are options for a small organisation of its own.
func simulated(t *testing.T) run.Options {
	t.Helper()
	server, err := sim.New(sim.Options{Clock: clock(), RequestsPerMinute: 100_000, ImportDelay: time.Millisecond}.Small())
	if err != nil {
		t.Fatal(err)
	}
	platform := httptest.NewServer(server)
	t.Cleanup(platform.Close)
	return run.Options{ClientID: server.ClientID(), ClientSecret: server.ClientSecret(), BaseURL: platform.URL,
		RequestsPerMinute: 100_000, DataDir: t.TempDir()}
}

func opened(t *testing.T, o run.Options) *run.WrapUpForecaster {
	t.Helper()
	f, err := run.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestAPlanIsLookedAtAndThenSubmittedOnce(t *testing.T) {
	o := simulated(t)
	o.DryRun, o.Version, o.AuditKeyFile = true, "acme-staffing 7.1", filepath.Join(t.TempDir(), "signing.key")
	f := opened(t, o)
	if _, err := f.Plan(t.Context()); wrapcast.KindOf(err) != wrapcast.NotFound {
		t.Errorf("before the first forecast: %v", err)
	}
	dry, err := f.Run(t.Context())
	if err != nil || len(dry.Submissions) > 0 || len(dry.Plans) != 1 || dry.Forecast == nil {
		t.Fatalf("a dry run: %v, %d plans, %d submissions", err, len(dry.Plans), len(dry.Submissions))
	}
	plans, err := f.Plan(t.Context())
	if err != nil || len(plans) != 1 {
		t.Fatalf("%d plans, %v", len(plans), err)
	}
	done, err := f.Submit(t.Context(), plans[0].ID)
	if err != nil || len(done.Submissions) != 1 || done.Submissions[0].State != wrapcast.SubmissionCompleted {
		t.Fatalf("submitted: %v, %+v", err, done.Submissions)
	}
	if _, err := f.Submit(t.Context(), plans[0].ID); wrapcast.KindOf(err) != wrapcast.Conflict {
		t.Errorf("a second time: %v", err)
	}
	wantPackOf(t, o, plans[0])
}

// wantPackOf checks that the evidence of a plan names the program that made it, and that its key is where it was asked
// to be.
func wantPackOf(t *testing.T, o run.Options, plan wrapcast.Plan) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(o.DataDir, "audit.key")); err == nil {
		t.Error("there is a key in the data directory")
	}
	s, err := store.Open(t.Context(), store.Options{Dir: o.DataDir, AuditKeyFile: o.AuditKeyFile})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.View(t.Context(), func(tx *store.Tx) error {
		file, err := reports.MakePack(tx, plan.Organisation, string(plan.ID), reports.PackOptions{Version: "test"})
		if err != nil {
			return err
		}
		c, err := audit.OpenPack(file, "")
		if c.Pack.Engine != "acme-staffing 7.1" {
			t.Errorf("the engine is %q", c.Pack.Engine)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}

func TestWhatCannotWorkIsRefusedBeforeAnythingIsSent(t *testing.T) {
	for name, change := range map[string]func(*run.Options){
		"no client id": func(o *run.Options) { o.ClientID = "" },
		"no secret":    func(o *run.Options) { o.ClientSecret = "" },
		"no URL":       func(o *run.Options) { o.BaseURL = "nowhere" },
		"no webhook":   func(o *run.Options) { o.Webhook = "ftp://example.com" },
		"no region":    func(o *run.Options) { o.Region, o.LoginURL = "nowhere", "https://login.example.org" },
		"no API":       func(o *run.Options) { o.APIURL = "http://api.example.org" },
		"no proxy":     func(o *run.Options) { o.Proxy = "proxy" },
		"no authority": func(o *run.Options) { o.CAFile = filepath.Join(t.TempDir(), "gone.pem") },
	} {
		o := run.Options{ClientID: "id", ClientSecret: "secret", DataDir: t.TempDir()}
		change(&o)
		if _, err := run.New(t.Context(), o); wrapcast.KindOf(err) != wrapcast.Usage {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryRunsWhenTheRuleFiresUntilItIsToldToStop(t *testing.T) {
	o := simulated(t)
	o.DryRun = true
	var waited time.Duration
	c := clock()
	o.Clock = &wrapcast.Clock{Now: c.Now, Sleep: func(ctx context.Context, d time.Duration) error {
		if d > time.Minute { // the night, not a poll
			waited = d
			return ctx.Err()
		}
		return c.Sleep(ctx, d)
	}}
	f := opened(t, o)
	if err := f.Every(t.Context(), "every night", time.UTC, nil); wrapcast.KindOf(err) != wrapcast.Usage {
		t.Errorf("no rule: %v", err)
	}
	enough := errors.New("enough")
	err := f.Every(t.Context(), "0 2 * * *", time.UTC, func(r run.Result, err error) error {
		if err != nil || r.Forecast == nil {
			t.Errorf("the run: %v", err)
		}
		return enough
	})
	if !errors.Is(err, enough) || waited <= 0 || waited > 24*time.Hour {
		t.Errorf("ended with %v after waiting for %s", err, waited)
	}
}

func TestTheEnvironmentNamesCodesUntilOneIsMissing(t *testing.T) {
	t.Setenv("WRAPUP_CODE_1", "one")
	t.Setenv("WRAPUP_CODE_2", "two")
	t.Setenv("WRAPUP_CODE_4", "four")
	t.Setenv("WRAPUP_CODE_3", "")
	if got := run.FromEnvironment().Codes; len(got) != 2 || !strings.HasPrefix(string(got[1]), "two") {
		t.Errorf("the codes are %v", got)
	}
}

func TestTheEnvironmentSaysWhereThePlatformIsAndHowItIsReached(t *testing.T) {
	for name, value := range map[string]string{"GENESYS_LOGIN_URL": "https://login.example.org", "GENESYS_API_URL": "https://api.example.org",
		"WRAPCAST_PROXY": "http://u:p@proxy:1", "WRAPCAST_CA_FILE": "/etc/ca.pem"} {
		t.Setenv(name, value)
	}
	o := run.FromEnvironment()
	if o.LoginURL != "https://login.example.org" || o.APIURL != "https://api.example.org" || o.Proxy != "http://u:p@proxy:1" || o.CAFile != "/etc/ca.pem" {
		t.Errorf("%q, %q, %q, %q", o.LoginURL, o.APIURL, o.Proxy, o.CAFile)
	}
}
