package sim_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
)

const nextWeek = "2026-11-30"

func (w *world) unitPath() string {
	return "/api/v2/workforcemanagement/businessunits/" + string(w.Directory().BusinessUnit.ID)
}

func (w *world) weekPath(week string) string {
	return w.unitPath() + "/weeks/" + week + "/shorttermforecasts"
}

// forecastBody is a valid import with a ramp for every planning group; change may spoil it.
func (w *world) forecastBody(weeks, length int, change func(map[string]any)) string {
	groups := []any{}
	for i, g := range w.Directory().PlanningGroups {
		offered, seconds := make([]float64, length), make([]float64, length)
		for j := range offered {
			offered[j], seconds[j] = float64(i)+float64(j)/100, 300
		}
		groups = append(groups, map[string]any{"planningGroupId": g.ID, "offeredPerInterval": offered, "averageHandleTimeSecondsPerInterval": seconds})
	}
	body := map[string]any{"description": "plan 1", "weekCount": weeks, "planningGroups": groups, "canUseForScheduling": true}
	if change != nil {
		change(body)
	}
	return marshal(w.t, body)
}

func zip(tb testing.TB, text string) string {
	tb.Helper()
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := z.Write([]byte(text)); err != nil {
		tb.Fatal(err)
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

type uploadAnswer struct {
	UploadKey, URL string
	Headers        map[string]string
}

// upload asks for an address and puts the bytes there.
func (w *world) upload(week, data string) uploadAnswer {
	w.t.Helper()
	u := decode[uploadAnswer](w.post(w.weekPath(week)+"/import/uploadurl", map[string]any{"contentLengthBytes": len(data)}).ok(201))
	w.put(u, data).okStorage()
	return u
}

// put sends the bytes as the address wants them: with its headers and without a token.
func (w *world) put(u uploadAnswer, data string) answer {
	w.t.Helper()
	headers := map[string]string{"Authorization": ""}
	for name, value := range u.Headers {
		headers[name] = value
	}
	return w.send(request{method: "PUT", path: u.URL, body: data, headers: headers})
}

func (a answer) okStorage() {
	a.t.Helper()
	if a.status != 200 {
		a.t.Fatalf("the storage answers %d %s", a.status, a.body)
	}
}

func (w *world) importKey(week, key string) answer {
	w.t.Helper()
	return w.post(w.weekPath(week)+"/import", map[string]any{"uploadKey": key})
}

// listen opens a channel for the import topic and returns its socket.
func (w *world) listen(ctx context.Context) *websocket.Conn {
	w.t.Helper()
	channel := decode[struct{ ID, ConnectURI, Expires string }](w.send(request{method: "POST", path: "/api/v2/notifications/channels"}).ok(200))
	topic := "v2.workforcemanagement.businessunits." + string(w.Directory().BusinessUnit.ID) + ".shorttermforecasts.import"
	w.post("/api/v2/notifications/channels/"+channel.ID+"/subscriptions", []any{map[string]any{"id": topic}}).ok(200)
	conn, _, err := websocket.Dial(ctx, channel.ConnectURI, nil)
	if err != nil {
		w.t.Fatalf("connect %s: %v", channel.ConnectURI, err)
	}
	w.t.Cleanup(func() { hangUp(conn) })
	conn.SetReadLimit(1 << 20)
	return conn
}

// hangUp drops a connection that may be gone already.
func hangUp(conn *websocket.Conn) { _ = conn.CloseNow() }

type notification struct {
	TopicName string
	EventBody struct {
		Status, OperationID string
		Message             string
		Result              *struct{ ID, Description, WeekDate string }
	}
}

// hear reads messages until one is no heartbeat.
func hear(ctx context.Context, tb testing.TB, conn *websocket.Conn) notification {
	tb.Helper()
	for {
		_, text, err := conn.Read(ctx)
		if err != nil {
			tb.Fatalf("the socket ended: %v", err)
		}
		var n notification
		if err := json.Unmarshal(text, &n); err != nil {
			tb.Fatalf("message %s: %v", text, err)
		}
		if n.TopicName != "channel.metadata" {
			return n
		}
	}
}

func TestImportFromUploadToDeletion(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Permissions: everything()})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	conn := w.listen(ctx)
	text := w.forecastBody(1, 768, nil)
	u := w.upload(nextWeek, zip(t, text))
	op := decode[struct {
		Status, OperationID string
		Result              *struct{}
	}](w.importKey(nextWeek, u.UploadKey).ok(202))
	if op.Status != "Processing" || op.OperationID == "" || op.Result != nil {
		t.Errorf("the import answers %+v", op)
	}
	n := hear(ctx, t, conn)
	if n.EventBody.Status != "Complete" || n.EventBody.OperationID != op.OperationID || n.EventBody.Result == nil || n.EventBody.Result.Description != "plan 1" {
		t.Fatalf("the notification says %+v", n)
	}
	id := n.EventBody.Result.ID
	checkListed(t, w, id)
	checkData(t, w, id)
	if got := w.AcceptedImports(); got["plan 1"] != 1 || len(got) != 1 || w.Imports()[0].ForecastID != id {
		t.Errorf("accepted %v", got)
	}

	one := w.weekPath(nextWeek) + "/" + id
	w.UseInSchedule(id)
	w.send(request{method: "DELETE", path: one}).wants(400, "wfm.not.allowed")
	w.get(one).ok(200)
}

type listed struct {
	Entities []struct{ ID, WeekDate, CreationMethod, Description string }
}

func checkListed(t *testing.T, w *world, id string) {
	t.Helper()
	for _, week := range []string{nextWeek, "recent"} {
		l := decode[listed](w.get(w.weekPath(week)).ok(200)).Entities
		if len(l) != 1 || l[0].ID != id || l[0].CreationMethod != "Import" || l[0].WeekDate != nextWeek {
			t.Errorf("the list of %s says %+v", week, l)
		}
	}
	if l := decode[listed](w.get(w.weekPath("2026-11-23")).ok(200)).Entities; len(l) != 0 {
		t.Errorf("the list of another week says %+v", l)
	}
	f := decode[struct {
		ID, ReferenceStartDate, TimeZone string
	}](w.get(w.weekPath(nextWeek) + "/" + id + "?expand=planningGroups").ok(200))
	if f.ReferenceStartDate != "2026-11-30T05:00:00.000Z" || f.TimeZone != "America/New_York" {
		t.Errorf("the forecast says %+v", f)
	}
}

type data struct {
	ReferenceStartDate    string
	WeekNumber, WeekCount int
	PlanningGroups        []struct {
		PlanningGroupID                                         string
		OfferedPerInterval, AverageHandleTimeSecondsPerInterval []float64
	}
}

func checkData(t *testing.T, w *world, id string) {
	t.Helper()
	path := w.weekPath(nextWeek) + "/" + id + "/data"
	inline := decode[struct{ Result data }](w.get(path).ok(200)).Result
	if len(inline.PlanningGroups) != len(w.Directory().PlanningGroups) || inline.PlanningGroups[1].OfferedPerInterval[10] != 1.1 ||
		len(inline.PlanningGroups[0].AverageHandleTimeSecondsPerInterval) != 768 || inline.WeekNumber != 1 || inline.WeekCount != 1 {
		t.Errorf("the data of week %d of %d has %d groups", inline.WeekNumber, inline.WeekCount, len(inline.PlanningGroups))
	}
	address := w.get(path + "?forceDownloadService=true").ok(200).text("downloadUrl")
	downloaded := decode[data](w.send(request{method: "GET", path: address, headers: map[string]string{"Authorization": ""}}))
	if compact(t, downloaded) != compact(t, inline) {
		t.Error("the downloaded data is not the inline data")
	}
	if a := w.send(request{method: "GET", path: strings.Replace(address, "signature=", "signature=x", 1)}); a.status != 403 {
		t.Errorf("a wrong signature downloads with %d", a.status)
	}
	w.get(path+"?weekNumber=2").wants(400, "wfm.validation.failure")
}

func TestForecastOfSeveralWeeksSpansEachOfThem(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Permissions: everything()})
	u := w.upload(nextWeek, zip(t, w.forecastBody(3, 22*96, nil)))
	w.importKey(nextWeek, u.UploadKey).ok(202)
	eventually(t, func() bool { return len(w.Forecasts()) == 1 })
	id := w.Forecasts()[0].ID
	for week, want := range map[string]int{"2026-11-23": 0, "2026-11-30": 1, "2026-12-07": 1, "2026-12-14": 1, "2026-12-21": 0} {
		if got := len(decode[listed](w.get(w.weekPath(week)).ok(200)).Entities); got != want {
			t.Errorf("the list of %s has %d, want %d", week, got, want)
		}
	}
	third := decode[struct{ Result data }](w.get(w.weekPath(nextWeek) + "/" + id + "/data?weekNumber=3").ok(200)).Result
	if o := third.PlanningGroups[0].OfferedPerInterval; len(o) != 768 || o[0] != 13.44 || third.ReferenceStartDate != "2026-12-14T05:00:00.000Z" {
		t.Errorf("the third week begins %s with %v of %d values", third.ReferenceStartDate, o[0], len(o))
	}
	w.send(request{method: "DELETE", path: w.weekPath(nextWeek) + "/" + id}).ok(204)
	w.get(w.weekPath(nextWeek)+"/"+id).wants(404, "wfm.entity.not.found")
}

// eventually waits for work that goes on after an answer.
func eventually(tb testing.TB, done func() bool) {
	tb.Helper()
	for range 1000 {
		if done() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	tb.Fatal("it did not happen in five seconds")
}

func TestImportRefusesWhatTheSchemaDoesNotAllow(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	group := func(m map[string]any) map[string]any { return m["planningGroups"].([]any)[0].(map[string]any) }
	for name, c := range map[string]struct {
		change func(map[string]any)
		field  string
	}{
		"no description":       {func(m map[string]any) { delete(m, "description") }, "description"},
		"empty description":    {func(m map[string]any) { m["description"] = "" }, "description"},
		"no week count":        {func(m map[string]any) { delete(m, "weekCount") }, "weekCount"},
		"no weeks":             {func(m map[string]any) { m["weekCount"] = 0 }, "weekCount"},
		"seven weeks":          {func(m map[string]any) { m["weekCount"] = 7 }, "weekCount"},
		"half a week":          {func(m map[string]any) { m["weekCount"] = 1.5 }, "upload"},
		"no groups":            {func(m map[string]any) { delete(m, "planningGroups") }, "planningGroups"},
		"empty groups":         {func(m map[string]any) { m["planningGroups"] = []any{} }, "planningGroups"},
		"an invented property": {func(m map[string]any) { m["algorithm"] = "auto" }, "upload"},
		"in another case":      {func(m map[string]any) { m["Description"] = "x" }, "upload"},
		"a wrap-up code":       {func(m map[string]any) { group(m)["wrapUpCodeId"] = "x" }, "upload"},
		"group without id":     {func(m map[string]any) { delete(group(m), "planningGroupId") }, "planningGroups[0].planningGroupId"},
		"an unknown group":     {func(m map[string]any) { group(m)["planningGroupId"] = "x" }, "planningGroups[0].planningGroupId"},
		"a group twice":        {func(m map[string]any) { m["planningGroups"].([]any)[1] = group(m) }, "planningGroups[1].planningGroupId"},
		"no offered":           {func(m map[string]any) { delete(group(m), "offeredPerInterval") }, "planningGroups[0].offeredPerInterval"},
		"672 values":           {func(m map[string]any) { group(m)["offeredPerInterval"] = make([]float64, 672) }, "planningGroups[0].offeredPerInterval"},
		"772 handle times":     {func(m map[string]any) { group(m)["averageHandleTimeSecondsPerInterval"] = make([]float64, 772) }, "planningGroups[0].averageHandleTimeSecondsPerInterval"},
		"a negative number":    {func(m map[string]any) { group(m)["offeredPerInterval"].([]float64)[5] = -1 }, "planningGroups[0].offeredPerInterval[5]"},
		"an infinite number": {func(m map[string]any) {
			group(m)["offeredPerInterval"] = json.RawMessage("[1e999" + strings.Repeat(",0", 767) + "]")
		}, "upload"},
		"a null": {func(m map[string]any) {
			group(m)["offeredPerInterval"] = json.RawMessage("[null" + strings.Repeat(",0", 767) + "]")
		}, "planningGroups[0].offeredPerInterval[0]"},
		"a text for a number": {func(m map[string]any) {
			group(m)["offeredPerInterval"] = json.RawMessage(`["NaN"` + strings.Repeat(",0", 767) + "]")
		}, "upload"},
		"unequal long term": {func(m map[string]any) {
			m["longTermPlanningGroups"] = []any{map[string]any{"planningGroupId": group(m)["planningGroupId"], "offeredPerDay": []int{1, 2}, "averageHandleTimeSecondsPerDay": []int{1}}}
		}, "longTermPlanningGroups[0].averageHandleTimeSecondsPerDay"},
	} {
		t.Run(name, func(t *testing.T) {
			u := w.upload(nextWeek, zip(t, w.forecastBody(1, 768, c.change)))
			a := w.importKey(nextWeek, u.UploadKey)
			a.wants(400, "wfm.validation.failure")
			if d := decode[struct{ Details []struct{ FieldName string } }](a); d.Details[0].FieldName != c.field {
				t.Errorf("the refusal names %q, want %q: %s", d.Details[0].FieldName, c.field, a.body)
			}
		})
	}
	if n := len(w.Imports()); n != 0 {
		t.Errorf("%d bad imports were accepted", n)
	}
}

func TestImportRefusesFilesThatAreNotGzippedJSON(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	whole := zip(t, w.forecastBody(1, 768, nil))
	for name, data := range map[string]string{
		"plain JSON": w.forecastBody(1, 768, nil), "half a file": whole[:len(whole)/2], "gzipped junk": zip(t, "junk"),
		"gzipped nothing": zip(t, ""), "two documents": zip(t, "{}{}"),
	} {
		u := w.upload(nextWeek, data)
		if a := w.importKey(nextWeek, u.UploadKey); a.status != 400 || a.text("code") != "wfm.validation.failure" {
			t.Errorf("%s: got %d %s", name, a.status, a.body)
		}
	}
}

func TestStorageWantsExactlyWhatWasSigned(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	data := zip(t, w.forecastBody(1, 768, nil))
	ask := func() uploadAnswer {
		return decode[uploadAnswer](w.post(w.weekPath(nextWeek)+"/import/uploadurl", map[string]any{"contentLengthBytes": len(data)}).ok(201))
	}
	expect := func(name string, a answer, status int, code string) {
		t.Helper()
		if a.status != status || !strings.Contains(string(a.body), "<Code>"+code+"</Code>") {
			t.Errorf("%s: got %d %s, want %d %s", name, a.status, a.body, status, code)
		}
	}
	u := ask()
	expect("a byte more", w.put(u, data+"x"), 403, "SignatureDoesNotMatch")
	expect("a byte less", w.put(u, data[1:]), 403, "SignatureDoesNotMatch")
	expect("no headers", w.send(request{method: "PUT", path: u.URL, body: data, headers: map[string]string{"Authorization": "", "Content-Type": ""}}), 403, "SignatureDoesNotMatch")
	expect("another address", w.put(uploadAnswer{URL: strings.Replace(u.URL, "signature=", "signature=x", 1), Headers: u.Headers}, data), 403, "SignatureDoesNotMatch")
	headers := map[string]string{}
	for name, value := range u.Headers {
		headers[name] = value
	}
	expect("our token", w.send(request{method: "PUT", path: u.URL, body: data, headers: headers}), 400, "InvalidArgument")
	headers["Authorization"] = ""
	w.importKey(nextWeek, u.UploadKey).wants(400, "wfm.validation.failure") // nothing was put yet
	w.put(u, data).okStorage()
	w.put(u, data).okStorage() // again, as after a lost answer
	w.importKey("2026-12-07", u.UploadKey).wants(400, "wfm.validation.failure")
	w.importKey(nextWeek, "x").wants(400, "wfm.validation.failure")
	w.post(w.weekPath(nextWeek)+"/import", "{}").wants(400, "wfm.validation.failure")

	late := ask()
	w.clock.move(10 * time.Minute)
	expect("too late", w.put(late, data), 403, "AccessDenied")

	chunked, err := http.NewRequestWithContext(t.Context(), http.MethodPut, ask().URL, strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	chunked.ContentLength = -1
	response, err := w.http.Do(chunked)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusLengthRequired {
		t.Errorf("without a length: got %d", response.StatusCode)
	}
	for _, body := range []string{`{}`, `{"contentLengthBytes":0}`, `{"contentLengthBytes":-5}`, `{"contentLengthBytes":999999999999}`} {
		w.post(w.weekPath(nextWeek)+"/import/uploadurl", body).wants(400, "wfm.validation.failure")
	}
	w.post(w.weekPath(nextWeek)+"/import/uploadurl", `{"contentLengthBytes":"5"}`).wants(400, "invalid.value")
	w.post(w.weekPath(nextWeek)+"/import/uploadurl", `{"length":5}`).wants(400, "invalid.property")
}

func TestImportsKeepToTheCalendar(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	monday := wrapcast.NewDate(2026, time.November, 23)
	ask := func(week wrapcast.Date) answer {
		return w.post(w.weekPath(week.String())+"/import/uploadurl", map[string]any{"contentLengthBytes": 5})
	}
	ask(monday - 26*7).ok(201)
	ask(monday-27*7).wants(400, "wfm.validation.failure")
	ask(monday + 104*7).ok(201)
	ask(monday+105*7).wants(400, "wfm.validation.failure")
	ask(monday+1).wants(400, "wfm.validation.failure")
}

func TestLengthRuleIsASwitch(t *testing.T) {
	t.Parallel()
	// The clocks go forward on 2027-03-14: the week of the 8th and the Monday after it have 764 quarter-hours.
	const spring = "2027-03-08"
	for rule, want := range map[sim.LengthRule]int{"": 768, sim.EightDays: 768, sim.SevenDays: 672, sim.Elapsed: 764} {
		w := start(t, sim.Options{Switches: sim.Switches{ImportLength: rule}})
		for _, length := range []int{672, 676, 764, 768, 772} {
			u := w.upload(spring, zip(t, w.forecastBody(1, length, nil)))
			if got := w.importKey(spring, u.UploadKey).status; (got == 202) != (length == want) {
				t.Errorf("rule %q: %d values are answered with %d", rule, length, got)
			}
		}
	}
}

func TestBadImportCanBeRefusedByNotification(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Switches: sim.Switches{RefuseImportByNotification: true}})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	conn := w.listen(ctx)
	u := w.upload(nextWeek, zip(t, w.forecastBody(1, 672, nil)))
	id := w.importKey(nextWeek, u.UploadKey).ok(202).text("operationId")
	if n := hear(ctx, t, conn); n.EventBody.Status != "Error" || n.EventBody.OperationID != id || n.EventBody.Result != nil {
		t.Errorf("the notification says %+v", n)
	}
	if len(w.Forecasts()) != 0 || !w.Imports()[0].Failed {
		t.Error("a bad import made a forecast")
	}
}

func TestImportSizeCanBeBounded(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Switches: sim.Switches{MaxImportBytes: 1000}})
	w.post(w.weekPath(nextWeek)+"/import/uploadurl", `{"contentLengthBytes":1001}`).wants(400, "wfm.validation.failure")
	other := start(t, sim.Options{Switches: sim.Switches{MaxImportBytes: 1000, ImportSizeStatus: 413}})
	other.post(other.weekPath(nextWeek)+"/import/uploadurl", `{"contentLengthBytes":1001}`).wants(413, "request.entity.too.large")
	w.post(w.weekPath(nextWeek)+"/import/uploadurl", `{"contentLengthBytes":1000}`).ok(201)
}

func TestSendingAnImportTwiceMakesTwoForecasts(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	u := w.upload(nextWeek, zip(t, w.forecastBody(1, 768, nil)))
	for range 2 {
		w.importKey(nextWeek, u.UploadKey).ok(202)
	}
	if got := w.AcceptedImports()["plan 1"]; got != 2 {
		t.Errorf("accepted %d times", got)
	}
	eventually(t, func() bool { return len(w.Forecasts()) == 2 })
	ids := []string{w.Forecasts()[0].ID, w.Forecasts()[1].ID}
	if slices.Sort(ids); ids[0] == ids[1] {
		t.Error("two forecasts have one id")
	}
}

func TestBusinessUnitSaysWhatDefinesItsWeeks(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	settings := decode[struct {
		Settings struct{ StartDayOfWeek, TimeZone string }
	}](w.get(w.unitPath() + "?expand=settings.timeZone,settings.startDayOfWeek").ok(200)).Settings
	if settings.StartDayOfWeek != "Monday" || settings.TimeZone != "America/New_York" {
		t.Errorf("settings: %+v", settings)
	}
	if plain := w.get(w.unitPath()).ok(200); strings.Contains(string(plain.body), "settings") {
		t.Errorf("settings come without being asked for: %s", plain.body)
	}
	groups := decode[struct {
		Entities []struct {
			ID         string
			RoutePaths []struct {
				Queue     struct{ ID string }
				MediaType string
			}
		}
	}](w.get(w.unitPath() + "/planninggroups").ok(200)).Entities
	want := map[string]bool{}
	for leaf := range w.GroundTruth().Leaves {
		want[fmt.Sprint(leaf.Queue, " ", strings.ToUpper(string(leaf.Media[:1]))+string(leaf.Media[1:]))] = true
	}
	got := map[string]bool{}
	for _, g := range groups {
		route := fmt.Sprint(g.RoutePaths[0].Queue.ID, " ", g.RoutePaths[0].MediaType)
		if len(g.RoutePaths) != 1 || got[route] {
			t.Errorf("group %s has routes %v", g.ID, g.RoutePaths)
		}
		got[route] = true
	}
	for route := range want {
		if !got[route] {
			t.Errorf("no planning group plans %s", route)
		}
	}
}

func TestTimeZoneOfTheUnitChangesOnlyWhereTheSwitchSaysSo(t *testing.T) {
	t.Parallel()
	if err := start(t, sim.Options{}).ChangeTimeZone("Asia/Kolkata"); wrapcast.KindOf(err) != wrapcast.Usage {
		t.Errorf("it changed without the switch: %v", err)
	}
	w := start(t, sim.Options{Switches: sim.Switches{ChangeableTimeZone: true}})
	if err := w.ChangeTimeZone("Nowhere"); wrapcast.KindOf(err) != wrapcast.Usage {
		t.Errorf("it changed to nowhere: %v", err)
	}
	if err := w.ChangeTimeZone("Asia/Kolkata"); err != nil {
		t.Fatal(err)
	}
	if a := w.get(w.unitPath() + "?expand=settings").ok(200); !strings.Contains(string(a.body), `"timeZone":"Asia/Kolkata"`) {
		t.Errorf("settings: %s", a.body)
	}
	w.importKey(nextWeek, w.upload(nextWeek, zip(t, w.forecastBody(1, 768, nil))).UploadKey).ok(202)
	eventually(t, func() bool { return len(w.Forecasts()) == 1 })
	if got := w.get(w.weekPath(nextWeek) + "/" + w.Forecasts()[0].ID).ok(200).text("referenceStartDate"); got != "2026-11-29T18:30:00.000Z" {
		t.Errorf("the week begins at %s", got)
	}
}

func TestUnitsAreListedForThoseWhoMaySeeThem(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	count := func(query string) int {
		return len(decode[listed](w.get("/api/v2/workforcemanagement/businessunits" + query).ok(200)).Entities)
	}
	if count("") != 1 || count("?feature=BuShortTermForecasts") != 1 || count("?divisionId=x") != 0 {
		t.Error("the unit is not listed as it should be")
	}
	w.Permit("routing:queue:view")
	if count("") != 0 {
		t.Error("the unit is listed to whom it does not concern")
	}
}

func TestDataThatIsLargeIsFetchedFromASignedAddress(t *testing.T) {
	t.Parallel()
	values := 2 * 768 * len(start(t, sim.Options{}).Directory().PlanningGroups)
	for most, inline := range map[int]bool{values: true, values - 1: false} {
		w := start(t, sim.Options{ImportDelay: -1, Switches: sim.Switches{MaxInlineValues: most}})
		w.importKey(nextWeek, w.upload(nextWeek, zip(t, w.forecastBody(1, 768, nil))).UploadKey).ok(202)
		eventually(t, func() bool { return len(w.Forecasts()) == 1 })
		a := w.get(w.weekPath(nextWeek) + "/" + w.Forecasts()[0].ID + "/data").ok(200)
		if (a.text("downloadUrl") == "") != inline {
			t.Errorf("%d values may be inline: %.200s", most, a.body)
		}
	}
}
