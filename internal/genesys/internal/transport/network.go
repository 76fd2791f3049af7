package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"golang.org/x/net/http/httpproxy"

	"github.com/wrapcast/wrapcast"
)

// Network says how hosts are reached from inside a company. The zero value takes the proxy of the environment and the
// system's certificate authorities.
type Network struct {
	// Proxy is the address of the proxy that connections go through: "http://proxy.example.org:3128", with user and
	// password before the host where it asks for them. "" takes the one of the environment (HTTPS_PROXY, HTTP_PROXY),
	// "direct" none. Hosts that NO_PROXY names, and those on this machine, are reached without it.
	Proxy string `json:"-"`
	// CAFile is a PEM file of certificate authorities that are trusted beside the system's; "" is none.
	CAFile string
}

// direct is the Proxy that is none.
const direct = "direct"

// String leaves out the proxy, whose address may hold a password.
func (n Network) String() string { return fmt.Sprintf("genesys.Network{CAFile: %q}", n.CAFile) }

// GoString leaves out the proxy, whose address may hold a password.
func (n Network) GoString() string { return n.String() }

// Transport makes what requests are sent by. A setting that cannot work is a Usage error.
func (n Network) Transport() (*http.Transport, error) {
	proxy, err := n.proxy()
	if err != nil {
		return nil, err
	}
	authorities, err := n.RootCAs()
	if err != nil {
		return nil, err
	}
	return &http.Transport{
		Proxy:                  proxy,
		OnProxyConnectResponse: throughProxy,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSClientConfig:        &tls.Config{RootCAs: authorities, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    10 * time.Second,
		MaxIdleConnsPerHost:    8,
		IdleConnTimeout:        50 * time.Second, // before most load balancers hang up
		MaxResponseHeaderBytes: 256 << 10,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // the transport asks for gzip itself
	}, nil
}

// proxy finds the proxy of a request.
func (n Network) proxy() (func(*http.Request) (*url.URL, error), error) {
	switch n.Proxy {
	case "":
		return http.ProxyFromEnvironment, nil
	case direct:
		return nil, nil //nolint:nilnil // no proxy is a valid setting
	}
	if err := CheckProxy(n.Proxy); err != nil {
		return nil, err
	}
	config := httpproxy.Config{HTTPProxy: n.Proxy, HTTPSProxy: n.Proxy, NoProxy: httpproxy.FromEnvironment().NoProxy}
	of := config.ProxyFunc()
	return func(r *http.Request) (*url.URL, error) { return of(r.URL) }, nil
}

// Configured finds the proxy of a request as the settings say; nil where they name none and leave it to the
// environment, or say that there is none.
func (n Network) Configured() (func(*http.Request) (*url.URL, error), error) {
	if n.Proxy == "" {
		return nil, nil //nolint:nilnil // no proxy is a valid setting
	}
	return n.proxy()
}

// CheckProxy refuses what is no address of a proxy. Its error does not repeat the address, which may hold a password.
func CheckProxy(address string) error {
	u, err := url.Parse(address)
	bad := err != nil || u.Hostname() == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != ""
	if !bad && (u.Scheme == "http" || u.Scheme == "https" || u.Scheme == "socks5" || u.Scheme == "socks5h") {
		return nil
	}
	if address == direct || address == "" {
		return nil
	}
	return wrapcast.Errorf(wrapcast.Usage, "genesys.New", "the address of the proxy cannot be used").
		WithHint("write it as http://proxy.example.org:3128, https:// or socks5://, " +
			"with user:password@ before the host where it asks for them; characters such as @ and : in a password " +
			"are written %%40 and %%3A; or direct for no proxy")
}

// RootCAs are the certificate authorities that are trusted; nil means the system's.
func (n Network) RootCAs() (*x509.CertPool, error) {
	if n.CAFile == "" {
		return nil, nil //nolint:nilnil // the system's
	}
	text, err := os.ReadFile(n.CAFile)
	if err != nil {
		return nil, wrapcast.Errorf(wrapcast.Usage, "genesys.New", "the file of certificate authorities: %w", err).
			WithHint("network.ca_file (WRAPCAST_CA_FILE) names a file in PEM format; your IT department has it")
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(text) {
		return nil, wrapcast.Errorf(wrapcast.Usage, "genesys.New", "%s holds no certificate in PEM format", n.CAFile).
			WithHint("it begins with -----BEGIN CERTIFICATE-----; one in DER format is turned into PEM by " +
				"openssl x509 -inform der -in FILE -out FILE.pem")
	}
	return pool, nil
}

// passwords are those of the proxies there may be: they must not show.
func (n Network) passwords() (all []string) {
	environment := httpproxy.FromEnvironment()
	for _, address := range []string{n.Proxy, environment.HTTPSProxy, environment.HTTPProxy} {
		u, err := url.Parse(address)
		if err != nil || u.User == nil {
			continue
		}
		if p, ok := u.User.Password(); ok {
			all = append(all, p, url.QueryEscape(p), url.PathEscape(p))
		}
	}
	return all
}

// proxyError is a proxy that does not let a connection through.
type proxyError struct {
	// proxy is its host and port, without user and password.
	proxy  string
	status int
	text   string
}

func (e *proxyError) Error() string {
	return fmt.Sprintf("the proxy %s answered %s", e.proxy, Printable(e.text, 80))
}

// lasting reports whether trying again cannot help: the proxy wants a password, or does not allow the host.
func (e *proxyError) lasting() bool {
	return e.status >= 400 && e.status < 500 && e.status != http.StatusRequestTimeout
}

// throughProxy takes anything but a 200 for the refusal it is, which net/http reports without its status.
func throughProxy(_ context.Context, proxy *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return &proxyError{proxy: proxy.Host, status: answer.StatusCode, text: answer.Status}
}

// Proxy is the host and port of the proxy through which an address is reached, "" where there is none.
func (t *Transport) Proxy(address string) string {
	sender, ok := t.http.Transport.(*http.Transport)
	if !ok || sender.Proxy == nil {
		return ""
	}
	to, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if u, err := sender.Proxy(&http.Request{URL: to}); err == nil && u != nil {
		return u.Host
	}
	return ""
}
