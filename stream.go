package wrapcast

import (
	"cmp"
	"slices"
)

// Stream is one queue on one channel, of one direction, and by language and skills where a planning group asks for
// them: the finest level at which the platform counts both the contacts it offered and the contacts that were handled.
// A leaf is the part of its stream that ended in one wrap-up code.
type Stream struct {
	Queue     QueueID    `json:"queue"`
	Media     MediaType  `json:"media"`
	Direction Direction  `json:"direction,omitempty"`
	Language  LanguageID `json:"language,omitempty"`
	Skills    SkillSet   `json:"skills,omitempty"`
}

// Stream returns the leaf without its code.
func (l Leaf) Stream() Stream {
	return Stream{Queue: l.Queue, Media: l.Media, Direction: l.Direction, Language: l.Language, Skills: l.Skills}
}

// In returns the leaf of the same code in another stream.
func (l Leaf) In(s Stream) Leaf {
	return Leaf{Queue: s.Queue, Code: l.Code, Media: s.Media, Direction: s.Direction, Language: s.Language,
		Skills: s.Skills}
}

// Stream returns where the contacts arrived.
func (a Arrival) Stream() Stream {
	return Stream{Queue: a.Queue, Media: a.Media, Direction: a.Direction, Language: a.Language, Skills: a.Skills}
}

// In returns the same contacts in another stream.
func (a Arrival) In(s Stream) Arrival {
	a.Queue, a.Media, a.Direction, a.Language, a.Skills = s.Queue, s.Media, s.Direction, s.Language, s.Skills
	return a
}

// Stream returns where the contacts were handled.
func (h QueueHandled) Stream() Stream {
	return Stream{Queue: h.Queue, Media: h.Media, Direction: h.Direction, Language: h.Language, Skills: h.Skills}
}

// In returns the same contacts in another stream.
func (h QueueHandled) In(s Stream) QueueHandled {
	h.Queue, h.Media, h.Direction, h.Language, h.Skills = s.Queue, s.Media, s.Direction, s.Language, s.Skills
	return h
}

// Compare orders streams by queue, channel, direction, language and skills: negative where s comes before other, zero
// where they are the same.
func (s Stream) Compare(other Stream) int {
	return cmp.Or(cmp.Compare(s.Queue, other.Queue), cmp.Compare(s.Media, other.Media),
		cmp.Compare(s.Direction, other.Direction), cmp.Compare(s.Language, other.Language),
		cmp.Compare(s.Skills, other.Skills))
}

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
