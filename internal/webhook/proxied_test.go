package webhook

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/wrapcast/wrapcast"
)

// proxy lets everything through to one receiver, whatever it is asked for, to who knows the password.
type proxy struct {
	*httptest.Server
	to string

	mu    sync.Mutex
	asked []string
}

func newProxy(t *testing.T, to string) *proxy {
	t.Helper()
	p := &proxy{to: to}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.asked = append(p.asked, r.Host)
	p.mu.Unlock()
	user, password, _ := (&http.Request{Header: http.Header{"Authorization": r.Header["Proxy-Authorization"]}}).BasicAuth()
	switch {
	case user != "wendy" || password != "pass":
		w.WriteHeader(http.StatusProxyAuthRequired)
		return
	case r.Method != http.MethodConnect:
		w.WriteHeader(http.StatusAccepted)
		return
	case strings.HasPrefix(r.Host, "forbidden."):
		w.WriteHeader(http.StatusForbidden)
		return
	}
	there, err := (&net.Dialer{}).DialContext(r.Context(), "tcp", p.to)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	w.WriteHeader(http.StatusOK)
	here, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		there.Close()
		return
	}
	go func() {
		_, _ = io.Copy(there, buffered)
		there.Close()
	}()
	_, _ = io.Copy(here, there)
	here.Close()
}

func (p *proxy) address(t *testing.T, password string) func(*http.Request) (*url.URL, error) {
	t.Helper()
	u, err := url.Parse(strings.Replace(p.URL, "http://", "http://wendy:"+password+"@", 1))
	if err != nil {
		t.Fatal(err)
	}
	return http.ProxyURL(u)
}

// deaf is a resolver that knows no name, as inside a company where only the proxy knows the outer ones.
func deaf() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("no name server")
	}}
}

// tlsHook is a TLS server for example.com, as its certificate says, and who trusts it.
func tlsHook(t *testing.T) (address string, trusted *x509.CertPool) {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	server.Config.ErrorLog = quiet()
	server.StartTLS()
	t.Cleanup(server.Close)
	trusted = x509.NewCertPool()
	trusted.AddCert(server.Certificate())
	return server.Listener.Addr().String(), trusted
}

func TestMessagesGoThroughTheProxyOfTheSettings(t *testing.T) {
	t.Parallel()
	to, trusted := tlsHook(t)
	p := newProxy(t, to)
	public := dns(t, func() [4]byte { return [4]byte{93, 184, 216, 34} })
	for name, c := range map[string]struct {
		resolver *net.Resolver
		url      string
	}{
		"a name that only the proxy knows": {deaf(), "https://example.com/hook"},
		"a public name":                    {public, "https://example.com/hook"},
		"without TLS":                      {public, "http://example.com/hook"},
	} {
		s := sender(t, Config{RootCAs: trusted, Resolver: c.resolver, Proxy: p.address(t, "pass")})
		if status, err := s.Send(t.Context(), delivery(c.url)); err != nil || status/100 != 2 {
			t.Errorf("%s: status %d, %v", name, status, err)
		}
		if through := s.Through(t.Context(), c.url); through != p.Listener.Addr().String() {
			t.Errorf("%s: through %q", name, through)
		}
	}
	if !slices.Contains(p.asked, "example.com:443") || len(p.asked) != 3 {
		t.Errorf("the proxy was asked for %v", p.asked)
	}
}

// The guard holds although another dials: a proxy is never asked for an address that would be refused.
func TestAProxyIsNotAskedForPrivateAddresses(t *testing.T) {
	t.Parallel()
	to, _ := tlsHook(t)
	p := newProxy(t, to)
	inside := dns(t, func() [4]byte { return [4]byte{10, 1, 2, 3} })
	metadata := dns(t, func() [4]byte { return [4]byte{169, 254, 169, 254} })
	for _, c := range []struct {
		url      string
		resolver *net.Resolver
		allow    bool
	}{
		{"https://10.0.0.5/", deaf(), false}, {"http://127.0.0.1:8080/", deaf(), false}, {"https://[::1]/", deaf(), false},
		{"https://[fd12:3456::1]/", deaf(), false}, {"http://169.254.169.254/latest", deaf(), true}, {"http://[fe80::1%25eth0]/", deaf(), true},
		{"http://2130706433/", deaf(), true}, {"http://0x7f.0.0.1/", deaf(), true}, {"http://127.1/", deaf(), true}, {"http://0x7f000001./", deaf(), true},
		{"http://wiki.localhost/", deaf(), true}, {"http://hook.example/", inside, false}, {"http://hook.example/", metadata, true},
		{"http://intranet/", deaf(), true}, {"http://metadata.google.internal/", deaf(), true}, {"http://metadata.goog/", deaf(), true},
		{"http://printer.local/", deaf(), true}, {"http://wiki.corp./", deaf(), true},
	} {
		s := sender(t, Config{Resolver: c.resolver, AllowPrivate: c.allow, Proxy: p.address(t, "pass")})
		if status, err := s.Send(t.Context(), delivery(c.url)); status != 0 || wrapcast.KindOf(err) != wrapcast.Refused {
			t.Errorf("%s (private allowed: %v): status %d, %v", c.url, c.allow, status, err)
		}
	}
	if len(p.asked) > 0 {
		t.Errorf("the proxy was asked for %v", p.asked)
	}
}

func TestWhatIsInHouseAndAllowedGoesWithoutTheProxy(t *testing.T) {
	t.Parallel()
	p := newProxy(t, "")
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	s := sender(t, Config{AllowPrivate: true, Resolver: loopbackResolver(t), Proxy: p.address(t, "pass")})
	for _, host := range []string{"127.0.0.1", "hook.example"} {
		if status, err := s.Send(t.Context(), delivery("http://"+host+":"+port)); err != nil || status != http.StatusOK {
			t.Errorf("%s: status %d, %v", host, status, err)
		}
	}
	if len(p.asked) > 0 {
		t.Errorf("the proxy was asked for %v", p.asked)
	}
}

func TestAProxyThatRefusesIsNamed(t *testing.T) {
	t.Parallel()
	to, trusted := tlsHook(t)
	p := newProxy(t, to)
	gone := newProxy(t, to)
	gone.Close()
	for name, c := range map[string]struct {
		url   string
		proxy func(*http.Request) (*url.URL, error)
		words string
	}{
		"a host that it does not let through": {"https://forbidden.example/", p.address(t, "pass"), "the proxy answered 403"},
		"a wrong password":                    {"https://example.com/", p.address(t, "wrong"), "the proxy answered 407"},
		"a wrong password, without TLS":       {"http://example.com/", p.address(t, "wrong"), "the proxy answered 407"},
		"no proxy there":                      {"https://example.com/", gone.address(t, "pass"), "through the proxy " + gone.Listener.Addr().String() + ") cannot be reached"},
	} {
		s := sender(t, Config{RootCAs: trusted, Resolver: deaf(), Proxy: c.proxy})
		_, err := s.Send(t.Context(), delivery(c.url))
		if wrapcast.KindOf(err) != wrapcast.Unavailable || Permanent(err) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v", name, err)
		}
		if text := err.Error() + wrapcast.Hint(err); strings.Contains(text, "wendy") || strings.Contains(text, "wrong@") {
			t.Errorf("%s: a secret is said: %s", name, text)
		}
	}
}
