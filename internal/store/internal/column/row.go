package column

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// Row is what a stored row is and holds, as bytes of which its digest is made: the name of its table, then its columns
// in their order. A row that was changed, or stands where another belongs, has another digest.
type Row []byte

// RowOf begins a row of a table; buffer, which may be nil, is written over.
func RowOf(buffer []byte, table string) Row { return Row(buffer[:0]).Text(table) }

// Text adds a text: its length as an unsigned varint, and its bytes.
func (r Row) Text(s string) Row { return append(binary.AppendUvarint(r, uint64(len(s))), s...) }

// Number adds a number: eight bytes, the highest first, in two's complement.
func (r Row) Number(n int64) Row { return binary.BigEndian.AppendUint64(r, uint64(n)) }

// Digest is the first eight bytes of the row's SHA-256, the highest first.
func (r Row) Digest() int64 {
	sum := sha256.Sum256(r)
	return int64(binary.BigEndian.Uint64(sum[:digestBytes]))
}

const (
	digestBytes = 8
	// sealedVersion is the first byte of a packed column with its digest: eight bytes, then the column as it was packed.
	sealedVersion = 2
)

// Seal writes a packed column with the digest of its row, whose other columns r has: the version, the digest, and the
// packed column. nil, which has no row, stays nil.
func (r Row) Seal(packed []byte) []byte {
	if packed == nil {
		return nil
	}
	b := make([]byte, 0, 1+digestBytes+len(packed))
	b = binary.BigEndian.AppendUint64(append(b, sealedVersion), uint64(append(r, packed...).Digest()))
	return append(b, packed...)
}

// IsSealed reports whether a column has a digest; those of before there were digests have none.
func IsSealed(b []byte) bool { return len(b) > 0 && b[0] == sealedVersion }

// Unseal returns the packed column in b, if the digest is that of the row whose other columns r has.
func (r Row) Unseal(b []byte) ([]byte, error) {
	if len(b) <= 1+digestBytes || b[0] != sealedVersion {
		return nil, fmt.Errorf("a packed column does not begin with version %d", sealedVersion)
	}
	packed := b[1+digestBytes:]
	if uint64(append(r, packed...).Digest()) != binary.BigEndian.Uint64(b[1:]) {
		return nil, ErrDigest
	}
	return packed, nil
}

// Sealed is the packed column in b, or its beginning, which nobody compares with the digest.
func Sealed(b []byte) []byte { return b[min(1+digestBytes, len(b)):] }

// ErrDigest says that a row is not what was stored.
var ErrDigest = errors.New("its digest is another than when it was stored")
