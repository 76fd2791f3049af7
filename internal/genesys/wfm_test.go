package genesys

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/target"
)

const (
	weekPath     = "/api/v2/workforcemanagement/businessunits/bu-1/weeks/2026-11-30/shorttermforecasts"
	importPath   = "POST " + weekPath + "/import"
	uploadPath   = "POST " + weekPath + "/import/uploadurl"
	listPath     = "GET " + weekPath
	putPath      = "PUT /signed/{key}"
	testPlanID   = "0193aaaa-0000-7000-8000-000000000001"
	testForecast = "fc-0001"
)

func testWeek(t *testing.T) wrapcast.Date {
	t.Helper()
	d, err := wrapcast.ParseDate("2026-11-30") // a Monday
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func testPlan(t *testing.T) wrapcast.Plan {
	t.Helper()
	offered, seconds := make([]float64, wrapcast.QuarterHoursInWeekPlan), make([]float64, wrapcast.QuarterHoursInWeekPlan)
	for i := range offered {
		offered[i], seconds[i] = float64(i%7)/3, 240.5
	}
	return wrapcast.Plan{
		ID: testPlanID, Description: "wrapcast 2026-11-23 plan " + testPlanID,
		Week: &wrapcast.WeekPlan{
			BusinessUnit: wrapcast.BusinessUnit{ID: "bu-1", Name: "Boston", TimeZone: "America/New_York", WeekStart: time.Monday},
			Start:        testWeek(t),
			Groups:       []wrapcast.GroupPlan{{Group: "pg-1", Name: "Billing", Offered: offered, HandleSeconds: seconds}},
		},
	}
}

// storage takes uploads at signed addresses, exactly as they were announced.
type storage struct {
	t *testing.T

	mu       sync.Mutex
	length   int
	received []byte
}

func (s *storage) announce(p func() string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body struct{ ContentLengthBytes int }
		_ = json.NewDecoder(r.Body).Decode(&body)
		s.mu.Lock()
		s.length = body.ContentLengthBytes
		s.mu.Unlock()
		answerJSON(w, 201, map[string]any{"uploadKey": "key-1", "url": p() + "/signed/key-1?signature=topsecret",
			"headers":          map[string]string{"Content-Type": "application/gzip", "x-amz-tagging": "a=b", "Host": "storage.example.org", "Content-Length": fmt.Sprint(s.length)},
			"uploadBodySchema": nil})
	}
}

func (s *storage) put(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.received = body
	switch {
	case r.Header.Get("Authorization") != "":
		s.t.Error("the token was sent to storage")
	case r.URL.Query().Get("signature") != "topsecret" || r.Header.Get("X-Amz-Tagging") != "a=b" ||
		r.Header.Get("Content-Type") != "application/gzip" || r.Host != "storage.example.org":
		s.t.Errorf("the upload was changed on its way: %s %s %v", r.URL, r.Host, r.Header)
	case len(body) != s.length || r.ContentLength != int64(s.length):
		s.t.Errorf("%d bytes, Content-Length %d, announced %d", len(body), r.ContentLength, s.length)
	}
	w.WriteHeader(http.StatusOK)
}

func TestUploadPutsThePlanDownAsThePlatformWantsIt(t *testing.T) {
	t.Parallel()
	s := &storage{t: t}
	var p *platform
	p = newPlatform(t, map[string]http.HandlerFunc{
		uploadPath: inTurn(refuse(503, "service.unavailable", ""), s.announce(func() string { return p.URL })),
		putPath:    inTurn(dropped, raw(503, "application/xml", "<Error>SlowDown</Error>"), s.put),
	})
	client := p.newClient(t, newFakeTime().clock(), nil)
	plan := testPlan(t)
	key, err := client.Upload(t.Context(), plan)
	if err != nil || key != "key-1" {
		t.Fatalf("key %q, %v", key, err)
	}
	z, err := gzip.NewReader(bytes.NewReader(s.received))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.NewDecoder(z).Decode(&got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"description": plan.Description, "weekCount": 1.0, "canUseForScheduling": true,
		"planningGroups": []any{map[string]any{"planningGroupId": "pg-1",
			"offeredPerInterval":                  anys(plan.Week.Groups[0].Offered),
			"averageHandleTimeSecondsPerInterval": anys(plan.Week.Groups[0].HandleSeconds)}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func anys(v []float64) []any {
	list := make([]any, len(v))
	for i := range v {
		list[i] = v[i]
	}
	return list
}

func TestTheSamePlanGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	a, err := importBody(testPlan(t))
	if err != nil {
		t.Fatal(err)
	}
	b, err := importBody(testPlan(t))
	if err != nil || !bytes.Equal(a, b) {
		t.Errorf("%d and %d bytes, %v", len(a), len(b), err)
	}
}

func TestAPlanThatCouldNotBeImportedOrFoundAgainIsNotSent(t *testing.T) {
	t.Parallel()
	client := newPlatform(t, nil).newClient(t, newFakeTime().clock(), nil)
	for name, c := range map[string]struct {
		change func(*wrapcast.Plan)
		word   string
	}{
		"no week":                        {func(p *wrapcast.Plan) { p.Week = nil }, "no planning group"},
		"no planning group":              {func(p *wrapcast.Plan) { p.Week.Groups = nil }, "no planning group"},
		"a description without the id":   {func(p *wrapcast.Plan) { p.Description = "wrapcast" }, "looked up"},
		"no id":                          {func(p *wrapcast.Plan) { p.ID = "" }, "looked up"},
		"a week that begins on a Sunday": {func(p *wrapcast.Plan) { p.Week.Start-- }, "Sunday"},
		"arrays of unequal length":       {func(p *wrapcast.Plan) { p.Week.Groups[0].Offered = p.Week.Groups[0].Offered[1:] }, "767"},
		"no values":                      {func(p *wrapcast.Plan) { p.Week.Groups[0].Offered, p.Week.Groups[0].HandleSeconds = nil, nil }, "0 values"},
		"negative contacts":              {func(p *wrapcast.Plan) { p.Week.Groups[0].Offered[5] = -1 }, "quarter-hour 5"},
		"contacts that are no number":    {func(p *wrapcast.Plan) { p.Week.Groups[0].Offered[6] = math.NaN() }, "quarter-hour 6"},
		"infinite handle time":           {func(p *wrapcast.Plan) { p.Week.Groups[0].HandleSeconds[7] = math.Inf(1) }, "quarter-hour 7"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := testPlan(t)
			c.change(&p)
			_, err := client.Upload(t.Context(), p)
			mustFail(t, err, wrapcast.InvalidData, c.word)
		})
	}
}

func TestAnUploadThatIsRefusedTellsNoSignature(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		announce map[string]any
		put      http.HandlerFunc
		kind     wrapcast.Kind
		word     string
	}{
		"the signature expired":        {nil, raw(403, "application/xml", "<Error><Code>AccessDenied</Code></Error>"), wrapcast.Refused, "expired"},
		"storage is broken":            {nil, dropped, wrapcast.Unavailable, "tried 8 times"},
		"no key":                       {map[string]any{"url": "https://storage.example.org/x?signature=topsecret"}, nil, wrapcast.Unavailable, "no upload key"},
		"no address":                   {map[string]any{"uploadKey": "key-1"}, nil, wrapcast.Refused, "https"},
		"an address without any cover": {map[string]any{"uploadKey": "key-1", "url": "http://storage.example.org/x?signature=topsecret"}, nil, wrapcast.Refused, "https"},
		"an address that is none":      {map[string]any{"uploadKey": "key-1", "url": "::signature=topsecret"}, nil, wrapcast.Refused, "https"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &storage{t: t}
			var p *platform
			announce := s.announce(func() string { return p.URL })
			if c.announce != nil {
				announce = always(201, c.announce)
			}
			handlers := map[string]http.HandlerFunc{uploadPath: announce}
			if c.put != nil {
				handlers[putPath] = c.put
			}
			p = newPlatform(t, handlers)
			_, err := p.newClient(t, newFakeTime().clock(), nil).Upload(t.Context(), testPlan(t))
			mustFail(t, err, c.kind, c.word)
		})
	}
}

func accepted(w http.ResponseWriter, _ *http.Request) {
	answerJSON(w, 202, map[string]any{"status": "Processing", "operationId": "op-1", "result": nil})
}

func TestAnImportIsSentOnceAndItsDoubtsAreCalledDoubts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers   []http.HandlerFunc
		requests  int
		ambiguous bool
		kind      wrapcast.Kind
		status    int
	}{
		"taken":                       {[]http.HandlerFunc{accepted}, 1, false, "", 202},
		"taken after two 429":         {[]http.HandlerFunc{tooMany("3"), tooMany(""), accepted}, 3, false, "", 202},
		"taken after a 401":           {[]http.HandlerFunc{refuse(401, "bad.credentials", ""), accepted}, 2, false, "", 202},
		"done at once":                {[]http.HandlerFunc{always(200, map[string]any{"status": "Complete", "operationId": "op-1", "result": map[string]any{"id": testForecast}})}, 1, false, "", 200},
		"failed at once":              {[]http.HandlerFunc{always(200, map[string]any{"status": "Error", "operationId": "op-1"})}, 1, false, wrapcast.Refused, 200},
		"taken, without a word":       {[]http.HandlerFunc{always(202, map[string]any{})}, 1, false, "", 202},
		"429 for ever":                {[]http.HandlerFunc{tooMany("1")}, 8, false, wrapcast.Unavailable, 429},
		"429 for longer than we wait": {[]http.HandlerFunc{tooMany("999")}, 1, false, wrapcast.Unavailable, 429},
		"401 for ever":                {[]http.HandlerFunc{refuse(401, "bad.credentials", "")}, 2, false, wrapcast.Refused, 401},
		"a bad request":               {[]http.HandlerFunc{refuse(400, "wfm.validation.failure", "bad week")}, 1, false, wrapcast.Refused, 400},
		"a missing permission":        {[]http.HandlerFunc{refuse(403, "missing.any.permissions", "")}, 1, false, wrapcast.Refused, 403},
		"an unknown unit":             {[]http.HandlerFunc{refuse(404, "wfm.business.unit.not.found", "")}, 1, false, wrapcast.NotFound, 404},
		"a conflict":                  {[]http.HandlerFunc{refuse(409, "wfm.transaction.conflict", "")}, 1, false, wrapcast.Conflict, 409},
		"a redirect":                  {[]http.HandlerFunc{raw(307, "text/html", "")}, 1, false, wrapcast.Usage, 307},
		"not implemented":             {[]http.HandlerFunc{refuse(501, "", "")}, 1, false, wrapcast.Refused, 501},
		"500":                         {[]http.HandlerFunc{refuse(500, "internal.server.error", "")}, 1, true, wrapcast.Partial, 500},
		"502":                         {[]http.HandlerFunc{raw(502, "text/html", "<html>")}, 1, true, wrapcast.Partial, 502},
		"503 with a Retry-After":      {[]http.HandlerFunc{serviceUnavailable("1")}, 1, true, wrapcast.Partial, 503},
		"504":                         {[]http.HandlerFunc{refuse(504, "request.timeout", "")}, 1, true, wrapcast.Partial, 504},
		"408":                         {[]http.HandlerFunc{refuse(408, "client.timeout", "")}, 1, true, wrapcast.Partial, 408},
		"a connection broken":         {[]http.HandlerFunc{dropped}, 1, true, wrapcast.Partial, 0},
		"an answer that never comes":  {[]http.HandlerFunc{hang}, 1, true, wrapcast.Partial, 0},
		"an answer that breaks off":   {[]http.HandlerFunc{brokenOff(202)}, 1, true, wrapcast.Partial, 0},
		"an answer that is no JSON":   {[]http.HandlerFunc{raw(202, "application/json", "ok")}, 1, true, wrapcast.Partial, 0},
		"a page":                      {[]http.HandlerFunc{raw(200, "text/html", "<html>")}, 1, true, wrapcast.Partial, 0},
		"an answer without end":       {[]http.HandlerFunc{endless}, 1, true, wrapcast.Partial, 0},
		"a doubt after two plain refusals to queue": {[]http.HandlerFunc{tooMany("1"), refuse(401, "", ""), dropped}, 3, true, wrapcast.Partial, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{importPath: inTurn(c.answers...)})
			client := p.newClient(t, newFakeTime().clock(), func(cfg *Config) {
				cfg.AttemptTimeout, cfg.MaxResponseBytes = 400*time.Millisecond, 1<<20
			})
			got, err := client.Import(t.Context(), "bu-1", testWeek(t), "key-1")
			if errors.Is(err, target.ErrAmbiguous) != c.ambiguous {
				t.Errorf("ambiguous %v: %v", errors.Is(err, target.ErrAmbiguous), err)
			}
			if n := len(p.requests()); n != c.requests {
				t.Errorf("%d requests, want %d", n, c.requests)
			}
			if c.kind != "" {
				mustFail(t, err, c.kind)
				if wrapcast.Hint(err) == "" {
					t.Error("no advice")
				}
			} else if err != nil {
				t.Error(err)
			}
			if c.status != 0 && got.StatusCode != c.status {
				t.Errorf("status %d, want %d", got.StatusCode, c.status)
			}
		})
	}
}

func serviceUnavailable(retryAfter string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", retryAfter)
		refuse(503, "service.unavailable", "busy")(w, r)
	}
}

func TestNoSequenceOfFaultsImportsTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var mu sync.Mutex
		reached := 0 // the platform's own count of imports it may have acted on
		act := func(then http.HandlerFunc) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				reached++
				mu.Unlock()
				then(w, r)
			}
		}
		faults := map[string]http.HandlerFunc{
			"429":           tooMany(rapid.SampledFrom([]string{"", "1", "30"}).Draw(rt, "Retry-After")),
			"401":           refuse(401, "bad.credentials", ""),
			"500":           act(refuse(500, "", "")),
			"503":           act(serviceUnavailable("1")),
			"504":           act(refuse(504, "", "")),
			"drop":          act(dropped),
			"broken answer": act(brokenOff(202)),
			"page":          act(raw(200, "text/html", "<html>")),
			"400":           act(refuse(400, "bad.request", "")),
			"taken":         act(accepted),
		}
		names := rapid.SliceOfN(rapid.SampledFrom([]string{"429", "401", "429", "500", "503", "504", "drop", "broken answer", "page", "400", "taken"}), 1, 12).Draw(rt, "answers")
		var answers []http.HandlerFunc
		for _, n := range names {
			answers = append(answers, faults[n])
		}
		p := newPlatform(t, map[string]http.HandlerFunc{importPath: inTurn(answers...)})
		defer p.Close()
		client := p.newClient(t, newFakeTime().clock(), nil)
		_, err := client.Import(t.Context(), "bu-1", testWeek(t), "key-1")
		mu.Lock()
		defer mu.Unlock()
		if reached > 1 {
			rt.Fatalf("the platform may have acted on %d imports: %v", reached, err)
		}
		if err == nil && reached != 1 {
			rt.Fatal("taken, but never sent")
		}
		if errors.Is(err, target.ErrAmbiguous) && reached == 0 {
			rt.Fatalf("a doubt about what nobody acted on: %v", err)
		}
	})
}

func TestAnInterruptionDuringAnImportIsADoubtBeforeItIsNone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		token, answer http.HandlerFunc
		ambiguous     bool
	}{
		"while the import is under way": {giveToken, hang, true},
		"while a token is fetched":      {hang, accepted, false},
		"while a 429 is waited out":     {giveToken, tooMany("100"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			stop := func(next http.HandlerFunc) http.HandlerFunc {
				return func(w http.ResponseWriter, r *http.Request) {
					time.AfterFunc(30*time.Millisecond, cancel)
					next(w, r)
				}
			}
			token := c.token
			if name == "while a token is fetched" {
				token = stop(token)
			}
			p := newPlatform(t, map[string]http.HandlerFunc{"POST /oauth/token": token, importPath: stop(c.answer)})
			clock := wrapcast.Clock{Now: time.Now, Sleep: func(ctx context.Context, _ time.Duration) error { <-ctx.Done(); return ctx.Err() }}
			client := p.newClient(t, clock, nil)
			_, err := client.Import(ctx, "bu-1", testWeek(t), "key-1")
			if !errors.Is(err, context.Canceled) || errors.Is(err, target.ErrAmbiguous) != c.ambiguous {
				t.Errorf("error %v, want ambiguous %v", err, c.ambiguous)
			}
		})
	}
}

func TestAnImportThatFoundNoConnectionWasNotSent(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	client := p.newClient(t, newFakeTime().clock(), func(c *Config) { c.Token = testToken })
	p.Close()
	_, err := client.Import(t.Context(), "bu-1", testWeek(t), "key-1")
	mustFail(t, err, wrapcast.Unavailable, "no connection", "tried 8 times")
	if errors.Is(err, target.ErrAmbiguous) {
		t.Error("a connection that never was leaves no doubt")
	}
}

func forecasts(list ...map[string]any) http.HandlerFunc {
	return always(200, map[string]any{"entities": list})
}

func listedForecast(id, week, method, description, modified string) map[string]any {
	return map[string]any{"id": id, "weekDate": week, "weekCount": 1, "creationMethod": method, "description": description,
		"metadata": map[string]any{"version": 1, "dateModified": modified}, "canUseForScheduling": true}
}

func TestForecastsAreFoundByPlan(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{listPath: forecasts(
		listedForecast("f-1", "2026-11-30", "Import", "by hand", "2026-11-20T10:00:00.000Z"),
		listedForecast("f-2", "2026-11-30", "Import", "wrapcast plan "+testPlanID, "2026-11-22T10:00:00.000Z"),
		listedForecast("f-3", "2026-11-30", "Advanced", "the platform's own", "2026-11-23T10:00:00.000Z"),
		listedForecast("f-4", "2026-11-23", "Import", "spans the week, begins before", "2026-11-23T11:00:00.000Z"),
		listedForecast("f-5", "2026-11-30", "Import", "older", "2026-11-21T10:00:00.000Z"),
	)})
	client := p.newClient(t, newFakeTime().clock(), nil)
	if f, ok, err := client.findForecast(t.Context(), "bu-1", testWeek(t), testPlanID); err != nil || !ok || f.ID != "f-2" {
		t.Errorf("found %+v, %v, %v", f, ok, err)
	}
	for _, none := range []wrapcast.PlanID{"", "0193bbbb"} {
		if f, ok, err := client.findForecast(t.Context(), "bu-1", testWeek(t), none); err != nil || ok {
			t.Errorf("found %+v for %q, %v", f, none, err)
		}
	}
}

func TestAWeekWithoutForecastsHasNone(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{listPath: always(200, map[string]any{})})
	client := p.newClient(t, newFakeTime().clock(), nil)
	if _, ok, err := client.findForecast(t.Context(), "bu-1", testWeek(t), testPlanID); err != nil || ok {
		t.Errorf("%v, %v", ok, err)
	}
	if found, err := client.Covering(t.Context(), "bu-1", testWeek(t)); err != nil || len(found) != 0 {
		t.Errorf("%v, %v", found, err)
	}
}
