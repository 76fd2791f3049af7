package run

import (
	"cmp"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Options say for whom and how a forecaster works. Only the credentials must be set.
type Options struct {
	// ClientID and ClientSecret are those of an OAuth client with the client-credentials grant.
	ClientID     string
	ClientSecret string
	// Region of Genesys Cloud, as "mypurecloud.ie" or "eu-west-1"; "" means mypurecloud.com. BaseURL, where it is set,
	// serves login and API in the region's place: a proxy, or `wrapcast simulate`.
	Region  string
	BaseURL string
	// LoginURL and APIURL, where they are set, are the addresses of login and API, in the place of what Region and
	// BaseURL say.
	LoginURL, APIURL string
	// Proxy goes between this machine and these hosts: "http://user:password@proxy.example.org:3128"; "" takes that of
	// the environment, "direct" none. CAFile has certificate authorities in PEM format that are trusted beside the
	// system's.
	Proxy, CAFile string
	// RequestsPerMinute of the platform's 300; 0 means 240.
	RequestsPerMinute int

	// DataDir keeps everything; "" means "wrapcast-data". Store, if set, is the PostgreSQL database that takes its place,
	// as "postgres://user@host/database".
	DataDir string
	Store   string
	// AuditKeyFile has the key that signs the audit chain; "" means audit.key in DataDir. AuditKey is the key itself. With
	// a Store one of them must be set.
	AuditKeyFile, AuditKey string
	// Version is that of the program that embeds wrapcast: forecasts keep it, evidence packs name it, and the platform and
	// receivers of webhooks are told it. "" means that of this module in the program, as its build has it, or "unknown".
	Version string
	// BusinessUnit to plan for, by id or name; "" takes the only one, "all" all of them, "none" works without any.
	// BusinessUnits are planned beside it.
	BusinessUnit  string
	BusinessUnits []string
	// TimeZone has the local days where there is no business unit; "" means UTC.
	TimeZone string
	// Codes are reported, and named in a rest payload; none means all.
	Codes []wrapcast.CodeID
	// Calendar is what people know of days; nil takes the one that was stored last.
	Calendar *wrapcast.Calendar

	// Directions are those whose contacts count in forecasts and plans; none named means inbound alone.
	Directions []wrapcast.Direction
	// LeaveOut names planning groups that are not planned, by id or name.
	LeaveOut []string

	// LookbackDays of history are learned from; 0 means 730.
	LookbackDays int
	// HorizonDays are forecast, more where the plan needs them; 0 means 30.
	HorizonDays int
	// Level of the interval that is judged and published, a fraction; 0 means 0.85.
	Level float64
	// Algorithm is one of forecast.Names; "" means auto.
	Algorithm string
	// Strict refuses weak histories.
	Strict bool

	// Target is where plans go; "" means wrapcast.WFM. Weeks are planned there; 0 means 1.
	Target wrapcast.Target
	Weeks  int
	// DryRun stops every run after the plan. AcceptChanges submits plans beyond the limits of unattended publishing.
	DryRun        bool
	AcceptChanges bool

	// Webhook is told the result; "" means nobody. WebhookSecret signs it; "" derives a secret from ClientSecret, as
	// docs/CONFIGURATION.md says.
	Webhook       string
	WebhookSecret string

	// Clock tells the time and waits; nil means that of the machine.
	Clock *wrapcast.Clock
	// Progress hears how the steps get on; nil means nobody listens.
	Progress wrapcast.Reporter
}

// FromEnvironment reads GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET, GENESYS_REGION, GENESYS_BASE_URL, GENESYS_LOGIN_URL,
// GENESYS_API_URL, WRAPCAST_PROXY, WRAPCAST_CA_FILE, WRAPUP_CODE_1 to WRAPUP_CODE_N, WFM_WEBHOOK_URL,
// WFM_WEBHOOK_SECRET and WRAPCAST_DATA. What is not set stays zero.
func FromEnvironment() Options {
	o := Options{
		ClientID: os.Getenv("GENESYS_CLIENT_ID"), ClientSecret: os.Getenv("GENESYS_CLIENT_SECRET"),
		Region: os.Getenv("GENESYS_REGION"), BaseURL: os.Getenv("GENESYS_BASE_URL"),
		LoginURL: os.Getenv("GENESYS_LOGIN_URL"), APIURL: os.Getenv("GENESYS_API_URL"),
		Proxy: os.Getenv("WRAPCAST_PROXY"), CAFile: os.Getenv("WRAPCAST_CA_FILE"),
		DataDir: os.Getenv("WRAPCAST_DATA"), Store: os.Getenv("WRAPCAST_STORE"), AuditKey: os.Getenv("WRAPCAST_AUDIT_KEY"),
		Webhook: os.Getenv("WFM_WEBHOOK_URL"), WebhookSecret: os.Getenv("WFM_WEBHOOK_SECRET"),
	}
	for i := 1; ; i++ {
		code := os.Getenv("WRAPUP_CODE_" + strconv.Itoa(i))
		if code == "" {
			return o
		}
		o.Codes = append(o.Codes, wrapcast.CodeID(code))
	}
}

// unknown is the version where nothing says it.
const unknown = "unknown"

// version is the one that is set, or that of this module in the program that embeds it.
func (o Options) version() string {
	const module = "github.com/wrapcast/wrapcast"
	build, known := debug.ReadBuildInfo()
	if o.Version != "" || !known {
		return cmp.Or(o.Version, unknown)
	}
	for _, m := range build.Deps {
		if m.Path == module {
			return cmp.Or(strings.TrimPrefix(m.Version, "v"), unknown)
		}
	}
	return unknown
}

// userAgent is what servers are told of the program.
func (o Options) userAgent() string {
	if v := o.version(); v != unknown {
		return "wrapcast/" + v
	}
	return "wrapcast"
}

// clock is the one that is set, or the machine's.
func (o Options) clock() wrapcast.Clock {
	if o.Clock != nil {
		return *o.Clock
	}
	return wrapcast.Clock{Now: time.Now, Sleep: sleep}
}
