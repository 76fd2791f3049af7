package access

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/plain"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/auth"
)

// anonymous is what the trail calls whoever has not said who they are.
const anonymous = "anonymous"

// failedLogins writes logins that failed to the trail. Anybody can make them fail: after a hundred, one entry in five
// minutes says how many more there were.
type failedLogins struct {
	trail Trail

	mu    sync.Mutex
	limit auth.Limit
	more  int
	since time.Time
	// names counts those of more by account; addresses those they came from, up to a thousand.
	names     map[string]int
	addresses map[string]bool
}

const maxSummed = 1000 // accounts or addresses that are told apart in a summary

func newFailedLogins(trail Trail) *failedLogins {
	return &failedLogins{trail: trail, limit: auth.Limit{Burst: 100, Every: 5 * time.Minute}}
}

// note writes that a login failed, or counts it.
func (f *failedLogins) note(ctx context.Context, account wrapcast.Account, typed, from, why string) error {
	now := f.trail.Now()
	f.mu.Lock()
	if f.limit.Take("", now) > 0 {
		f.count(account.Name, from, now)
		f.mu.Unlock()
		return nil
	}
	summary, some := f.summary(now)
	f.mu.Unlock()
	e := wrapcast.AuditEntry{Actor: anonymous, Action: "login", Status: statusFailed,
		Detail: fmt.Sprintf("nobody is called %q; from %s", cut(plain.Visible(typed)), from)}
	if account.ID != "" {
		e.Actor, e.Detail = account.Name, why+"from "+from
		e.Objects = map[string]string{"account": string(account.ID)}
	}
	return f.trail.Store.Update(ctx, func(tx *store.Tx) error {
		if some {
			if err := f.trail.add(tx, summary); err != nil {
				return err
			}
		}
		return f.trail.add(tx, e)
	})
}

// tidy writes what was counted and not written.
func (f *failedLogins) tidy(ctx context.Context) error {
	f.mu.Lock()
	summary, some := f.summary(f.trail.Now())
	f.mu.Unlock()
	if !some {
		return nil
	}
	return f.trail.Record(ctx, summary)
}

func (f *failedLogins) count(name, from string, now time.Time) {
	if f.more == 0 {
		f.since, f.names, f.addresses = now, map[string]int{}, map[string]bool{}
	}
	f.more++
	if _, known := f.names[name]; name != "" && (known || len(f.names) < maxSummed) {
		f.names[name]++
	}
	if key := addressKey(from); len(f.addresses) < maxSummed {
		f.addresses[key] = true
	}
}

// summary is the entry of what was counted, if anything was, and begins to count anew.
func (f *failedLogins) summary(now time.Time) (wrapcast.AuditEntry, bool) {
	if f.more == 0 {
		return wrapcast.AuditEntry{}, false
	}
	most, times := "", 0
	for name, n := range f.names {
		if n > times || n == times && name < most {
			most, times = name, n
		}
	}
	detail := fmt.Sprintf("%d more failed between %s and %s, from %d addresses", f.more,
		f.since.UTC().Format(time.TimeOnly), now.UTC().Format(time.TimeOnly), len(f.addresses))
	if most != "" {
		detail += fmt.Sprintf("; %d of them as %s", times, most)
	}
	f.more, f.names, f.addresses = 0, nil, nil
	return wrapcast.AuditEntry{Actor: anonymous, Action: "login", Status: statusFailed, Detail: detail}, true
}

// cut shortens what somebody typed.
func cut(s string) string {
	const most = 64
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
