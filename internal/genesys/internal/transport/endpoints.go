package transport

import (
	"net/url"
	"strings"
)

// Endpoint is one thing that wrapcast may ask of a host. [Endpoints] is the closed
// list: the transport sends nothing that is not on it.
type Endpoint struct {
	// Name is short and stable: "aggregates". Errors carry it.
	Name string
	// Host says where it lies.
	Host Host
	// Method is the HTTP method, or "WS" for a WebSocket.
	Method string
	// Path is the template: "/api/v2/routing/queues". Signed addresses, which the platform makes up, have none.
	Path string
	// Permissions are those of which the OAuth client needs any one; none when empty.
	Permissions []string
	// Why says what it is called for.
	Why string
	// Changes reports whether it changes something at the platform that people see.
	Changes bool
	// Writes reports whether it is a part of submitting: a client that only reads refuses to send it.
	Writes bool
	// Repeat reports whether it may be sent again when it is not known whether it arrived.
	Repeat bool
	// Optional reports whether wrapcast goes on without its answer: nobody misses a permission for it.
	Optional bool
}

// Host says which host an endpoint lies on.
type Host string

// The hosts that are talked to.
const (
	// Login gives tokens.
	Login Host = "login"
	// API is the platform's REST API.
	API Host = "api"
	// Storage takes and gives large bodies at addresses the platform has signed; our token is never sent there.
	Storage Host = "storage"
	// Streaming sends notifications.
	Streaming Host = "streaming"
	// RESTTarget is the host that takes the rest payload.
	RESTTarget Host = "rest target"
)

// The names of the endpoints.
const (
	TokenCall          = "token"
	OrganisationCall   = "organisation"
	PermissionsCall    = "own permissions"
	AggregatesCall     = "aggregates"
	QueuesCall         = "queues"
	CodesAllCall       = "wrap-up codes"
	CodesActiveCall    = "active wrap-up codes"
	LanguagesCall      = "languages"
	SkillsCall         = "skills"
	BusinessUnitsCall  = "business units"
	BusinessUnitCall   = "business unit"
	PlanningGroupsCall = "planning groups"
	GoalsCall          = "service goals"
	UploadURLCall      = "upload address"
	UploadCall         = "upload"
	ImportCall         = "import"
	ForecastsCall      = "forecasts"
	ForecastDataCall   = "forecast data"
	StaffingCall       = "staffing requirement"
	DownloadCall       = "download"
	ChannelCall        = "notification channel"
	SubscribeCall      = "subscription"
	StreamCall         = "notifications"
	RestForecastCall   = "rest forecast"
	RestStatusCall     = "rest forecast status"
)

const (
	wfmUnits = "/api/v2/workforcemanagement/businessunits"
	wfmWeek  = wfmUnits + "/{businessUnitId}/weeks/{weekDateId}/shorttermforecasts"
	channels = "/api/v2/notifications/channels"

	restPath = "/api/v2/wfm/scheduling/forecasts"
)

// Endpoints returns the closed list of everything wrapcast ever calls: for doctor, for
// the documentation and for whoever has to allow it.
func Endpoints() []Endpoint {
	list := readingEndpoints()
	list = append(list, wfmEndpoints()...)
	list = append(list, notificationEndpoints()...)
	return append(list, restEndpoints()...)
}

func readingEndpoints() []Endpoint {
	return []Endpoint{
		{Name: TokenCall, Host: Login, Method: "POST", Path: "/oauth/token", Repeat: true,
			Why: "an access token for the OAuth client"},
		{Name: OrganisationCall, Host: API, Method: "GET", Path: "/api/v2/tokens/me", Repeat: true,
			Why: "which organisation the OAuth client belongs to"},
		{Name: PermissionsCall, Host: API, Method: "GET", Path: "/api/v2/authorization/subjects/me", Repeat: true,
			Why: "what the OAuth client may do, to name what it has too much of (wrapcast doctor only)"},
		{Name: AggregatesCall, Host: API, Method: "POST", Path: "/api/v2/analytics/conversations/aggregates/query",
			Repeat:      true,
			Permissions: []string{"analytics:conversationAggregate:view"},
			Why:         "counts and handle times per queue, wrap-up code and channel; a query, it changes nothing"},
		{Name: QueuesCall, Host: API, Method: "GET", Path: "/api/v2/routing/queues", Repeat: true,
			Permissions: []string{"routing:queue:view"},
			Why:         "names of queues"},
		{Name: CodesAllCall, Host: API, Method: "GET", Path: "/api/v2/routing/wrapupcodes/divisionviews", Repeat: true,
			Permissions: []string{"routing:wrapupCode:search"},
			Why:         "names of wrap-up codes, deleted ones too"},
		{Name: CodesActiveCall, Host: API, Method: "GET", Path: "/api/v2/routing/wrapupcodes", Repeat: true,
			Permissions: []string{"routing:wrapupCode:view"},
			Why:         "names of wrap-up codes, where the permission to search them is missing"},
		{Name: LanguagesCall, Host: API, Method: "GET", Path: "/api/v2/routing/languages", Repeat: true,
			Why: "names of languages, where planning groups ask for some"},
		{Name: SkillsCall, Host: API, Method: "GET", Path: "/api/v2/routing/skills", Repeat: true,
			Why: "names of skills, where planning groups ask for some"},
	}
}

func wfmEndpoints() []Endpoint {
	view := []string{"wfm:shortTermForecast:view"}
	add := []string{"wfm:shortTermForecast:add"}
	return []Endpoint{
		{Name: BusinessUnitsCall, Host: API, Method: "GET", Path: wfmUnits, Repeat: true,
			Why: "which business units there are"},
		{Name: BusinessUnitCall, Host: API, Method: "GET", Path: wfmUnits + "/{businessUnitId}", Repeat: true,
			Permissions: []string{"wfm:businessUnit:view"},
			Why:         "the business unit's time zone and first day of the week"},
		{Name: PlanningGroupsCall, Host: API, Method: "GET", Path: wfmUnits + "/{businessUnitId}/planninggroups",
			Repeat:      true,
			Permissions: []string{"wfm:planningGroup:view", "wfm:shortTermForecast:view"},
			Why:         "which queues and channels are planned together"},
		{Name: GoalsCall, Host: API, Method: "GET", Path: wfmUnits + "/{businessUnitId}/servicegoaltemplates", Repeat: true,
			Optional:    true,
			Permissions: []string{"wfm:serviceGoalTemplate:view", "wfm:planningGroup:view", "wfm:shortTermForecast:view"},
			Why:         "the service goals of planning groups; without them those of the settings hold"},
		{Name: ForecastsCall, Host: API, Method: "GET", Path: wfmWeek, Repeat: true,
			Permissions: view, Why: "which forecasts a week has, and whether a plan has arrived"},
		{Name: ForecastDataCall, Host: API, Method: "GET", Path: wfmWeek + "/{forecastId}/data", Repeat: true,
			Permissions: view, Why: "what the forecast now in place says, to show the difference"},
		{Name: StaffingCall, Host: API, Method: "GET", Path: wfmWeek + "/{forecastId}/staffingrequirement", Repeat: true,
			Optional: true, Permissions: []string{"wfm:staffingRequirement:view"},
			Why: "how many people Genesys asks for with the same forecast, to show beside ours (wrapcast staff --platform)"},
		{Name: DownloadCall, Host: Storage, Method: "GET", Repeat: true,
			Why: "the same where it is large: at the address the platform signed"},
		{Name: UploadURLCall, Host: API, Method: "POST", Path: wfmWeek + "/import/uploadurl", Repeat: true,
			Writes:      true,
			Permissions: add, Why: "where to put a forecast; nothing happens before it is imported"},
		{Name: UploadCall, Host: Storage, Method: "PUT", Repeat: true, Writes: true,
			Why: "the forecast, gzipped, to the address the platform signed"},
		{Name: ImportCall, Host: API, Method: "POST", Path: wfmWeek + "/import", Changes: true, Writes: true,
			Permissions: add, Why: "takes the upload in as a forecast; sent once per plan"},
	}
}

func notificationEndpoints() []Endpoint {
	return []Endpoint{
		{Name: ChannelCall, Host: API, Method: "POST", Path: channels, Repeat: true,
			Why: "a notification channel; it expires by itself"},
		{Name: SubscribeCall, Host: API, Method: "POST", Path: channels + "/{channelId}/subscriptions", Repeat: true,
			Permissions: []string{"wfm:shortTermForecast:view"},
			Why:         "to be told when an import is done"},
		{Name: StreamCall, Host: Streaming, Method: "WS", Path: "/channels/{channelId}", Repeat: true,
			Why: "listens on that channel"},
	}
}

func restEndpoints() []Endpoint {
	return []Endpoint{
		{Name: RestForecastCall, Host: RESTTarget, Method: "POST", Path: restPath, Changes: true, Writes: true,
			Why: "the rest target: hands the forecast over, with an Idempotency-Key"},
		{Name: RestStatusCall, Host: RESTTarget, Method: "GET", Path: restPath + "/{forecastId}", Repeat: true,
			Why: "the rest target: whether it is completed"},
	}
}

// EndpointOf returns the entry of a name; the constants above are all there are.
func EndpointOf(name string) Endpoint {
	for _, e := range Endpoints() {
		if e.Name == name {
			return e
		}
	}
	return Endpoint{Name: name}
}

// fill puts args in place of the path's {…} parts, one after the other.
func (e Endpoint) fill(args ...string) string {
	path := e.Path
	for _, a := range args {
		before, rest, _ := strings.Cut(path, "{")
		_, after, _ := strings.Cut(rest, "}")
		path = before + url.PathEscape(a) + after
	}
	return path
}
