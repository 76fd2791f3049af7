package faults

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kind is one way in which a request fails.
type Kind string

// The kinds of fault. The empty kind is none.
const (
	None Kind = ""

	// TooMany answers 429 with Retry-After, TooManyBare without; nothing was done.
	TooMany     Kind = "429"
	TooManyBare Kind = "429-bare"
	// Internal, BadGateway, Unavailable and Timeout answer 5xx; nothing was done.
	Internal    Kind = "500"
	BadGateway  Kind = "502"
	Unavailable Kind = "503"
	Timeout     Kind = "504"
	// Storm, StormBare and Burst go on for a number of requests: 429 with and without Retry-After, any 5xx.
	Storm     Kind = "storm"
	StormBare Kind = "storm-bare"
	Burst     Kind = "burst"
	// Revoke ends every token before the request is looked at, Withdraw takes permissions away for good.
	Revoke   Kind = "revoke"
	Withdraw Kind = "withdraw"

	// Drop breaks the connection, before or after the work was done; DropBefore and DropAfter choose.
	Drop       Kind = "drop"
	DropBefore Kind = "drop-before"
	DropAfter  Kind = "drop-after"
	// InternalAfter, UnavailableAfter and TimeoutAfter answer 5xx although the work was done.
	InternalAfter    Kind = "500-after"
	UnavailableAfter Kind = "503-after"
	TimeoutAfter     Kind = "504-after"
	// Late does the work at once and answers much later, Slow lets the answer trickle.
	Late Kind = "late"
	Slow Kind = "slow"
	// Reset breaks the connection in the middle of the body. Truncate ends the JSON half-way, Garble spoils it.
	Reset    Kind = "reset"
	Truncate Kind = "truncate"
	Garble   Kind = "garble"
	// HTML answers 200 with a web page instead, Mistyped says that the JSON is plain text.
	HTML     Kind = "html"
	Mistyped Kind = "mistyped"
	// Twice does the work two times, as a gateway that repeats requests would.
	Twice Kind = "twice"

	// Latency makes an answer wait before anything is done.
	Latency Kind = "latency"
	// Skew sets the platform's clock off: the Date header, and when tokens end.
	Skew Kind = "skew"

	// ImportSlow, ImportStuck and ImportError say how an accepted import goes on.
	ImportSlow  Kind = "import-slow"
	ImportStuck Kind = "import-stuck"
	ImportError Kind = "import-error"

	// NotificationLost tells nobody of an import's end, NotificationTwice tells it two times.
	NotificationLost  Kind = "notification-lost"
	NotificationTwice Kind = "notification-twice"
)

// group sets faults apart that can meet the same request: of each group it meets one at most.
type group int

// The groups.
const (
	answers group = iota
	delays
	clocks
	fates
	notices
	groupCount = iota
)

// parameter is what may stand behind a share.
type parameter int

const (
	nothing parameter = iota
	duration
	number
	text
)

// trait is what there is to know of a kind.
type trait struct {
	kind  Kind
	group group
	// after: the work is done, and a request that must not be repeated has been worth its name.
	after bool
	takes parameter
	// fallback is the parameter when none is given.
	fallback string
	about    string
}

func traits() []trait {
	return []trait{
		{kind: TooMany, takes: number, fallback: "1", about: "429 with Retry-After, in seconds"},
		{kind: TooManyBare, about: "429 without Retry-After"},
		{kind: Internal, about: "500"},
		{kind: BadGateway, about: "502"},
		{kind: Unavailable, about: "503"},
		{kind: Timeout, about: "504"},
		{kind: Storm, takes: number, fallback: "20", about: "so many requests in a row get 429 with Retry-After: 1"},
		{kind: StormBare, takes: number, fallback: "20",
			about: "so many requests in a row get 429 without Retry-After"},
		{kind: Burst, takes: number, fallback: "10", about: "so many requests in a row get 500, 502, 503 or 504"},
		{kind: Revoke, about: "every token is revoked"},
		{kind: Withdraw, takes: text, about: "the permissions of the endpoint, or the one named, are withdrawn for good"},
		{kind: Drop, about: "the connection breaks, before or after the work was done"},
		{kind: DropBefore, about: "the connection breaks before anything was done"},
		{kind: DropAfter, after: true, about: "the work is done and the connection breaks instead of the answer"},
		{kind: InternalAfter, after: true, about: "the work is done and the answer is 500"},
		{kind: UnavailableAfter, after: true, about: "the work is done and the answer is 503"},
		{kind: TimeoutAfter, after: true, about: "the work is done and the answer is 504"},
		{kind: Late, after: true, takes: duration, fallback: "1m0s",
			about: "the work is done and the answer comes so much later"},
		{kind: Slow, after: true, takes: duration, fallback: "30s", about: "the answer trickles over so long"},
		{kind: Reset, after: true, about: "the connection is reset in the middle of the body"},
		{kind: Truncate, after: true, about: "the body ends half-way and says that it is whole"},
		{kind: Garble, after: true, about: "the body is no JSON"},
		{kind: HTML, after: true, about: "the answer is a web page with status 200"},
		{kind: Mistyped, after: true, about: "the body is right and its content type text/plain"},
		{kind: Twice, after: true, about: "the work is done two times"},
		{kind: Latency, group: delays, takes: duration, fallback: "200ms",
			about: "so long passes before anything is done"},
		{kind: Skew, group: clocks, takes: duration, fallback: "10m0s",
			about: "Date is so much ahead and tokens end so much early; below 0 behind and late"},
		{kind: ImportSlow, group: fates, takes: duration, fallback: "1m0s", about: "the import takes so much longer"},
		{kind: ImportStuck, group: fates, about: "the import never ends"},
		{kind: ImportError, group: fates, about: "the import is accepted and ends in an error"},
		{kind: NotificationLost, group: notices, about: "nobody is told how the import ended"},
		{kind: NotificationTwice, group: notices, about: "it is told two times how the import ended"},
	}
}

func traitOf(k Kind) (trait, bool) {
	all := traits()
	i := slices.IndexFunc(all, func(t trait) bool { return t.kind == k })
	if i < 0 {
		return trait{}, false
	}
	return all[i], true
}

// Help lists every fault with what it does, a line each.
func Help() string {
	var b strings.Builder
	for _, t := range traits() {
		name := string(t.kind)
		switch {
		case t.fallback != "":
			name += " (:" + shorten(t) + ")"
		case t.takes == text:
			name += " (:…)"
		}
		fmt.Fprintf(&b, "  %-22s %s\n", name, t.about)
	}
	return b.String()
}

func shorten(t trait) string {
	d, err := time.ParseDuration(t.fallback)
	if t.takes != duration || err != nil {
		return t.fallback
	}
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	return s
}
