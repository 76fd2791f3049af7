// Package settings is everything that can be set: a strict YAML file, the environment, and files that hold one secret
// each.
package settings

import (
	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/heads"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// Settings is everything that can be set. The YAML file can say all of it but
// secrets, which come from the environment or from a file of their own.
type Settings struct {
	// Organisation is the name it has under organisations:; "" where the file is about one.
	Organisation string `yaml:"-"`
	// Region of the organisation, as an AWS name or a domain: "us-east-1", "mypurecloud.ie".
	Region string `yaml:"region"`
	// BaseURL replaces the region's hosts, for a simulator or a gateway.
	BaseURL string `yaml:"base_url"`
	// LoginURL and APIURL replace what region and BaseURL say of the login and of the API.
	LoginURL string `yaml:"login_url"`
	APIURL   string `yaml:"api_url"`
	// Network is how these hosts are reached.
	Network Network `yaml:"network"`
	// ClientID of an OAuth client with the client-credentials grant.
	ClientID string `yaml:"client_id"`
	// ClientSecret says where its secret is, if GENESYS_CLIENT_SECRET does not have it.
	ClientSecret Reference `yaml:"client_secret"`
	// ClientSecretFile holds its secret, if GENESYS_CLIENT_SECRET does not.
	ClientSecretFile string `yaml:"client_secret_file"`
	// WriteClientID of a second OAuth client that submits; empty lets the first do so.
	WriteClientID string `yaml:"write_client_id"`
	// WriteClientSecret says where its secret is.
	WriteClientSecret Reference `yaml:"write_client_secret"`
	// WriteClientSecretFile holds its secret, if GENESYS_WRITE_CLIENT_SECRET does not.
	WriteClientSecretFile string `yaml:"write_client_secret_file"`
	// BusinessUnit has the units to plan for; none takes the only one.
	BusinessUnit Units `yaml:"business_unit"`
	// TimeZone has the local days where there is no business unit; empty means UTC.
	TimeZone string `yaml:"time_zone"`
	// Codes to report and to name in a rest payload; empty means all.
	Codes []string `yaml:"codes"`
	// Calendar is what the file says itself, or the file it names; nil keeps the one that was set last.
	Calendar   *wrapcast.Calendar `yaml:"-"`
	History    History            `yaml:"history"`
	Validation Validation         `yaml:"validation"`
	Forecast   Forecast           `yaml:"forecast"`
	Plan       Plan               `yaml:"plan"`
	Staffing   Staffing           `yaml:"staffing"`
	Submit     Submit             `yaml:"submit"`
	REST       REST               `yaml:"rest"`
	Webhook    Webhook            `yaml:"webhook"`
	Audit      Audit              `yaml:"audit"`
	Retention  Retention          `yaml:"retention"`
	API        API                `yaml:"api"`
	// Files are where the contacts of an organisation without a platform come from.
	Files Files `yaml:"files"`
	// Schedules say when runs are due, for serve and worker.
	Schedules []Schedule `yaml:"schedules"`
	Serve     Serve      `yaml:"serve"`
}

// Network is how hosts are reached from inside a company.
type Network struct {
	// Proxy is the address of the proxy without a password, or "direct"; empty takes the environment's.
	Proxy string `yaml:"proxy"`
	// ProxyFile holds the proxy's address with user and password, if WRAPCAST_PROXY does not.
	ProxyFile string `yaml:"proxy_file"`
	// CAFile has certificate authorities in PEM format that are trusted beside the system's.
	CAFile string `yaml:"ca_file"`
}

// Files are where contacts come from that somebody leaves in a directory.
type Files struct {
	// Directory is looked through by every run and by wrapcast import; empty means nowhere.
	Directory string `yaml:"directory"`
	// Pattern is what the names of files look like; empty takes all.
	Pattern string `yaml:"pattern"`
	// Quiet is how long a file must not have changed before it is read.
	Quiet Duration `yaml:"quiet"`
	// Sender is who the files are from: they are read like the last one of theirs.
	Sender string `yaml:"sender"`
}

// History is how much of it is read.
type History struct {
	LookbackDays int `yaml:"lookback_days"`
	// Directions are those whose contacts count: inbound, outbound.
	Directions []string `yaml:"directions"`
	// RereadDays is how long after a day its codes may still change.
	RereadDays int `yaml:"reread_days"`
}

// Validation is what a history is judged by.
type Validation struct {
	MinDays        int     `yaml:"min_days"`
	MaxHorizonDays int     `yaml:"max_horizon_days"`
	IQRFactor      float64 `yaml:"iqr_factor"`
	MinSeasonality float64 `yaml:"min_seasonality"`
	Strict         bool    `yaml:"strict"`
}

// Forecast is what is forecast, and by what.
type Forecast struct {
	HorizonDays int     `yaml:"horizon_days"`
	Level       float64 `yaml:"level"`
	Algorithm   string  `yaml:"algorithm"`
	// ShardAbove is the number of leaves from which workers make a forecast in shards of so many series.
	ShardAbove  int `yaml:"shard_above"`
	ShardSeries int `yaml:"shard_series"`
}

// Plan is what is planned, and for where.
type Plan struct {
	Target string `yaml:"target"`
	Weeks  int    `yaml:"weeks"`
	// WeekLength is the rule for the length of a week's arrays.
	WeekLength string `yaml:"week_length"`
	// LeaveOut names planning groups that are not planned, by id or name.
	LeaveOut []string `yaml:"leave_out"`
	Limits   Limits   `yaml:"limits"`
}

// Limits says when a plan waits for somebody to look at it; a negative number switches a limit off.
type Limits struct {
	WeekChange     float64  `yaml:"week_change"`
	DayChange      float64  `yaml:"day_change"`
	HandleChange   float64  `yaml:"handle_change"`
	FewContacts    float64  `yaml:"few_contacts"`
	MaxAge         Duration `yaml:"max_age"`
	HistoryLagDays int      `yaml:"history_lag_days"`
}

// REST is the host that takes the payload of the rest target.
type REST struct {
	// BaseURL of the host that takes the payload; empty means the organisation's own API.
	BaseURL string `yaml:"base_url"`
	// Token says where a bearer token for that host is, TokenFile names a file that holds it; neither means the
	// organisation's token.
	Token Reference `yaml:"token"`
	// TokenFile holds a bearer token for that host; empty means the organisation's token.
	TokenFile string `yaml:"token_file"`
	// IgnoresIdempotencyKey says that the host may take a repeated request for a second forecast.
	IgnoresIdempotencyKey bool     `yaml:"ignores_idempotency_key"`
	PollEvery             Duration `yaml:"poll_every"`
}

// Submit is how long outcomes are waited for.
type Submit struct {
	// AwaitFor is how long an accepted plan is waited for, LookFor how long one whose answer was lost is looked for.
	AwaitFor Duration `yaml:"await_for"`
	LookFor  Duration `yaml:"look_for"`
}

// Webhook is who is told the result.
type Webhook struct {
	URL string `yaml:"url"`
	// Secret says where the signing secret is, if WFM_WEBHOOK_SECRET does not have it.
	Secret Reference `yaml:"secret"`
	// SecretFile holds the signing secret, if WFM_WEBHOOK_SECRET does not.
	SecretFile string `yaml:"secret_file"`
	// AllowPrivate lets messages go to private addresses; a simulator on this machine allows it by itself.
	AllowPrivate bool `yaml:"allow_private"`
	// NotifyFor is how long a delivery that fails is tried again within the run.
	NotifyFor Duration `yaml:"notify_for"`
}

// Audit is how the audit chain is signed, and where its checkpoints go.
type Audit struct {
	// KeyFile holds the key that signs checkpoints, if WRAPCAST_AUDIT_KEY does not; empty means audit.key in the data
	// directory. It is made where it does not exist.
	KeyFile string `yaml:"key_file"`
	// CheckpointDir is a directory into which every run writes its signed checkpoint; empty means none.
	CheckpointDir string `yaml:"checkpoint_dir"`
}

// Retention is how many days things are kept; 0 is for ever.
type Retention struct {
	// HistoryDays of contacts are kept, ForecastsDays forecasts and plans after the last day they speak of.
	HistoryDays   int `yaml:"history_days"`
	ForecastsDays int `yaml:"forecasts_days"`
	// RunsDays are runs kept after they ended, MessagesDays messages to the webhook after they were made.
	RunsDays     int `yaml:"runs_days"`
	MessagesDays int `yaml:"messages_days"`
}

// API is how the platform is asked.
type API struct {
	RequestsPerMinute int `yaml:"requests_per_minute"`
	// RequestsPerMonth is the ceiling of a month of UTC; 0 is none.
	RequestsPerMonth int `yaml:"requests_per_month"`
	// ChunkDays is the longest interval one question about the history asks for.
	ChunkDays int `yaml:"chunk_days"`
	// QueriesOnly is accepted and without effect: every question about the history is a query now.
	QueriesOnly bool `yaml:"queries_only"`
	// VolumeMetric counts the contacts of a code, MaxImportBytes bounds a plan; 0 does not.
	VolumeMetric   string `yaml:"volume_metric"`
	MaxImportBytes int    `yaml:"most_import_bytes"`
}

// Defaults is what holds where neither file nor environment says anything: what each package does by itself, and the
// dashboard on this machine alone.
func Defaults() Settings {
	run := steps.Defaults()
	return Settings{
		Region: genesys.DefaultRegion(),
		History: History{LookbackDays: run.LookbackDays, Directions: []string{wrapcast.Inbound.Title()},
			RereadDays: run.RereadDays},
		Validation: Validation{MinDays: run.Rules.MinDays, MaxHorizonDays: run.Rules.MaxHorizon,
			IQRFactor: run.Rules.IQRFactor, MinSeasonality: run.Rules.MinSeasonality},
		Forecast: Forecast{HorizonDays: run.HorizonDays, Level: run.Level, Algorithm: run.Algorithm,
			ShardAbove: steps.ShardAbove, ShardSeries: steps.ShardSeries},
		Plan: Plan{Target: string(run.Target), Weeks: run.Weeks, WeekLength: string(run.WeekLength),
			Limits: limits(run.Limits)},
		Staffing: staffing(heads.DefaultRules()),
		Submit:   Submit{AwaitFor: Duration(run.AwaitFor), LookFor: Duration(run.LookFor)},
		REST:     REST{PollEvery: Duration(run.PollEvery)},
		Webhook:  Webhook{NotifyFor: Duration(run.NotifyFor)},
		API: API{RequestsPerMinute: genesys.DefaultRequestsPerMinute, ChunkDays: genesys.DefaultChunkDays,
			VolumeMetric: genesys.VolumeMetrics()[0]},
		Serve: Serve{Listen: "127.0.0.1:8080"},
	}
}

func limits(s planning.PublishLimits) Limits {
	return Limits{WeekChange: s.WeekChange, DayChange: s.DayChange, HandleChange: s.HandleChange,
		FewContacts: s.FewContacts, MaxAge: Duration(s.MaxAge), HistoryLagDays: s.HistoryLag}
}
