package genesys

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/target"
)

func testUnit() wrapcast.BusinessUnit {
	return wrapcast.BusinessUnit{ID: "bu-1", Name: "Contact Centre", TimeZone: "America/New_York", WeekStart: time.Monday}
}

// lasting is a listed forecast of several weeks.
func lasting(weeks int, scheduling bool, f map[string]any) map[string]any {
	f["weekCount"], f["canUseForScheduling"] = weeks, scheduling
	return f
}

func TestAnyForecastThatCoversTheWeekCounts(t *testing.T) {
	t.Parallel()
	const early, late = "2026-11-20T10:00:00.000Z", "2026-11-22T10:00:00Z"
	made := func(id, week, method, modified string) map[string]any {
		return listedForecast(id, week, method, "forecast "+id, modified)
	}
	ui, ours := made("ui", "2026-11-30", "Advanced", early), made("ours", "2026-11-30", "Import", late)
	six := lasting(6, true, made("six", "2026-11-09", "HistoricalWeightedAverage", late))
	for name, c := range map[string]struct {
		listed []map[string]any
		want   string
	}{
		"one made in the UI":                             {[]map[string]any{ui}, "ui"},
		"six weeks, of which it is the fourth":           {[]map[string]any{six}, "six"},
		"the one changed last":                           {[]map[string]any{ui, ours}, "ours ui"},
		"one week before six":                            {[]map[string]any{six, ui}, "ui six"},
		"those for scheduling before those that are not": {[]map[string]any{lasting(1, false, made("draft", "2026-11-30", "Import", late)), six}, "six draft"},
		"six weeks that ended before":                    {[]map[string]any{lasting(3, true, made("over", "2026-11-09", "Advanced", late)), ui}, "ui"},
		"one that does not say when it begins":           {[]map[string]any{made("odd", "", "Advanced", late)}, "odd"},
		"two of one moment":                              {[]map[string]any{made("a", "2026-11-30", "Import", late), made("b", "2026-11-30", "Import", late)}, "b a"},
		"one without an id":                              {[]map[string]any{{"weekDate": "2026-11-30"}}, ""},
		"a continuous one":                               {[]map[string]any{lasting(104, true, made("continuous", "2026-01-05", "Continuous", late))}, "continuous"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{listPath: forecasts(c.listed...)})
			found, err := p.newClient(t, newFakeTime().clock(), nil).Covering(t.Context(), "bu-1", testWeek(t))
			var ids []string
			for _, f := range found {
				ids = append(ids, f.ID)
			}
			if got := strings.Join(ids, " "); err != nil || got != c.want {
				t.Errorf("%q, %v; want %q", got, err, c.want)
			}
		})
	}
}

// manyWeeks is the data of a whole forecast: contact i of the quarter-hour i, of i seconds.
func manyWeeks(weeks int, start string) []byte {
	offered := make([]float64, (7*weeks+1)*96)
	for i := range offered {
		offered[i] = float64(i)
	}
	body, _ := json.Marshal(map[string]any{"referenceStartDate": start, "weekCount": weeks, "planningGroups": []any{
		map[string]any{"planningGroupId": "pg-1", "offeredPerInterval": offered, "averageHandleTimeSecondsPerInterval": offered}}})
	return body
}

func TestTheRightWeekIsTakenOutOfALongForecast(t *testing.T) {
	t.Parallel()
	// Clocks go back on 1 November 2026 and forward on 8 March 2026 in New York: weeks of 676 and 668 quarter-hours.
	for name, c := range map[string]struct {
		begins, week string
		number       int
		first        float64
		quarterHours int
	}{
		"the fourth of six":           {"2026-11-09", "2026-11-30", 4, 3 * 672, 672},
		"after the clocks went back":  {"2026-10-19", "2026-11-02", 3, 2*672 + 4, 672},
		"in which they go back":       {"2026-10-19", "2026-10-26", 2, 672, 676},
		"in which they go forward":    {"2026-02-23", "2026-03-02", 2, 672, 668},
		"after the clocks went ahead": {"2026-02-23", "2026-03-09", 3, 2*672 - 4, 672},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begins, err := wrapcast.ParseDate(c.begins)
			if err != nil {
				t.Fatal(err)
			}
			week, err := wrapcast.ParseDate(c.week)
			if err != nil {
				t.Fatal(err)
			}
			var asked string
			whole := manyWeeks(6, c.begins+"T05:00:00Z")
			if zone, _ := time.LoadLocation("America/New_York"); begins.Midnight(zone).UTC().Hour() == 4 {
				whole = manyWeeks(6, c.begins+"T04:00:00Z")
			}
			path := "GET /api/v2/workforcemanagement/businessunits/bu-1/weeks/" + c.begins + "/shorttermforecasts/six/data"
			p := newPlatform(t, map[string]http.HandlerFunc{path: func(w http.ResponseWriter, r *http.Request) {
				asked = r.URL.Query().Get("weekNumber")
				answerJSON(w, 200, map[string]any{"result": json.RawMessage(whole)})
			}})
			f := ListedForecast{ID: "six", Week: c.begins, WeekCount: 6}
			read, err := p.newClient(t, newFakeTime().clock(), nil).ForecastData(t.Context(), testUnit(), f, week)
			if err != nil || len(read.Odd) > 0 || len(read.Groups) != 1 || asked != fmt.Sprint(c.number) {
				t.Fatalf("%v %+v; week %s was asked for", err, read.Odd, asked)
			}
			g := read.Groups[0]
			if g.Offered[0] != c.first || len(g.Offered) != c.quarterHours+96 || g.HandleSeconds[1] != c.first+1 {
				t.Errorf("%d values from %v on, want %d from %v on", len(g.Offered), g.Offered[0], c.quarterHours+96, c.first)
			}
		})
	}
}

// flat is an array of so many values.
func flat(n int, v float64) []float64 { return slices.Repeat([]float64{v}, n) }

func TestForecastDataComesInlineOrFromASignedAddress(t *testing.T) {
	t.Parallel()
	week := map[string]any{"referenceStartDate": "2026-11-30T05:00:00Z", "weekNumber": 1, "planningGroups": []any{
		map[string]any{"planningGroupId": "pg-1", "offeredPerInterval": flat(768, 2.5), "averageHandleTimeSecondsPerInterval": flat(768, 61)}}}
	want := ForecastWeek{Groups: []wrapcast.GroupPlan{{Group: "pg-1", Offered: flat(768, 2.5), HandleSeconds: flat(768, 61)}}}
	var p *platform
	signed := func(path string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			answerJSON(w, 200, map[string]any{"downloadUrl": p.URL + "/signed/" + path + "?signature=topsecret"})
		}
	}
	other := map[string]any{"weekNumber": 2, "planningGroups": week["planningGroups"]}
	data := "GET " + weekPath + "/"
	p = newPlatform(t, map[string]http.HandlerFunc{
		data + "inline/data":    always(200, map[string]any{"result": week}),
		data + "large/data":     signed("bare"),
		data + "wrapped/data":   signed("wrapped"),
		data + "gone/data":      signed("gone"),
		data + "empty/data":     always(200, map[string]any{}),
		data + "other/data":     always(200, map[string]any{"result": other}),
		data + "refused/data":   refuse(403, "missing.any.permissions", "no"),
		data + "text/data":      always(200, map[string]any{"result": map[string]any{"planningGroups": "none"}}),
		data + "uncovered/data": always(200, map[string]any{"downloadUrl": "http://storage.example.org/?signature=topsecret"}),
		"GET /signed/bare":      always(200, week),
		"GET /signed/wrapped":   always(200, map[string]any{"result": week}),
		"GET /signed/gone":      raw(403, "application/xml", "<Error/>"),
	})
	client := p.newClient(t, newFakeTime().clock(), nil)
	read := func(id string) (ForecastWeek, error) {
		return client.ForecastData(t.Context(), testUnit(), ListedForecast{ID: id, Week: "2026-11-30"}, testWeek(t))
	}
	for _, id := range []string{"inline", "large", "wrapped"} {
		got, err := read(id)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %s %v", id, diff, err)
		}
	}
	for id, kind := range map[string]wrapcast.Kind{"gone": wrapcast.Refused, "uncovered": wrapcast.Refused, "refused": wrapcast.Refused,
		"empty": wrapcast.Unavailable, "other": wrapcast.Unavailable, "text": wrapcast.Unavailable} {
		_, err := read(id)
		mustFail(t, err, kind)
	}
	if _, err := client.ForecastData(t.Context(), testUnit(), ListedForecast{ID: "inline", Week: "2026-11-27", WeekCount: 2}, testWeek(t)); err == nil {
		t.Error("a week that begins on another weekday is read")
	}
}

func TestRequiredStaffIsReadByQuarterHours(t *testing.T) {
	t.Parallel()
	groups := func(n int, v any) []any {
		return []any{map[string]any{"planningGroupId": "pg-1", "staffingRequirementsPerInterval": slices.Repeat([]any{v}, n)}}
	}
	answer := func(state string, minutes int, result map[string]any) http.HandlerFunc {
		return always(200, map[string]any{"state": state, "intervalLengthMinutes": minutes, "results": []any{result}})
	}
	inline := func(n int, v any) map[string]any {
		return map[string]any{"weekNumber": 1, "planningGroupStaffingRequirements": groups(n, v)}
	}
	var p *platform
	signed := func(path string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			answer("Complete", 15, map[string]any{"weekNumber": 1, "downloadUrl": p.URL + "/signed/" + path + "?signature=topsecret"})(w, r)
		}
	}
	at := func(id string) string { return "GET " + weekPath + "/" + id + "/staffingrequirement" }
	p = newPlatform(t, map[string]http.HandlerFunc{
		at("inline"): answer("Complete", 15, inline(768, 2.5)), at("hours"): answer("COMPLETE", 60, inline(192, 2.5)),
		at("large"): signed("bare"), at("wrapped"): signed("wrapped"), at("gone"): signed("gone"), at("text"): signed("text"),
		at("early"): answer("Processing\n", 15, map[string]any{}), at("refused"): refuse(403, "missing.any.permissions", "no"),
		at("short"): answer("Complete", 15, inline(600, 2.5)), at("null"): answer("Complete", 15, inline(768, nil)),
		at("odd"): answer("Complete", 7, inline(768, 2.5)), at("none"): always(200, map[string]any{"state": "Complete", "intervalLengthMinutes": 15}),
		at("negative"):        answer("Complete", 15, inline(768, -1)),
		"GET /signed/bare":    always(200, groups(768, 2.5)),
		"GET /signed/wrapped": always(200, inline(768, 2.5)),
		"GET /signed/text":    always(200, "none"),
		"GET /signed/gone":    raw(403, "application/xml", "<Error/>"),
	})
	read := func(id string) (target.RequiredStaff, error) {
		return p.newClient(t, newFakeTime().clock(), nil).RequiredStaff(t.Context(), testUnit(), testWeek(t), id)
	}
	for _, id := range []string{"inline", "hours", "large", "wrapped"} {
		got, err := read(id)
		if err != nil || !got.Ready || !slices.Equal(got.Groups["pg-1"], flat(672, 2.5)) {
			t.Errorf("%s: %+v %v", id, got, err)
		}
	}
	if got, err := read("early"); err != nil || got.Ready || got.State != "Processing" || len(got.Groups) > 0 {
		t.Errorf("not worked out yet: %+v %v", got, err)
	}
	for id, kind := range map[string]wrapcast.Kind{"gone": wrapcast.Refused, "refused": wrapcast.Refused, "short": wrapcast.Unavailable,
		"null": wrapcast.Unavailable, "odd": wrapcast.Unavailable, "none": wrapcast.Unavailable, "negative": wrapcast.Unavailable,
		"text": wrapcast.Unavailable} {
		if _, err := read(id); wrapcast.KindOf(err) != kind {
			t.Errorf("%s: %v is %s, not %s", id, err, wrapcast.KindOf(err), kind)
		}
	}
}

func TestOddArraysAreNamedAndTheRestIsRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		group   map[string]any
		problem string
		read    int
	}{
		"eight days":               {map[string]any{"offeredPerInterval": flat(768, 1), "averageHandleTimeSecondsPerInterval": flat(768, 60)}, "", 768},
		"seven days":               {map[string]any{"offeredPerInterval": flat(672, 1), "averageHandleTimeSecondsPerInterval": flat(672, 60)}, "", 672},
		"no handle times":          {map[string]any{"offeredPerInterval": flat(768, 1)}, "has no handle times", 768},
		"fewer handle times":       {map[string]any{"offeredPerInterval": flat(768, 1), "averageHandleTimeSecondsPerInterval": flat(672, 60)}, "has 768 values offered and 672 handle times", 768},
		"a day":                    {map[string]any{"offeredPerInterval": flat(96, 1), "averageHandleTimeSecondsPerInterval": flat(96, 60)}, "has offered contacts for 96 quarter-hours of the week's 672", 0},
		"nothing":                  {map[string]any{}, "has no offered contacts", 0},
		"less than nobody":         {map[string]any{"offeredPerInterval": flat(672, -1), "averageHandleTimeSecondsPerInterval": flat(672, 60)}, "has offered contacts that are no amounts", 0},
		"nulls for contacts":       {map[string]any{"offeredPerInterval": make([]*float64, 672), "averageHandleTimeSecondsPerInterval": flat(672, 60)}, "has offered contacts that are no amounts", 0},
		"nulls for handle times":   {map[string]any{"offeredPerInterval": flat(672, 1), "averageHandleTimeSecondsPerInterval": make([]*float64, 672)}, "has handle times that are no amounts", 672},
		"nulls where nobody calls": {map[string]any{"offeredPerInterval": flat(672, 0), "averageHandleTimeSecondsPerInterval": make([]*float64, 672)}, "", 672},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.group["planningGroupId"] = "pg-1"
			good := map[string]any{"planningGroupId": "pg-2", "offeredPerInterval": flat(768, 1), "averageHandleTimeSecondsPerInterval": flat(768, 60)}
			p := newPlatform(t, map[string]http.HandlerFunc{"GET " + weekPath + "/f/data": always(200, map[string]any{"result": map[string]any{
				"planningGroups": []any{c.group, good}}})})
			read, err := p.newClient(t, newFakeTime().clock(), nil).ForecastData(t.Context(), testUnit(), ListedForecast{ID: "f", Week: "2026-11-30"}, testWeek(t))
			if err != nil {
				t.Fatal(err)
			}
			if (c.problem == "") != (len(read.Odd) == 0) || c.problem != "" && read.Odd[0].Problem != c.problem {
				t.Errorf("odd: %+v", read.Odd)
			}
			got := 0
			for _, g := range read.Groups {
				if g.Group == "pg-1" {
					got = len(g.Offered)
				}
			}
			if got != c.read || !slices.ContainsFunc(read.Groups, func(g wrapcast.GroupPlan) bool { return g.Group == "pg-2" }) {
				t.Errorf("%d values of the odd one are read, want %d; groups %d", got, c.read, len(read.Groups))
			}
		})
	}
}

func TestAGroupThatIsThereTwiceIsOdd(t *testing.T) {
	t.Parallel()
	g := map[string]any{"planningGroupId": "pg-1", "offeredPerInterval": flat(768, 1), "averageHandleTimeSecondsPerInterval": flat(768, 60)}
	p := newPlatform(t, map[string]http.HandlerFunc{"GET " + weekPath + "/f/data": always(200, map[string]any{"result": map[string]any{"planningGroups": []any{g, g}}})})
	read, err := p.newClient(t, newFakeTime().clock(), nil).ForecastData(t.Context(), testUnit(), ListedForecast{ID: "f", Week: "2026-11-30"}, testWeek(t))
	if err != nil || len(read.Groups) != 1 || len(read.Odd) != 1 || read.Odd[0].Problem != "is there twice" {
		t.Errorf("%+v, %v", read, err)
	}
}
