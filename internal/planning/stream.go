package planning

import (
	"cmp"

	"github.com/wrapcast/wrapcast"
)

// stream is one queue on one channel: what a route of a planning group leads to, and the finest thing of which
// the platform knows both the offered and the handled contacts.
type stream struct {
	queue wrapcast.QueueID
	media wrapcast.MediaType
}

func streamOf(leaf wrapcast.Leaf) stream { return stream{leaf.Queue, leaf.Media} }

func compareStreams(a, b stream) int {
	return cmp.Or(cmp.Compare(a.queue, b.queue), cmp.Compare(a.media, b.media))
}
