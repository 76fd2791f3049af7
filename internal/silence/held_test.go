package silence_test

import (
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/silence"
)

// A queue that the client may not see has no name to be told or typed: its planning groups stand for it, and where it
// has none its id.
func TestAQueueWithoutANameIsToldByItsGroups(t *testing.T) {
	t.Parallel()
	const id = wrapcast.QueueID("1b2c3d4e-8a5f-4f0e-9c1d-2c3a4b5c6d7e")
	queue := wrapcast.Silence{Kind: wrapcast.LevelQueue, ID: string(id), Name: id.Title(), Message: "no contact", Likely: "hidden", Advice: "give the division"}
	group := wrapcast.Silence{Kind: wrapcast.LevelGroup, ID: "g", Name: "Sales Voice", Queues: []wrapcast.QueueID{id}, Message: "no contact", Likely: "hidden",
		Advice: "give the division"}
	both := []wrapcast.Silence{queue, group}
	for _, c := range []struct{ got, want string }{
		{silence.Words(both), "planning group Sales Voice of queue 1b2c3d4e… (not visible to this client): no contact; hidden"},
		{silence.Hint(both), "wrapcast plan accept-silence 'Sales Voice' --reason"},
		{silence.Hint(both[:1]), "wrapcast plan accept-silence '" + string(id) + "' --reason"},
		{silence.Short(both[:1]), "queue 1b2c3d4e… (not visible to this client)"},
		{silence.Named(wrapcast.LevelQueue, "Billing"), "queue Billing"},
		{silence.Named(wrapcast.LevelQueue, id.Title()), "queue 1b2c3d4e… (not visible to this client)"},
	} {
		if !strings.Contains(c.got, c.want) {
			t.Errorf("%q does not say %q", c.got, c.want)
		}
	}
}
