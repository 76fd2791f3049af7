package audit

import (
	"fmt"
	"iter"

	"github.com/wrapcast/wrapcast"
)

// Verify checks a whole chain from its first entry on and returns where it ends. An
// entry that was changed, removed, inserted or moved ends it with an InvalidData error
// that names the entry and says what does not fit. An error of entries is returned as it is.
//
// Two things a chain cannot show by itself: that its end was cut off, and that its last
// entry was changed and hashed anew. [VerifyAgainst] a checkpoint shows both.
func Verify(entries iter.Seq2[wrapcast.AuditEntry, error]) (Checkpoint, error) {
	return VerifyAgainst(Checkpoint{}, entries)
}

// VerifyAgainst checks a chain as [Verify] does, and that it still holds what it held
// when the checkpoint was taken: the same organisation, and the same entry at its place.
// The zero Checkpoint asks for nothing.
func VerifyAgainst(c Checkpoint, entries iter.Seq2[wrapcast.AuditEntry, error]) (Checkpoint, error) {
	end := Checkpoint{Hash: NoHash}
	for e, err := range entries {
		if err != nil {
			return end, err
		}
		if err := end.precedes(e); err != nil {
			return end, err
		}
		end = Checkpoint{Organisation: e.Organisation, Seq: e.Seq, Hash: e.Hash}
		if err := c.sees(end); err != nil {
			return end, err
		}
	}
	if end.Seq < c.Seq {
		return end, broken("the chain ends at entry %d, but the checkpoint saw entry %d: %s removed",
			end.Seq, c.Seq, entriesWere(end.Seq+1, c.Seq))
	}
	return end, nil
}

// precedes returns why e cannot be the entry after the one where c stands. The
// contents are looked at first: a changed entry is named as such, whatever was changed.
func (c Checkpoint) precedes(e wrapcast.AuditEntry) error {
	switch hash := hashOf(e); {
	case e.Hash != hash:
		return broken("entry %d, found after entry %d, was changed after it was sealed: its contents give the hash %s, it says %q",
			e.Seq, c.Seq, hash, e.Hash)
	case e.Seq > c.Seq+1:
		return broken("entry %d is followed by entry %d: %s removed", c.Seq, e.Seq, entriesWere(c.Seq+1, e.Seq-1))
	case e.Seq <= c.Seq:
		return broken("entry %d is followed by entry %d: it was repeated or moved", c.Seq, e.Seq)
	case e.Previous != c.Hash:
		return broken("entry %d does not follow entry %d: it names %s as the hash before it, which is %s; one of the two was replaced",
			e.Seq, c.Seq, e.Previous, c.Hash)
	case c.Seq > 0 && e.Organisation != c.Organisation:
		return broken("entry %d is of organisation %q, the chain of %q", e.Seq, e.Organisation, c.Organisation)
	}
	return nil
}

// sees returns why the entry at which a chain now stands is not the one c saw there.
func (c Checkpoint) sees(now Checkpoint) error {
	switch {
	case now.Seq != c.Seq:
		return nil
	case now.Organisation != c.Organisation:
		return broken("the checkpoint is of organisation %q, the chain of %q", c.Organisation, now.Organisation)
	case now.Hash != c.Hash:
		return broken("entry %d has the hash %s, but the checkpoint saw %s: the chain was rewritten at or before it",
			now.Seq, now.Hash, c.Hash)
	}
	return nil
}

func entriesWere(first, last int64) string {
	if first == last {
		return fmt.Sprintf("entry %d was", first)
	}
	return fmt.Sprintf("entries %d to %d were", first, last)
}

func broken(format string, args ...any) error {
	return wrapcast.Errorf(wrapcast.InvalidData, "audit.Verify", format, args...).
		WithHint("keep this copy as it is and compare it with an earlier export or backup")
}
