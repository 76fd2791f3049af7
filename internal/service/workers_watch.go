package service

import (
	"sync"

	"github.com/wrapcast/wrapcast"
)

// hub tells whoever listens how the run under way in this process gets on.
type hub struct {
	mu        sync.Mutex
	last      *wrapcast.Progress
	listeners map[chan wrapcast.Progress]bool
}

func newHub() *hub { return &hub{listeners: map[chan wrapcast.Progress]bool{}} }

// publish passes a message on. A listener who is slow misses some: the next says more.
func (h *hub) publish(p wrapcast.Progress) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last = &p
	for l := range h.listeners {
		select {
		case l <- p:
		default:
		}
	}
}

// Listen returns the progress of the run under way in this process, from the latest message on, until stop is called.
func (s *Service) Listen() (progress <-chan wrapcast.Progress, stop func()) {
	const some = 16
	l := make(chan wrapcast.Progress, some)
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	s.mu.Lock()
	if s.hub.last != nil && s.working != "" {
		l <- *s.hub.last
	}
	s.mu.Unlock()
	s.hub.listeners[l] = true
	return l, func() {
		s.hub.mu.Lock()
		defer s.hub.mu.Unlock()
		delete(s.hub.listeners, l)
	}
}

// Working returns the run whose step this process does, or did last while it is not over; "" where there is none.
func (s *Service) Working() wrapcast.RunID {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.working
}
