package session

import (
	"cmp"
	"net"
	"net/url"

	"github.com/wrapcast/wrapcast/internal/webhook"
)

// Sender makes the sender of webhooks, nil where none is set.
func (o *Opener) Sender(at Access) (*webhook.Sender, error) {
	if at.Settings.Webhook.URL == "" {
		return nil, nil //nolint:nilnil // no webhook is a valid setting
	}
	if err := webhook.CheckURL(at.Settings.Webhook.URL); err != nil {
		return nil, err
	}
	secrets := at.WebhookSecrets
	if len(secrets) == 0 {
		secrets = []string{webhook.DerivedSecret(at.Secret)}
	}
	authorities, err := at.Network.RootCAs()
	if err != nil {
		return nil, err
	}
	proxy, err := at.Network.Configured()
	if err != nil {
		return nil, err
	}
	return webhook.New(webhook.Config{Secrets: secrets, Clock: o.Clock, UserAgent: "wrapcast/" + o.Version,
		RootCAs:       authorities,
		Proxy:         proxy,
		AllowPrivate:  at.Settings.Webhook.AllowPrivate,
		AllowLoopback: loopback(cmp.Or(at.Settings.APIURL, at.Settings.BaseURL))})
}

// loopback reports whether the platform is a simulator on this machine, whose webhooks may stay here too.
func loopback(baseURL string) bool {
	u, err := url.Parse(baseURL)
	if err != nil || baseURL == "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}
