package transport

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers by which the platform may tell how much of a token's minute is used. Nobody could verify that it still
// sends them, so that nothing depends on them.
const (
	rateAllowed = "Inin-Ratelimit-Allowed"
	rateCount   = "Inin-Ratelimit-Count"
	rateReset   = "Inin-Ratelimit-Reset"
)

// applyRateHeaders keeps to what an answer says of the rate limit: less than four fifths of it is used, and
// nobody sends once it is used up, before a 429 would say so.
func (t *Transport) applyRateHeaders(h http.Header) {
	allowed, ok := whole(h.Get(rateAllowed))
	if !ok || allowed < 1 {
		return
	}
	now := t.clock.Now()
	t.budget.allowed(allowed, now)
	count, counted := whole(h.Get(rateCount))
	reset, resets := whole(h.Get(rateReset))
	if counted && resets && count >= allowed && reset <= 60 {
		t.budget.Hold(now.Add(time.Duration(reset) * time.Second))
	}
}

// whole reads a number from 0 on.
func whole(s string) (int, bool) {
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 31)
	return int(n), err == nil
}
