package audit

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"

	"github.com/wrapcast/wrapcast"
)

// maxLine bounds a line of an export in bytes, so that a file of junk cannot fill the memory.
const maxLine = 1 << 20

const header = `{"schema":"` + sealVersion + `"}`

// Write exports entries as the file the package comment describes. The entries must
// have been sealed; their chain is not checked.
func Write(w io.Writer, entries iter.Seq2[wrapcast.AuditEntry, error]) error {
	b := bufio.NewWriter(w)
	b.WriteString(header + "\n") //nolint:errcheck // a bufio.Writer keeps its first error for Flush
	for e, err := range entries {
		if err != nil {
			return err
		}
		line := canonical(e, true)
		if len(line) > maxLine {
			return wrapcast.Errorf(wrapcast.InvalidData, "audit.Write",
				"entry %d is %d bytes long, more than the %d a line may have", e.Seq, len(line), maxLine)
		}
		b.Write(append(line, '\n')) //nolint:errcheck // as above
	}
	if err := b.Flush(); err != nil {
		return wrapcast.Errorf(wrapcast.Internal, "audit.Write", "the export could not be written: %w", err)
	}
	return nil
}

// Read yields the entries of an export. It takes only what [Write] wrote, to the byte:
// any other line, even one that means the same, ends the sequence with an InvalidData
// error that names the line. The chain is left to [Verify].
func Read(r io.Reader) iter.Seq2[wrapcast.AuditEntry, error] {
	return func(yield func(wrapcast.AuditEntry, error) bool) {
		lines := bufio.NewScanner(r)
		lines.Buffer(nil, maxLine+1)
		if err := readHeader(lines); err != nil {
			yield(wrapcast.AuditEntry{}, err)
			return
		}
		for number := 2; lines.Scan(); number++ {
			e, err := readLine(lines.Bytes(), number)
			if !yield(e, err) || err != nil {
				return
			}
		}
		if err := endOf(lines); err != nil {
			yield(wrapcast.AuditEntry{}, err)
		}
	}
}

func readHeader(lines *bufio.Scanner) error {
	if !lines.Scan() && lines.Err() != nil {
		return endOf(lines)
	}
	if lines.Text() != header {
		return unreadable(1, "it must be "+header)
	}
	return nil
}

func readLine(line []byte, number int) (wrapcast.AuditEntry, error) {
	var e wrapcast.AuditEntry
	if err := json.Unmarshal(line, &e); err != nil {
		return wrapcast.AuditEntry{}, unreadable(number, "it is not an audit entry in JSON")
	}
	if !bytes.Equal(canonical(e, true), line) {
		return wrapcast.AuditEntry{}, unreadable(number,
			"it is not written as wrapcast writes it, so it was edited or passed through another program")
	}
	return e, nil
}

func endOf(lines *bufio.Scanner) error {
	err := lines.Err()
	if errors.Is(err, bufio.ErrTooLong) {
		return wrapcast.Errorf(wrapcast.InvalidData, "audit.Read",
			"a line is longer than %d bytes: this is not an audit export", maxLine)
	}
	if err != nil {
		return wrapcast.Errorf(wrapcast.Internal, "audit.Read", "the export could not be read: %w", err)
	}
	return nil
}

func unreadable(line int, why string) error {
	return wrapcast.Errorf(wrapcast.InvalidData, "audit.Read", "line %d cannot be taken: %s", line, why).
		WithHint("verify the file as `wrapcast audit export` wrote it")
}
