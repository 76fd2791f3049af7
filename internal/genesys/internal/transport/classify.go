package transport

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// classify says what sort of error a failure is and what to do about it.
func (r *request) classify(f *failure) (wrapcast.Kind, string) {
	switch {
	case f.status == 0 || f.garbled:
		return r.unreachable(f)
	case f.status == http.StatusTooManyRequests:
		return wrapcast.Unavailable, r.rateHint(f)
	case f.status == http.StatusRequestTimeout || f.status >= 500 && f.status != http.StatusNotImplemented:
		return wrapcast.Unavailable, "the platform has a problem of its own: wait and run again; what was done is kept"
	case f.status >= 300 && f.status < 400:
		return wrapcast.Usage, "the address leads elsewhere: check the region or GENESYS_BASE_URL, and any proxy on the way"
	case r.endpoint.Name == TokenCall:
		return r.loginRefused(f)
	case f.status == http.StatusUnauthorized || f.status == http.StatusForbidden:
		return wrapcast.Refused, r.accessHint(f)
	case f.status == http.StatusNotFound:
		return wrapcast.NotFound, "it may have been deleted, or lie in a division that the OAuth client's roles do not cover"
	case f.status == http.StatusConflict:
		return wrapcast.Conflict, "something else is changing it: wait a minute and run again"
	case f.status == http.StatusRequestEntityTooLarge && !r.Divisible:
		return wrapcast.Refused, "the request is larger than the platform takes: send less at once"
	case f.tooLarge:
		return wrapcast.Refused, "ask for a shorter time at once"
	}
	return wrapcast.Refused, "the platform does not take this request; its message says which part"
}

func (r *request) unreachable(f *failure) (wrapcast.Kind, string) {
	proxy, _ := errors.AsType[*proxyError](f.cause)
	switch {
	case proxy != nil:
		return wrapcast.Unavailable, r.proxyHint(proxy)
	case unknownAuthority(f.cause):
		return wrapcast.Unavailable, "where the company inspects encrypted traffic, let network.ca_file (WRAPCAST_CA_FILE) " +
			"name a PEM file with its certificate authority; else check the region, GENESYS_BASE_URL and this machine's certificates"
	case f.tooLarge:
		return wrapcast.Refused, "ask for a shorter time at once, or allow larger answers"
	case f.garbled:
		return wrapcast.Unavailable, "check that " + r.host() +
			" is the platform's API and not a proxy's page, and run again"
	case f.lasting:
		return wrapcast.Unavailable, "check the region or GENESYS_BASE_URL, this machine's name service, clock and certificates"
	}
	return wrapcast.Unavailable, "check that " + r.host() +
		" can be reached from this machine, and run again; what was done is kept"
}

// proxyHint says what to do about a proxy that lets nothing through.
func (r *request) proxyHint(e *proxyError) string {
	switch {
	case e.status == http.StatusProxyAuthRequired:
		return "the proxy wants a user and a password: set WRAPCAST_PROXY=http://USER:PASSWORD@" + e.proxy +
			" or let network.proxy_file name a file that holds this address; Basic authentication is what is offered"
	case e.lasting():
		return "the proxy does not let this machine reach " + r.host() + ": have it allowed (`wrapcast doctor --calls` lists " +
			"what is called), or name another proxy (network.proxy, WRAPCAST_PROXY, HTTPS_PROXY)"
	}
	return "the proxy does not reach " + r.host() + ": run again later, or check network.proxy, WRAPCAST_PROXY and HTTPS_PROXY"
}

func (r *request) loginRefused(f *failure) (wrapcast.Kind, string) {
	if f.status == http.StatusNotFound || f.status == http.StatusMethodNotAllowed {
		return wrapcast.Usage, "there is no login at " + r.host() + ": check GENESYS_REGION or GENESYS_BASE_URL"
	}
	return wrapcast.Refused, "check GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET and GENESYS_REGION: " +
		"the OAuth client must be of the type Client Credentials, active, and of that region"
}

// accessHint is for a 401 that a fresh token did not cure, and for a 403.
func (r *request) accessHint(f *failure) string {
	switch {
	case r.endpoint.Host == Storage:
		return "the signed address has expired or was changed on the way: run again"
	case r.endpoint.Host == RESTTarget:
		return "check the token of the rest target and what it may do there"
	case f.status == http.StatusUnauthorized:
		return "the access token is not accepted, a fresh one neither: check that the OAuth client is active " +
			"and that this machine's address is on the organisation's list of allowed addresses, if it has one"
	case len(r.endpoint.Permissions) == 0:
		return "give the OAuth client's roles access to it in the right divisions; scopes do not matter to Client Credentials"
	}
	return fmt.Sprintf("give a role of the OAuth client the permission %s, in the divisions it has to see "+
		"(Admin > Integrations > OAuth > the client > Roles); scopes do not matter to Client Credentials",
		strings.Join(r.endpoint.Permissions, " or "))
}

func (r *request) rateHint(f *failure) string {
	if f.retryAfter > 0 {
		return fmt.Sprintf("the platform asks to wait %v: run again after that, or allow longer waits",
			f.retryAfter.Round(time.Second))
	}
	return "other programs use up the organisation's request budget: run again later, or lower requests per minute"
}
