package genesys

import (
	"sync"
	"time"
)

// Usage says what a client has taken of the platform so far: the figures at the end of a run.
type Usage struct {
	// Requests is the number of HTTP requests sent, repeated ones included, tokens and uploads too; not
	// what net/http repeats by itself when a kept connection turns out dead.
	Requests int `json:"requests"`
	// Retries is how many of these repeated an earlier one.
	Retries int `json:"retries"`
	// RateLimited is how many were answered 429.
	RateLimited int `json:"rate_limited"`
	// BytesOut and BytesIn are the sizes of bodies as they went over the wire, compressed where they were.
	BytesOut int64 `json:"bytes_out"`
	BytesIn  int64 `json:"bytes_in"`
	// WaitedForBudget, WaitedAsTold (Retry-After) and WaitedBackoff add up the waits of all
	// goroutines; they are nanoseconds in JSON.
	WaitedForBudget time.Duration `json:"waited_for_budget"`
	WaitedAsTold    time.Duration `json:"waited_as_told"`
	WaitedBackoff   time.Duration `json:"waited_backoff"`
}

// Waited is the sum of all waits.
func (u Usage) Waited() time.Duration { return u.WaitedForBudget + u.WaitedAsTold + u.WaitedBackoff }

// meter is a Usage that many goroutines add to.
type meter struct {
	mu    sync.Mutex
	usage Usage
}

func (m *meter) add(f func(*Usage)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f(&m.usage)
}

func (m *meter) read() Usage {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.usage
}
