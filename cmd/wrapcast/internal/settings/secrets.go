package settings

import (
	"fmt"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
)

// Reference says where a secret is, never what it is: env:VARIABLE, file:PATH or keyring:NAME.
type Reference string

// The kinds of a reference.
const (
	byVariable = "env:"
	byFile     = "file:"
	byKeyring  = "keyring:"
)

// KeyringService is the service under which the system's keyring has the secrets of wrapcast.
const KeyringService = "wrapcast"

// UnmarshalYAML reads a reference. A secret that stands there itself is refused and not repeated.
func (r *Reference) UnmarshalYAML(node *yaml.Node) error {
	if node.Tag == "!!null" || node.Kind == yaml.ScalarNode && node.Value == "" {
		return nil
	}
	for _, kind := range []string{byVariable, byFile, byKeyring} {
		if at, is := strings.CutPrefix(node.Value, kind); node.Kind == yaml.ScalarNode && is && strings.TrimSpace(at) != "" {
			*r = Reference(node.Value)
			return nil
		}
	}
	return fmt.Errorf("line %d: a secret never stands in this file; write where it is: env:VARIABLE, file:PATH or "+
		"keyring:NAME", node.Line)
}

// ClientSecret finds the OAuth client's secret where secrets may be.
func (s Source) ClientSecret(c Settings) (string, error) {
	return s.secretOf(c, place{"GENESYS_CLIENT_SECRET", c.ClientSecret, c.ClientSecretFile, "client_secret"})
}

// WebhookSecret finds what signs messages: several secrets, separated by spaces, while one is exchanged.
func (s Source) WebhookSecret(c Settings) (string, error) {
	return s.secretOf(c, place{"WFM_WEBHOOK_SECRET", c.Webhook.Secret, c.Webhook.SecretFile, "webhook.secret"})
}

// RESTToken finds the bearer token of the host of the rest target.
func (s Source) RESTToken(c Settings) (string, error) {
	return s.secretOf(c, place{"WRAPCAST_REST_TOKEN", c.REST.Token, c.REST.TokenFile, "rest.token"})
}

// place is where a secret may be: a variable of the environment, where the settings are about one organisation, a
// reference, a file. Setting is the key of the reference; that of the file ends in _file.
type place struct {
	variable  string
	reference Reference
	file      string
	setting   string
}

func (s Source) secretOf(c Settings, p place) (string, error) {
	if p.reference != "" && p.file != "" {
		return "", usage("%s and %s_file both say where the secret is", p.setting, p.setting).WithHint("leave one out")
	}
	if c.Organisation != "" {
		p.variable = "" // it is nobody's
	}
	if v := s.Env(p.variable, ""); p.variable != "" && v != "" {
		return v, nil
	}
	if p.reference != "" {
		return s.at(p.reference, p.setting)
	}
	return s.Secret(p.variable, p.file, p.setting+"_file")
}

// at takes a secret from where a reference says it is.
func (s Source) at(r Reference, setting string) (string, error) {
	text := string(r)
	switch {
	case strings.HasPrefix(text, byVariable):
		name := strings.TrimPrefix(text, byVariable)
		if v := strings.TrimSpace(s.Env(name, "")); v != "" {
			return v, nil
		}
		return "", usage("%s is %s, and that variable is not set", setting, text)
	case strings.HasPrefix(text, byFile):
		return s.Secret("", strings.TrimPrefix(text, byFile), setting)
	}
	name := strings.TrimPrefix(text, byKeyring)
	if s.Keyring == nil {
		return "", usage("%s is %s, and there is no keyring here", setting, text)
	}
	v, err := s.Keyring(KeyringService, name)
	if err != nil {
		return "", usage("%s is %s, and the system's keyring does not give it: %w", setting, text, err).
			WithHint("put it there under the service %s and the name %s, or refer to a variable (env:) or a file (file:)",
				KeyringService, name)
	}
	return v, nil
}

// plainOf is a text that is no secret and may still come from a variable: env:VARIABLE.
func (s Source) plainOf(text, setting string) (string, error) {
	if !strings.HasPrefix(text, byVariable) {
		return text, nil
	}
	return s.at(Reference(text), setting)
}

// Secret takes a secret from the environment or from a file of its own; "" if there is neither.
func (s Source) Secret(variable, file, setting string) (string, error) {
	if v := s.Env(variable, ""); v != "" || file == "" {
		return v, nil
	}
	advice := "let it name a file that holds the secret alone"
	if variable != "" {
		advice = fmt.Sprintf("set %s, or let %s name a file that holds the secret alone", variable, setting)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", usage("%s: %w", setting, err).WithHint("%s", advice)
	}
	if secret := strings.TrimSpace(string(text)); secret != "" {
		return secret, nil
	}
	return "", usage("%s: %s is empty", setting, file)
}

// NeedCredentials refuses to start without a client, and says how to get one.
func (c Settings) NeedCredentials(secret string) error {
	id, key := "GENESYS_CLIENT_ID", "GENESYS_CLIENT_SECRET"
	const how = "make an OAuth client with the client-credentials grant in Admin > Integrations > OAuth and "
	hint := how + "export its id and secret; to look around without one: wrapcast demo"
	if c.Organisation != "" {
		id, key, hint = "client_id", "client_secret", how+"write its id and where its secret is below the organisation"
	}
	var missing []string
	if c.ClientID == "" {
		missing = append(missing, id)
	}
	if secret == "" {
		missing = append(missing, key)
	}
	if len(missing) == 0 {
		return nil
	}
	return usage("%s not set", strings.Join(missing, " and ")+show.Plural(len(missing), " is", " are")).WithHint("%s", hint)
}

// WriteSecret finds the secret of the OAuth client that submits, where there is one of its own.
func (s Source) WriteSecret(c Settings) (string, error) {
	secret, err := s.secretOf(c, place{"GENESYS_WRITE_CLIENT_SECRET", c.WriteClientSecret, c.WriteClientSecretFile,
		"write_client_secret"})
	if err == nil && (secret == "") != (c.WriteClientID == "") {
		err = usage("GENESYS_WRITE_CLIENT_ID and GENESYS_WRITE_CLIENT_SECRET belong together: one of them is missing").
			WithHint("set both to submit with an OAuth client of its own, or neither")
		if c.Organisation != "" {
			err = usage("write_client_id and write_client_secret belong together: one of them is missing").
				WithHint("set both to submit with an OAuth client of its own, or neither")
		}
	}
	return secret, err
}

// OfOrganisation names the organisation that an error is about, where the settings have several.
func (c Settings) OfOrganisation(err error) error {
	if c.Organisation == "" || err == nil || strings.Contains(err.Error(), "organisation "+c.Organisation+":") {
		return err
	}
	named := wrapcast.Errorf(wrapcast.KindOf(err), "", "organisation %s: %w", c.Organisation, err)
	if hint := wrapcast.Hint(err); hint != "" {
		named = named.WithHint("%s", hint)
	}
	return named
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
	for _, r := range []Reference{c.ClientSecret, c.WriteClientSecret, c.REST.Token, c.Webhook.Secret} {
		if file, is := strings.CutPrefix(string(r), byFile); is {
			named = append(named, file)
		}
	}
	return named
}
