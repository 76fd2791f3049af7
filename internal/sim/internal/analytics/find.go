package analytics

import (
	"math/bits"

	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// finder numbers keys in the order they come: a hash table with open addressing, which remembers the last key
// because the values of one contact mostly share it. Its zero value is ready.
type finder struct {
	keys    []uint64 // plus one; 0 is free
	numbers []int32
	shift   int // keeps as many of the upper bits as there are slots
	count   int
	last    uint64
	number  int
}

// find returns the number of a key, and whether it is new.
func (f *finder) find(key uint64) (number int, isNew bool) {
	key++
	if key == f.last {
		return f.number, false
	}
	if 2*f.count >= len(f.keys) {
		f.grow()
	}
	at := f.slot(key)
	if f.keys[at] == 0 {
		f.keys[at], f.numbers[at] = key, int32(f.count)
		f.count++
		isNew = true
	}
	f.last, f.number = key, int(f.numbers[at])
	return f.number, isNew
}

// slot is where the key is, or where it belongs (Fibonacci hashing, then linear probing).
func (f *finder) slot(key uint64) uint64 {
	mask := uint64(len(f.keys) - 1)
	at := (key * 0x9e3779b97f4a7c15) >> f.shift
	for f.keys[at] != 0 && f.keys[at] != key {
		at = (at + 1) & mask
	}
	return at
}

func (f *finder) grow() {
	keys, numbers := f.keys, f.numbers
	size := max(4*len(keys), 1024)
	f.keys, f.numbers, f.shift = make([]uint64, size), make([]int32, size), 64-bits.Len(uint(size-1))
	for i, key := range keys {
		if key != 0 {
			at := f.slot(key)
			f.keys[at], f.numbers[at] = key, numbers[i]
		}
	}
}

// placer finds groups: by arithmetic where their dimensions are queues, codes, channels, sides and directions, by key
// where others are among them.
type placer struct {
	dense                    []int32
	codes, sides, directions int // how many values a key has for them
	sparse                   map[key]int32
	fresh                    int32 // what at points to for a key it does not know
}

func newPlacer(k *keyer, o *organisation.Organisation) placer {
	if k.sparse() {
		return placer{sparse: map[key]int32{}}
	}
	queues := 1
	p := placer{codes: 1, sides: 1 + int(number(k.purpose)), directions: 1 + int(number(k.direction))}
	if k.queue {
		queues += len(o.Queues)
	}
	if k.code {
		p.codes += len(o.Codes)
	}
	p.dense = make([]int32, queues*p.codes*contact.MediaCount*p.sides*p.directions)
	return p
}

// at returns the place of the record's group, which holds 0 where there is none yet.
func (p *placer) at(k *keyer, r *record) *int32 {
	if p.sparse != nil {
		p.fresh = p.sparse[k.key(r)]
		return &p.fresh
	}
	i := 0
	if k.queue {
		i = r.queue + 1
	}
	i *= p.codes
	if k.code {
		i += r.code + 1
	}
	i = (i*contact.MediaCount + int(r.media)) * p.sides
	if k.purpose && r.agent != absent {
		i++
	}
	i *= p.directions
	if k.direction && r.outbound {
		i++
	}
	return &p.dense[i]
}

// note remembers the place of a new group.
func (p *placer) note(k *keyer, r *record, place int32) {
	if p.sparse != nil {
		p.sparse[k.key(r)] = place
	}
}
