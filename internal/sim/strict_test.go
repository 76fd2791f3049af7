package sim_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast/internal/sim"
)

// splitList returns the names between brackets at the end of a message.
func splitList(message string) []string {
	m := regexp.MustCompile(`\[([^\[\]]*)\]$`).FindStringSubmatch(message)
	if m == nil {
		return nil
	}
	return strings.Split(m[1], ", ")
}

const aggregates = "/api/v2/analytics/conversations/aggregates/query"

// query returns a valid aggregates query with some fields put in place of others; "" removes one.
func query(fields ...string) string {
	all := map[string]string{"interval": `"2026-11-01T04:00:00.000Z/2026-11-02T04:00:00.000Z"`, "metrics": `["tHandle"]`}
	for i := 0; i < len(fields); i += 2 {
		all[fields[i]] = fields[i+1]
	}
	var parts []string
	for name, value := range all {
		if value != "" {
			parts = append(parts, fmt.Sprintf("%q:%s", name, value))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func predicate(json string) string { return `{"type":"and","predicates":[` + json + `]}` }

func TestAggregatesQueryRefusesWhatTheGrammarDoesNotAllow(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	many := strings.Repeat(`{"target":"tHandle","name":"x","function":"rangeBound","range":{"gte":1}},`, 11)
	for name, c := range map[string]struct {
		body   string
		code   string
		inside string // what the answer must name
	}{
		"no body":                 {``, "bad.request", "ConversationAggregationQuery"},
		"no JSON":                 {`{`, "bad.request", ""},
		"two documents":           {query() + query(), "bad.request", ""},
		"a list":                  {`[]`, "invalid.value", "array"},
		"interval missing":        {query("interval", ""), "constraint.validation", "interval"},
		"interval a number":       {query("interval", "5"), "invalid.value", "interval"},
		"interval a duration":     {query("interval", `"P1D"`), "invalid.value", "interval"},
		"interval half":           {query("interval", `"2026-11-01T04:00:00Z"`), "invalid.value", "interval"},
		"interval with period":    {query("interval", `"2026-11-01T04:00:00Z/P1D"`), "invalid.value", "interval"},
		"interval without times":  {query("interval", `"2026-11-01/2026-11-02"`), "invalid.value", "interval"},
		"interval backwards":      {query("interval", `"2026-11-02T04:00:00Z/2026-11-01T04:00:00Z"`), "bad.request", "2026-11-02"},
		"interval empty":          {query("interval", `"2026-11-02T04:00:00Z/2026-11-02T04:00:00Z"`), "bad.request", ""},
		"interval too long":       {query("interval", `"2026-10-01T00:00:00Z/2026-11-02T00:00:00Z"`), "response.entity.too.large", ""},
		"metrics missing":         {query("metrics", ""), "constraint.validation", "metrics"},
		"metrics empty":           {query("metrics", "[]"), "constraint.validation", "metrics"},
		"metric unknown":          {query("metrics", `["tHandle","volume"]`), "invalid.value", "volume"},
		"metric in another case":  {query("metrics", `["thandle"]`), "invalid.value", "thandle"},
		"dimension unknown":       {query("groupBy", `["wrapupCodeId"]`), "invalid.value", "wrapupCodeId"},
		"dimension small u":       {query("groupBy", `["wrapupCode"]`), "invalid.value", "wrapupCode"},
		"dimension of filters":    {query("groupBy", `["canonicalExternalContactId"]`), "invalid.value", ""},
		"property unknown":        {query("pageSize", "100"), "invalid.property", "pageSize"},
		"property in other case":  {query("GroupBy", `["queueId"]`), "invalid.property", "GroupBy"},
		"property inside":         {query("filter", `{"type":"and","conditions":[]}`), "invalid.property", "conditions"},
		"view id":                 {query("viewId", `"conversations-default"`), "invalid.property", "viewId"},
		"granularity no period":   {query("granularity", `"15 minutes"`), "invalid.value", "granularity"},
		"granularity nothing":     {query("granularity", `"PT0S"`), "invalid.value", "granularity"},
		"granularity open":        {query("granularity", `"P1DT"`), "invalid.value", "granularity"},
		"granularity too fine":    {query("granularity", `"PT1S"`, "interval", `"2026-11-01T00:00:00Z/2026-11-20T00:00:00Z"`), "response.entity.too.large", ""},
		"time zone unknown":       {query("timeZone", `"Boston"`), "invalid.value", "Boston"},
		"time zone of the host":   {query("timeZone", `"Local"`), "invalid.value", "Local"},
		"filter empty":            {query("filter", `{}`), "constraint.validation", "filter"},
		"filter without type":     {query("filter", `{"predicates":[{"dimension":"queueId","value":"x"}]}`), "constraint.validation", "type"},
		"filter type not":         {query("filter", `{"type":"not","predicates":[{"dimension":"queueId","value":"x"}]}`), "invalid.value", "not"},
		"clause empty":            {query("filter", `{"type":"and","clauses":[{"type":"or","predicates":[]}]}`), "constraint.validation", "clause"},
		"clause in a clause":      {query("filter", `{"type":"and","clauses":[{"type":"or","clauses":[]}]}`), "invalid.property", "clauses"},
		"dimension missing":       {query("filter", predicate(`{"value":"x"}`)), "constraint.validation", "dimension"},
		"predicate dimension":     {query("filter", predicate(`{"dimension":"startTime","value":"x"}`)), "invalid.value", "startTime"},
		"operator in":             {query("filter", predicate(`{"dimension":"wrapUpCode","operator":"in","value":"x"}`)), "invalid.value", "in"},
		"value a list":            {query("filter", predicate(`{"dimension":"wrapUpCode","value":["x"]}`)), "invalid.value", "value"},
		"matches nothing":         {query("filter", predicate(`{"dimension":"wrapUpCode"}`)), "constraint.validation", "value"},
		"matches value and range": {query("filter", predicate(`{"dimension":"mediaCount","value":"1","range":{"gt":1}}`)), "constraint.validation", "value"},
		"exists with a value":     {query("filter", predicate(`{"dimension":"wrapUpCode","operator":"exists","value":"x"}`)), "constraint.validation", "value"},
		"predicate type":          {query("filter", predicate(`{"type":"field","dimension":"queueId","value":"x"}`)), "invalid.value", "field"},
		"predicate on a metric":   {query("filter", predicate(`{"type":"metric","dimension":"queueId","value":"x"}`)), "constraint.validation", "queueId"},
		"views too many":          {query("views", "["+strings.TrimSuffix(many, ",")+"]"), "constraint.validation", "views"},
		"view of a count":         {query("views", `[{"target":"nOffered","name":"x","function":"rangeBound","range":{"gte":1}}]`), "constraint.validation", "timer"},
		"view without range":      {query("views", `[{"target":"tHandle","name":"x","function":"rangeBound"}]`), "constraint.validation", "range"},
		"view named as a metric":  {query("views", `[{"target":"tHandle","name":"tAcw","function":"rangeBound","range":{"gte":1}}]`), "constraint.validation", "distinct"},
		"view function":           {query("views", `[{"target":"tHandle","name":"x","function":"mean","range":{"gte":1}}]`), "invalid.value", "mean"},
		"view target":             {query("views", `[{"target":"tAll","name":"x","function":"rangeBound","range":{"gte":1}}]`), "invalid.value", "tAll"},
		"alternate time":          {query("alternateTimeDimension", `"arrival"`), "invalid.value", "arrival"},
		"query type":              {query("queryType", `"top"`), "invalid.value", "top"},
		"limit without top":       {query("limit", "5"), "constraint.validation", "limit"},
		"top without limit":       {query("queryType", `"topN"`), "constraint.validation", "limit"},
		"top of nothing":          {query("queryType", `"topN"`, "limit", "0"), "constraint.validation", "limit"},
		"top of several":          {query("queryType", `"topN"`, "limit", "1", "metrics", `["tHandle","tAcw"]`), "constraint.validation", "sortMetric"},
		"sort by unknown":         {query("queryType", `"topN"`, "limit", "1", "sortMetric", `{"name":"x","function":"sum"}`), "invalid.value", "sortMetric"},
		"sort by wait":            {query("queryType", `"topN"`, "limit", "1", "metrics", `["tWait"]`, "sortMetric", `{"name":"tWait","function":"sum"}`), "invalid.value", "sortMetric"},
		"sort by median":          {query("queryType", `"topN"`, "limit", "1", "sortMetric", `{"name":"tHandle","function":"median"}`), "invalid.value", "median"},
		"sort by absent":          {query("queryType", `"topN"`, "limit", "1", "sortMetric", `{"name":"tAcw","function":"sum"}`), "constraint.validation", "tAcw"},
	} {
		t.Run(name, func(t *testing.T) {
			a := w.send(request{method: "POST", path: aggregates, body: c.body, headers: map[string]string{"Content-Type": "application/json"}})
			a.wants(400, c.code)
			if !strings.Contains(string(a.body), c.inside) {
				t.Errorf("the answer does not name %q: %s", c.inside, a.body)
			}
		})
	}
}

func TestEveryOtherMistakeHasThePlatformsAnswer(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Permissions: everything()})
	d := w.Directory()
	unit := "/api/v2/workforcemanagement/businessunits/" + string(d.BusinessUnit.ID)
	const routing, nobody = "/api/v2/routing", "00000000-0000-4000-8000-000000000000"
	for name, c := range map[string]struct {
		method, path, body string
		status             int
		code               string
	}{
		"unknown path":                    {"GET", "/api/v2/analytics/query", "", 404, "not.found"},
		"a code list that does not exist": {"GET", "/api/v2/interaction/wrapupcodes", "", 404, "not.found"},
		"wrong method":                    {"PUT", routing + "/queues", "{}", 405, "method.not.allowed"},
		"a body too large":                {"POST", aggregates, `{"interval":"` + strings.Repeat("x", 512_000) + `"}`, 413, "request.entity.too.large"},
		"page size zero":                  {"GET", routing + "/queues?pageSize=0", "", 400, "invalid.query.param.value"},
		"page size text":                  {"GET", routing + "/queues?pageSize=many", "", 400, "invalid.query.param.value"},
		"page number zero":                {"GET", routing + "/wrapupcodes?pageNumber=0", "", 400, "invalid.page.number"},
		"sort order":                      {"GET", routing + "/queues?sortOrder=ascending", "", 400, "invalid.query.param.value"},
		"sort order of codes":             {"GET", routing + "/wrapupcodes?sortOrder=asc", "", 400, "invalid.query.param.value"},
		"sort by":                         {"GET", routing + "/wrapupcodes?sortBy=date", "", 400, "invalid.query.param.value"},
		"an id that is none":              {"GET", routing + "/wrapupcodes?id=ININ-WRAP-UP-TIMEOUT", "", 400, "invalid.id"},
		"a code's id that is none":        {"GET", routing + "/wrapupcodes/abc", "", 400, "invalid.id"},
		"a code of nobody":                {"GET", routing + "/wrapupcodes/" + nobody, "", 404, "resource.not.found"},
		"a view of nobody":                {"GET", routing + "/wrapupcodes/divisionviews/" + nobody, "", 404, "resource.not.found"},
		"name and id":                     {"GET", routing + "/wrapupcodes/divisionviews?name=a&id=" + nobody, "", 400, "name.and.id.specified"},
		"state":                           {"GET", routing + "/wrapupcodes/divisionviews?includeState=All", "", 400, "invalid.query.param.value"},
		"a queue of nobody":               {"GET", routing + "/queues/" + nobody, "", 404, "resource.not.found"},
		"codes of no queue":               {"GET", routing + "/queues/" + nobody + "/wrapupcodes", "", 404, "resource.not.found"},
		"peer":                            {"GET", routing + "/queues?hasPeer=perhaps", "", 400, "invalid.query.param.value"},
		"feature":                         {"GET", "/api/v2/workforcemanagement/businessunits?feature=Everything", "", 400, "invalid.query.param.value"},
		"another unit":                    {"GET", "/api/v2/workforcemanagement/businessunits/" + nobody, "", 404, "wfm.business.unit.not.found"},
		"mine":                            {"GET", "/api/v2/workforcemanagement/businessunits/mine", "", 404, "wfm.business.unit.not.found"},
		"expand":                          {"GET", unit + "?expand=all", "", 400, "invalid.query.param.value"},
		"groups of another unit":          {"GET", "/api/v2/workforcemanagement/businessunits/x/planninggroups", "", 404, "wfm.business.unit.not.found"},
		"a group of nobody":               {"GET", unit + "/planninggroups/" + nobody, "", 404, "wfm.entity.not.found"},
		"a week that is no date":          {"GET", unit + "/weeks/next/shorttermforecasts", "", 400, "wfm.validation.failure"},
		"a week on a Tuesday":             {"GET", unit + "/weeks/2026-12-01/shorttermforecasts", "", 400, "wfm.validation.failure"},
		"a week with a time":              {"GET", unit + "/weeks/2026-11-30%2000:00:00%20+0000%20UTC/shorttermforecasts", "", 400, "wfm.validation.failure"},
		"a week of another unit":          {"GET", "/api/v2/workforcemanagement/businessunits/x/weeks/2026-11-30/shorttermforecasts", "", 404, "wfm.business.unit.not.found"},
		"a forecast of nobody":            {"GET", unit + "/weeks/2026-11-30/shorttermforecasts/" + nobody, "", 404, "wfm.entity.not.found"},
		"data of no forecast":             {"GET", unit + "/weeks/2026-11-30/shorttermforecasts/" + nobody + "/data", "", 404, "wfm.entity.not.found"},
		"deleting no forecast":            {"DELETE", unit + "/weeks/2026-11-30/shorttermforecasts/" + nobody, "", 404, "wfm.entity.not.found"},
		"a channel of nobody":             {"GET", "/api/v2/notifications/channels/" + nobody + "/subscriptions", "", 404, "not.found"},
	} {
		t.Run(name, func(t *testing.T) {
			w.send(request{method: c.method, path: c.path, body: c.body}).wants(c.status, c.code)
		})
	}
}

func TestBodiesMustBeJSON(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	for _, media := range []string{"text/plain", "", "application/xml"} {
		w.send(request{method: "POST", path: aggregates, body: query(), headers: map[string]string{"Content-Type": media}}).wants(415, "unsupported.media.type")
	}
	w.send(request{method: "POST", path: aggregates, body: query(), headers: map[string]string{"Content-Type": "application/json; charset=utf-8"}}).ok(200)
}
