package settings

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
)

const severalOrganisations = `
history: {lookback_days: 400}
webhook: {url: https://wfm.example.org/hook}
schedules: [{cron: "0 2 * * *", name: nightly}]
organisations:
  Harbour:
    id: 0c6d8a2e-41b3-4f9a-9a55-3f1e5b0c7d11
    region: eu-west-1
    client_id: env:HARBOUR_ID
    client_secret: env:HARBOUR_SECRET
    business_unit: [Europe, America]
    schedules: [{cron: "0 3 * * *"}]
    api: {requests_per_minute: 100}
  Lakeside Bank:
    client_id: lakeside
    client_secret: keyring:lakeside
    webhook: {url: https://lakeside.example.org/hook, secret: env:LAKESIDE_HOOK}
`

// installation reads a settings file with some variables and a keyring.
func installation(t *testing.T, text string) (Source, Installation, error) {
	t.Helper()
	s := Source{File: filepath.Join(t.TempDir(), "wrapcast.yaml"), Environ: environ(map[string]string{"HARBOUR_ID": "harbour",
		"HARBOUR_SECRET": "first", "LAKESIDE_HOOK": "whsec_1", "GENESYS_CLIENT_ID": "nobody", "GENESYS_CLIENT_SECRET": "nothing",
		"GENESYS_REGION": "us-west-2", "WFM_WEBHOOK_SECRET": "whsec_2"}),
		Keyring: func(service, name string) (string, error) {
			if service == "wrapcast" && name == "lakeside" {
				return "second", nil
			}
			return "", errors.New("secret not found in keyring")
		}}
	write(t, s.File, text)
	all, err := s.All()
	return s, all, err
}

func TestEachOrganisationHasItsOwnSettingsAndSecrets(t *testing.T) {
	t.Parallel()
	s, all, err := installation(t, severalOrganisations)
	if err != nil || len(all.Organisations) != 2 || !all.Several() {
		t.Fatalf("%+v, %v", all.Names(), err)
	}
	harbour, lakeside := all.Organisations[0], all.Organisations[1]
	if harbour.Err != nil || lakeside.Err != nil {
		t.Fatal(harbour.Err, lakeside.Err)
	}
	h, l := harbour.Settings, lakeside.Settings
	if h.Region != "eu-west-1" || l.Region != "us-east-1" || h.ClientID != "harbour" || l.ClientID != "lakeside" {
		t.Errorf("regions %s and %s, clients %s and %s", h.Region, l.Region, h.ClientID, l.ClientID)
	}
	if h.History.LookbackDays != 400 || h.API.RequestsPerMinute != 100 || l.API.RequestsPerMinute != 240 {
		t.Errorf("%+v, %+v, %+v", h.History, h.API, l.API)
	}
	if h.Webhook.URL != "https://wfm.example.org/hook" || l.Webhook.URL != "https://lakeside.example.org/hook" {
		t.Errorf("webhooks %s and %s", h.Webhook.URL, l.Webhook.URL)
	}
	if h.Schedules[0].Cron != "0 3 * * *" || l.Schedules[0].Cron != "0 2 * * *" || len(h.BusinessUnit) != 2 || len(l.BusinessUnit) != 0 {
		t.Errorf("schedules %v and %v, units %v and %v", h.Schedules, l.Schedules, h.BusinessUnit, l.BusinessUnit)
	}
	for want, c := range map[string]Settings{"first": h, "second": l} {
		if got, err := s.ClientSecret(c); got != want || err != nil {
			t.Errorf("%s: %q, %v", c.Organisation, got, err)
		}
	}
	for want, c := range map[string]Settings{"": h, "whsec_1": l} {
		if got, err := s.WebhookSecret(c); got != want || err != nil {
			t.Errorf("%s is signed by %q, %v", c.Organisation, got, err)
		}
	}
	if len(all.Remarks) != 1 || !strings.Contains(all.Remarks[0], "GENESYS_CLIENT_ID") {
		t.Errorf("remarks %q", all.Remarks)
	}
}

func TestAnOrganisationIsChosenByNameOrID(t *testing.T) {
	t.Parallel()
	s, _, _ := installation(t, severalOrganisations)
	for named, want := range map[string]string{"harbour": "Harbour", "0c6d8a2e-41b3-4f9a-9a55-3f1e5b0c7d11": "Harbour", "Lakeside Bank": "Lakeside Bank"} {
		s.Organisation = named
		if c, err := s.Load(); err != nil || c.Organisation != want {
			t.Errorf("%s: %s, %v", named, c.Organisation, err)
		}
	}
	for _, named := range []string{"", "Boston"} {
		s.Organisation = named
		_, err := s.Load()
		if wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(wrapcast.Hint(err), "Harbour, Lakeside Bank") {
			t.Errorf("%q: %v: %s", named, err, wrapcast.Hint(err))
		}
	}
}

// What is wrong with one organisation is said by its name, and the others go on.
func TestAMistakeInOneOrganisationIsItsOwn(t *testing.T) {
	t.Parallel()
	const good = "  Good: {client_id: good, client_secret: 'env:HARBOUR_SECRET'}\n"
	for name, c := range map[string]struct{ text, want string }{
		"an unknown key":        {"  Bad: {client_id: b, clientsecret: x}\n", `unknown field "clientsecret"; did you mean "client_secret"?`},
		"a secret in the file":  {"  Bad: {client_id: b, client_secret: hunter2}\n", "a secret never stands in this file"},
		"a wrong value":         {"  Bad: {client_id: b, api: {requests_per_minute: many}}\n", "whole number"},
		"an impossible value":   {"  Bad: {client_id: b, forecast: {level: 85}}\n", "forecast.level is 85"},
		"a schedule":            {"  Bad: {client_id: b, schedules: [{cron: never}]}\n", "schedules"},
		"an unset variable":     {"  Bad: {client_id: 'env:NOBODY'}\n", "NOBODY, and that variable is not set"},
		"the server's settings": {"  Bad: {client_id: b, serve: {listen: '0.0.0.0:80'}}\n", "write it at the top"},
		"the audit key":         {"  Bad: {client_id: b, audit: {key_file: k}}\n", "one for all"},
		"two of one name":       {"  Bad: {client_id: b}\n  bad: {client_id: c}\n", "two organisations have this name"},
		"two of one id":         {"  Bad: {client_id: b, id: x}\n  Worse: {client_id: c, id: x}\n", "Worse has the same id, x"},
		"the name twice":        {"  Bad: {name: Bad, client_id: b}\n", "leave name out"},
		"no settings":           {"  Bad: [a]\n", "organisation Bad"},
	} {
		_, all, err := installation(t, "organisations:\n"+good+c.text)
		if err != nil || all.Organisations[0].Err != nil {
			t.Errorf("%s: the good one is refused with %v, %v", name, err, all.Organisations)
			continue
		}
		bad := all.Organisations[1].Err
		if wrapcast.KindOf(bad) != wrapcast.Usage || !strings.HasPrefix(bad.Error(), "organisation Bad: ") ||
			!strings.Contains(bad.Error(), c.want) || strings.Contains(bad.Error(), "hunter2") {
			t.Errorf("%s: %v", name, bad)
		}
	}
}

func TestWhatBelongsToOneOrganisationStandsBelowIt(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"a client at the top":   "client_id: x\norganisations: {a: {client_id: b}}\n",
		"a secret at the top":   "client_secret: env:X\norganisations: {a: {client_id: b}}\n",
		"a word":                "organisations: harbour\n",
		"an unknown key beside": "organisation: {a: {client_id: b}}\n",
	} {
		if _, all, err := installation(t, text); wrapcast.KindOf(err) != wrapcast.Usage {
			t.Errorf("%s: %v, %v", name, all.Names(), err)
		}
	}
	_, all, err := installation(t, "organisations:\n- {name: a, client_id: x}\n- {name: b, client_id: x}\n- {client_id: y}\n")
	if err != nil || len(all.Organisations) != 3 || all.Organisations[1].Name != "b" || all.Organisations[2].Err == nil {
		t.Errorf("a list: %v, %v", all.Names(), err)
	}
	if !strings.Contains(strings.Join(all.Remarks, "\n"), "a and b use one OAuth client") {
		t.Errorf("remarks %q", all.Remarks)
	}
}

func TestASecretIsWhereItsReferenceSays(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "secret")
	write(t, file, " from-a-file\n")
	s, _, _ := installation(t, severalOrganisations)
	for reference, want := range map[Reference]string{"env:HARBOUR_SECRET": "first", "keyring:lakeside": "second", Reference("file:" + file): "from-a-file",
		"env:NOBODY": "", "keyring:nobody": "", "file:/nowhere": ""} {
		got, err := s.ClientSecret(Settings{Organisation: "Harbour", ClientSecret: reference})
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v", reference, got, err)
		}
	}
	if _, err := s.ClientSecret(Settings{Organisation: "a", ClientSecret: "env:HARBOUR_SECRET", ClientSecretFile: file}); err == nil {
		t.Error("two places at once are taken")
	}
	if got, _ := s.ClientSecret(Settings{ClientSecret: "env:HARBOUR_SECRET"}); got != "nothing" {
		t.Errorf("of a single organisation the environment does not win: %q", got)
	}
}
