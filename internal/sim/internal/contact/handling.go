package contact

import (
	"math"
	"math/rand/v2"
	"time"
)

// Handling is how long contacts of one code on one channel take. There are no handle
// times in the data the demand was measured on, so all of this is synthetic: the
// medians per channel below, spread over codes by a seeded log-normal factor, and
// around the median by a log-normal again.
type Handling struct {
	talk, afterCall float64 // medians, milliseconds
	holds           float64 // share of contacts put on hold
}

// spread is the standard deviation of the logarithm of talk and after-call time within a code and channel.
const spread = 0.55

// NewHandling draws the handle times of a code on a channel; chance is the code's own, so that a code
// which takes long takes long on every channel.
func NewHandling(chance uint64, m Media) Handling {
	factor := math.Exp(0.35 * Normal(chance))
	talk := [MediaCount]time.Duration{4 * time.Minute, 7 * time.Minute, 6 * time.Minute, 5 * time.Minute,
		4 * time.Minute}[m]
	after := [MediaCount]time.Duration{50 * time.Second, 40 * time.Second, 30 * time.Second, 30 * time.Second,
		time.Minute}[m]
	holds := [MediaCount]float64{0.2, 0, 0, 0, 0.1}[m]
	return Handling{factor * milliseconds(talk), factor * milliseconds(after), holds}
}

// Talk is the median talk time in milliseconds.
func (h Handling) Talk() float64 { return h.talk }

// AfterCallTimeout is when a queue ends after-call work by itself and the platform stamps ININ-WRAP-UP-TIMEOUT.
const AfterCallTimeout = 3 * time.Minute

// Draw sets the contact's talk, hold and after-call times. Their sum is at least a second and at most about 2 h 33 min.
func (h Handling) Draw(r *rand.Rand, c *Contact) {
	c.Talk = clamp(logNormal(r, h.talk, spread), time.Second, 2*time.Hour)
	c.AfterCall = clamp(logNormal(r, h.afterCall, spread), time.Second, AfterCallTimeout-time.Second)
	if r.Float64() < h.holds {
		c.Held = clamp(r.ExpFloat64()*milliseconds(45*time.Second), time.Second, 30*time.Minute)
	}
}

func clamp(ms float64, least, most time.Duration) int64 {
	return int64(math.Round(min(max(ms, milliseconds(least)), milliseconds(most))))
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
