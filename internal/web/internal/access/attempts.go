package access

import (
	"net/netip"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/plain"
	"github.com/wrapcast/wrapcast/internal/web/internal/auth"
)

// attempts bounds guesses at passwords. Each is counted before the password is looked at, under the account itself,
// however its name is spelt: five at once, then one a minute. One address may guess twenty times at once over all
// accounts, then every ten seconds. A browser that is known to the account is counted for itself, so that nobody
// else's guesses keep its owner out.
type attempts struct {
	perAccount, perName, perBrowser, perAddress auth.Limit
}

func newAttempts() *attempts {
	few := func() auth.Limit { return auth.Limit{Burst: 5, Every: time.Minute} }
	return &attempts{perAccount: few(), perName: few(), perBrowser: few(),
		perAddress: auth.Limit{Burst: 20, Every: 10 * time.Second}}
}

// attempt is one guess, counted already.
type attempt struct {
	limit *auth.Limit
	key   string
	// from is the address it is counted under; "" is none.
	from string
}

// begin counts a guess at a name that is an account's, or nobody's. It returns how long to wait where it is one too
// many; then it is not counted.
func (l *attempts) begin(
	account wrapcast.Account, name, browser, from string, now time.Time,
) (attempt, time.Duration) {
	a := attempt{limit: &l.perName, key: plain.Name(name), from: addressKey(from)}
	switch {
	case browser != "":
		a = attempt{limit: &l.perBrowser, key: string(account.ID) + " " + browser}
	case account.ID != "":
		a.limit, a.key = &l.perAccount, string(account.ID)
	}
	if wait := a.limit.Take(a.key, now); wait > 0 || a.from == "" {
		return a, wait
	}
	wait := l.perAddress.Take(a.from, now)
	if wait > 0 {
		a.limit.GiveBack(a.key, now)
	}
	return a, wait
}

// right forgets the guesses before a right one.
func (l *attempts) right(a attempt, now time.Time) {
	a.limit.Forget(a.key)
	if a.from != "" {
		l.perAddress.GiveBack(a.from, now)
	}
}

// unjudged takes a guess back that was not looked at.
func (l *attempts) unjudged(a attempt, now time.Time) {
	a.limit.GiveBack(a.key, now)
	if a.from != "" {
		l.perAddress.GiveBack(a.from, now)
	}
}

// addressKey is what an address is counted under: in IPv6 its /64, of which one customer has all.
func addressKey(from string) string {
	ip, err := netip.ParseAddr(from)
	if err != nil {
		return from + "?"
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		if p, err := ip.Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}
