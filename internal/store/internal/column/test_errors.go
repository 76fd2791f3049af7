package column

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/wrapcast/wrapcast"
)

const (
	// testErrorsVersion is the first byte of a column of errors of test periods.
	testErrorsVersion = 1
	// maxTestErrors bounds every number of such a column: series, periods, days.
	maxTestErrors = 1 << 24
)

// PackTestErrors writes errors of test periods as their column: the version, then, compressed by gzip, the seed in
// eight bytes, lowest first; the number of series; for each series the number of its periods; and for each period how
// far back it lies, the number of its days, and a byte for each day, in two's complement. Numbers are unsigned varints.
// No errors are nil.
func PackTestErrors(e *wrapcast.TestErrors) ([]byte, error) {
	if e == nil {
		return nil, nil
	}
	plain := binary.LittleEndian.AppendUint64(nil, e.Seed)
	plain = binary.AppendUvarint(plain, uint64(len(e.Series)))
	for _, periods := range e.Series {
		plain = binary.AppendUvarint(plain, uint64(len(periods)))
		for _, p := range periods {
			plain = binary.AppendUvarint(plain, uint64(p.Back))
			plain = binary.AppendUvarint(plain, uint64(len(p.Scores)))
			for _, s := range p.Scores {
				plain = append(plain, byte(s))
			}
		}
	}
	b := bytes.NewBuffer([]byte{testErrorsVersion})
	z := gzip.NewWriter(b)
	if _, err := z.Write(plain); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// UnpackTestErrors reads such a column; nil where it is empty. Anything but what PackTestErrors wrote is an error.
func UnpackTestErrors(b []byte) (*wrapcast.TestErrors, error) {
	if len(b) == 0 {
		return nil, nil //nolint:nilnil // forecasts of before there were any have none
	}
	if b[0] != testErrorsVersion {
		return nil, fmt.Errorf("the errors of test periods do not begin with version %d", testErrorsVersion)
	}
	z, err := gzip.NewReader(bytes.NewReader(b[1:]))
	if err != nil {
		return nil, fmt.Errorf("the errors of test periods are damaged: %w", err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("the errors of test periods are damaged: %w", err)
	}
	r := testErrorsReader{left: plain}
	e := r.read()
	if r.broken || len(r.left) > 0 {
		return nil, errors.New("the errors of test periods are damaged")
	}
	return e, nil
}

// testErrorsReader reads what is left, until it is broken.
type testErrorsReader struct {
	left   []byte
	broken bool
}

func (r *testErrorsReader) read() *wrapcast.TestErrors {
	e := &wrapcast.TestErrors{}
	if seed := r.take(8); !r.broken {
		e.Seed = binary.LittleEndian.Uint64(seed)
	}
	e.Series = make([][]wrapcast.TestPeriod, r.number())
	for i := range e.Series {
		for range r.number() {
			p := wrapcast.TestPeriod{Back: r.number()}
			scores := r.take(r.number())
			p.Scores = make([]int8, len(scores))
			for k, s := range scores {
				p.Scores[k] = int8(s)
			}
			e.Series[i] = append(e.Series[i], p)
		}
		if r.broken {
			break
		}
	}
	return e
}

// take returns the next n bytes, none where there are fewer.
func (r *testErrorsReader) take(n int) []byte {
	if r.broken || n > len(r.left) {
		r.broken = true
		return nil
	}
	taken := r.left[:n]
	r.left = r.left[n:]
	return taken
}

// number returns the next number, zero where there is none that may be.
func (r *testErrorsReader) number() int {
	n, length := binary.Uvarint(r.left)
	if r.broken || length <= 0 || n > maxTestErrors {
		r.broken = true
		return 0
	}
	r.left = r.left[length:]
	return int(n)
}
