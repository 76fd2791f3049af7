// Package ids makes identifiers that grow: a later one is always the greater, so that the greatest of a kind is the
// latest, also after the clock was set back.
package ids

import (
	"crypto/rand"
	"encoding/binary"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Growing makes UUIDv7 (RFC 9562): by the clock, and where that lies behind what is stored already, next after it. It
// may be used by several at once.
type Growing struct {
	// Now is the wall clock. It must be set.
	Now func() time.Time

	mu    sync.Mutex
	last  uuid.UUID
	floor func() string
	bound bool // since the last id
}

// Bind lets ids grow beyond those of a store: highest is the greatest stored of any kind, "" where there is none or
// nobody can tell. It is asked at the first id, and as long as the clock lies behind.
func (g *Growing) Bind(highest func() string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.floor, g.bound = highest, true
}

// New makes an id.
func (g *Growing) New() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	id := at(g.Now())
	if g.bound || !less(g.last, id) {
		g.raise()
		g.bound = false
	}
	if !less(g.last, id) {
		id = after(g.last)
	}
	g.last = id
	return id.String()
}

// raise looks what others have stored meanwhile.
func (g *Growing) raise() {
	if g.floor == nil {
		return
	}
	const seventh = 7
	if id, err := uuid.Parse(g.floor()); err == nil && id.Version() == seventh && less(g.last, id) {
		g.last = id
	}
}

// The parts of an id: 48 bits of milliseconds, 4 of the version, 12 that count within a millisecond, 2 of the variant,
// 62 of chance.
const (
	counter = 1<<12 - 1
	version = 7 << 12
)

// at is an id of an instant; its counter is the fraction of the millisecond.
func at(t time.Time) uuid.UUID {
	ms := uint64(max(t.UnixMilli(), 0))
	fraction := uint64(t.Nanosecond()%int(time.Millisecond)) * (counter + 1) / uint64(time.Millisecond)
	return assemble(ms, fraction)
}

// after is the next id after another.
func after(id uuid.UUID) uuid.UUID {
	head := binary.BigEndian.Uint64(id[:8])
	ms, count := head>>16, head&counter
	if count == counter {
		return assemble(ms+1, 0)
	}
	return assemble(ms, count+1)
}

func assemble(ms, count uint64) (id uuid.UUID) {
	_, _ = rand.Read(id[8:]) // it never fails
	binary.BigEndian.PutUint64(id[:8], ms<<16|version|count)
	id[8] = id[8]&0x3f | 0x80
	return id
}

// less compares the parts that grow: two that differ by chance alone are not told apart.
func less(a, b uuid.UUID) bool {
	return binary.BigEndian.Uint64(a[:8]) < binary.BigEndian.Uint64(b[:8])
}
