package sim_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim"
)

const queuesPath = "/api/v2/routing/queues"

// spoilt serves a small organisation with faults, and a caller who is already logged in.
func spoilt(t *testing.T, o sim.Options, f sim.Faults) *world {
	t.Helper()
	w := start(t, o)
	if err := w.OrderFaults(f); err != nil {
		t.Fatal(err)
	}
	w.http.Transport.(*http.Transport).DisableKeepAlives = true // or net/http would repeat a GET by itself
	return w
}

func TestEveryFaultOfAnAnswerIsWhatItsNameSays(t *testing.T) {
	t.Parallel()
	broken := func(a answer, err error) string {
		if err == nil {
			return fmt.Sprintf("it was answered %d", a.status)
		}
		return ""
	}
	refused := func(status int, code string, after string) func(answer, error) string {
		return func(a answer, err error) string {
			if err != nil || a.status != status || a.text("code") != code || a.header.Get("Retry-After") != after {
				return fmt.Sprintf("%d %q, Retry-After %q, %v", a.status, a.body, a.header.Get("Retry-After"), err)
			}
			return ""
		}
	}
	unreadable := func(a answer, err error) string {
		if err != nil || a.status != 200 || a.header.Get("Content-Type") != "application/json" || isJSON(a.body) {
			return fmt.Sprintf("%d %s %v", a.status, a.body, err)
		}
		return ""
	}
	for key, check := range map[string]func(answer, error) string{
		"429:7":     refused(429, "too.many.requests.retry.after", "7"),
		"429-bare":  refused(429, "too.many.requests", ""),
		"500":       refused(500, "internal.server.error", ""),
		"502":       refused(502, "bad.gateway", ""),
		"503":       refused(503, "service.unavailable", ""),
		"504":       refused(504, "request.timeout", ""),
		"500-after": refused(500, "internal.server.error", ""),
		"503-after": refused(503, "service.unavailable", ""),
		"504-after": refused(504, "request.timeout", ""),
		"revoke":    refused(401, "bad.credentials", ""),
		"withdraw":  refused(403, "missing.any.permissions", ""),
		"drop":      broken, "drop-before": broken, "drop-after": broken,
		"reset": func(a answer, err error) string {
			if err == nil || a.status != 200 || len(a.body) == 0 || isJSON(a.body) {
				return fmt.Sprintf("%d with %d bytes, %v", a.status, len(a.body), err)
			}
			return ""
		},
		"truncate": unreadable, "garble": unreadable,
		"html": func(a answer, err error) string {
			if err != nil || a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") || !strings.Contains(string(a.body), "<html>") {
				return fmt.Sprintf("%d %s %v", a.status, a.body, err)
			}
			return ""
		},
		"mistyped": func(a answer, err error) string {
			if err != nil || a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), "text/plain") || !isJSON(a.body) {
				return fmt.Sprintf("%d %s %v", a.status, a.body, err)
			}
			return ""
		},
	} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			w := spoilt(t, sim.Options{}, sim.Faults{key: 0})
			name, argument, _ := strings.Cut(key, ":")
			order := name + "#1@" + queuesPath
			if argument != "" {
				order += ":" + argument
			}
			if err := w.OrderFaults(sim.Faults{order: 1}); err != nil {
				t.Fatal(err)
			}
			a, err := w.try(request{method: "GET", path: queuesPath})
			if wrong := check(a, err); wrong != "" {
				t.Error(wrong)
			}
			if n := w.FaultsMet()[order]; n != 1 {
				t.Errorf("it met %d requests: %v", n, w.FaultsMet())
			}
			if a, err := w.try(request{method: "GET", path: queuesPath}); err != nil || a.status != 200 && key != "revoke" && key != "withdraw" {
				t.Errorf("the next request: %d, %v", a.status, err)
			}
		})
	}
}

func isJSON(body []byte) bool {
	return len(body) > 0 && body[0] == '{' && strings.HasSuffix(string(body), "}\n")
}

func TestFaultsOfTimeTakeTime(t *testing.T) {
	t.Parallel()
	const patience = 150 * time.Millisecond
	for _, key := range []string{"latency@" + queuesPath + ":1h", "late@" + queuesPath + ":1h", "slow@" + queuesPath + ":1h"} {
		w := spoilt(t, sim.Options{}, sim.Faults{key: 1})
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.url+queuesPath, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+w.token)
		response, err := w.http.Do(r)
		if err == nil {
			if !strings.HasPrefix(key, "slow") {
				t.Errorf("%s: answered in time", key)
			}
			_, err = io.ReadAll(response.Body)
			response.Body.Close()
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", key, err)
		}
		cancel()
	}
	for _, key := range []string{"latency@" + queuesPath + ":50ms", "late@" + queuesPath + ":50ms", "slow@" + queuesPath + ":50ms"} {
		w := spoilt(t, sim.Options{}, sim.Faults{key: 1})
		began := time.Now()
		if a := w.get(queuesPath).ok(200); !isJSON(a.body) || time.Since(began) < 45*time.Millisecond {
			t.Errorf("%s: %s after %s", key, a.body, time.Since(began))
		}
	}
}

// acceptance is one import with a fault, and what came of it. Faults that take an hour are waited for two seconds.
func acceptance(t *testing.T, f sim.Faults) (w *world, status int, err error) {
	t.Helper()
	w = spoilt(t, sim.Options{}, nil)
	key := w.upload(nextWeek, zip(t, w.forecastBody(1, 768, nil))).UploadKey
	if err := w.OrderFaults(f); err != nil {
		t.Fatal(err)
	}
	patience := 30 * time.Second
	if strings.Contains(f.String(), "h0m0s") {
		patience = 2 * time.Second
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r, _ := http.NewRequestWithContext(ctx, http.MethodPost, w.url+w.weekPath(nextWeek)+"/import", strings.NewReader(fmt.Sprintf(`{"uploadKey":%q}`, key)))
	r.Header.Set("Authorization", "Bearer "+w.token)
	r.Header.Set("Content-Type", "application/json")
	response, err := w.http.Do(r)
	if err != nil {
		return w, 0, err
	}
	defer response.Body.Close()
	_, err = io.ReadAll(response.Body)
	return w, response.StatusCode, err
}

// Whatever becomes of the answer, the import was accepted once, and comes to its end.
func TestAmbiguousAcceptance(t *testing.T) {
	t.Parallel()
	const at = "#1@shorttermforecasts/import"
	for key, want := range map[string]int{
		"drop-after" + at: 0, "late" + at + ":1h": 0, "500-after" + at: 500, "503-after" + at: 503, "504-after" + at: 504,
		"reset" + at: 202, "slow" + at + ":1h": 202, "truncate" + at: 202, "garble" + at: 202, "html" + at: 200, "mistyped" + at: 202,
	} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			w, status, err := acceptance(t, sim.Faults{key: 1})
			if status != want || (err != nil) != (want == 0 || strings.HasPrefix(key, "reset") || strings.HasPrefix(key, "slow")) {
				t.Errorf("answered %d, %v", status, err)
			}
			eventually(t, func() bool { return len(w.Forecasts()) == 1 })
			if n := w.AcceptedImports()["plan 1"]; n != 1 {
				t.Errorf("accepted %d times", n)
			}
		})
	}
	for _, key := range []string{"drop-before" + at, "429" + at, "503" + at, "revoke" + at, "withdraw" + at, "latency" + at + ":1h"} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			if w, _, _ := acceptance(t, sim.Faults{key: 1}); len(w.Imports()) != 0 {
				t.Error("it was accepted all the same")
			}
		})
	}
}

func TestTheArticlesForecastIsLostOnTheWayToo(t *testing.T) {
	t.Parallel()
	w := spoilt(t, sim.Options{}, sim.Faults{"504-after#1@POST " + restPath: 1})
	w.post(restPath, w.payload(nil)).wants(504, "request.timeout")
	if n := len(w.RESTForecasts()); n != 1 {
		t.Errorf("%d forecasts", n)
	}
}

func TestWhatIsHandledTwiceMakesTwo(t *testing.T) {
	t.Parallel()
	w, status, err := acceptance(t, sim.Faults{"twice#1@shorttermforecasts/import": 1})
	if status != 202 || err != nil {
		t.Fatalf("answered %d, %v", status, err)
	}
	eventually(t, func() bool { return len(w.Forecasts()) == 2 })
	if all := w.Imports(); len(all) != 2 || all[0].Again || !all[1].Again || w.AcceptedImports()["plan 1"] != 1 {
		t.Errorf("imports %+v", all)
	}
	w = spoilt(t, sim.Options{}, sim.Faults{"twice@PUT /storage/uploads/{uploadKey}": 1})
	key := w.upload(nextWeek, zip(t, w.forecastBody(1, 768, nil))).UploadKey
	w.importKey(nextWeek, key).ok(202)
	eventually(t, func() bool { return len(w.Forecasts()) == 1 })
}

func TestFatesOfAnImport(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]struct {
		status          string
		told, forecasts int
	}{
		"import-error":       {"Error", 1, 0},
		"import-stuck":       {"", 0, 0},
		"notification-lost":  {"", 0, 1},
		"notification-twice": {"Complete", 2, 1},
		"import-slow:1h":     {"Complete", 1, 1},
	} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			w := spoilt(t, sim.Options{}, sim.Faults{key: 1})
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			conn := w.listen(ctx)
			operation := w.importKey(nextWeek, w.upload(nextWeek, zip(t, w.forecastBody(1, 768, nil))).UploadKey).ok(202).text("operationId")
			for range want.told {
				if m := hear(ctx, t, conn).EventBody; m.OperationID != operation || m.Status != want.status {
					t.Errorf("heard %+v", m)
				}
			}
			if want.told == 0 { // what is told next is about the next import
				if want.forecasts > 0 {
					eventually(t, func() bool { return len(w.Forecasts()) == want.forecasts })
				}
				if err := w.OrderFaults(nil); err != nil {
					t.Fatal(err)
				}
				next := w.importKey(nextWeek, w.upload(nextWeek, zip(t, w.forecastBody(1, 768, nil))).UploadKey).ok(202).text("operationId")
				if m := hear(ctx, t, conn).EventBody; m.OperationID != next {
					t.Errorf("heard of %s, not of %s", m.OperationID, next)
				}
				want.forecasts++
			}
			if n := len(w.Forecasts()); n != want.forecasts {
				t.Errorf("%d forecasts, want %d", n, want.forecasts)
			}
			if all := w.Imports(); all[0].Description != "plan 1" || all[0].Failed != (want.status == "Error") {
				t.Errorf("import %+v", all[0])
			}
		})
	}
}

func TestTheArticlesForecastHasAFate(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{"import-error": "failed", "import-stuck": "pending", "import-slow:1h": "pending"} {
		w := spoilt(t, sim.Options{ImportDelay: -1}, sim.Faults{key: 1})
		id := w.post(restPath, w.payload(nil)).ok(201).text("id")
		w.clock.move(time.Minute)
		if got := w.get(restPath + "/" + id).text("status"); got != want {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
	}
}

func TestASkewedClockIsWrongInDateAndTokens(t *testing.T) {
	t.Parallel()
	for key, c := range map[string]struct{ ahead, life time.Duration }{
		"skew:10m": {10 * time.Minute, 50 * time.Minute}, "skew:-10m": {-10 * time.Minute, 70 * time.Minute},
	} {
		w := spoilt(t, sim.Options{TokenLife: time.Hour}, sim.Faults{key: 1})
		w.token = w.login()
		date, err := http.ParseTime(w.get(queuesPath).ok(200).header.Get("Date"))
		if err != nil || date.Sub(w.clock.Now()) != c.ahead {
			t.Errorf("%s: the date is %s at %s, %v", key, date, w.clock.Now(), err)
		}
		w.clock.move(c.life - time.Second)
		w.get(queuesPath).ok(200)
		w.clock.move(time.Second)
		w.get(queuesPath).wants(401, "bad.credentials")
	}
}

func TestWithdrawnAndRevokedStayGone(t *testing.T) {
	t.Parallel()
	w := spoilt(t, sim.Options{}, sim.Faults{"withdraw#2@" + queuesPath: 1, "withdraw#1@/planninggroups:wfm:shortTermForecast:add": 1})
	w.get(queuesPath).ok(200)
	w.get(queuesPath).wants(403, "missing.any.permissions")
	w.get(queuesPath).wants(403, "missing.any.permissions")
	w.get(w.unitPath() + "/planninggroups").ok(200)
	w.post(w.weekPath(nextWeek)+"/import/uploadurl", `{"contentLengthBytes":1}`).wants(403, "missing.any.permissions")
	w.Permit(sim.Needed()...)
	w.get(queuesPath).ok(200)
	if err := w.OrderFaults(sim.Faults{"revoke#1": 1}); err != nil {
		t.Fatal(err)
	}
	w.get(queuesPath).wants(401, "bad.credentials")
	w.get(queuesPath).wants(401, "bad.credentials")
	w.token = w.login()
	w.get(queuesPath).ok(200)
}

func TestFurtherClientsHaveRolesOfTheirOwn(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{MoreClients: []sim.Client{{ID: "reader", Secret: "s", Permissions: []string{"routing:queue:view"}}}})
	reader := *w
	reader.token = w.send(request{method: "POST", path: "/oauth/token", body: "grant_type=client_credentials",
		headers: map[string]string{"Content-Type": form}, basic: [2]string{"reader", "s"}}).ok(200).text("access_token")
	reader.get(queuesPath).ok(200)
	reader.get("/api/v2/routing/wrapupcodes").wants(403, "missing.permissions")
	w.PermitClient("reader", "routing:wrapupCode:view")
	reader.get("/api/v2/routing/wrapupcodes").ok(200)
	w.get(queuesPath).ok(200)
}

func TestAnswersAreCompressedForThoseWhoAskForIt(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	body := query("granularity", `"PT15M"`, "groupBy", `["queueId","wrapUpCode"]`, "metrics", `["tHandle"]`)
	for accepts, want := range map[string]string{"gzip": "gzip", "gzip, deflate, br": "gzip", "identity": "", "gzip;q=0": "", "": ""} {
		a := w.send(request{method: "POST", path: aggregates, body: body, headers: map[string]string{"Accept-Encoding": accepts, "X": "y"}}).ok(200)
		if got := a.header.Get("Content-Encoding"); accepts != "" && got != want {
			t.Errorf("%q: the encoding is %q", accepts, got)
		}
	}
	if a := w.send(request{method: "GET", path: "/api/v2/tokens/me", headers: map[string]string{"Accept-Encoding": "gzip"}}); a.header.Get("Content-Encoding") != "" {
		t.Error("a short answer was compressed")
	}
}
