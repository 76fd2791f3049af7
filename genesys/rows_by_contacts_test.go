package genesys

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestRowsFollowTheContactsThatWereSeen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := newRowsByContacts(nil)
		seen := float64(rapid.IntRange(1, 100_000).Draw(t, "contacts"))
		rows := rapid.Float64Range(1, 10_000).Draw(t, "rows")
		r.learn(0, 5) // nobody, whatever that means
		if r.known() {
			t.Fatal("nothing was seen, and something is known")
		}
		r.learn(seen, rows)
		if got := r.of(seen); math.Abs(got-rows) > 1e-3*rows {
			t.Fatalf("%v contacts had %v rows and should have %v", seen, rows, got)
		}
		other := float64(rapid.IntRange(0, 200_000).Draw(t, "others"))
		got, want := r.of(other), rows*math.Pow(other/seen, sharing)
		if math.Abs(got-want) > 1e-3*want {
			t.Fatalf("%v contacts should have %v rows, not %v, for %v have %v", other, want, got, seen, rows)
		}
		if again := newRowsByContacts(r); again.of(other) != got {
			t.Fatalf("taken up again it says %v, not %v", again.of(other), got)
		}
	})
}
