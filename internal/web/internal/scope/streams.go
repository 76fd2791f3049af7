package scope

import (
	"context"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
)

// A stream looks at the store so often, and says that it is still there so often.
const (
	lookEvery = 300 * time.Millisecond
	beatEvery = 15 * time.Second
)

// Streamer repeats a look at the store, which sends the events of a stream, until the stream ends.
type Streamer struct {
	Clock wrapcast.Clock
	// Closing reports whether the server stops.
	Closing func() bool
}

// Loop looks again and again until there is nothing more to come, the reader leaves, or the server stops.
func (s Streamer) Loop(ctx context.Context, send api.Sender, look func() (over bool, err error)) error {
	beat := s.Clock.Now()
	for {
		over, err := look()
		if over || err != nil {
			return err
		}
		if s.Clock.Since(beat) >= beatEvery {
			beat = s.Clock.Now()
			if err := send(api.Event{}); err != nil {
				return err
			}
		}
		if err := s.Clock.Sleep(ctx, lookEvery); err != nil || s.Closing() {
			return nil //nolint:nilerr // the reader left, or the server stops
		}
	}
}
