package sim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/sim/internal/analytics"
)

// judge is where the official JavaScript SDK is installed, and the programs that drive a simulator with it.
const judge = "../genesys/sdk"

// needSDK leaves out what needs the SDK where nobody has said that it is there: make conformance installs it.
func needSDK(t *testing.T) {
	t.Helper()
	if os.Getenv("WRAPCAST_SDK") != "required" {
		t.Skip("make conformance runs this with the official SDK")
	}
}

// conformanceClock goes on in real time from the moment most tests live at.
func conformanceClock() wrapcast.Clock {
	began := time.Now()
	return wrapcast.Clock{
		Now: func() time.Time { return now.Add(time.Since(began)) },
		Sleep: func(ctx context.Context, d time.Duration) error {
			ctx, cancel := context.WithTimeout(ctx, d)
			defer cancel()
			if <-ctx.Done(); errors.Is(ctx.Err(), context.Canceled) {
				return ctx.Err()
			}
			return nil
		},
	}
}

// everything is every permission that the simulator asks for.
func everything() []string {
	return append(sim.Needed(), "wfm:shortTermForecast:delete", "analytics:conversationDetail:view", "routing:queue:edit",
		"wfm:serviceGoalTemplate:view", "wfm:staffingRequirement:view", "routing:queue:search", "analytics:queueObservation:view",
		"wfm:capacityPlan:view")
}

// The official SDK, which nobody here wrote, logs in to the simulator and makes every call it serves. Each answer has
// the SDK's type, each refusal the platform's body, and what is counted is what happened.
func TestTheOfficialSDKDrivesTheSimulator(t *testing.T) {
	t.Parallel()
	needSDK(t)
	const weakID, weakSecret = "00000000-0000-4000-8000-00000000weak", "weak"
	w := start(t, sim.Options{Clock: conformanceClock(), Permissions: everything(), ImportDelay: 300 * time.Millisecond, Heartbeat: 50 * time.Millisecond,
		RequestsPerMinute: 10_000, Disturbances: sim.FullDisturbances(), Volume: 4, MoreClients: []sim.Client{{ID: weakID, Secret: weakSecret}}})
	limited := start(t, sim.Options{RequestsPerMinute: 1})
	varied := start(t, sim.Options{Clock: conformanceClock(), Permissions: everything(), RequestsPerMinute: 10_000, Volume: 4, Queues: 5, Codes: 12, History: 60,
		Kinds: []sim.Kind{sim.KindSkills, sim.KindOutbound, sim.KindDivisions, sim.KindTwoUnits, sim.KindBusyWeek, sim.KindSevenDays}})
	unlicensed := start(t, sim.Options{Kinds: []sim.Kind{sim.KindNoUnit}})
	end := time.Date(2026, time.November, 18, 0, 0, 0, 0, time.UTC) // late codes have all arrived by then
	begin := end.AddDate(0, 0, -6)
	truth := w.GroundTruthBetween(w.Start().Midnight(time.UTC), end)
	world, err := json.Marshal(map[string]any{
		"url": w.url, "limited": limited.url, "varied": varied.url, "unlicensed": unlicensed.url, "present": now, "clientId": w.ClientID(), "clientSecret": w.ClientSecret(), "weakId": weakID, "weakSecret": weakSecret,
		"unit": w.Directory().BusinessUnit.ID, "start": w.Start().Midnight(time.UTC), "now": end,
		"week":   begin.Format(time.RFC3339) + "/" + end.Format(time.RFC3339),
		"monday": nextWeek, "later": "2026-12-07",
		"truth": map[string]int{"handled": truth.Contacts, "without": truth.WithoutCode, "offered": truth.Offered, "abandoned": truth.Abandoned},
	})
	if err != nil {
		t.Fatal(err)
	}
	program := exec.CommandContext(t.Context(), "node", "conformance.mjs")
	program.Dir, program.Env = judge, append(os.Environ(), "WORLD="+string(world))
	out, err := program.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatal(err)
	}
	everyEndpointWasDriven(t, w, varied)
}

// everyEndpointWasDriven checks that the SDK had a good answer of each endpoint, but for those no Genesys Cloud has.
func everyEndpointWasDriven(t *testing.T, worlds ...*world) {
	t.Helper()
	driven := map[string]bool{}
	for _, w := range worlds {
		for _, r := range w.Requests() {
			driven[r.Endpoint] = driven[r.Endpoint] || r.Status >= 101 && r.Status < 300
		}
	}
	for _, endpoint := range worlds[0].Endpoints() {
		if !driven[endpoint] && !strings.Contains(endpoint, restPath) {
			t.Errorf("nobody called %s", endpoint)
		}
	}
}

// Every path and method the simulator serves, but those no Genesys Cloud has, is one the SDK calls.
func TestEndpointsAreTheSDKs(t *testing.T) {
	t.Parallel()
	needSDK(t)
	known := sdkCalls(t, "AnalyticsApi", "AuthorizationApi", "NotificationsApi", "OrganizationApi", "RoutingApi", "TokensApi", "UtilitiesApi",
		"WorkforceManagementApi")
	checked := 0
	for _, name := range start(t, sim.Options{}).Endpoints() {
		if strings.Contains(name, "/api/v2/") && !strings.Contains(name, restPath) {
			if checked++; !known[name] {
				t.Errorf("the SDK has no %s", name)
			}
		}
	}
	if checked < 30 {
		t.Errorf("only %d endpoints were checked", checked)
	}
}

// sdkCalls finds method and path of every call in the source of the SDK's APIs.
func sdkCalls(t *testing.T, apis ...string) map[string]bool {
	t.Helper()
	known := map[string]bool{}
	form := regexp.MustCompile(`callApi\(\s*'([^']+)',\s*'([A-Z]+)'`)
	for _, name := range apis {
		for _, m := range form.FindAllStringSubmatch(string(sdkFile(t, "src/purecloud-platform-client-v2/api/"+name+".js")), -1) {
			known[m[2]+" "+m[1]] = true
		}
	}
	if len(known) < 500 {
		t.Fatalf("only %d calls were found in the SDK's source", len(known))
	}
	return known
}

func sdkFile(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(judge, "node_modules/purecloud-platform-client-v2", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// The SDK does not list dimensions, but most are properties of its types; the seven
// that are not stand in the platform's API description only. Metrics and permissions are nowhere in the SDK.
func TestDimensionsAreWordsOfTheSDK(t *testing.T) {
	t.Parallel()
	needSDK(t)
	text := sdkFile(t, "index.d.ts")
	absent := []string{"activeSkillId", "eligibleAgentCount", "removedSkillId", "requestedRouting", "requestedRoutingSkillId", "waitingInteractionCount",
		"canonicalExternalContactId"}
	for _, name := range analytics.FilterDimensions() {
		if known := bytes.Contains(text, []byte(`"`+name+`"`)); known == slices.Contains(absent, name) {
			t.Errorf("dimension %s: a property of the SDK's types: %v", name, known)
		}
	}
}
