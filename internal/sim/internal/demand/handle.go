package demand

import (
	"math/rand/v2"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
)

// Shares of the contacts handled that end without a code of the agent's choosing. They
// are synthetic: in the data every request has a type.
const (
	withoutCode = 0.02
	timedOut    = 0.03  // ININ-WRAP-UP-TIMEOUT
	skipped     = 0.005 // ININ-WRAP-UP-SKIPPED
	defaulted   = 0.005 // the platform's Default Wrap-up Code
)

// abandoned is the share of a channel's contacts that is offered and never handled; synthetic.
func abandoned(m contact.Media) float64 {
	return [contact.MediaCount]float64{0.06, 0.04, 0.005, 0.02, 0}[m]
}

// wait is the mean of the exponential wait for an agent, and longest its cap; synthetic.
func wait(m contact.Media) (mean, longest time.Duration) {
	switch m {
	case contact.Voice:
		return 40 * time.Second, 30 * time.Minute
	case contact.Chat:
		return 50 * time.Second, 30 * time.Minute
	case contact.Message:
		return 8 * time.Minute, 4 * time.Hour
	default:
		return 90 * time.Minute, 12 * time.Hour
	}
}

// handle decides how a contact went on after it arrived.
func (m *Model) handle(r *rand.Rand, f *flow, c *contact.Contact) {
	c.Before = contact.NoCode
	mean, longest := wait(f.media)
	c.Wait = min(int64(r.ExpFloat64()*float64(mean.Milliseconds())), longest.Milliseconds())
	if r.Float64() < abandoned(f.media) {
		c.Abandoned, c.Code = true, contact.NoCode
		return
	}
	m.kinds[c.Code].handling[f.media].Draw(r, c)
	m.label(r.Float64(), c)
}

// label replaces the agent's code for the share of contacts that got none or the platform's.
func (m *Model) label(u float64, c *contact.Contact) {
	switch {
	case u < withoutCode:
		c.Code = contact.NoCode
	case u < withoutCode+timedOut:
		c.Code = len(m.kinds) + timeoutCode
		c.AfterCall = contact.AfterCallTimeout.Milliseconds()
	case u < withoutCode+timedOut+skipped:
		c.Code = len(m.kinds) + skippedCode
		c.AfterCall = 0
	case u < withoutCode+timedOut+skipped+defaulted:
		c.Code = len(m.kinds) + defaultCode
	default:
		c.Code = m.lives.relabel(m.events.relabel(c), c)
	}
}

// The codes that follow those of the figures.
const (
	timeoutCode = iota
	skippedCode
	defaultCode
	mergedCode // not the platform's: what two codes were merged into
)
