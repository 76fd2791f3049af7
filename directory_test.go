package wrapcast_test

import (
	"testing"

	"github.com/wrapcast/wrapcast"
)

func TestAQueueWithoutANameSaysWhatItIs(t *testing.T) {
	t.Parallel()
	d := wrapcast.Directory{Queues: []wrapcast.Queue{{ID: "q1", Name: "Billing"}, {ID: "q2"}}}
	for id, want := range map[wrapcast.QueueID]string{
		"q1": "Billing", "": "(no queue)", "q2": "queue q2 (not visible to this client)",
		"1b2c3d4e-8a5f-4f0e-9c1d-2c3a4b5c6d7e": "queue 1b2c3d4e… (not visible to this client)",
	} {
		if got := d.Queue(id); got.Name != want || got.ID != id {
			t.Errorf("%q is %+v, want %q", id, got, want)
		}
	}
	if got := d.StreamName(wrapcast.Stream{Queue: "q2", Media: wrapcast.Voice}); got != "queue q2 (not visible to this client) / voice" {
		t.Error(got)
	}
}
