package ids

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
)

func TestIDsGrowWhateverTheClockDoes(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	g := &Growing{Now: func() time.Time { return now }}
	var all []string
	for i := range 10_000 {
		switch i {
		case 2000:
			now = now.Add(-time.Hour)
		case 6000:
			now = now.Add(2 * time.Hour)
		}
		all = append(all, g.New())
	}
	for i, id := range all {
		u, err := uuid.Parse(id)
		if err != nil || u.Version() != 7 || u.Variant() != uuid.RFC4122 {
			t.Fatalf("%s: %v", id, err)
		}
		if i > 0 && id <= all[i-1] {
			t.Fatalf("%s follows %s", id, all[i-1])
		}
	}
	if sec, _ := uuid.MustParse(all[6000]).Time().UnixTime(); sec != now.Unix() {
		t.Errorf("after the clock is ahead again an id is of %d, not %d", sec, now.Unix())
	}
}

// What another process has stored meanwhile is looked at as long as the clock lies behind, and not where it does not.
func TestIDsGrowBeyondWhatIsStored(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	highest, asked := "01a209b6-5df5-7722-a4c6-0d264e2be32b", 0
	ahead := (&Growing{Now: func() time.Time { return now.Add(time.Hour) }})
	g := &Growing{Now: func() time.Time { return now }}
	g.Bind(func() string { asked++; return highest })
	highest = ahead.New()
	first := g.New()
	highest = after(uuid.MustParse(after(uuid.MustParse(first)).String())).String()
	second := g.New()
	if first <= ahead.last.String() || second <= highest || asked != 2 {
		t.Errorf("%s and %s beyond %s, asked %d times", first, second, highest, asked)
	}
	now = now.Add(2 * time.Hour)
	if third := g.New(); third <= second || asked != 2 {
		t.Errorf("%s, asked %d times", third, asked)
	}
	for _, none := range []string{"", "r1", "ffffffff-ffff-4fff-8fff-ffffffffffff"} {
		g.Bind(func() string { return none })
		if id, plain := g.New(), at(now).String(); id[:8] != plain[:8] {
			t.Errorf("beyond %q comes %s, not %s", none, id, plain)
		}
	}
}

func TestIDsAreMadeByManyAtOnce(t *testing.T) {
	t.Parallel()
	g := &Growing{Now: time.Now}
	var mu sync.Mutex
	var all []string
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 500 {
				id := g.New()
				mu.Lock()
				all = append(all, id)
				mu.Unlock()
			}
		})
	}
	group.Wait()
	slices.Sort(all)
	if len(slices.Compact(all)) != 4000 {
		t.Error("two have one id")
	}
}
