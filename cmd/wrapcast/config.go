package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/rawbytes"
	"github.com/knadh/koanf/v2"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/internal/planning"
)

// config is everything that can be set. The YAML file can say all of it but
// secrets, which come from the environment or from a file of their own.
type config struct {
	// Region of the organisation, as an AWS name or a domain: "us-east-1", "mypurecloud.ie".
	Region string `koanf:"region"`
	// BaseURL replaces the region's hosts, for a simulator or a gateway.
	BaseURL string `koanf:"base_url"`
	// ClientID of an OAuth client with the client-credentials grant.
	ClientID string `koanf:"client_id"`
	// ClientSecretFile holds its secret, if GENESYS_CLIENT_SECRET does not.
	ClientSecretFile string `koanf:"client_secret_file"`
	// WriteClientID of a second OAuth client that submits; empty lets the first do so.
	WriteClientID string `koanf:"write_client_id"`
	// WriteClientSecretFile holds its secret, if GENESYS_WRITE_CLIENT_SECRET does not.
	WriteClientSecretFile string `koanf:"write_client_secret_file"`
	// BusinessUnit to plan for; empty takes the only one.
	BusinessUnit string `koanf:"business_unit"`
	// Codes to report and to name in a rest payload; empty means all.
	Codes []string `koanf:"codes"`
	// Calendar is a file of its own, or the calendar itself; empty keeps the one that was set last. Once read it is a *wrapcast.Calendar.
	Calendar   any              `koanf:"calendar"`
	History    historyConfig    `koanf:"history"`
	Validation validationConfig `koanf:"validation"`
	Forecast   forecastConfig   `koanf:"forecast"`
	Plan       planConfig       `koanf:"plan"`
	Submit     submitConfig     `koanf:"submit"`
	REST       restConfig       `koanf:"rest"`
	Webhook    webhookConfig    `koanf:"webhook"`
	API        apiConfig        `koanf:"api"`
	// Schedules say when runs are due, for serve and worker.
	Schedules []scheduleConfig `koanf:"schedules"`
	Serve     serveConfig      `koanf:"serve"`
}

type historyConfig struct {
	LookbackDays int `koanf:"lookback_days"`
	// RereadDays is how long after a day its codes may still change.
	RereadDays int `koanf:"reread_days"`
}

type validationConfig struct {
	MinDays        int     `koanf:"min_days"`
	MaxHorizonDays int     `koanf:"max_horizon_days"`
	IQRFactor      float64 `koanf:"iqr_factor"`
	MinSeasonality float64 `koanf:"min_seasonality"`
	Strict         bool    `koanf:"strict"`
}

type forecastConfig struct {
	HorizonDays int     `koanf:"horizon_days"`
	Level       float64 `koanf:"level"`
	Algorithm   string  `koanf:"algorithm"`
}

type planConfig struct {
	Target string `koanf:"target"`
	Weeks  int    `koanf:"weeks"`
	// WeekLength is the rule for the length of a week's arrays.
	WeekLength string       `koanf:"week_length"`
	Limits     limitsConfig `koanf:"limits"`
}

// limitsConfig says when a plan waits for somebody to look at it; a negative number switches a limit off.
type limitsConfig struct {
	WeekChange     float64       `koanf:"week_change"`
	DayChange      float64       `koanf:"day_change"`
	HandleChange   float64       `koanf:"handle_change"`
	FewContacts    float64       `koanf:"few_contacts"`
	MaxAge         time.Duration `koanf:"max_age"`
	HistoryLagDays int           `koanf:"history_lag_days"`
}

func (c limitsConfig) stops() planning.Stops {
	return planning.Stops{WeekChange: c.WeekChange, DayChange: c.DayChange, HandleChange: c.HandleChange, FewContacts: c.FewContacts,
		MaxAge: c.MaxAge, HistoryLag: c.HistoryLagDays}
}

type restConfig struct {
	// BaseURL of the host that takes the payload; empty means the organisation's own API.
	BaseURL string `koanf:"base_url"`
	// TokenFile holds a bearer token for that host; empty means the organisation's token.
	TokenFile string `koanf:"token_file"`
	// IgnoresIdempotencyKey says that the host may take a repeated request for a second forecast.
	IgnoresIdempotencyKey bool          `koanf:"ignores_idempotency_key"`
	PollEvery             time.Duration `koanf:"poll_every"`
}

type submitConfig struct {
	// AwaitFor is how long an accepted plan is waited for, LookFor how long one whose answer was lost is looked for.
	AwaitFor time.Duration `koanf:"await_for"`
	LookFor  time.Duration `koanf:"look_for"`
}

type webhookConfig struct {
	URL string `koanf:"url"`
	// SecretFile holds the signing secret, if WFM_WEBHOOK_SECRET does not.
	SecretFile string `koanf:"secret_file"`
	// AllowPrivate lets messages go to private addresses; a simulator on this machine allows it by itself.
	AllowPrivate bool `koanf:"allow_private"`
	// NotifyFor is how long a delivery that fails is tried again within the run.
	NotifyFor time.Duration `koanf:"notify_for"`
}

type apiConfig struct {
	RequestsPerMinute int `koanf:"requests_per_minute"`
	// RequestsPerMonth is the ceiling of a month of UTC; 0 is none.
	RequestsPerMonth int `koanf:"requests_per_month"`
	// ChunkDays is the longest interval one question about the history asks for.
	ChunkDays int `koanf:"chunk_days"`
	// QueriesOnly is accepted and without effect: every question about the history is a query now.
	QueriesOnly bool `koanf:"queries_only"`
	// VolumeMetric counts the contacts of a code, MaxImportBytes bounds a plan; 0 does not.
	VolumeMetric   string `koanf:"volume_metric"`
	MaxImportBytes int    `koanf:"most_import_bytes"`
}

func defaultConfig() config {
	return config{
		Region:     "us-east-1",
		History:    historyConfig{LookbackDays: 730, RereadDays: 3},
		Validation: validationConfig{MinDays: 14, MaxHorizonDays: 90, IQRFactor: 1.5, MinSeasonality: 0.3},
		Forecast:   forecastConfig{HorizonDays: 30, Level: 0.85, Algorithm: "auto"},
		Plan: planConfig{Target: string(wrapcast.WFM), Weeks: 1, WeekLength: string(planning.EightDays), Limits: limitsConfig{WeekChange: 0.25, DayChange: 0.5, HandleChange: 0.25,
			FewContacts: 50, MaxAge: 24 * time.Hour, HistoryLagDays: 2}},
		Submit:  submitConfig{AwaitFor: 5 * time.Minute, LookFor: 2 * time.Minute},
		REST:    restConfig{PollEvery: 30 * time.Second},
		Webhook: webhookConfig{NotifyFor: 30 * time.Second},
		API:     apiConfig{RequestsPerMinute: 240, ChunkDays: 31, VolumeMetric: "tHandle"},
		Serve:   serveConfig{Listen: "127.0.0.1:8080"},
	}
}

// loadConfig reads the file, if one is named, and then the environment, which wins.
func (a *app) loadConfig() (config, error) {
	c := defaultConfig()
	if a.configFile != "" {
		if err := readConfigFile(a.configFile, &c); err != nil {
			return config{}, err
		}
	}
	a.readEnvironment(&c)
	if err := c.readCalendar(a.configFile); err != nil {
		return config{}, err
	}
	return c, c.check()
}

func readConfigFile(path string, c *config) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return configError(path, err).WithHint("name the file with --config or WRAPCAST_CONFIG; `wrapcast init` writes one")
	}
	return parseConfig(path, text, c)
}

// parseConfig reads settings into c, which holds what they do not say.
func parseConfig(path string, text []byte, c *config) error {
	k := koanf.New(".")
	if err := k.Load(rawbytes.Provider(bytes.ToValidUTF8(text, []byte("?"))), yaml.Parser()); err != nil {
		return configError(path, oneLine(err)).WithHint("the file is not YAML; look at the line named")
	}
	return decodeConfig(path, k, c)
}

// decodeConfig refuses keys it does not know: a typo must not silently mean the default.
func decodeConfig(path string, k *koanf.Koanf, c *config) error {
	err := k.UnmarshalWithConf("", c, koanf.UnmarshalConf{DecoderConfig: &mapstructure.DecoderConfig{
		ErrorUnused: true, Result: c, TagName: "koanf",
		DecodeHook: mapstructure.StringToTimeDurationHookFunc(),
	}})
	if err != nil {
		return configError(path, oneLine(err)).WithHint("compare the keys with docs/CONFIGURATION.md; secrets are never put into this file")
	}
	return nil
}

func configError(path string, err error) *wrapcast.Error {
	if errors.Is(err, fs.ErrNotExist) {
		return wrapcast.Errorf(wrapcast.Usage, "", "there is no settings file %s", path)
	}
	return wrapcast.Errorf(wrapcast.Usage, "", "settings file %s: %w", path, err)
}

func oneLine(err error) error {
	return errors.New(strings.Join(strings.Fields(err.Error()), " "))
}

// readEnvironment takes the credentials, codes and webhook of the environment, and GENESYS_REGION, GENESYS_BASE_URL.
func (a *app) readEnvironment(c *config) {
	c.Region = a.env("GENESYS_REGION", c.Region)
	c.BaseURL = a.env("GENESYS_BASE_URL", c.BaseURL)
	c.ClientID = a.env("GENESYS_CLIENT_ID", c.ClientID)
	c.WriteClientID = a.env("GENESYS_WRITE_CLIENT_ID", c.WriteClientID)
	c.Webhook.URL = a.env("WFM_WEBHOOK_URL", c.Webhook.URL)
	var codes []string
	for i := 1; ; i++ {
		code, ok := a.environ("WRAPUP_CODE_" + strconv.Itoa(i))
		if !ok {
			break
		}
		if code = strings.TrimSpace(code); code != "" {
			codes = append(codes, code)
		}
	}
	if len(codes) > 0 {
		c.Codes = codes
	}
}

// check refuses settings that cannot work, before anything is asked of the platform.
func (c config) check() error {
	bad := func(format string, args ...any) error { return wrapcast.Errorf(wrapcast.Usage, "", format, args...) }
	if err := checkAlgorithm("forecast.algorithm", c.Forecast.Algorithm); err != nil {
		return err
	}
	switch {
	case c.Forecast.Level <= 0 || c.Forecast.Level >= 1:
		return bad("forecast.level is %v; it is a fraction between 0 and 1 such as 0.85", c.Forecast.Level)
	case c.Plan.Target != string(wrapcast.WFM) && c.Plan.Target != string(wrapcast.REST):
		return bad("plan.target is %q; it is wfm or rest", c.Plan.Target)
	case c.Plan.Weeks < 1 || c.Plan.Weeks > 6:
		return bad("plan.weeks is %d; the platform takes short-term forecasts of 1 to 6 weeks", c.Plan.Weeks)
	case !planning.LengthRule(c.Plan.WeekLength).Known():
		return bad("plan.week_length is %q; it is one of %v", c.Plan.WeekLength, planning.LengthRules())
	case c.Forecast.HorizonDays < 1:
		return bad("forecast.horizon_days is %d; at least one day must be forecast", c.Forecast.HorizonDays)
	case c.History.LookbackDays < 1:
		return bad("history.lookback_days is %d; at least one day of history is needed", c.History.LookbackDays)
	case c.API.RequestsPerMinute < 1:
		return bad("api.requests_per_minute is %d; at least one is needed", c.API.RequestsPerMinute)
	case c.API.ChunkDays < 1:
		return bad("api.chunk_days is %d; at least a day is asked for at once", c.API.ChunkDays)
	case c.API.RequestsPerMonth < 0:
		return bad("api.requests_per_month is %d; it is a number of requests, 0 for no ceiling", c.API.RequestsPerMonth)
	}
	return errors.Join(c.checkSchedules(), c.Serve.check())
}

// clientSecret finds the OAuth client's secret where secrets may be.
func (a *app) clientSecret(c config) (string, error) {
	return a.secret("GENESYS_CLIENT_SECRET", c.ClientSecretFile, "client_secret_file")
}

// secret takes a secret from the environment or from a file of its own; "" if there is neither.
func (a *app) secret(variable, file, setting string) (string, error) {
	if v := a.env(variable, ""); v != "" || file == "" {
		return v, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", wrapcast.Errorf(wrapcast.Usage, "", "%s: %w", setting, err).
			WithHint("set %s, or let %s name a file that holds the secret alone", variable, setting)
	}
	if s := strings.TrimSpace(string(text)); s != "" {
		return s, nil
	}
	return "", wrapcast.Errorf(wrapcast.Usage, "", "%s: %s is empty", setting, file)
}

// needCredentials refuses to start without a client, and says how to get one.
func (c config) needCredentials(secret string) error {
	var missing []string
	if c.ClientID == "" {
		missing = append(missing, "GENESYS_CLIENT_ID")
	}
	if secret == "" {
		missing = append(missing, "GENESYS_CLIENT_SECRET")
	}
	if len(missing) == 0 {
		return nil
	}
	return wrapcast.Errorf(wrapcast.Usage, "", "%s not set", strings.Join(missing, " and ")+show.Plural(len(missing), " is", " are")).
		WithHint("make an OAuth client with the client-credentials grant in Admin > Integrations > OAuth and export its id and secret; to look around without one: wrapcast demo")
}
