package wrapcast

// Stream is what contacts arrive on: a queue and a media type.
type Stream struct {
	Queue QueueID
	Media MediaType
}

// Stream is the queue and media type of the leaf.
func (l Leaf) Stream() Stream { return Stream{Queue: l.Queue, Media: l.Media} }
