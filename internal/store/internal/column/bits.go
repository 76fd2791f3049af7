package column

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// Numbers are written in as few bits as they mostly need: the lowest so many as they are, and how much is left above
// them as so many ones with a zero behind (the code of Rice). A number that would take too many ones is written out.

const (
	// longRun is how many ones say that a number is written out: how many bits it has in lengthBits, then its bits.
	longRun    = 20
	lengthBits = 6
	// mostLow bounds how many bits of a number are written as they are.
	mostLow = 48
)

// bitWriter writes bits, the lowest of a byte first.
type bitWriter struct {
	b       []byte
	waiting uint64
	n       int
}

// bits writes the n lowest bits of v, no more than 56.
func (w *bitWriter) bits(v uint64, n int) {
	w.waiting |= (v & (1<<n - 1)) << w.n
	for w.n += n; w.n >= 8; w.n -= 8 {
		w.b = append(w.b, byte(w.waiting))
		w.waiting >>= 8
	}
}

// number writes v, whose low lowest bits are written as they are.
func (w *bitWriter) number(v uint64, low int) {
	if run := int(v >> low); run < longRun {
		w.bits(1<<run-1, run+1)
		w.bits(v, low)
		return
	}
	w.bits(1<<longRun-1, longRun)
	length := bits.Len64(v)
	w.bits(uint64(length), lengthBits)
	w.bits(v, length/2)
	w.bits(v>>(length/2), length-length/2)
}

// bitsOf is how many bits number takes for v.
func bitsOf(v uint64, low int) int {
	if run := v >> low; run < longRun {
		return int(run) + 1 + low
	}
	return longRun + lengthBits + bits.Len64(v)
}

// end fills the last byte with zeros.
func (w *bitWriter) end() []byte {
	if w.n > 0 {
		w.b = append(w.b, byte(w.waiting))
	}
	return w.b
}

// bitReader reads what bitWriter wrote. Behind the end it reads zeros, and n is below zero.
type bitReader struct {
	b       []byte
	waiting uint64
	n       int
}

// fill makes at least 56 bits ready, if there are so many.
func (r *bitReader) fill() {
	if len(r.b) >= 8 && r.n >= 0 {
		r.waiting |= binary.LittleEndian.Uint64(r.b) << r.n
		taken := (63 - r.n) / 8
		r.waiting &= 1<<(r.n+8*taken) - 1
		r.b = r.b[taken:]
		r.n += 8 * taken
		return
	}
	for r.n >= 0 && r.n <= 56 && len(r.b) > 0 {
		r.waiting |= uint64(r.b[0]) << r.n
		r.b = r.b[1:]
		r.n += 8
	}
}

// bits reads n bits, no more than 56.
func (r *bitReader) bits(n int) uint64 {
	if r.n < n {
		r.fill()
	}
	v := r.waiting & (1<<n - 1)
	r.waiting >>= n
	r.n -= n
	return v
}

// number reads a number whose low lowest bits are written as they are.
func (r *bitReader) number(low int) uint64 {
	if r.n <= longRun {
		r.fill()
	}
	run := bits.TrailingZeros64(^r.waiting)
	if run < longRun {
		r.waiting >>= run + 1
		r.n -= run + 1
		return uint64(run)<<low | r.bits(low)
	}
	r.bits(longRun)
	length := int(r.bits(lengthBits))
	v := r.bits(length / 2)
	return v | r.bits(length-length/2)<<(length/2)
}

// done returns an error where more was read than there was, or something is left.
func (r *bitReader) done() error {
	switch {
	case r.n < 0:
		return errors.New("a packed block ends within a figure")
	case len(r.b) > 0 || r.n >= 8 || r.waiting != 0:
		return errors.New("a packed block goes on behind its end")
	}
	return nil
}

// zigzag makes numbers of either sign that are near zero small.
func zigzag(v int64) uint64 { return uint64(v)<<1 ^ uint64(v>>63) }

// unzigzag is its inverse.
func unzigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }
