package organisation

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// UUID returns the identifier of the thing with this kind and name in the
// organisation of this seed: random to look at (RFC 9562, version 4), the same every time.
func UUID(seed uint64, kind, name string) string {
	h := sha256.New()
	var s [8]byte
	binary.BigEndian.PutUint64(s[:], seed)
	h.Write(s[:])
	fmt.Fprintf(h, "%s\x00%s", kind, name)
	return format([16]byte(h.Sum(nil)))
}

// NumberedUUID is the same for things that have a number instead of a name, such as conversations.
func NumberedUUID(seed uint64, kind string, number uint64) string {
	return UUID(seed, kind, fmt.Sprint(number))
}

func format(b [16]byte) string {
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// Letters returns n letters, digits, dashes and underscores that look random and are the same every time.
func Letters(seed uint64, kind, name string, n int) string {
	text := make([]byte, 0, n)
	for block := 0; len(text) < n; block++ {
		h := sha256.New()
		fmt.Fprintf(h, "%d\x00%s\x00%s\x00%d", seed, kind, name, block)
		for _, b := range h.Sum(nil) {
			text = append(text, alphabet[b%64])
		}
	}
	return string(text[:n])
}
