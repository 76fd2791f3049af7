package session

import "github.com/wrapcast/wrapcast/internal/genesys"

// restClient reaches the host of the rest target, nil where that is the organisation's own API.
func (o *Opener) restClient(at Access, waiting func(string)) (*genesys.Client, error) {
	r := at.Settings.REST
	if r.BaseURL == "" {
		return nil, nil //nolint:nilnil // the organisation's own client serves then
	}
	token, err := o.Settings.RESTToken(at.Settings)
	if err != nil {
		return nil, err
	}
	if token == "" {
		return nil, usage("rest.base_url is set, but there is no token for that host").
			WithHint("set WRAPCAST_REST_TOKEN, or let rest.token_file name a file that holds the token alone")
	}
	return genesys.New(genesys.Config{BaseURL: r.BaseURL, Token: token, Network: at.Network, Clock: o.Clock,
		Waiting:               waiting,
		IgnoresIdempotencyKey: r.IgnoresIdempotencyKey, UserAgent: "wrapcast/" + o.Version})
}
