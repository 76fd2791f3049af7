package settings

import (
	"os"
	"strings"

	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
)

// ClientSecret finds the OAuth client's secret where secrets may be.
func (s Source) ClientSecret(c Settings) (string, error) {
	return s.Secret("GENESYS_CLIENT_SECRET", c.ClientSecretFile, "client_secret_file")
}

// Secret takes a secret from the environment or from a file of its own; "" if there is neither.
func (s Source) Secret(variable, file, setting string) (string, error) {
	if v := s.Env(variable, ""); v != "" || file == "" {
		return v, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", usage("%s: %w", setting, err).
			WithHint("set %s, or let %s name a file that holds the secret alone", variable, setting)
	}
	if secret := strings.TrimSpace(string(text)); secret != "" {
		return secret, nil
	}
	return "", usage("%s: %s is empty", setting, file)
}

// NeedCredentials refuses to start without a client, and says how to get one.
func (c Settings) NeedCredentials(secret string) error {
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
	return usage("%s not set", strings.Join(missing, " and ")+show.Plural(len(missing), " is", " are")).
		WithHint("make an OAuth client with the client-credentials grant in Admin > Integrations > OAuth and " +
			"export its id and secret; to look around without one: wrapcast demo")
}

// WriteSecret finds the secret of the OAuth client that submits, where there is one of its own.
func (s Source) WriteSecret(c Settings) (string, error) {
	secret, err := s.Secret("GENESYS_WRITE_CLIENT_SECRET", c.WriteClientSecretFile, "write_client_secret_file")
	if err == nil && (secret == "") != (c.WriteClientID == "") {
		err = usage("GENESYS_WRITE_CLIENT_ID and GENESYS_WRITE_CLIENT_SECRET belong together: one of them is missing").
			WithHint("set both to submit with an OAuth client of its own, or neither")
	}
	return secret, err
}

// SecretFiles are the files named in the settings that hold a secret.
func (c Settings) SecretFiles() []string {
	var named []string
	for _, file := range []string{c.ClientSecretFile, c.WriteClientSecretFile, c.Network.ProxyFile, c.REST.TokenFile,
		c.Webhook.SecretFile, c.Serve.TLSKeyFile, c.Serve.OIDC.ClientSecretFile} {
		if file != "" {
			named = append(named, file)
		}
	}
	return named
}
