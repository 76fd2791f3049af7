package access

import "time"

// window is the width of the fixed window in which a token's requests are counted.
const window = time.Minute

// Rate is what a token has used of its window.
type Rate struct {
	Allowed, Count int
	// Reset is how long the window still lasts.
	Reset time.Duration
	// Exceeded says that the request is one too many.
	Exceeded bool
}

// Count counts one request of a token against allowed per minute; a token nobody holds counts nothing.
func (b *Tokens) Count(text string, allowed int) Rate {
	b.mu.Lock()
	defer b.mu.Unlock()
	t, known := b.tokens[text]
	if !known {
		return Rate{Allowed: allowed}
	}
	now := b.now()
	if now.Sub(t.window) >= window {
		t.window, t.count = now, 0
	}
	t.count++
	return Rate{Allowed: allowed, Count: t.count, Reset: window - now.Sub(t.window), Exceeded: t.count > allowed}
}

// Seconds returns how long until the window resets, in whole seconds, at least one.
func (r Rate) Seconds() int {
	return max(int((r.Reset+time.Second-1)/time.Second), 1)
}
