package imports

import (
	"context"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/target"
)

// NoTarget takes plans of an organisation that has no platform: they can be made and looked at, and are submitted
// nowhere.
type NoTarget struct{}

// Traits implements [target.Target].
func (NoTarget) Traits() target.Traits { return target.Traits{Weekly: true, Nowhere: true} }

// Compare implements [target.Target]: there is nothing to compare with.
func (NoTarget) Compare(context.Context, wrapcast.BusinessUnit, wrapcast.Date) (*target.Held, error) {
	return nil, nil //nolint:nilnil // it holds nothing
}

// Open implements [target.Target].
func (NoTarget) Open(context.Context, wrapcast.Plan, wrapcast.Submission, target.Waits) target.Session {
	return noSession{}
}

// noSession submits nothing.
type noSession struct{}

func (noSession) refuse(s wrapcast.Submission) (wrapcast.Submission, error) {
	return s, wrapcast.Errorf(wrapcast.Usage, "submit", "the organisation comes from files: there is no platform that takes its plans").
		WithHint("wrapcast export writes forecast and plan into files")
}

// Prepare implements [target.Session].
func (n noSession) Prepare(_ context.Context, s wrapcast.Submission) (wrapcast.Submission, error) {
	return n.refuse(s)
}

// Send implements [target.Session].
func (n noSession) Send(_ context.Context, s wrapcast.Submission) (wrapcast.Submission, error) {
	return n.refuse(s)
}

// Find implements [target.Session].
func (n noSession) Find(_ context.Context, s wrapcast.Submission) (wrapcast.Submission, error) {
	return n.refuse(s)
}

// Await implements [target.Session].
func (n noSession) Await(_ context.Context, s wrapcast.Submission) (wrapcast.Submission, error) {
	return n.refuse(s)
}

// Close implements [target.Session].
func (noSession) Close() {}
