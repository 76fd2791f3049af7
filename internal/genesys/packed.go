package genesys

import (
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/sizing"
)

// packed are the rows of an answer in a third of their memory: there can be a hundred thousand, of several answers at a
// time. A row is what a key, which many rows share, had in a quarter-hour.
type packed[K comparable, V any] struct {
	from  time.Time
	keys  []K
	index map[K]int32
	rows  []packedRow[V]
}

type packedRow[V any] struct {
	key, quarterHour int32
	had              V
}

// newPacked has room for so many rows of an interval.
func newPacked[K comparable, V any](s span, room int) packed[K, V] {
	return packed[K, V]{from: s.From, index: map[K]int32{}, rows: make([]packedRow[V], 0, room)}
}

// add packs a row; rows of one key mostly follow each other.
func (p *packed[K, V]) add(k K, at time.Time, had V) {
	var key int32
	if n := len(p.rows); n > 0 && p.keys[p.rows[n-1].key] == k {
		key = p.rows[n-1].key
	} else {
		key = p.keyOf(k)
	}
	p.rows = append(p.rows, packedRow[V]{key, int32(at.Sub(p.from) / wrapcast.QuarterHour), had})
}

func (p *packed[K, V]) keyOf(k K) int32 {
	key, ok := p.index[k]
	if !ok {
		key = int32(len(p.keys))
		p.keys = append(p.keys, k)
		p.index[k] = key
	}
	return key
}

// start is when a row's quarter-hour begins.
func (p *packed[K, V]) start(row packedRow[V]) time.Time {
	return p.from.Add(sizing.Quarters(int(row.quarterHour)))
}

func (p *packed[K, V]) count() int { return len(p.rows) }

// perQuarterHour counts the rows of so many quarter-hours.
func (p *packed[K, V]) perQuarterHour(length int) []int {
	counts := make([]int, length)
	for _, row := range p.rows {
		counts[row.quarterHour]++
	}
	return counts
}
