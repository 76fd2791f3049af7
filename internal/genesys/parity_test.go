package genesys

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
	"github.com/wrapcast/wrapcast/internal/sim"
)

// wired is a request as it travelled: two that differ in nothing else ask for the same.
type wired struct {
	Method, Path, Query, Authorization string
	Body                               any // JSON as values, anything else as text
}

// recorder keeps what an organisation is asked, operation by operation.
type recorder struct {
	*sim.Server
	mu         sync.Mutex
	operation  string
	operations map[string][]wired
	uploaded   []byte
}

// next says which operation comes. What was imported is there before it is asked for.
func (r *recorder) next(operation string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.operation = operation
	for tries := 0; operation == "forecasts" && len(r.Forecasts()) == 0 && tries < 1000; tries++ {
		time.Sleep(10 * time.Millisecond)
	}
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	if request.URL.Path == "/next" {
		r.next(request.URL.Query().Get("operation"))
		return
	}
	body, _ := io.ReadAll(request.Body)
	request.Body = io.NopCloser(bytes.NewReader(body))
	kind, token, _ := strings.Cut(request.Header.Get("Authorization"), " ")
	if kind == "Basic" {
		kind += " " + token
	}
	seen := wired{Method: request.Method, Path: request.URL.Path, Query: request.URL.Query().Encode(), Authorization: kind, Body: string(body)}
	if strings.HasPrefix(request.Header.Get("Content-Type"), "application/json") && len(body) > 0 {
		_ = json.Unmarshal(body, &seen.Body) // what is no JSON stays text
	}
	r.mu.Lock()
	r.operations[r.operation] = append(r.operations[r.operation], seen)
	if request.Method == http.MethodPut {
		r.uploaded = body
	}
	r.mu.Unlock()
	r.Server.ServeHTTP(w, request)
}

// record serves an organisation, always the same one, and records what is done with it.
func record(t *testing.T) (*recorder, string) {
	t.Helper()
	server, err := sim.New(sim.Options{Clock: newFakeTime().clock(), Seed: 7, ImportDelay: -1}.Small())
	if err != nil {
		t.Fatal(err)
	}
	r := &recorder{Server: server, operations: map[string][]wired{}}
	host := httptest.NewServer(r)
	t.Cleanup(func() { server.Close(); host.Close() })
	return r, host.URL
}

func someSkills() []wrapcast.SkillID {
	return []wrapcast.SkillID{"0b1c2d3e-0001-4000-8000-000000000001", "0b1c2d3e-0001-4000-8000-000000000002"}
}

// ours makes each operation with our client.
func ours(t *testing.T, c *Client, r *recorder, plan wrapcast.Plan, i span) {
	t.Helper()
	unit, week := plan.Week.BusinessUnit, plan.Week.Start
	var key string
	var forecast ListedForecast
	for _, o := range []struct {
		name string
		make func(context.Context) error
	}{
		{"login", func(ctx context.Context) error { _, err := c.Organisation(ctx); return err }},
		{"own permissions", func(ctx context.Context) error { _, err := c.permissions(ctx); return err }},
		{"queues", func(ctx context.Context) error { _, err := c.queues(ctx); return err }},
		{"wrap-up codes", func(ctx context.Context) error { _, err := c.Codes(ctx); return err }},
		{"active wrap-up codes", func(ctx context.Context) error {
			_, err := paged[entity](ctx, c, transport.CodesActiveCall, nil)
			return err
		}},
		{"languages and skills", func(ctx context.Context) error {
			_, _, err := c.Abilities(ctx, someSkills())
			return err
		}},
		{"business unit", func(ctx context.Context) error { _, err := c.businessUnit(ctx, ""); return err }},
		{"planning groups", func(ctx context.Context) error { _, err := c.planningGroups(ctx, unit.ID); return err }},
		{"what codes had", func(ctx context.Context) error { _, err := c.handled(ctx, i, dimensions{}, 0); return err }},
		{"what queues had", func(ctx context.Context) error { _, err := c.arrived(ctx, i, dimensions{}, 0); return err }},
		{"listening", func(ctx context.Context) error { w, err := c.Subscribe(ctx, unit.ID); w.Close(); return err }},
		{"upload", func(ctx context.Context) (err error) { key, err = c.Upload(ctx, plan); return err }},
		{"import", func(ctx context.Context) error { _, err := c.Import(ctx, unit.ID, week, key); return err }},
		{"forecasts", func(ctx context.Context) error {
			listed, err := c.Forecasts(ctx, unit.ID, week)
			for _, f := range listed {
				forecast = f
			}
			return err
		}},
		{"forecast data", func(ctx context.Context) error { _, err := c.ForecastData(ctx, unit, forecast, week); return err }},
		{"required staff", func(ctx context.Context) error { _, err := c.RequiredStaff(ctx, unit, week, forecast.ID); return err }},
	} {
		r.next(o.name)
		if err := o.make(t.Context()); err != nil {
			t.Fatalf("%s: %v", o.name, err)
		}
	}
}

// For each operation that both make, the platform's official SDK sends what our client sends: method, path, query and
// body, and the same kind of authorization. It is told the facts, and writes the requests by itself (sdk/parity.mjs).
func TestTheSDKSendsTheSameRequests(t *testing.T) {
	t.Parallel()
	if os.Getenv("WRAPCAST_SDK") != "required" {
		t.Skip("make conformance runs this with the official SDK")
	}
	mine, url := record(t)
	client, err := New(Config{BaseURL: url, ClientID: mine.ClientID(), ClientSecret: mine.ClientSecret(), Clock: newFakeTime().clock()})
	if err != nil {
		t.Fatal(err)
	}
	d := mine.Directory()
	plan := testPlan(t)
	plan.Week.BusinessUnit, plan.Week.Groups[0].Group = d.BusinessUnit, d.PlanningGroups[0].ID
	i := span{From: newFakeTime().now.Add(-48 * time.Hour), To: newFakeTime().now.Add(-24 * time.Hour)}
	ours(t, client, mine, plan, i)

	theirs, url := record(t)
	facts, err := json.Marshal(map[string]any{"url": url, "clientId": theirs.ClientID(), "clientSecret": theirs.ClientSecret(), "unit": d.BusinessUnit.ID,
		"week": plan.Week.Start, "interval": iso(i), "skills": someSkills(), "gzipped": base64.StdEncoding.EncodeToString(mine.uploaded)})
	if err != nil {
		t.Fatal(err)
	}
	program := exec.CommandContext(t.Context(), "node", "parity.mjs")
	program.Dir, program.Env = "sdk", append(os.Environ(), "FACTS="+string(facts))
	if out, err := program.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if diff := cmp.Diff(theirs.operations, mine.operations); diff != "" {
		t.Errorf("requests (-SDK +ours):\n%s", diff)
	}
	everyEndpointWasCompared(t, mine.operations)
}

// everyEndpointWasCompared leaves out the host that no SDK knows, and what is large at a signed address.
func everyEndpointWasCompared(t *testing.T, operations map[string][]wired) {
	t.Helper()
	parameter := regexp.MustCompile(`\\{[^}]*\\}`)
	for _, e := range Endpoints() {
		if e.Host == transport.RESTTarget || e.Name == transport.DownloadCall {
			continue
		}
		method := strings.Replace(e.Method, "WS", http.MethodGet, 1)
		path := regexp.MustCompile("^" + parameter.ReplaceAllString(regexp.QuoteMeta(e.Path), "[^/]+") + "$")
		made := func(w wired) bool { return w.Method == method && (e.Path == "" || path.MatchString(w.Path)) }
		compared := false
		for _, requests := range operations {
			compared = compared || slices.ContainsFunc(requests, made)
		}
		if !compared {
			t.Errorf("%s %s was not compared", e.Method, e.Path)
		}
	}
}
