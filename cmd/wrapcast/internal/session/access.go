package session

import (
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
	"github.com/wrapcast/wrapcast/internal/genesys"
)

// FastPoll is how often a simulator is asked, which answers at once.
const FastPoll = 500 * time.Millisecond

// Access is how a session reaches the platform, and what differs between a real
// organisation and a simulated one.
type Access struct {
	Settings settings.Settings
	// Secret is that of the OAuth client.
	Secret string
	// WriteSecret is that of the OAuth client that submits, where there is one.
	WriteSecret string
	// WebhookSecrets sign messages; none derives one from the client's secret.
	WebhookSecrets []string
	// Network is how hosts are reached.
	Network genesys.Network
	// PollFast asks the simulator, which answers at once, more often than one would ask the platform.
	PollFast bool
	// Impatient gives up early: a person waits for an answer.
	Impatient bool
	// Background shows no progress: nobody looks at the terminal.
	Background bool
}

// Access reads settings and secrets, and refuses to go on without them.
func (o *Opener) Access() (Access, error) {
	c, err := o.Settings.Load()
	if err != nil {
		return Access{}, err
	}
	secret, err := o.Settings.ClientSecret(c)
	if err != nil {
		return Access{}, err
	}
	if err := c.NeedCredentials(secret); err != nil {
		return Access{}, err
	}
	writing, err := o.Settings.WriteSecret(c)
	if err != nil {
		return Access{}, err
	}
	signing, err := o.Settings.Secret("WFM_WEBHOOK_SECRET", c.Webhook.SecretFile, "webhook.secret_file")
	if err != nil {
		return Access{}, err
	}
	network, err := o.Settings.Network(c)
	return Access{Settings: c, Secret: secret, WriteSecret: writing, WebhookSecrets: strings.Fields(signing),
		Network: network}, err
}

// usage is the error of settings that cannot work.
func usage(format string, args ...any) *wrapcast.Error {
	return wrapcast.Errorf(wrapcast.Usage, "", format, args...)
}
