package audit

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wrapcast/wrapcast"
	"golang.org/x/mod/sumdb/note"
)

// checkpointVersion is the first line of a checkpoint.
const checkpointVersion = "wrapcast.audit.checkpoint/1"

// Checkpoint says how far an organisation's chain has come. Kept where the chain is
// not, it shows later that nothing before it was cut off or rewritten.
type Checkpoint struct {
	Organisation wrapcast.OrganisationID `json:"organisation"`
	// Seq and Hash are the last entry's; of an empty chain 0 and NoHash.
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// String returns the four lines described in the package comment.
func (c Checkpoint) String() string {
	return fmt.Sprintf("%s\n%s\n%d\n%s\n", checkpointVersion, c.Organisation, c.Seq, c.Hash)
}

// ParseCheckpoint reads what [Checkpoint.String] wrote, to the byte.
func ParseCheckpoint(text string) (Checkpoint, error) {
	version, rest, _ := strings.Cut(text, "\n")
	if version != checkpointVersion {
		return Checkpoint{}, notACheckpoint("it begins with %.40q, not with %q", version, checkpointVersion)
	}
	lines := strings.Split(rest, "\n")
	if len(lines) != 4 { // three lines and nothing after the last line feed
		return Checkpoint{}, notACheckpoint("it has %d lines where 4 belong", 1+strings.Count(rest, "\n"))
	}
	seq, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return Checkpoint{}, notACheckpoint("its third line is no number")
	}
	c := Checkpoint{Organisation: wrapcast.OrganisationID(lines[0]), Seq: seq, Hash: lines[2]}
	if !utf8.ValidString(lines[0]) || strings.ContainsFunc(lines[0], unicode.IsControl) {
		return Checkpoint{}, notACheckpoint("its second line has characters that no organisation's id has")
	}
	if c.String() != text || seq < 0 || len(c.Hash) != len(NoHash) || strings.Trim(c.Hash, "0123456789abcdef") != "" {
		return Checkpoint{}, notACheckpoint("its number or its hash is not written as wrapcast writes it")
	}
	return c, nil
}

// SignCheckpoint returns the checkpoint as a signed note. The keys are the caller's to
// make (note.GenerateKey) and to keep.
func SignCheckpoint(c Checkpoint, signers ...note.Signer) ([]byte, error) {
	if _, err := ParseCheckpoint(c.String()); err != nil {
		return nil, err
	}
	signed, err := note.Sign(&note.Note{Text: c.String()}, signers...)
	if err != nil {
		return nil, wrapcast.Errorf(wrapcast.Internal, "audit.SignCheckpoint", "the checkpoint could not be signed: %w",
			err)
	}
	return signed, nil
}

// OpenCheckpoint returns the checkpoint in a signed note if at least one of the
// verifiers knows a signature on it and none of the known ones is wrong.
func OpenCheckpoint(signed []byte, verifiers note.Verifiers) (Checkpoint, error) {
	n, err := note.Open(signed, verifiers)
	if err != nil {
		return Checkpoint{}, wrapcast.Errorf(wrapcast.InvalidData, "audit.OpenCheckpoint",
			"the checkpoint's signature does not hold: %w", err).
			WithHint("check that the public key is the one the checkpoint was signed for")
	}
	return ParseCheckpoint(n.Text)
}

func notACheckpoint(format string, args ...any) error {
	return wrapcast.Errorf(wrapcast.InvalidData, "audit.ParseCheckpoint", "this is not a checkpoint: "+format, args...)
}
