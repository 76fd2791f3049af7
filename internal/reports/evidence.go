package reports

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/store"
)

// ChainCheck is what was found when an audit chain was held against everything that is stored, its signed checkpoints,
// and earlier ones.
type ChainCheck struct {
	Organisation wrapcast.OrganisationID `json:"organisation"`
	Valid        bool                    `json:"valid"`
	// Entries were checked, Hash is the last one's, Checkpoint the four lines that say so; Signed is the same, signed.
	Entries    int64  `json:"entries"`
	Hash       string `json:"hash"`
	Checkpoint string `json:"checkpoint"`
	Signed     string `json:"signed_checkpoint,omitempty"`
	// Key is the public key that signs, Fingerprint its name for people; "" where nothing is signed yet.
	Key         string `json:"key,omitempty"`
	Fingerprint string `json:"fingerprint,omitempty"`
	// WithoutDigests is how many entries are of before there were digests, WithoutDigest how many things only they speak
	// of. Compared is how many things are as the chain has them, Deleted how many retention deleted.
	WithoutDigests int64 `json:"entries_without_digests"`
	WithoutDigest  int   `json:"things_without_digest"`
	Compared       int   `json:"things_compared"`
	Deleted        int   `json:"things_deleted_by_retention"`
	DeletedDays    int   `json:"days_of_history_deleted_by_retention,omitempty"`
	HistoryDays    int   `json:"days_of_history_compared"`
	Checkpoints    int   `json:"signed_checkpoints"`
	// Problems are what is not as the chain says, Notes what is worth knowing.
	Problems []audit.Problem `json:"problems"`
	Notes    []string        `json:"notes,omitempty"`
}

// CheckOptions say what a chain is held against beside what is stored.
type CheckOptions struct {
	// Against are earlier checkpoints.
	Against []audit.Seen
	// Key is a public key that is trusted; "" where none was given.
	Key string
}

// CheckChain verifies an organisation's chain, or that of [wrapcast.Installation], and holds against it everything that
// is stored. What does not fit is a problem, not an error.
func CheckChain(tx *store.Tx, org wrapcast.OrganisationID, o CheckOptions) (ChainCheck, error) {
	c := ChainCheck{Organisation: org, Problems: []audit.Problem{}}
	kept, err := tx.Audit().Checkpoints(org)
	if err != nil {
		return c, err
	}
	said := audit.NewSaid()
	said.Expect(kept, o.Against)
	end, err := audit.Verify(said.Take(tx.Audit().Entries(org, 1, 0)))
	if err != nil && wrapcast.KindOf(err) != wrapcast.InvalidData {
		return c, err
	}
	end.Organisation = org
	c.Entries, c.Hash, c.Checkpoint, c.Checkpoints = end.Seq, end.Hash, end.String(), len(kept)
	if err != nil { // where the chain itself is broken, nothing it says is worth comparing
		c.Problems = append(c.Problems, audit.Problem{What: "the chain", Why: message(err)})
		return c, nil
	}
	for _, k := range kept {
		if k.Run == "" {
			c.Signed = k.Note
		}
	}
	if err := c.compare(tx, said, o); err != nil {
		return c, err
	}
	c.Valid = len(c.Problems) == 0
	return c, nil
}

// message is an error without what it is of.
func message(err error) string {
	_, text, cut := strings.Cut(err.Error(), ": ")
	if !cut {
		return err.Error()
	}
	return text
}

// compare holds what is stored against what the chain says.
func (c *ChainCheck) compare(tx *store.Tx, said *audit.Said, o CheckOptions) error {
	ended, err := runsThatEnded(tx, c.Organisation, said)
	if err != nil {
		return err
	}
	if c.Entries > 0 {
		for _, kind := range tx.Audit().Kinds() {
			if err := said.Compare(tx.Audit().Things(c.Organisation, kind)); err != nil {
				return err
			}
		}
		if err := c.compareHistory(tx, said); err != nil {
			return err
		}
	} else if err := c.notEmpty(tx, len(ended)); err != nil {
		return err
	}
	said.CheckKept(ended)
	said.CheckAgainst(o.Against)
	if err := c.checkKey(tx, said, o); err != nil {
		return err
	}
	c.Problems = append(c.Problems, said.Problems()...)
	c.WithoutDigests, c.WithoutDigest, c.Compared = said.WithoutDigests, said.WithoutDigest, said.Compared
	c.Deleted, c.DeletedDays = said.Deleted, said.DeletedDays
	c.note(said)
	return nil
}

// runsThatEnded are the runs that are stored and over; the one under way is told to the chain.
func runsThatEnded(tx *store.Tx, org wrapcast.OrganisationID, said *audit.Said) (ended []wrapcast.RunID, err error) {
	for v, err := range tx.Audit().Things(org, audit.KindSettings) {
		if err != nil {
			return nil, err
		}
		ended = append(ended, v.Run)
	}
	under, err := tx.Runs().Unfinished(org)
	if wrapcast.KindOf(err) == wrapcast.NotFound {
		return ended, nil
	}
	said.Unfinished = under.ID
	return slices.DeleteFunc(ended, func(id wrapcast.RunID) bool { return id == under.ID }), err
}

// notEmpty notes that a chain is empty while there is something it would speak of.
func (c *ChainCheck) notEmpty(tx *store.Tx, runs int) error {
	things := 0
	if c.Organisation == wrapcast.Installation {
		n, err := installed(tx)
		if n > 0 {
			c.Problems = append(c.Problems, audit.Problem{What: "the chain", Why: fmt.Sprintf(
				"it is empty, although %d users, tokens and checkpoints are stored that it has to speak of", n)})
		}
		return err
	}
	for _, kind := range tx.Audit().Kinds() {
		for _, err := range tx.Audit().Things(c.Organisation, kind) {
			if err != nil {
				return err
			}
			things++
		}
	}
	if things > 0 {
		c.Problems = append(c.Problems, audit.Problem{What: "the chain", Why: fmt.Sprintf(
			"it is empty, although %d runs and %d other things are stored that it has to speak of", runs, things-runs)})
	}
	return nil
}

// checkKey compares the key that signs the chain with the one that is trusted, and with that of the data directory.
func (c *ChainCheck) checkKey(tx *store.Tx, said *audit.Said, o CheckOptions) error {
	c.Key = said.Key()
	if c.Key != "" {
		c.Fingerprint = audit.Fingerprint(c.Key)
	}
	if o.Key != "" && !said.Follows(o.Key) {
		said.Problem("the key", "the chain is signed by %s, not by the key you trust, %s", orNothing(c.Fingerprint),
			audit.Fingerprint(o.Key))
	}
	own, err := tx.Audit().Key()
	if err != nil || own == "" || c.Entries == 0 {
		return nil //nolint:nilerr // whoever verifies need not be able to sign
	}
	switch {
	case c.Key == "":
		newer, err := hasNewer(tx, c.Organisation)
		if newer {
			said.Problem("the chain", "no entry has a digest or names a key, although newer things are stored: it was rewritten")
		}
		return err
	case c.Key != own:
		said.Problem("the key", "the chain names %s, and this installation signs with %s", c.Fingerprint,
			audit.Fingerprint(own))
	}
	return nil
}

func orNothing(fingerprint string) string {
	if fingerprint == "" {
		return "no key"
	}
	return fingerprint
}

// hasNewer reports whether something is stored that was written since there are digests.
func hasNewer(tx *store.Tx, org wrapcast.OrganisationID) (bool, error) {
	days, err := tx.Audit().HistoryDays(org)
	if err != nil || slices.ContainsFunc(days, func(d store.HistoryDay) bool { return d.Digest != "" }) {
		return err == nil, err
	}
	for _, err := range tx.Audit().Things(org, audit.KindInput) {
		return err == nil, err
	}
	return false, nil
}

// compareHistory compares every UTC day of the history with its digest.
func (c *ChainCheck) compareHistory(tx *store.Tx, said *audit.Said) error {
	days, err := tx.Audit().HistoryDays(c.Organisation)
	if err != nil {
		return err
	}
	last, seq := said.Last(audit.Subject{Kind: audit.KindHistory})
	if last == "" && len(days) == 0 {
		return nil
	}
	const history = "history"
	if bound := audit.Digest(audit.KindHistory, store.HistoryLines(days)); last != "" && bound != last {
		said.Problem(history, "the digests of its days were changed since entry %d", seq)
	}
	said.Meet(audit.Subject{Kind: audit.KindHistory})
	now, others, err := tx.Audit().HistoryNow(c.Organisation, days)
	if err != nil {
		return err
	}
	stale := 0
	var changed []wrapcast.Date
	for i, d := range days {
		switch {
		case d.Stale:
			stale++
		case d.Digest != now[i]:
			changed = append(changed, d.Day)
		default:
			c.HistoryDays++
		}
	}
	for _, span := range spans(changed) {
		said.Problem(history+" of "+span, "it was changed since it was read")
	}
	var unread, again []wrapcast.Date
	for _, day := range others {
		if said.DayDeletedIn(day) > 0 {
			again = append(again, day)
		} else {
			unread = append(unread, day)
		}
	}
	for _, span := range spans(unread) {
		said.Problem(history+" of "+span, "contacts are stored that were never read")
	}
	for _, span := range spans(again) {
		said.Problem(history+" of "+span, "retention deleted it, and contacts are stored that were not read since")
	}
	if stale > 0 {
		c.Notes = append(c.Notes, fmt.Sprintf("%d days of history were read by an extraction that has not come to its end: "+
			"they are compared after the next one", stale))
	}
	return nil
}

// spans are days in words, those that follow one another as one.
func spans(days []wrapcast.Date) (words []string) {
	for i := 0; i < len(days); {
		j := i
		for j+1 < len(days) && days[j+1] == days[j]+1 {
			j++
		}
		if j == i {
			words = append(words, days[i].String()+" (UTC)")
		} else {
			words = append(words, days[i].String()+" to "+days[j].String()+" (UTC)")
		}
		i = j + 1
	}
	return words
}

// note says what is worth knowing of a chain.
func (c *ChainCheck) note(said *audit.Said) {
	if c.WithoutDigests > 0 {
		c.Notes = append(c.Notes, fmt.Sprintf("the first %d entries are without digests: they were written before there were any, "+
			"and %d things that only they speak of are not compared", c.WithoutDigests, c.WithoutDigest))
	}
	for _, seq := range said.Lost() {
		c.Notes = append(c.Notes, fmt.Sprintf("in entry %d the key was replaced because it was lost: only checkpoints from "+
			"elsewhere vouch for what came before", seq))
	}
	if c.Deleted+c.DeletedDays > 0 {
		what := fmt.Sprintf("%d things", c.Deleted)
		if c.DeletedDays > 0 {
			what += fmt.Sprintf(" and %d days of history", c.DeletedDays)
		}
		c.Notes = append(c.Notes, fmt.Sprintf("%s were deleted by retention, last on %s; their digests stand in the chain",
			what, said.DeletedAt().UTC().Format(time.DateOnly)))
	}
}

// Chains are the chains that are stored: those of the organisations, and the installation's where it has entries, or
// anything that it would speak of.
func Chains(tx *store.Tx) (all []wrapcast.Organisation, err error) {
	if all, err = tx.Directory().Organisations(); err != nil {
		return nil, err
	}
	length, err := tx.Audit().Length(wrapcast.Installation)
	if err != nil {
		return nil, err
	}
	spoken, err := installed(tx)
	if length > 0 || spoken > 0 {
		all = append(all, wrapcast.Organisation{ID: wrapcast.Installation, Name: string(wrapcast.Installation)})
	}
	return all, err
}

// installed is how many users, tokens and signed checkpoints are stored, of which the installation's chain speaks.
func installed(tx *store.Tx) (int, error) {
	accounts, err := tx.Access().Accounts()
	if err != nil {
		return 0, err
	}
	tokens, err := tx.Access().Tokens()
	if err != nil {
		return 0, err
	}
	kept, err := tx.Audit().Checkpoints(wrapcast.Installation)
	return len(accounts) + len(tokens) + len(kept), err
}
