package transport

import (
	"sync"
	"time"

	"github.com/wrapcast/wrapcast/internal/source"
)

// meter is a source.Usage that many goroutines add to.
type meter struct {
	mu    sync.Mutex
	usage source.Usage
}

func (m *meter) add(f func(*source.Usage)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f(&m.usage)
}

// send notes a request that is sent now.
func (m *meter) send(now time.Time, budgeted bool, f func(*source.Usage)) {
	m.add(func(u *source.Usage) {
		f(u)
		if !budgeted {
			return
		}
		u.Budgeted++
		if u.First.IsZero() {
			u.First = now
		}
		u.Latest = now
	})
}

func (m *meter) read() source.Usage {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.usage
}
