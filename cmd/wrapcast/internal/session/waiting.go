package session

import (
	"sync"

	"github.com/wrapcast/wrapcast"
)

// waitingStep joins what the client waits for with the step that waits.
type waitingStep struct {
	mu     sync.Mutex
	last   wrapcast.Progress
	report func(wrapcast.Progress)
}

func (w *waitingStep) step(p wrapcast.Progress) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = p
	w.report(p)
}

func (w *waitingStep) wait(reason string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.last.Step != "" {
		p := w.last
		p.Waiting = reason
		w.report(p)
	}
}
