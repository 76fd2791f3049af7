package settings

import (
	"net/url"

	"github.com/wrapcast/wrapcast/internal/genesys"
)

// Network is how hosts are reached: by the proxy of WRAPCAST_PROXY, else the one of the file that holds its password,
// else the one the settings name, else that of the environment.
func (s Source) Network(c Settings) (genesys.Network, error) {
	proxy, err := s.Secret("WRAPCAST_PROXY", c.Network.ProxyFile, "network.proxy_file")
	if err != nil {
		return genesys.Network{}, err
	}
	if proxy == "" {
		proxy = c.Network.Proxy
	}
	return genesys.Network{Proxy: proxy, CAFile: c.Network.CAFile}, genesys.CheckProxy(proxy)
}

// check refuses a password in the settings file.
func (n Network) check() error {
	if u, err := url.Parse(n.Proxy); err == nil && u.User != nil {
		return usage("network.proxy holds a user or a password, which never stand in the settings file").
			WithHint("set WRAPCAST_PROXY to the whole address, or let network.proxy_file name a file that holds it alone")
	}
	return genesys.CheckProxy(n.Proxy)
}
