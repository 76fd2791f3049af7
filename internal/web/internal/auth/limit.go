package auth

import (
	"sync"
	"time"
)

// Limit bounds how often something may fail under a key, such as logins to an account or from an address:
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

// maxKeys bounds the memory somebody can make a Limit take by trying ever other keys.
const maxKeys = 10_000

// Wait returns how long one has to wait before the next attempt, 0 where it may be made now.
func (l *Limit) Wait(key string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	left := l.left(key, now)
	if left >= 1 {
		return 0
	}
	return time.Duration((1 - left) * float64(l.Every))
}

// Failed counts a failed attempt.
func (l *Limit) Failed(key string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.keys == nil {
		l.keys = map[string]bucket{}
	}
	left := l.left(key, now)
	if len(l.keys) >= maxKeys {
		l.forget(now)
	}
	l.keys[key] = bucket{left: left - 1, at: now}
}

// Succeeded forgets the failures under a key.
func (l *Limit) Succeeded(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.keys, key)
}

func (l *Limit) left(key string, now time.Time) float64 {
	b, known := l.keys[key]
	if !known {
		return float64(l.Burst)
	}
	return min(b.left+float64(now.Sub(b.at))/float64(l.Every), float64(l.Burst))
}

// forget drops the keys that are as good as new, and everything where that frees nothing.
func (l *Limit) forget(now time.Time) {
	for key := range l.keys {
		if l.left(key, now) >= float64(l.Burst) {
			delete(l.keys, key)
		}
	}
	if len(l.keys) >= maxKeys {
		clear(l.keys)
	}
}
