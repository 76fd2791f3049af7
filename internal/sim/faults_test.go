package sim_test

import (
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
)

func TestFaultsAreReadAsOrdered(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", " ": "", "429=0.1,503=0.05,drop=0.02": "429=0.1,503=0.05,drop=0.02", "drop=1": "drop=1",
		" 503 = 0.5 , 500=0.25": "500=0.25,503=0.5", "504=0": "",
		"import-error": "import-error=1", "429": "429=1",
	} {
		f, err := sim.ParseFaults(text)
		if err != nil || f.String() != want {
			t.Errorf("%q is read as %q, %v", text, f, err)
		}
	}
	for text, inside := range map[string]string{
		"418=0.1": `"418"`, "429=": "number", "429=x": `"x"`, "429=1.5": "0 to 1", "429=-0.1": "0 to 1",
		"429=NaN": "0 to 1", "429=Inf": "0 to 1", "429=0.6,503=0.6": "more than 1", "429=0.1,429=0.1": "twice", ",": `fault ""`, "=0.1": `""`,
	} {
		_, err := sim.ParseFaults(text)
		if wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(err.Error(), inside) || wrapcast.Hint(err) == "" {
			t.Errorf("%q: %v (%s)", text, err, wrapcast.Hint(err))
		}
	}
}

func TestFaultsHitTheirShare(t *testing.T) {
	t.Parallel()
	order := sim.Faults{"429": 0.1, "500": 0.05, "503": 0.05, "504": 0.05, "drop": 0.1}
	w := start(t, sim.Options{Faults: order, RequestsPerMinute: 1_000_000})
	w.token = w.retry(request{method: "POST", path: "/oauth/token", body: "grant_type=client_credentials",
		basic: [2]string{w.ClientID(), w.ClientSecret()}, headers: map[string]string{"Content-Type": form}}).text("access_token")
	w.http.Transport.(*http.Transport).DisableKeepAlives = true // on a kept connection net/http itself repeats a GET that was dropped
	got := map[string]float64{}
	const tries = 3000
	codes := map[int]string{429: "too.many.requests.retry.after", 500: "internal.server.error", 503: "service.unavailable", 504: "request.timeout"}
	for range tries {
		a, err := w.try(request{method: "GET", path: "/api/v2/tokens/me"})
		switch {
		case err != nil:
			got["drop"] += 1.0 / tries
		case a.status != 200:
			a.wants(a.status, codes[a.status])
			got[map[int]string{429: "429", 500: "500", 503: "503", 504: "504"}[a.status]] += 1.0 / tries
			if a.status == 429 && a.header.Get("Retry-After") != "1" {
				t.Fatalf("Retry-After is %q", a.header.Get("Retry-After"))
			}
		}
	}
	for kind, want := range order {
		if sigma := math.Sqrt(want * (1 - want) / tries); math.Abs(got[kind]-want) > 5*sigma {
			t.Errorf("%s hit %.4f of the requests, ordered %.4f", kind, got[kind], want)
		}
	}
}

func TestSubmissionsAreSparedAndNothingElse(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Faults: sim.Faults{"drop": 1}})
	for _, path := range []string{"/oauth/token", aggregates, "/api/v2/routing/queues", w.weekPath(nextWeek) + "/import/uploadurl"} {
		if _, err := w.try(request{method: "POST", path: path, body: "{}"}); err == nil && path != "/api/v2/routing/queues" {
			t.Errorf("%s was spared", path)
		}
	}
	for _, path := range []string{w.weekPath(nextWeek) + "/import", restPath} {
		if a, err := w.try(request{method: "POST", path: path, body: "{}"}); err != nil || a.status != 401 {
			t.Errorf("%s was not spared: %v", path, err)
		}
	}
}

// A dropped request was either not handled at all or handled whole with its answer lost;
// one that would do harm when repeated is never handled.
func TestDropsLoseAnswersOnlyOfWhatCanBeRepeated(t *testing.T) {
	t.Parallel()
	c := newClock(now)
	o := sim.Options{Clock: c.clock(), Faults: sim.Faults{"drop": 0.5}, RequestsPerMinute: 1_000_000}
	w := start(t, o)
	login := request{method: "POST", path: "/oauth/token", body: "grant_type=client_credentials",
		basic: [2]string{w.ClientID(), w.ClientSecret()}, headers: map[string]string{"Content-Type": form}}
	w.token = w.retry(login).text("access_token")
	lost := 0
	for range 100 {
		before := channelCount(w)
		if _, err := w.try(request{method: "POST", path: channels}); err != nil {
			lost += channelCount(w) - before
		}
		if channelCount(w) == 20 {
			break
		}
	}
	if lost == 0 {
		t.Error("no answer was lost after the work was done")
	}
	body := zip(t, w.forecastBody(1, 768, nil))
	ask := w.retry(request{method: "POST", path: w.weekPath(nextWeek) + "/import/uploadurl", body: marshal(t, map[string]any{"contentLengthBytes": len(body)})})
	u := decode[uploadAnswer](ask)
	headers := map[string]string{"Authorization": ""}
	for name, value := range u.Headers {
		headers[name] = value
	}
	w.retry(request{method: "PUT", path: u.URL, body: body, headers: headers})
	w.importKey(nextWeek, u.UploadKey).ok(202)
	eventually(t, func() bool { return len(w.Forecasts()) == 1 })
	one := w.weekPath(nextWeek) + "/" + w.Forecasts()[0].ID
	for {
		_, err := w.try(request{method: "DELETE", path: one})
		if err == nil {
			break
		}
		if len(w.Forecasts()) != 1 {
			t.Fatal("a deletion was done and its answer lost")
		}
	}
}

func channelCount(w *world) int {
	return len(decode[listed](w.retry(request{method: "GET", path: channels})).Entities)
}

func TestOptionsThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	c := newClock(now).clock()
	for name, o := range map[string]sim.Options{
		"no clock":         {},
		"half a clock":     {Clock: wrapcast.Clock{Now: c.Now}},
		"negative history": {Clock: c, History: -1},
		"negative volume":  {Clock: c, Volume: -1},
		"huge volume":      {Clock: c, Volume: 1e6},
		"unknown fault":    {Clock: c, Faults: sim.Faults{"404": 0.1}},
		"share above one":  {Clock: c, Faults: sim.Faults{"429": 1.1}},
		"negative limit":   {Clock: c, RequestsPerMinute: -1},
		"negative life":    {Clock: c, TokenLife: -1},
		"status of secret": {Clock: c, Switches: sim.Switches{WrongSecretStatus: 403}},
		"code of ceiling":  {Clock: c, Switches: sim.Switches{CeilingCode: "too.big"}},
		"length rule":      {Clock: c, Switches: sim.Switches{ImportLength: "six-days"}},
		"unknown metric":   {Clock: c, Switches: sim.Switches{UncodedMetrics: []string{"tNothing"}}},
		"no page":          {Clock: c, Switches: sim.Switches{MaxPageSize: -1}},
		"negative upload":  {Clock: c, Switches: sim.Switches{MaxImportBytes: -1}},
	} {
		s, err := sim.New(o)
		var refused *wrapcast.Error
		if s != nil || !errors.As(err, &refused) || refused.Kind != wrapcast.Usage {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStorageAndSocketsMeetFaultsOfTheirOwn(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Faults: sim.Faults{"429": 1}})
	if a := w.send(request{method: "PUT", path: "/storage/uploads/x", body: "x"}); a.status != 503 || !strings.Contains(string(a.body), "<Code>SlowDown</Code>") {
		t.Errorf("the storage answers %d %s", a.status, a.body)
	}
	w.get("/channels/x").wants(503, "service.unavailable")
}

func TestAddressesFollowTheHostAndSchemeAsked(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	secure := httptest.NewTLSServer(w)
	defer secure.Close()
	own := *w
	own.url, own.http = secure.URL, secure.Client()
	if _, connect := own.channel(); !strings.HasPrefix(connect, "wss"+strings.TrimPrefix(secure.URL, "https")) {
		t.Errorf("connectUri is %s on %s", connect, secure.URL)
	}
	if u := own.upload(nextWeek, "x"); !strings.HasPrefix(u.URL, secure.URL+"/") {
		t.Errorf("the upload address is %s on %s", u.URL, secure.URL)
	}
}
