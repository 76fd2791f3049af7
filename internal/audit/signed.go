package audit

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"golang.org/x/mod/sumdb/note"
)

// Kept is a checkpoint that is kept beside a chain.
type Kept struct {
	// Run is the one that ended with it; "" is the chain's latest, and "key N" that of a rotation in entry N.
	Run wrapcast.RunID
	// Note is the signed checkpoint.
	Note string
}

// RotationID is the Run of the kept checkpoint of a rotation.
func RotationID(seq int64) wrapcast.RunID { return wrapcast.RunID(fmt.Sprintf("key %d", seq)) }

// keyFrom is a key that a chain has from an entry on.
type keyFrom struct {
	seq    int64
	public string
	action string
}

// Seen is an earlier checkpoint that a chain is held against: from a file, an export, a message.
type Seen struct {
	// Where names where it comes from.
	Where string
	Checkpoint
	// Note is the whole of it where it is signed, "" where it is not.
	Note string
}

// ParseSeen reads a checkpoint, signed or not. The signature is not looked at.
func ParseSeen(where, text string) (Seen, error) {
	body, _, signed := strings.Cut(text, "\n\n")
	if !signed {
		c, err := ParseCheckpoint(text)
		return Seen{where, c, ""}, err
	}
	c, err := ParseCheckpoint(body + "\n")
	return Seen{where, c, text}, err
}

// Expect takes the checkpoints that are kept beside the chain, and earlier ones that it is to be held against, before
// any entry is taken.
func (s *Said) Expect(kept []Kept, against []Seen) {
	s.kept = kept
	for _, k := range kept {
		if seen, err := ParseSeen("", k.Note); err == nil {
			s.hashes[seen.Seq] = ""
		}
	}
	for _, a := range against {
		s.hashes[a.Seq] = ""
	}
}

// Key is the public key that the chain has now, "" where it never had one.
func (s *Said) Key() string {
	if len(s.keys) == 0 {
		return ""
	}
	return s.keys[len(s.keys)-1].public
}

// keyAt is the key that signs what the chain says at an entry: at a rotation still the one before.
func (s *Said) keyAt(seq int64) (public string) {
	for i, k := range s.keys {
		if k.seq < seq || k.seq == seq && (i == 0 || k.action == ActionKeyLost) {
			public = k.public
		}
	}
	return public
}

// CheckKept checks the checkpoints that are kept beside a chain: their signatures, that the chain still holds what they
// saw, and that none is missing: of the last entry, of rotations, and of every run that has ended and has entries.
func (s *Said) CheckKept(ended []wrapcast.RunID) {
	runs := map[wrapcast.RunID]Checkpoint{}
	for _, k := range s.kept {
		seen, err := ParseSeen(keptName(k.Run), k.Note)
		if err == nil {
			err = s.holds(seen, s.keyAt(seen.Seq))
		}
		if err != nil {
			s.problems = append(s.problems, Problem{keptName(k.Run), err.Error()})
		}
		runs[k.Run] = seen.Checkpoint
	}
	if len(s.keys) == 0 {
		if len(s.kept) > 0 {
			s.problems = append(s.problems, Problem{"the chain", "checkpoints are signed, and no entry names the key"})
		}
		return
	}
	if latest, kept := runs[""]; !kept || latest.Seq != s.end.Seq {
		s.problems = append(s.problems, Problem{"the latest checkpoint",
			fmt.Sprintf("it is missing, or not of the last entry %d: entries or checkpoints were removed or added by another way",
				s.end.Seq)})
	}
	for i, k := range s.keys {
		if _, kept := runs[RotationID(k.seq)]; !kept && i > 0 {
			s.problems = append(s.problems, Problem{fmt.Sprintf("entry %d", k.seq),
				"the key changes, and no checkpoint signed by the key before says so"})
		}
	}
	for _, run := range ended {
		if _, kept := runs[run]; !kept && !s.runs[run] {
			s.problems = append(s.problems, Problem{"run " + string(run),
				"it has ended, and there is no signed checkpoint of it: checkpoints were removed"})
		}
	}
}

func keptName(run wrapcast.RunID) string {
	switch {
	case run == "":
		return "the latest checkpoint"
	case strings.HasPrefix(string(run), "key "):
		return "the checkpoint of the change of " + string(run)
	}
	return "the checkpoint of run " + string(run)
}

// CheckAgainst holds the chain against earlier checkpoints.
func (s *Said) CheckAgainst(against []Seen) {
	for _, a := range against {
		err := s.holds(a, "")
		if err == nil && a.Note != "" {
			err = s.signedByOurs(a)
		}
		if err != nil {
			s.problems = append(s.problems, Problem{a.Where, err.Error()})
		}
	}
}

// holds returns why the chain does not hold what a checkpoint saw, or why it is not signed by a key, if one is given.
func (s *Said) holds(seen Seen, public string) error {
	if public != "" {
		if err := verifyNote(seen.Note, public); err != nil {
			return err
		}
	}
	switch {
	case seen.Organisation != s.end.Organisation && s.end.Seq > 0:
		return fmt.Errorf("it is of organisation %q, the chain of %q", seen.Organisation, s.end.Organisation)
	case seen.Seq > s.end.Seq:
		return fmt.Errorf("it saw entry %d, and the chain ends at entry %d: %s removed", seen.Seq, s.end.Seq,
			entriesWere(s.end.Seq+1, seen.Seq))
	case seen.Seq > 0 && s.hashes[seen.Seq] != seen.Hash:
		return fmt.Errorf("it saw entry %d with the hash %s, which is now %s: the chain was rewritten at or before it",
			seen.Seq, seen.Hash, s.hashes[seen.Seq])
	}
	return nil
}

// signedByOurs returns why none of the chain's keys signed a checkpoint.
func (s *Said) signedByOurs(seen Seen) error {
	var all error
	for _, k := range slices.Backward(s.keys) {
		err := verifyNote(seen.Note, k.public)
		if err == nil {
			return nil
		}
		all = err
	}
	if all == nil {
		return errors.New("it is signed, and the chain names no key")
	}
	return all
}

// verifyNote returns why a signed text is not signed by a key.
func verifyNote(signed, public string) error {
	verifier, err := note.NewVerifier(public)
	if err != nil {
		return fmt.Errorf("%q is no key: %w", public, err)
	}
	if _, err := note.Open([]byte(signed), note.VerifierList(verifier)); err != nil {
		return fmt.Errorf("it is not signed by the key %s: %w", Fingerprint(public), err)
	}
	return nil
}

// Lost are the numbers of the entries in which the key was replaced without the one before.
func (s *Said) Lost() (seqs []int64) {
	for _, k := range s.keys {
		if k.action == ActionKeyLost {
			seqs = append(seqs, k.seq)
		}
	}
	return seqs
}

// Problem notes something that does not fit, in its place among the others.
func (s *Said) Problem(what, format string, args ...any) {
	s.problems = append(s.problems, Problem{what, fmt.Sprintf(format, args...)})
}

// Follows reports whether a key is the chain's, or one that signed the change to it.
func (s *Said) Follows(public string) bool {
	for _, k := range slices.Backward(s.keys) {
		if k.public == public {
			return true
		}
		if k.action == ActionKeyLost {
			return false
		}
	}
	return false
}
