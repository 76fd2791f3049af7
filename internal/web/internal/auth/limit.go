package auth

import (
	"sync"
	"time"
)

// Limit bounds how often something may be tried under a key, such as logins to an account or from an address:
// Burst times at once, then once every Every.
type Limit struct {
	Burst int
	Every time.Duration

	mu   sync.Mutex
	keys map[string]bucket
}

type bucket struct {
	left float64
	at   time.Time
}

// maxKeys bounds the memory somebody can make a Limit take by trying ever other keys. Those that find no room share
// one bucket: nothing that is counted is forgotten for them.
const (
	maxKeys  = 10_000
	restOfIt = "\x00"
)

// Take counts an attempt before it is made, so that many at once gain nothing. Where it may not be made it counts
// nothing and returns how long to wait, never more than Every.
func (l *Limit) Take(key string, now time.Time) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	key = l.keyOf(key, now)
	left := l.left(key, now)
	if left < 1 {
		return time.Duration((1 - left) * float64(l.Every))
	}
	l.keys[key] = bucket{left: left - 1, at: now}
	return 0
}

// GiveBack takes an attempt back that turned out to be none, such as a login that succeeded.
func (l *Limit) GiveBack(key string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	key = l.keyOf(key, now)
	l.keys[key] = bucket{left: min(l.left(key, now)+1, float64(l.Burst)), at: now}
}

// Forget forgets what was tried under a key.
func (l *Limit) Forget(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.keys, key)
}

// keyOf is the key an attempt is counted under.
func (l *Limit) keyOf(key string, now time.Time) string {
	if l.keys == nil {
		l.keys = map[string]bucket{}
	}
	if _, known := l.keys[key]; known || len(l.keys) < maxKeys {
		return key
	}
	for old := range l.keys {
		if l.left(old, now) >= float64(l.Burst) {
			delete(l.keys, old)
		}
	}
	if len(l.keys) < maxKeys {
		return key
	}
	return restOfIt
}

func (l *Limit) left(key string, now time.Time) float64 {
	b, known := l.keys[key]
	if !known {
		return float64(l.Burst)
	}
	return min(b.left+max(0, float64(now.Sub(b.at))/float64(l.Every)), float64(l.Burst))
}
