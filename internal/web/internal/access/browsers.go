package access

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/auth"
)

// browserCookie begins the names of the cookies by which a browser is known to accounts that have logged in with it,
// one for each. It lets nobody in: a right password from a known browser is looked at while others guess.
const (
	browserCookie = "wrapcast_browser_"
	browserLife   = 365 * 24 * time.Hour
	maxBrowsers   = 20 // cookies that are looked at
)

// browsersOf are what a browser keeps, by the names of the cookies.
func browsersOf(r *http.Request) map[string]string {
	var kept map[string]string
	for _, c := range r.Cookies() {
		if strings.HasPrefix(c.Name, browserCookie) && len(kept) < maxBrowsers {
			if kept == nil {
				kept = map[string]string{}
			}
			kept[c.Name] = c.Value
		}
	}
	return kept
}

// browserCookieOf is the name of an account's cookie, which does not tell the account.
func browserCookieOf(id wrapcast.AccountID) string {
	sum := sha256.Sum256([]byte(id))
	return browserCookie + hex.EncodeToString(sum[:6])
}

// knownBrowser returns what tells a browser from others that an account knows; "" where it is not known to it.
func (who Identity) knownBrowser(a wrapcast.Account, now time.Time) string {
	kept := who.browsers[browserCookieOf(a.ID)]
	if nonce, known := auth.KnownBrowser(string(a.ID), a.Password, kept, now); known && a.ID != "" {
		return nonce
	}
	return ""
}

// remember is the cookie by which a browser is known to an account from now on; "" where it has no password.
func (g *Gate) remember(a wrapcast.Account, now time.Time) (string, error) {
	if a.Password == "" {
		return "", nil
	}
	value, err := auth.SignBrowser(string(a.ID), a.Password, now.Add(browserLife))
	c := http.Cookie{Name: browserCookieOf(a.ID), Value: value, Path: api.Prefix + "/session",
		MaxAge: int(browserLife / time.Second), HttpOnly: true, Secure: g.Secure(), SameSite: http.SameSiteStrictMode}
	return c.String(), err
}
