package web_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web"
)

func TestWhatPagesShowIsWorkedOutBeforehandWithoutAFault(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	rounds := 0
	for name, newOne := range map[string]func(*testing.T, ...func(*web.Config)) *site{"with a forecast": newSite, "with nothing stored": newEmptySite} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			newOne(t, func(c *web.Config) {
				c.Log = slog.New(slog.NewTextHandler(&log, nil))
				c.Clock.Sleep = func(ctx context.Context, _ time.Duration) error {
					if rounds++; rounds%2 == 0 {
						cancel()
					}
					return ctx.Err()
				}
			}).web.KeepWarm(ctx)
			if log.Len() > 0 || rounds%2 != 0 {
				t.Errorf("after %d rounds: %s", rounds, &log)
			}
		})
	}
}

// A history that is being read shows now and then, not after every interval: working out what lists show takes its
// time.
func TestAHistoryThatIsBeingReadShowsNowAndThen(t *testing.T) {
	t.Parallel()
	var later atomic.Int64
	began := time.Now()
	s := newSite(t, func(c *web.Config) {
		c.Clock.Now = func() time.Time { return began.Add(time.Duration(later.Load())) }
	})
	_, before := s.get(t, "/history")
	read, err := time.Parse(time.RFC3339, before["as_of"].(string))
	if err != nil {
		t.Fatal(err)
	}
	org := wrapcast.OrganisationID(s.items(t, "/audit?limit=1")[0]["organisation"].(string))
	next := wrapcast.Extract{From: read, To: read.Add(wrapcast.QuarterHour), ReadAt: began}
	zone, err := time.LoadLocation(before["time_zone"].(string))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.Update(t.Context(), func(tx *store.Tx) error { _, err := tx.History().Replace(org, zone, next); return err }); err != nil {
		t.Fatal(err)
	}
	if _, at := s.get(t, "/history"); at["as_of"] != before["as_of"] {
		t.Errorf("at once it is as of %v, not %v", at["as_of"], before["as_of"])
	}
	later.Store(int64(time.Minute))
	if _, at := s.get(t, "/history"); at["as_of"] != next.To.Format(time.RFC3339) {
		t.Errorf("a minute later it is as of %v, want %v", at["as_of"], next.To)
	}
}
