package wrapcast

import "slices"

// Scope is the part of an organisation that something concerns: the leaves whose code is among Codes and whose queue is
// among Queues. An empty list names none and therefore means all, so that the zero Scope covers every leaf. NoCode may
// be named among the codes.
type Scope struct {
	Codes  []CodeID  `json:"codes,omitempty"`
	Queues []QueueID `json:"queues,omitempty"`
}

// Covers reports whether the leaf's code and the leaf's queue are both in the scope.
func (s Scope) Covers(l Leaf) bool { return s.CoversCode(l.Code) && s.CoversQueue(l.Queue) }

// CoversCode reports whether some leaf of the code may be in the scope: the code is named, or no code is.
func (s Scope) CoversCode(code CodeID) bool {
	return len(s.Codes) == 0 || slices.Contains(s.Codes, code)
}

// CoversQueue reports whether some leaf of the queue may be in the scope: the queue is named, or no queue is.
func (s Scope) CoversQueue(queue QueueID) bool {
	return len(s.Queues) == 0 || slices.Contains(s.Queues, queue)
}
