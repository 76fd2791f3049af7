package webhook

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// A proxy dials in our place, so that nothing here judges the address it dials. What can be judged is judged before it
// is asked: addresses that are written out, and every address that a name has here. A name that only the proxy can
// resolve is the proxy's to judge, unless it looks like one of somebody's own network. What is in-house here and
// allowed is reached without the proxy.

// errHereOnly is what a name fails with that has no address here and looks like one of the network the proxy stands in.
var errHereOnly = errors.New("the name has no address here")

// proxyRefusal is a proxy that does not let a connection through.
type proxyRefusal struct {
	proxy, status string
}

func (e *proxyRefusal) Error() string { return "the proxy refused the connection" }

// newProxied makes a client that knows no way but the proxy; nil where there is none.
func newProxied(config Config) *http.Client {
	if config.Proxy == nil {
		return nil
	}
	return newClient(config, func(t *http.Transport) {
		t.Proxy = func(r *http.Request) (*url.URL, error) {
			proxy, err := config.Proxy(r)
			if err == nil && proxy == nil {
				err = errPrivate // only what goes through the proxy may be dialled without being judged
			}
			return proxy, err
		}
		t.OnProxyConnectResponse = func(_ context.Context, proxy *url.URL, _ *http.Request, answer *http.Response) error {
			if answer.StatusCode == http.StatusOK {
				return nil
			}
			return &proxyRefusal{proxy.Host, fmt.Sprintf("%d %s", answer.StatusCode, http.StatusText(answer.StatusCode))}
		}
		t.DialContext = (&net.Dialer{}).DialContext
	})
}

// way is the client by which a request goes out, and the proxy's host and port where it is one that uses it. An error
// means that it may not go out at all.
func (s *Sender) way(ctx context.Context, r *http.Request) (client *http.Client, proxy string, err error) {
	if s.proxied == nil {
		return s.client, "", nil
	}
	to, err := s.config.Proxy(r)
	if err != nil || to == nil {
		return s.client, "", err
	}
	inside, err := s.judge(ctx, r.URL.Hostname())
	if err != nil || inside {
		return s.client, "", err
	}
	return s.proxied, to.Host, nil
}

// judge refuses hosts that messages may not go to, as far as it can be known from here, and reports whether one is
// in-house.
func (s *Sender) judge(ctx context.Context, host string) (inside bool, err error) {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if ip, err := netip.ParseAddr(host); err == nil {
		return s.judgeAll([]netip.Addr{ip})
	}
	if numeric(host) || localName(host) {
		return false, errPrivate
	}
	resolver := s.config.Resolver
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	addresses, err := resolver.LookupNetIP(ctx, "ip", host)
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case err == nil:
		return s.judgeAll(addresses)
	case ofSomeNetwork(host):
		return false, errHereOnly
	}
	return false, nil
}

func (s *Sender) judgeAll(addresses []netip.Addr) (inside bool, err error) {
	for _, ip := range addresses {
		if !s.config.mayReach(ip) {
			return false, errPrivate
		}
		inside = inside || !public(ip)
	}
	return inside, nil
}

// numeric reports whether a host is an address in one of the spellings that C libraries take and we don't: 2130706433,
// 0x7f.1, 127.1. No domain ends in a number.
func numeric(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if hex, ok := strings.CutPrefix(last, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return last != "" && strings.Trim(last, "0123456789") == ""
}

// localName reports whether a host is this machine by its name, which to a proxy means the machine it runs on.
func localName(host string) bool {
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// ofSomeNetwork reports whether a name is one that networks give to machines of their own: a single word, or below one
// of the domains set aside or commonly used for that.
func ofSomeNetwork(host string) bool {
	if !strings.Contains(host, ".") {
		return true
	}
	for _, domain := range []string{"internal", "local", "localdomain", "lan", "home", "corp", "intranet", "private",
		"arpa"} {
		if strings.HasSuffix(host, "."+domain) {
			return true
		}
	}
	return host == "metadata.goog"
}
