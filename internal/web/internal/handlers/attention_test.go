package handlers

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/web/internal/publishing"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// An organisation that is fed by files has no platform: nobody is told to publish its plans there, and numbers that are
// old are those of its files.
func TestNothingIsAskedOfAPlatformThatThereIsNot(t *testing.T) {
	t.Parallel()
	until := time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)
	told := func(region string) (kinds []string, stale string) {
		snap := &snapshot.Snapshot{Zone: time.UTC, AsOf: until, Read: []wrapcast.Interval{{}}, Forecast: &wrapcast.Forecast{}}
		snap.Directory.Organisation.Region = region
		for _, a := range attentionTo(snap, overviewBody{LatestPlan: &publishing.PlanHead{}}, until.AddDate(0, 0, 7)) {
			if kinds = append(kinds, a.Kind); a.Kind == "stale-data" {
				stale = a.Detail
			}
		}
		return kinds, stale
	}
	if kinds, stale := told(wrapcast.FilesRegion); slices.Contains(kinds, "unpublished") || !strings.Contains(stale, "import a newer one") {
		t.Errorf("of files: %v, %q", kinds, stale)
	}
	if kinds, stale := told("eu-central-1"); !slices.Contains(kinds, "unpublished") || !strings.Contains(stale, "platform was last asked") {
		t.Errorf("of a platform: %v, %q", kinds, stale)
	}
}
