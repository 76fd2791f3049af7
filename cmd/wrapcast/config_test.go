package main

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheSettingsFileThatInitWritesSaysTheDefaults(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "wrapcast.yaml")
	writeFile(t, path, string(template))
	got := config{}
	if err := readConfigFile(path, &got); err != nil {
		t.Fatal(err)
	}
	got.Codes, got.Schedules = nil, nil // an empty list and none are the same
	if diff := cmp.Diff(defaultConfig(), got); diff != "" {
		t.Errorf("(-default +wrapcast.yaml)\n%s", diff)
	}
}

func TestTheEnvironmentWinsOverTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "wrapcast.yaml")
	writeFile(t, path, "region: eu-west-1\ncodes: [a]\nclient_id: file\n")
	a, _, _ := testApp(t, map[string]string{"GENESYS_REGION": "mypurecloud.de", "WRAPUP_CODE_1": "b", "WRAPUP_CODE_2": " ", "WRAPUP_CODE_3": "c"})
	a.configFile = path
	c, err := a.loadConfig()
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
	writeFile(t, path, "  from-the-file\n")
	a, _, _ := testApp(t, nil)
	if s, err := a.clientSecret(config{ClientSecretFile: path}); err != nil || s != "from-the-file" {
		t.Errorf("%q, %v", s, err)
	}
	a, _, _ = testApp(t, map[string]string{"GENESYS_CLIENT_SECRET": "from-the-environment"})
	if s, err := a.clientSecret(config{ClientSecretFile: path}); err != nil || s != "from-the-environment" {
		t.Errorf("%q, %v", s, err)
	}
	a, _, _ = testApp(t, nil)
	if _, err := a.clientSecret(config{ClientSecretFile: path + "x"}); exitCode(err) != exitUsage {
		t.Errorf("a file that is not there: %v", err)
	}
}

// TestTheDerivedWebhookSecretIsTheOneDocumented holds what docs/CONFIGURATION.md's openssl line prints for "abc".
func TestTheDerivedWebhookSecretIsTheOneDocumented(t *testing.T) {
	t.Parallel()
	if got, want := derivedSecret("abc"), "whsec_eHJ0whTUB4ERUIjTN8dbHNuU/32KXdVDhfJRSyULea4="; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
