package audit

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Said is what a chain says of the things it speaks of: the last digest of each. Entries are taken in their order, then
// what is stored is compared with it, then what is missing is asked for.
type Said struct {
	// Unfinished is the run under way, of which there may be no entry yet; "" where there is none.
	Unfinished wrapcast.RunID
	// WithoutDigests is how many entries were written before there were digests, WithoutDigest how many things that
	// are stored only such entries speak of.
	WithoutDigests int64
	WithoutDigest  int
	// Compared is how many things are as the chain says.
	Compared int
	// Deleted is how many things retention deleted, DeletedDays how many UTC days of history.
	Deleted, DeletedDays int

	begun bool // an entry with digests was taken
	end   wrapcast.AuditEntry
	keys  []keyFrom
	// hashes are those of the entries that checkpoints saw.
	hashes map[int64]string
	kept   []Kept
	last   map[Subject]mention
	// history are all digests that the history ever had.
	history map[string]bool
	runs    map[wrapcast.RunID]bool // of entries without digests
	gone    []goneDays
	// before is the last entry without digests.
	before   wrapcast.AuditEntry
	problems []Problem
}

// mention is the last entry that speaks of a thing.
type mention struct {
	entry   wrapcast.AuditEntry
	digest  string
	deleted bool
	seen    bool
}

// goneDays are UTC days of history that retention deleted, both included, and the entry that tells of it.
type goneDays struct {
	from, to wrapcast.Date
	entry    wrapcast.AuditEntry
}

// Problem is something that is not as the chain says.
type Problem struct {
	// What names it: "plan 0193…", "entry 12".
	What string `json:"what"`
	// Why says in words what does not fit.
	Why string `json:"why"`
}

// String is the problem in one sentence.
func (p Problem) String() string { return p.What + ": " + p.Why }

// NewSaid has taken no entry yet.
func NewSaid() *Said {
	return &Said{last: map[Subject]mention{}, runs: map[wrapcast.RunID]bool{}, hashes: map[int64]string{},
		history: map[string]bool{}}
}

// Take yields entries as they come, and takes in what they say.
func (s *Said) Take(entries iter.Seq2[wrapcast.AuditEntry, error]) iter.Seq2[wrapcast.AuditEntry, error] {
	return func(yield func(wrapcast.AuditEntry, error) bool) {
		for e, err := range entries {
			if err == nil {
				s.take(e)
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

func (s *Said) take(e wrapcast.AuditEntry) {
	s.end = small(e)
	if _, wanted := s.hashes[e.Seq]; wanted {
		s.hashes[e.Seq] = e.Hash
	}
	if key := KeyIn(e); key != "" {
		s.keys, s.begun = append(s.keys, keyFrom{e.Seq, key, e.Action}), true
	}
	subjects := SubjectsOf(e)
	if len(e.Digests) == 0 && !s.begun {
		s.WithoutDigests, s.before = s.WithoutDigests+1, e
		s.runs[e.Run] = true
		for _, subject := range subjects {
			s.last[subject] = mention{entry: small(e)}
		}
		return
	}
	s.begun = true
	s.takeDays(e)
	for name, digest := range e.Digests {
		subject, known := subjects[name]
		if !known {
			continue
		}
		if subject.Kind == KindHistory {
			s.history[digest] = true
		}
		was := s.last[subject]
		now := mention{entry: small(e), digest: digest, deleted: e.Action == ActionDeleted && name != string(KindHistory)}
		if now.deleted && was.digest != "" && was.digest != digest {
			s.problem(subject, "retention deleted it in entry %d, and it was not as entry %d had it", e.Seq, was.entry.Seq)
		}
		s.last[subject] = now
	}
}

// takeDays takes in that days of history were deleted.
func (s *Said) takeDays(e wrapcast.AuditEntry) {
	if e.Action != ActionDeleted || e.Digests[DigestOfDeleted] == "" {
		return
	}
	from, err := wrapcast.ParseDate(e.Objects[ObjectHistoryFrom])
	to, err2 := wrapcast.ParseDate(e.Objects[ObjectHistoryTo])
	if err == nil && err2 == nil && from <= to {
		s.gone, s.DeletedDays = append(s.gone, goneDays{from, to, small(e)}), s.DeletedDays+int(to-from)+1
	}
}

// DayDeletedIn is the last entry that tells of a UTC day of history as deleted by retention; 0 where none does.
func (s *Said) DayDeletedIn(day wrapcast.Date) (seq int64) {
	for _, g := range s.gone {
		if g.from <= day && day <= g.to {
			seq = g.entry.Seq
		}
	}
	return seq
}

// small is an entry without what is not needed of it any more.
func small(e wrapcast.AuditEntry) wrapcast.AuditEntry {
	return wrapcast.AuditEntry{Organisation: e.Organisation, Seq: e.Seq, At: e.At, Action: e.Action, Hash: e.Hash}
}

func (s *Said) problem(of Subject, format string, args ...any) {
	s.problems = append(s.problems, Problem{of.String(), fmt.Sprintf(format, args...)})
}

// Compare compares things that are stored with what is said of them.
func (s *Said) Compare(stored iter.Seq2[Stored, error]) error {
	for v, err := range stored {
		if err != nil {
			return err
		}
		s.compare(v)
	}
	return nil
}

func (s *Said) compare(v Stored) {
	m, spoken := s.last[v.Subject]
	m.seen = true
	s.last[v.Subject] = m
	switch {
	case v.Damage != "":
		s.problem(v.Subject, "it cannot be read: %s", v.Damage)
	case m.deleted:
		s.problem(v.Subject, "retention deleted it in entry %d, and it is stored", m.entry.Seq)
	case m.digest == "" && (spoken || s.isOlder(v)):
		s.WithoutDigest++
	case m.digest == "" && (v.Early || v.Run != "" && v.Run == s.Unfinished):
	case m.digest == "":
		s.problem(v.Subject, "no entry speaks of it: it was put there by another way, or its entries were removed")
	case m.digest != v.Digest:
		s.problem(v.Subject, "it was changed since entry %d (%s, %s)", m.entry.Seq, m.entry.Action,
			m.entry.At.UTC().Format("2006-01-02 15:04:05 UTC"))
	default:
		s.Compared++
	}
}

// isOlder reports whether a thing that no entry names was made when entries had no digests.
func (s *Said) isOlder(v Stored) bool {
	return s.WithoutDigests > 0 && (v.Run != "" && s.runs[v.Run] || !v.At.IsZero() && !v.At.After(s.before.At))
}

// Problems are what does not fit, once everything that is stored was compared: things that are gone among them.
func (s *Said) Problems() []Problem {
	var gone []Subject
	for subject, m := range s.last {
		switch {
		case m.deleted && !m.seen:
			s.Deleted++
		case !m.seen && m.digest != "":
			gone = append(gone, subject)
		}
	}
	slices.SortFunc(gone, func(a, b Subject) int {
		return cmp.Or(cmp.Compare(s.last[a].entry.Seq, s.last[b].entry.Seq), cmp.Compare(a.String(), b.String()))
	})
	for _, subject := range gone {
		m := s.last[subject]
		s.problem(subject, "it was deleted: entry %d (%s) has its digest, and it is not stored", m.entry.Seq, m.entry.Action)
	}
	return s.problems
}

// ProblemsOfChain are what does not fit where nothing was compared with the chain but checkpoints.
func (s *Said) ProblemsOfChain() []Problem { return s.problems }

// Last returns the last digest the chain has of a thing, and the number of its entry; "" where it has none.
func (s *Said) Last(of Subject) (digest string, seq int64) {
	return s.last[of].digest, s.last[of].entry.Seq
}

// Meet notes that a thing is stored that is compared otherwise.
func (s *Said) Meet(of Subject) {
	m := s.last[of]
	m.seen = true
	s.last[of] = m
}

// DeletedAt is when retention last deleted something.
func (s *Said) DeletedAt() (at time.Time) {
	for _, m := range s.last {
		if m.deleted && m.entry.At.After(at) {
			at = m.entry.At
		}
	}
	for _, g := range s.gone {
		if g.entry.At.After(at) {
			at = g.entry.At
		}
	}
	return at
}
