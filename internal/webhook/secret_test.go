package webhook

import "testing"

// TestTheDerivedWebhookSecretIsTheOneDocumented holds what docs/CONFIGURATION.md's openssl line prints for "abc".
func TestTheDerivedWebhookSecretIsTheOneDocumented(t *testing.T) {
	t.Parallel()
	if got, want := DerivedSecret("abc"), "whsec_eHJ0whTUB4ERUIjTN8dbHNuU/32KXdVDhfJRSyULea4="; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
