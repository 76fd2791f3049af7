package genesys

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
)

func meAnswer(w http.ResponseWriter, _ *http.Request) {
	answerJSON(w, 200, map[string]any{"organization": map[string]any{"id": "org-1", "name": "Acme"}, //nolint:misspell // the platform's own word
		"homeOrganization": map[string]any{"id": "org-1"}, "OAuthClient": map[string]any{"name": "wrapcast"}, "newField": []int{1}})
}

// listing serves entities in pages as the platform does, at most 100 to a page.
func listing(t *testing.T, list func(url.Values) []map[string]any) http.HandlerFunc {
	t.Helper()
	return func(w http.ResponseWriter, r *http.Request) {
		all := list(r.URL.Query())
		size, _ := strconv.Atoi(r.URL.Query().Get("pageSize"))
		number, _ := strconv.Atoi(r.URL.Query().Get("pageNumber"))
		if size < 1 || size > 100 || number < 1 {
			t.Errorf("page %d of %d", number, size)
			number, size = 1, 100
		}
		from := min((number-1)*size, len(all))
		page := map[string]any{"entities": all[from:min(from+size, len(all))], "pageSize": size, "pageNumber": number,
			"total": len(all), "pageCount": (len(all) + size - 1) / size, "selfUri": r.URL.Path}
		if number*size < len(all) {
			page["nextUri"] = fmt.Sprintf("%s?pageNumber=%d", r.URL.Path, number+1)
		}
		answerJSON(w, 200, page)
	}
}

func named(n int, prefix string) []map[string]any {
	list := make([]map[string]any, n)
	for i := range list {
		list[i] = map[string]any{"id": fmt.Sprintf("%s-%04d", prefix, i), "name": prefix + " " + strconv.Itoa(i), "division": map[string]any{"id": "*"}}
	}
	return list
}

const (
	unitsPath  = "GET /api/v2/workforcemanagement/businessunits"
	unitPath   = unitsPath + "/{bu}"
	groupsPath = unitPath + "/planninggroups"
	goalsPath  = unitPath + "/servicegoaltemplates"
	codesPath  = "GET /api/v2/routing/wrapupcodes"
	searchPath = codesPath + "/divisionviews"
)

// wholeOrganisation answers everything Directory asks.
func wholeOrganisation(t *testing.T) map[string]http.HandlerFunc {
	t.Helper()
	return map[string]http.HandlerFunc{
		"GET /api/v2/tokens/me": meAnswer,
		unitsPath:               always(200, map[string]any{"entities": []any{map[string]any{"id": "bu-1", "name": "Boston", "authorized": true}}}),
		unitPath: func(w http.ResponseWriter, r *http.Request) {
			if r.PathValue("bu") != "bu-1" || !strings.HasPrefix(r.URL.Query().Get("expand"), "settings") {
				t.Errorf("asked for %s", r.URL)
			}
			answerJSON(w, 200, map[string]any{"id": "bu-1", "name": "Boston",
				"settings": map[string]any{"startDayOfWeek": "Monday", "timeZone": "America/New_York", "metadata": map[string]any{"version": 3}}})
		},
		groupsPath: always(200, map[string]any{"entities": []any{
			map[string]any{"id": "pg-1", "name": "Billing voice", "serviceGoalTemplate": map[string]any{"id": "goal-1"}, "routePaths": []any{
				map[string]any{"queue": map[string]any{"id": "queue-0000"}, "mediaType": "Voice"},
				map[string]any{"queue": map[string]any{"id": "queue-0001"}, "mediaType": "Callback", "language": map[string]any{"id": "lang-en"},
					"skills": []any{map[string]any{"id": "skill-a"}, map[string]any{"id": "skill-b"}}},
			}},
			map[string]any{"id": "pg-2", "name": "Nothing yet"},
		}}),
		goalsPath: always(200, map[string]any{"entities": []any{
			map[string]any{"id": "goal-1", "name": "Phones\nfirst", "serviceLevel": map[string]any{"include": true, "percent": 80, "seconds": 20},
				"averageSpeedOfAnswer": map[string]any{"include": false, "seconds": 30}, "abandonRate": map[string]any{"include": true, "percent": 5}},
			map[string]any{"id": "goal-2", "name": "Nothing", "serviceLevel": map[string]any{"include": false, "percent": 80}},
		}}),
		queuesPath: listing(t, func(url.Values) []map[string]any { return named(250, "queue") }),
		searchPath: listing(t, func(q url.Values) []map[string]any {
			switch q.Get("includeState") {
			case "Active":
				return named(101, "code")
			case "Deleted":
				return append(named(3, "gone"), map[string]any{"id": "code-0007", "name": "code 7"}) // deleted while we asked
			}
			t.Errorf("includeState %q", q.Get("includeState"))
			return nil
		}),
	}
}

func TestDirectoryReadsTheWholeOrganisation(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, wholeOrganisation(t))
	d, err := p.newClient(t, newFakeTime().clock(), nil).WholeDirectory(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if d.Organisation.ID != "org-1" || d.Organisation.Name != "Acme" || d.Organisation.Region == "" {
		t.Errorf("organisation %+v", d.Organisation)
	}
	unit := wrapcast.BusinessUnit{ID: "bu-1", Name: "Boston", TimeZone: "America/New_York", WeekStart: time.Monday}
	if d.BusinessUnit != unit {
		t.Errorf("business unit %+v", d.BusinessUnit)
	}
	groups := []wrapcast.PlanningGroup{
		{ID: "pg-1", Name: "Billing voice", Goal: &wrapcast.ServiceGoal{Template: "Phones first", ServiceLevel: 0.8, Within: 20,
			Abandoned: 0.05}, Routes: []wrapcast.Route{
			{Queue: "queue-0000", Media: wrapcast.Voice},
			{Queue: "queue-0001", Media: wrapcast.Callback, Language: "lang-en", Skills: []wrapcast.SkillID{"skill-a", "skill-b"}},
		}},
		{ID: "pg-2", Name: "Nothing yet"},
	}
	if diff := cmp.Diff(groups, d.PlanningGroups); diff != "" {
		t.Errorf("planning groups: %s", diff)
	}
	if len(d.Queues) != 250 || d.Queues[249] != (wrapcast.Queue{ID: "queue-0249", Name: "queue 249"}) {
		t.Errorf("%d queues", len(d.Queues))
	}
	deleted := 0
	for _, c := range d.Codes {
		if c.Deleted {
			deleted++
		}
	}
	if len(d.Codes) != 104 || deleted != 4 {
		t.Errorf("%d codes, %d of them deleted; want 104 and 4", len(d.Codes), deleted)
	}
}

func TestWithoutThePermissionToSearchTheActiveCodesMustDo(t *testing.T) {
	t.Parallel()
	handlers := wholeOrganisation(t)
	handlers[searchPath] = refuse(403, "missing.permissions", "")
	handlers[codesPath] = listing(t, func(url.Values) []map[string]any { return named(120, "code") })
	d, err := newPlatform(t, handlers).newClient(t, newFakeTime().clock(), nil).WholeDirectory(t.Context(), "boston")
	if err != nil || len(d.Codes) != 120 {
		t.Errorf("%d codes, %v", len(d.Codes), err)
	}
	handlers[searchPath] = refuse(404, "not.found", "")
	d, err = newPlatform(t, handlers).newClient(t, newFakeTime().clock(), nil).WholeDirectory(t.Context(), "boston")
	if err != nil || len(d.Codes) != 120 {
		t.Errorf("where they cannot be searched: %d codes, %v", len(d.Codes), err)
	}
	handlers[codesPath] = refuse(403, "missing.permissions", "")
	_, err = newPlatform(t, handlers).newClient(t, newFakeTime().clock(), nil).WholeDirectory(t.Context(), "")
	mustFail(t, err, wrapcast.Refused, "routing:wrapupCode:view")
}

func TestTheBusinessUnitIsTheOneNamedOrTheOnlyOne(t *testing.T) {
	t.Parallel()
	unit := func(id, name string, more ...any) map[string]any {
		u := map[string]any{"id": id, "name": name}
		if len(more) > 0 {
			u["authorized"] = more[0]
		}
		return u
	}
	two := []any{unit("bu-1", "Boston"), unit("bu-2", "Cork", true)}
	for name, c := range map[string]struct {
		units  []any
		wanted string
		kind   wrapcast.Kind
		words  []string
		chosen string
	}{
		"the only one":                          {[]any{unit("bu-1", "Boston")}, "", "", nil, "bu-1"},
		"by id":                                 {two, "bu-2", "", nil, "bu-2"},
		"by name, whatever the case":            {two, "cork", "", nil, "bu-2"},
		"the only one open":                     {[]any{unit("bu-1", "Boston", false), unit("bu-2", "Cork", true)}, "", "", nil, "bu-2"},
		"several, none named":                   {two, "", wrapcast.Usage, []string{"2 business units", "Boston (bu-1)", "Cork (bu-2)"}, ""},
		"several of one name":                   {[]any{unit("bu-1", "Cork"), unit("bu-2", "Cork")}, "Cork", wrapcast.Usage, []string{"bu-1", "bu-2"}, ""},
		"one that is not there":                 {two, "Dublin", wrapcast.Usage, []string{"Dublin", "Boston (bu-1)"}, ""},
		"one that is not open":                  {[]any{unit("bu-1", "Boston", false), unit("bu-2", "Cork")}, "Boston", wrapcast.Usage, []string{"Cork (bu-2)"}, ""},
		"none at all":                           {nil, "", wrapcast.Refused, []string{"wfm:businessUnit:view"}, ""},
		"an entry without an id does not count": {[]any{map[string]any{"name": "?"}}, "", wrapcast.Refused, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{
				unitsPath: always(200, map[string]any{"entities": c.units}),
				unitPath:  always(200, map[string]any{"settings": map[string]any{"startDayOfWeek": "Sunday", "timeZone": "UTC"}}),
			})
			got, err := p.newClient(t, newFakeTime().clock(), nil).businessUnit(t.Context(), c.wanted)
			if c.kind != "" {
				mustFail(t, err, c.kind, c.words...)
			} else if err != nil || string(got.ID) != c.chosen {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestAUnitWithoutUsableSettingsIsSaidSo(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]map[string]any{
		"nothing at all":      {},
		"no settings":         {"settings": nil},
		"no first day":        {"settings": map[string]any{"timeZone": "UTC"}},
		"a day nobody knows":  {"settings": map[string]any{"timeZone": "UTC", "startDayOfWeek": "Someday"}},
		"no zone":             {"settings": map[string]any{"startDayOfWeek": "Monday"}},
		"a zone on no map":    {"settings": map[string]any{"startDayOfWeek": "Monday", "timeZone": "Mars/Olympus"}},
		"this machine's zone": {"settings": map[string]any{"startDayOfWeek": "Monday", "timeZone": "Local"}},
		"a path":              {"settings": map[string]any{"startDayOfWeek": "Monday", "timeZone": "../../etc/passwd"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{unitPath: always(200, settings)})
			_, err := p.newClient(t, newFakeTime().clock(), nil).unitSettings(t.Context(), wrapcast.BusinessUnit{ID: "bu-1", Name: "Boston"})
			mustFail(t, err, wrapcast.Unavailable, "Boston")
		})
	}
}

func TestListingsEndWhateverThePlatformSays(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer   http.HandlerFunc
		want     int
		requests int
		fails    bool
	}{
		"{}":                         {always(200, map[string]any{}), 0, 1, false},
		"null entities":              {always(200, map[string]any{"entities": nil, "pageCount": 9}), 0, 1, false},
		"the same page for ever":     {always(200, map[string]any{"entities": named(2, "queue"), "nextUri": "/again"}), 0, maxPages, true},
		"a next page that is empty":  {inTurn(always(200, map[string]any{"entities": named(2, "queue"), "nextUri": "/x"}), always(200, map[string]any{})), 2, 2, false},
		"only a number of pages":     {inTurn(always(200, map[string]any{"entities": named(2, "queue"), "pageCount": 2}), always(200, map[string]any{"entities": named(4, "queue"), "pageCount": 2})), 4, 2, false},
		"entries without an id":      {always(200, map[string]any{"entities": []any{map[string]any{"name": "x"}, map[string]any{}, nil}}), 0, 1, false},
		"a listing of one shortened": {always(200, map[string]any{"entities": named(1, "queue")}), 1, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{queuesPath: c.answer})
			queues, err := p.newClient(t, newFakeTime().clock(), nil).queues(t.Context())
			if (err != nil) != c.fails || len(queues) != c.want || len(p.requests()) != c.requests {
				t.Errorf("%d queues by %d requests, %v", len(queues), len(p.requests()), err)
			}
		})
	}
}

func TestATokenOfNoOrganisationIsSaidSo(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{"GET /api/v2/tokens/me": inTurn(
		always(200, map[string]any{}),
		always(200, map[string]any{"homeOrganization": map[string]any{"id": "org-9"}}),
	)})
	client := p.newClient(t, newFakeTime().clock(), nil)
	_, err := client.Organisation(t.Context())
	mustFail(t, err, wrapcast.Unavailable, "which organisation")
	if o, err := client.Organisation(t.Context()); err != nil || o.ID != "org-9" {
		t.Errorf("%+v, %v", o, err)
	}
}
