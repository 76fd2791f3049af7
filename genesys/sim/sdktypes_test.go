package sim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast/genesys/sim"
	"github.com/wrapcast/wrapcast/genesys/sim/internal/analytics"
)

// sdk is where sdktypes/check installs the platform's official JavaScript SDK.
const sdk = "sdktypes/node_modules/purecloud-platform-client-v2"

// needSDK skips the test where the SDK is not installed, unless it is required.
func needSDK(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(sdk); err == nil {
		return
	}
	if os.Getenv("WRAPCAST_SDK_TYPES") == "required" {
		t.Fatal("the SDK is not installed in " + sdk)
	}
	t.Skip("the SDK is not installed; sdktypes/check does it")
}

// typed collects JSON documents as literals of the SDK's types.
type typed struct {
	t    *testing.T
	text bytes.Buffer
	n    int
}

// is says that the document has the type.
func (d *typed) is(name string, document []byte) {
	d.t.Helper()
	var v any
	if err := json.Unmarshal(document, &v); err != nil {
		d.t.Fatalf("%s: %v in %.200s", name, err, document)
	}
	d.n++
	fmt.Fprintf(&d.text, "export const a%d: Models.%s = %s;\n", d.n, name, literal(v))
}

// literal writes JSON as TypeScript; null is a property that is not there.
func literal(v any) string {
	switch v := v.(type) {
	case nil:
		return "undefined"
	case map[string]any:
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, fmt.Sprintf("%q:%s", name, literal(v[name])))
		}
		return "{" + strings.Join(parts, ",") + "}"
	case []any:
		var parts []string
		for _, inner := range v[:min(len(v), 20)] {
			parts = append(parts, literal(inner))
		}
		return "[" + strings.Join(parts, ",") + "]"
	default:
		text, _ := json.Marshal(v) // a number, a text or a boolean
		return string(text)
	}
}

// Every answer the simulator really gives is a value of the SDK's type for it, and so is what it accepts.
func TestAnswersHaveTheTypesOfTheSDK(t *testing.T) {
	t.Parallel()
	needSDK(t)
	d := &typed{t: t}
	d.text.WriteString("import { Models } from \"purecloud-platform-client-v2\";\n")
	w := start(t, sim.Options{})
	recordRouting(d, w)
	recordAnalytics(d, w)
	recordForecasts(d, w)
	recordErrors(d, w)
	d.text.WriteString("// @ts-expect-error: a compiler that takes this checks nothing\n" +
		"export const wrong: Models.WrapupCode = {\"name\":\"x\",\"nonsense\":1};\n")
	if err := os.WriteFile("sdktypes/answers.gen.ts", d.text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	compiler := exec.CommandContext(t.Context(), "node", filepath.Join("node_modules", "typescript", "bin", "tsc"),
		"--noEmit", "--strict", "--skipLibCheck", "answers.gen.ts")
	compiler.Dir = "sdktypes"
	if out, err := compiler.CombinedOutput(); err != nil {
		t.Errorf("%d answers: %v\n%.4000s", d.n, err, out)
	}
}

func recordRouting(d *typed, w *world) {
	code, queue := string(w.Directory().Codes[0].ID), string(w.Directory().Queues[0].ID)
	unit := w.unitPath()
	for _, c := range []struct{ kind, path string }{
		{"TokenInfo", "/api/v2/tokens/me"},
		{"WrapupCodeEntityListing", "/api/v2/routing/wrapupcodes?pageSize=2&pageNumber=2"},
		{"WrapupCode", "/api/v2/routing/wrapupcodes/divisionviews/" + code},
		{"WrapupCodeEntityListing", "/api/v2/routing/wrapupcodes/divisionviews?includeState=ActiveAndDeleted"},
		{"WrapupCodeEntityListing", "/api/v2/routing/queues/" + queue + "/wrapupcodes"},
		{"QueueEntityListing", "/api/v2/routing/queues"},
		{"Queue", "/api/v2/routing/queues/" + queue},
		{"BusinessUnitListing", "/api/v2/workforcemanagement/businessunits"},
		{"BusinessUnitResponse", unit},
		{"BusinessUnitResponse", unit + "?expand=settings"},
		{"PlanningGroupList", unit + "/planninggroups"},
		{"PlanningGroup", unit + "/planninggroups/" + string(w.Directory().PlanningGroups[0].ID)},
	} {
		d.is(c.kind, w.get(c.path).ok(200).body)
	}
}

func recordAnalytics(d *typed, w *world) {
	for _, body := range []string{
		query("granularity", `"PT15M"`, "groupBy", `["queueId","wrapUpCode"]`, "metrics", `["tHandle","tAcw","nOffered","tAbandon","oServiceLevel"]`),
		query("timeZone", `"America/New_York"`, "views", `[{"target":"tHandle","name":"long","function":"rangeBound","range":{"gte":300000}}]`,
			"filter", `{"type":"and","clauses":[{"type":"or","predicates":[{"dimension":"queueId","operator":"exists"},{"type":"dimension","dimension":"mediaCount","range":{"gte":1}}]}]}`),
		query("queryType", `"topN"`, "limit", "2", "groupBy", `["userId"]`, "sortMetric", `{"name":"tHandle","function":"sum"}`,
			"alternateTimeDimension", `"eventTime"`, "flattenMultivaluedDimensions", "true"),
		query("interval", interval(now.AddDate(1, 0, 0), now.AddDate(1, 0, 1))),
	} {
		d.is("ConversationAggregationQuery", []byte(body))
		d.is("ConversationAggregateQueryResponse", w.post(aggregates, body).ok(200).body)
	}
}

func recordForecasts(d *typed, w *world) {
	ctx, cancel := context.WithTimeout(d.t.Context(), 30*time.Second)
	defer cancel()
	channel := w.send(request{method: "POST", path: channels}).ok(200)
	d.is("Channel", channel.body)
	d.is("ChannelEntityListing", w.get(channels).ok(200).body)
	d.is("ChannelTopicEntityListing", w.post(channels+"/"+channel.text("id")+"/subscriptions?ignoreErrors=true", topicsBody(w.importTopic(), "v2.nothing")).ok(200).body)
	conn := w.listen(ctx)
	text := w.forecastBody(1, 768, nil)
	d.is("BuImportShortTermForecastSchema", []byte(text))
	data := zip(d.t, text)
	ask := fmt.Sprintf(`{"contentLengthBytes":%d}`, len(data))
	d.is("UploadUrlRequestBody", []byte(ask))
	address := w.post(w.weekPath(nextWeek)+"/import/uploadurl", ask).ok(201)
	d.is("ImportForecastUploadResponse", address.body)
	u := decode[uploadAnswer](address)
	w.put(u, data).okStorage()
	key := fmt.Sprintf(`{"uploadKey":%q}`, u.UploadKey)
	d.is("WfmProcessUploadRequest", []byte(key))
	d.is("ImportForecastResponse", w.post(w.weekPath(nextWeek)+"/import", key).ok(202).body)
	_, message, err := conn.Read(ctx)
	if err != nil {
		d.t.Fatal(err)
	}
	body := decode[struct{ EventBody json.RawMessage }](answer{t: d.t, body: message}).EventBody
	d.is("WfmBuShortTermForecastImportCompleteTopicBuShortTermForecastNotification", body)
	one := w.weekPath(nextWeek) + "/" + w.Forecasts()[0].ID
	d.is("BuShortTermForecastListing", w.get(w.weekPath("recent")).ok(200).body)
	d.is("BuShortTermForecast", w.get(one).ok(200).body)
	d.is("BuShortTermForecast", w.get(one+"?expand=planningGroups").ok(200).body)
	d.is("BuForecastResultResponse", w.get(one+"/data").ok(200).body)
	address = w.get(one + "/data?forceDownloadService=true").ok(200)
	d.is("BuForecastResultResponse", address.body)
	d.is("BuForecastResult", w.send(request{method: "GET", path: address.text("downloadUrl"), headers: map[string]string{"Authorization": ""}}).body)
}

func recordErrors(d *typed, w *world) {
	for _, a := range []answer{
		w.get("/api/v2/nothing"), w.post(aggregates, "{}"), w.post(aggregates, query("groupBy", `["x"]`)), w.get(w.weekPath("2026-12-01")),
		w.get(w.weekPath(nextWeek) + "/x"), w.post(aggregates, strings.Repeat(" ", 600_000)),
		w.send(request{method: "GET", path: channels, headers: map[string]string{"Authorization": "Bearer x"}}),
	} {
		d.is("ErrorBody", a.body)
	}
	limited := start(d.t, sim.Options{RequestsPerMinute: 1, Permissions: []string{}})
	d.is("ErrorBody", limited.get("/api/v2/routing/queues").body)
	d.is("ErrorBody", limited.get("/api/v2/routing/queues").body)
}

// Every path and method the simulator serves, but those no Genesys Cloud has, is one the SDK calls.
func TestEndpointsAreTheSDKs(t *testing.T) {
	t.Parallel()
	needSDK(t)
	known := map[string]bool{}
	form := regexp.MustCompile(`callApi\(\s*'([^']+)',\s*'([A-Z]+)'`)
	for _, file := range []string{"AnalyticsApi", "NotificationsApi", "RoutingApi", "OrganizationApi", "TokensApi", "UploadsApi", "WorkforceManagementApi"} {
		text, err := os.ReadFile(filepath.Join(sdk, "src", "purecloud-platform-client-v2", "api", file+".js"))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range form.FindAllStringSubmatch(string(text), -1) {
			known[m[2]+" "+m[1]] = true
		}
	}
	if len(known) < 500 {
		t.Fatalf("only %d calls were found in the SDK's source", len(known))
	}
	checked := 0
	for _, name := range start(t, sim.Options{}).Endpoints() {
		if strings.Contains(name, "/api/v2/") && !strings.Contains(name, restPath) {
			if checked++; !known[name] {
				t.Errorf("the SDK has no %s", name)
			}
		}
	}
	if checked < 25 {
		t.Errorf("only %d endpoints were checked", checked)
	}
}

// The SDK does not list dimensions, but most are properties of its types; the seven
// that are not stand in the platform's API description only. Metrics and permissions are nowhere in the SDK.
func TestDimensionsAreWordsOfTheSDK(t *testing.T) {
	t.Parallel()
	needSDK(t)
	text, err := os.ReadFile(filepath.Join(sdk, "index.d.ts"))
	if err != nil {
		t.Fatal(err)
	}
	absent := []string{"activeSkillId", "eligibleAgentCount", "removedSkillId", "requestedRouting", "requestedRoutingSkillId", "waitingInteractionCount",
		"canonicalExternalContactId"}
	for _, name := range analytics.FilterDimensions() {
		if known := bytes.Contains(text, []byte(`"`+name+`"`)); known == slices.Contains(absent, name) {
			t.Errorf("dimension %s: a property of the SDK's types: %v", name, known)
		}
	}
}
