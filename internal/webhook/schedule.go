package webhook

import (
	"hash/fnv"
	"math"
	"strconv"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Schedule says when a delivery that failed is tried again. The zero value tries ten
// times over about nineteen hours: after 5 s, 20 s, 80 s, 5 min, 21 min, 85 min, 6 h …
type Schedule struct {
	// Attempts is how many there are in all; zero means 10.
	Attempts int
	// First is the wait after the first; zero means 5 seconds. Each further wait is four times as long.
	First time.Duration
	// MaxWait is the longest wait, and the longest a receiver may ask for; zero means 6 hours.
	MaxWait time.Duration
}

const (
	defaultAttempts = 10
	defaultFirst    = 5 * time.Second
	defaultMaxWait  = 6 * time.Hour
	factor          = 4.0
	jitter          = 0.2
)

// Next returns when to try again after as many attempts as were made (at least one), the last of them just now; dead is
// true when there is no next. A Retry-After is waited out in full, up to MaxWait. Waits differ by up to a fifth per
// delivery and attempt, so that many deliveries do not return at once; the same delivery always waits alike.
func (s Schedule) Next(id wrapcast.DeliveryID, attempts int, now time.Time, retryAfter time.Duration) (at time.Time,
	dead bool) {
	s = s.withDefaults()
	if attempts >= s.Attempts {
		return time.Time{}, true
	}
	wait := float64(s.First) * math.Pow(factor, float64(max(attempts, 1)-1))
	wait = min(wait*(1-jitter*fraction(id, attempts)), float64(s.MaxWait))
	return now.Add(min(max(time.Duration(wait), retryAfter), s.MaxWait)), false
}

func (s Schedule) withDefaults() Schedule {
	if s.Attempts <= 0 {
		s.Attempts = defaultAttempts
	}
	if s.First <= 0 {
		s.First = defaultFirst
	}
	if s.MaxWait <= 0 {
		s.MaxWait = defaultMaxWait
	}
	return s
}

// fraction is a number from 0 to 1 that depends on the delivery and the attempt alone.
func fraction(id wrapcast.DeliveryID, attempt int) float64 {
	hash := fnv.New64a()
	hash.Write([]byte(id))
	hash.Write([]byte{'/'})
	hash.Write([]byte(strconv.Itoa(attempt)))
	return float64(hash.Sum64()>>11) / (1 << 53)
}
