package settings

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/wrapcast/wrapcast"
)

func TestTheSettingsFileThatInitWritesSaysTheDefaults(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "wrapcast.yaml")
	write(t, path, string(Template()))
	got := Settings{}
	if err := readFile(path, &got, &yaml.Node{}); err != nil {
		t.Fatal(err)
	}
	got.Codes, got.Schedules, got.Plan.LeaveOut = nil, nil, nil // an empty list and none are the same
	got.Staffing.Groups = nil
	got.Serve.OIDC.AllowedDomains, got.Serve.OIDC.AllowedGroups, got.Serve.OIDC.Scopes = nil, nil, nil
	got.Serve.OIDC.GroupRoles = nil
	if diff := cmp.Diff(Defaults(), got); diff != "" {
		t.Errorf("(-default +wrapcast.yaml)\n%s", diff)
	}
}

func TestTheEnvironmentWinsOverTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "wrapcast.yaml")
	write(t, path, "region: eu-west-1\ncodes: [a]\nclient_id: file\n")
	s := Source{File: path, Environ: environ(map[string]string{"GENESYS_REGION": "mypurecloud.de", "WRAPUP_CODE_1": "b", "WRAPUP_CODE_2": " ", "WRAPUP_CODE_3": "c"})}
	c, err := s.Load()
	if err != nil {
		t.Fatal(err)
	}
	if c.Region != "mypurecloud.de" || c.ClientID != "file" || !cmp.Equal(c.Codes, []string{"b", "c"}) {
		t.Errorf("region %q, client %q, codes %q", c.Region, c.ClientID, c.Codes)
	}
}

func TestSecretsComeFromTheEnvironmentOrAFileOfTheirOwn(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "secret")
	write(t, path, "  from-the-file\n")
	set := environ(map[string]string{"GENESYS_CLIENT_SECRET": "from-the-environment"})
	for _, c := range []struct {
		environ func(string) (string, bool)
		file    string
		want    string
		kind    wrapcast.Kind
	}{
		{environ(nil), path, "from-the-file", ""},
		{set, path, "from-the-environment", ""},
		{environ(nil), "", "", ""},
		{environ(nil), path + "x", "", wrapcast.Usage},
	} {
		got, err := Source{Environ: c.environ}.ClientSecret(Settings{ClientSecretFile: c.file})
		if got != c.want || (err != nil) != (c.kind != "") || err != nil && wrapcast.KindOf(err) != c.kind {
			t.Errorf("%q, %v; want %q", got, err, c.want)
		}
	}
}

// GENESYS_BASE_URL points everything at one place, whatever the file says of login and API.
func TestTheBaseURLOfTheEnvironmentSetsBoth(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "wrapcast.yaml")
	write(t, path, "login_url: https://login.file\napi_url: https://api.file\n")
	for _, c := range []struct {
		set              map[string]string
		base, login, api string
	}{
		{nil, "", "https://login.file", "https://api.file"},
		{map[string]string{"GENESYS_API_URL": "https://api.env"}, "", "https://login.file", "https://api.env"},
		{map[string]string{"GENESYS_BASE_URL": "http://127.0.0.1:1"}, "http://127.0.0.1:1", "", ""},
		{map[string]string{"GENESYS_BASE_URL": "http://127.0.0.1:1", "GENESYS_LOGIN_URL": "http://127.0.0.1:2"}, "http://127.0.0.1:1", "http://127.0.0.1:2", ""},
	} {
		got, err := Source{File: path, Environ: environ(c.set)}.Load()
		if err != nil || got.BaseURL != c.base || got.LoginURL != c.login || got.APIURL != c.api {
			t.Errorf("%v: base %q, login %q, API %q, %v", c.set, got.BaseURL, got.LoginURL, got.APIURL, err)
		}
	}
}

func TestTheProxyComesFromTheEnvironmentAFileOrTheSettings(t *testing.T) {
	t.Parallel()
	secret := filepath.Join(t.TempDir(), "proxy")
	write(t, secret, "http://u:p@file:1\n")
	named := Settings{Network: Network{Proxy: "http://named:1"}}
	withFile := Settings{Network: Network{Proxy: "http://named:1", ProxyFile: secret}}
	for _, c := range []struct {
		set      map[string]string
		settings Settings
		want     string
	}{
		{nil, Settings{}, ""},
		{nil, named, "http://named:1"},
		{nil, withFile, "http://u:p@file:1"},
		{map[string]string{"WRAPCAST_PROXY": "direct"}, withFile, "direct"},
	} {
		got, err := Source{Environ: environ(c.set)}.Network(c.settings)
		if err != nil || got.Proxy != c.want || strings.Contains(fmt.Sprintf("%v %+v %#v", got, got, got), "u:p") {
			t.Errorf("%v, %v; want %q", got, err, c.want)
		}
	}
	for _, proxy := range []string{"http://wendy:secret@proxy:1", "http://wendy@proxy:1", "proxy:1", "ftp://proxy"} {
		c := Defaults()
		c.Network.Proxy = proxy
		if err := c.Check(); wrapcast.KindOf(err) != wrapcast.Usage || strings.Contains(err.Error()+wrapcast.Hint(err), "secret") {
			t.Errorf("%s: %v", proxy, err)
		}
	}
}

func TestASecondClientNeedsItsSecret(t *testing.T) {
	t.Parallel()
	_, err := Source{Environ: environ(nil)}.WriteSecret(Settings{WriteClientID: "writer"})
	if wrapcast.KindOf(err) != wrapcast.Usage {
		t.Errorf("an id without a secret: %v", err)
	}
	both := environ(map[string]string{"GENESYS_WRITE_CLIENT_SECRET": "s"})
	if got, err := (Source{Environ: both}).WriteSecret(Settings{WriteClientID: "writer"}); err != nil || got != "s" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestAMistakeIsNamedWithItsLineAndWhatWasMeant(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"regoin: x\n", `line 1: unknown field "regoin"; did you mean "region"?`},
		{"region: x\nforecast:\n  levl: 0.8\n", `line 3: unknown field "levl"; did you mean "level"?`},
		{"lookback_days: 100\n", `line 1: unknown field "lookback_days"; did you mean "history.lookback_days"?`},
		{"schedules:\n  - cron: 0 2 * * *\n    dryrun: true\n", `line 3: unknown field "dryrun"; did you mean "dry_run"?`},
		{"serve: {oidc: {client_secret: x}}\n", `line 1: unknown field "client_secret"`},
		{"history: {lookback_days: 100000000}\n", "history.lookback_days is 100000000; at most 3660 days"},
		{"forecast: {horizon_days: 100000000}\n", "forecast.horizon_days is 100000000; at most 3660 days"},
		{"api: {chunk_days: 100000000}\n", "api.chunk_days is 100000000; at most 3660 days"},
		{"serve: {public_url: 'https://w.example', oidc: {issuer: 'https://i.example', client_id: w, default_role: viewer}}\n", "nothing restricts who may log in"},
		{"serve: {public_url: 'https://w.example', oidc: {issuer: 'https://i.example', client_id: w, allowed_domains: ['@example.com']}}\n", "a domain is written as example.com"},
		{"serve: {oidc: {group_roles: [{group: a, role: boss, organisations: all}]}}\n", `the role of a is "boss"`},
		{"serve: {oidc: {group_roles: [{group: a, role: viewer}]}}\n", "says of a not in which organisations"},
		{"serve: {oidc: {group_roles: [{group: a, role: viewer, organisations: []}]}}\n", "says of a not in which organisations"},
		{"serve: {oidc: {group_roles: [{group: a, role: viewer, organisations: [all, b]}]}}\n", "stands beside other organisations"},
		{"serve: {oidc: {group_roles: [{group: a, role: viewer, organisations: {b: c}}]}}\n", "organisations are one name, a list of names, or all"},
		{"serve: {oidc: {group_roles: [{role: viewer, organisations: b}]}}\n", "and no group"},
		{"serve: {oidc: {group_roles: [{groups: a, role: viewer}]}}\n", `line 1: unknown field "groups"; did you mean "group"?`},
		{"history: {lookback_days: many}\n", `line 1: "many" stands where a whole number belongs`},
		{"codes: a\n", `line 1: "a" stands where a list belongs`},
		{"history: [1]\n", `line 1: a list stands where keys with values belongs`},
		{"- a\n", `line 1: a list stands where keys with values belongs`},
		{"submit:\n  look_for: 5\n", `line 2: "5" is no length of time such as 30s`},
		{"region: a\nregion: b\n", `mapping key "region" already defined at line 1`},
		{"region: a\n---\nregion: b\n", "more than one document"},
		{"calendar:\n  closure: []\n", `line 2: unknown field "closure"; did you mean "closures"?`},
		{"calendar:\n  events:\n    - {name: x, form: 2026-01-05}\n", `line 3: unknown field "form"; did you mean "from"?`},
		{"calendar: none.yaml\n", "there is no file"},
	} {
		path := filepath.Join(t.TempDir(), "wrapcast.yaml")
		write(t, path, c.text)
		_, err := Source{File: path, Environ: environ(nil)}.Load()
		if err == nil || !strings.Contains(err.Error(), c.want) || wrapcast.KindOf(err) != wrapcast.Usage {
			t.Errorf("%q is refused with %v, want %s", c.text, err, c.want)
		}
	}
}

func TestWhatIsLeftOutKeepsItsDefault(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "# nothing\n", "region:\nhistory:\nsubmit: {look_for: }\ncalendar:\n", "calendar: ''\n"} {
		path := filepath.Join(t.TempDir(), "wrapcast.yaml")
		write(t, path, text)
		got, err := Source{File: path, Environ: environ(nil)}.Load()
		if diff := cmp.Diff(Defaults(), got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", text, err, diff)
		}
	}
}

func TestTheCalendarStandsInTheFileOrBesideIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "calendar.yaml"), "holidays: [US-MA]\nclosures: [{name: move, from: 2026-02-12, begins: '08:00', ends: '12:00'}]\n")
	from := wrapcast.NewDate(2026, 2, 12)
	want := &wrapcast.Calendar{Holidays: []string{"US-MA"},
		Closures: []wrapcast.Closure{{Name: "move", Days: wrapcast.Days{From: from}, Begins: 8 * 60, Ends: 12 * 60}}}
	for _, text := range []string{
		"calendar: calendar.yaml\n", "calendar: " + filepath.Join(dir, "calendar.yaml") + "\n",
		"calendar:\n  holidays: [US-MA]\n  closures: [{name: move, from: 2026-02-12, begins: '08:00', ends: '12:00'}]\n",
	} {
		write(t, filepath.Join(dir, "wrapcast.yaml"), text)
		got, err := Source{File: filepath.Join(dir, "wrapcast.yaml"), Environ: environ(nil)}.Load()
		if diff := cmp.Diff(want, got.Calendar); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", text, err, diff)
		}
	}
}

func environ(env map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { v, ok := env[name]; return v, ok }
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A file that nobody named says where secrets are sent: somebody else's is not taken unasked.
func TestAFoundFileOfSomebodyElseIsRefused(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, FileName)
	if err := os.WriteFile(path, []byte("region: eu-central-1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	found := Source{Here: dir, Environ: func(string) (string, bool) { return "", false }}
	if c, err := found.Load(); err != nil || c.Region != "eu-central-1" {
		t.Fatalf("of one's own: %v, %v", c.Region, err)
	}
	if err := os.Chown(path, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	if _, err := found.Load(); wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(err.Error(), "belongs to user 65534") {
		t.Errorf("of somebody else: %v", err)
	}
	named := found
	named.File = path
	if c, err := named.Load(); err != nil || c.Region != "eu-central-1" {
		t.Errorf("named it is %v, %v", c.Region, err)
	}
}
