package audit_test

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"pgregory.net/rapid"
)

func TestUntouchedChainVerifies(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		entries := anyChain(0).Draw(t, "chain")
		end := wantVerified(t, entries)
		if end.Seq != int64(len(entries)) {
			t.Fatalf("the chain of %d entries ends at %d", len(entries), end.Seq)
		}
		if end.Seq > 0 && (end.Hash != entries[end.Seq-1].Hash || end.Organisation != "org") {
			t.Fatalf("the chain ends at %+v", end)
		}
	})
}

func TestAnyChangeOfAnyFieldOfAnyEntryIsFound(t *testing.T) {
	t.Parallel()
	for _, field := range reflect.VisibleFields(reflect.TypeFor[wrapcast.AuditEntry]()) {
		t.Run(field.Name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				entries := anyChain(1).Draw(t, "chain")
				i := rapid.IntRange(0, len(entries)-1).Draw(t, "changed entry")
				forge(t, reflect.ValueOf(&entries[i]).Elem().FieldByIndex(field.Index))
				wantBroken(t, sequence(entries))
			})
		})
	}
}

func TestChangedEntryHashedAnewIsFoundByWhatFollows(t *testing.T) {
	t.Parallel()
	for _, field := range reflect.VisibleFields(reflect.TypeFor[wrapcast.AuditEntry]()) {
		if field.Name == "Hash" {
			continue // it is what is hashed anew
		}
		t.Run(field.Name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				entries := anyChain(2).Draw(t, "chain")
				i := rapid.IntRange(0, len(entries)-2).Draw(t, "changed entry")
				forge(t, reflect.ValueOf(&entries[i]).Elem().FieldByIndex(field.Index))
				entries[i].Hash = rehash(t, entries[i])
				wantBroken(t, sequence(entries))
			})
		})
	}
}

func TestChangedLastEntryHashedAnewIsFoundByACheckpoint(t *testing.T) {
	t.Parallel()
	entries := plainChain(3)
	c := wantVerified(t, entries)
	entries[2].Detail = "nothing happened"
	entries[2] = audit.Seal(&entries[1], entries[2])
	wantVerified(t, entries)
	_, err := audit.VerifyAgainst(c, sequence(entries))
	wantError(t, err, "entry 3 has the hash")
}

func TestAnyRemovalIsFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		entries := anyChain(1).Draw(t, "chain")
		c := wantVerified(t, entries)
		from := rapid.IntRange(0, len(entries)-1).Draw(t, "from")
		to := rapid.IntRange(from+1, len(entries)).Draw(t, "to")
		cutOff := to == len(entries)
		entries = slices.Delete(entries, from, to)
		if !cutOff {
			wantBroken(t, sequence(entries))
		}
		if _, err := audit.VerifyAgainst(c, sequence(entries)); wrapcast.KindOf(err) != wrapcast.InvalidData {
			t.Fatalf("removal of %d to %d not found by the checkpoint: %v", from, to, err)
		}
	})
}

func TestAnyReorderingIsFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		entries := anyChain(2).Draw(t, "chain")
		shuffled := rapid.Permutation(entries).Draw(t, "order")
		if slices.IsSortedFunc(shuffled, func(a, b wrapcast.AuditEntry) int { return int(a.Seq - b.Seq) }) {
			t.Skip("same order")
		}
		wantBroken(t, sequence(shuffled))
	})
}

func TestEveryFaultIsNamed(t *testing.T) {
	t.Parallel()
	other := audit.Seal(nil, wrapcast.AuditEntry{Organisation: "other"})
	for _, c := range []struct {
		name   string
		forged func(e []wrapcast.AuditEntry) []wrapcast.AuditEntry
		want   string
	}{
		{"a changed entry", func(e []wrapcast.AuditEntry) []wrapcast.AuditEntry { e[2].Status = "failed"; return e },
			"entry 3, found after entry 2, was changed after it was sealed"},
		{"a removed entry", func(e []wrapcast.AuditEntry) []wrapcast.AuditEntry { return slices.Delete(e, 1, 2) },
			"entry 1 is followed by entry 3: entry 2 was removed"},
		{"several removed entries", func(e []wrapcast.AuditEntry) []wrapcast.AuditEntry { return slices.Delete(e, 0, 3) },
			"entry 0 is followed by entry 4: entries 1 to 3 were removed"},
		{"a repeated entry", func(e []wrapcast.AuditEntry) []wrapcast.AuditEntry { return slices.Insert(e, 2, e[1]) },
			"entry 2 is followed by entry 2: it was repeated or moved"},
		{"a replaced entry", func(e []wrapcast.AuditEntry) []wrapcast.AuditEntry {
			e[1].Actor = "nobody"
			e[1] = audit.Seal(&e[0], e[1])
			return e
		}, "entry 3 does not follow entry 2"},
		{"another organisation's entry", func(e []wrapcast.AuditEntry) []wrapcast.AuditEntry {
			return append(e, audit.Seal(&e[4], other))
		}, `entry 6 is of organisation "other", the chain of "org"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := audit.Verify(sequence(c.forged(plainChain(5))))
			wantError(t, err, c.want)
		})
	}
}

func TestCheckpointShowsACutOffEnd(t *testing.T) {
	t.Parallel()
	entries := plainChain(5)
	c := wantVerified(t, entries)
	_, err := audit.VerifyAgainst(c, sequence(entries[:3]))
	wantError(t, err, "the chain ends at entry 3, but the checkpoint saw entry 5: entries 4 to 5 were removed")
	_, err = audit.VerifyAgainst(c, sequence(nil))
	wantError(t, err, "entries 1 to 5 were removed")
}

func TestCheckpointOfAnEarlierDayHoldsForALongerChain(t *testing.T) {
	t.Parallel()
	entries := plainChain(9)
	end, err := audit.VerifyAgainst(wantVerified(t, entries[:4]), sequence(entries))
	if err != nil || end.Seq != 9 {
		t.Errorf("got %+v, %v", end, err)
	}
}

func TestCheckpointOfAnotherOrganisationIsRefused(t *testing.T) {
	t.Parallel()
	entries := plainChain(2)
	c := wantVerified(t, entries)
	c.Organisation = "other"
	_, err := audit.VerifyAgainst(c, sequence(entries))
	wantError(t, err, `the checkpoint is of organisation "other"`)
}

func TestAnErrorOfTheSourceIsReturnedAsItIs(t *testing.T) {
	t.Parallel()
	fault := errors.New("the disk is gone")
	_, err := audit.Verify(func(yield func(wrapcast.AuditEntry, error) bool) { yield(wrapcast.AuditEntry{}, fault) })
	if !errors.Is(err, fault) {
		t.Errorf("got %v", err)
	}
}

func wantBroken(t *rapid.T, entries func(func(wrapcast.AuditEntry, error) bool)) {
	_, err := audit.Verify(entries)
	if wrapcast.KindOf(err) != wrapcast.InvalidData {
		t.Fatalf("not found: %v", err)
	}
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) || wrapcast.KindOf(err) != wrapcast.InvalidData {
		t.Errorf("got %v, want an error that says %q", err, want)
	}
}

// rehash does what a forger with this source code would do: seal e again where it stands.
func rehash(t *rapid.T, e wrapcast.AuditEntry) string {
	again := audit.Seal(&wrapcast.AuditEntry{Seq: e.Seq - 1, Hash: e.Previous}, e)
	return again.Hash
}

// forge changes a field to a value that means something else.
func forge(t *rapid.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + rapid.StringN(1, 5, -1).Filter(func(s string) bool { return s != "" }).Draw(t, "forged"))
	case reflect.Int, reflect.Int64:
		v.SetInt(v.Int() + rapid.SampledFrom([]int64{-1, 1, 1000}).Draw(t, "forged"))
	case reflect.Map:
		forgeObjects(t, v.Addr().Interface().(*map[string]string))
	case reflect.Pointer:
		forgeAccuracy(t, v.Addr().Interface().(**wrapcast.Accuracy))
	case reflect.Float64:
		forgeFloat(t, v)
	default:
		e := v.Addr().Interface().(interface{ UnmarshalText([]byte) error }) // time.Time
		if err := e.UnmarshalText([]byte("2099-01-01T00:00:00Z")); err != nil {
			t.Fatal(err)
		}
	}
}

func forgeObjects(t *rapid.T, objects *map[string]string) {
	for name, value := range *objects {
		switch rapid.IntRange(0, 2).Draw(t, "how") {
		case 0:
			delete(*objects, name)
		case 1:
			(*objects)[name] = value + "x"
		case 2:
			delete(*objects, name)
			(*objects)[name+"x"] = value
		}
		return
	}
	*objects = map[string]string{"plan": "forged"}
}

func forgeAccuracy(t *rapid.T, a **wrapcast.Accuracy) {
	if *a == nil {
		*a = &wrapcast.Accuracy{}
		return
	}
	fields := reflect.ValueOf(*a).Elem()
	forge(t, fields.Field(rapid.IntRange(0, fields.NumField()-1).Draw(t, "forged field")))
}

// forgeFloat moves a figure to another one, a figure to null and null to a figure.
func forgeFloat(t *rapid.T, v reflect.Value) {
	was := v.Float()
	if was != was {
		v.SetFloat(0.5)
		return
	}
	other := -was
	if was == 0 {
		other = 1
	}
	v.SetFloat(rapid.SampledFrom([]float64{math.Nextafter(was, math.Inf(1)), other}).Draw(t, "forged"))
}
