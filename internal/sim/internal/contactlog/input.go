package contactlog

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/wrapcast/wrapcast"
)

// maxLine bounds the memory a hostile file can take.
const maxLine = 1 << 16

// decompress looks at the first two bytes and unpacks what begins like gzip.
func decompress(in io.Reader) (io.Reader, error) {
	buffered := bufio.NewReader(in)
	magic, err := buffered.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, wrapcast.Errorf(wrapcast.Internal, op, "cannot read the contact log: %w", err)
	}
	if !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return &lineLimiter{in: buffered, line: 1}, nil
	}
	unzipped, err := gzip.NewReader(buffered)
	if err != nil {
		return nil, explainGzip(err)
	}
	return &lineLimiter{in: unzipped, line: 1}, nil
}

func explainGzip(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return refuse(0, "the gzipped contact log is cut short").WithHint("fetch the file again")
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.As(err, &corrupt):
		return refuse(0, "the gzipped contact log is damaged: %w", err).WithHint("fetch the file again")
	default:
		return wrapcast.Errorf(wrapcast.Internal, op, "cannot read the contact log: %w", err)
	}
}

// tooLongError is a line that goes on for ever, as a binary file has them.
type tooLongError struct{ line int }

func (e *tooLongError) Error() string { return fmt.Sprintf("line %d is too long", e.line) }

// lineLimiter passes bytes on and fails on a line longer than maxLine.
type lineLimiter struct {
	in     io.Reader
	line   int // counted from 1
	length int // of the line so far
}

func (l *lineLimiter) Read(p []byte) (int, error) {
	n, err := l.in.Read(p)
	for rest := p[:n]; len(rest) > 0; {
		end := bytes.IndexByte(rest, '\n')
		if end < 0 {
			l.length += len(rest)
			break
		}
		if l.length+end > maxLine {
			return 0, &tooLongError{l.line}
		}
		l.line, l.length, rest = l.line+1, 0, rest[end+1:]
	}
	if l.length > maxLine {
		return 0, &tooLongError{l.line}
	}
	return n, err
}
