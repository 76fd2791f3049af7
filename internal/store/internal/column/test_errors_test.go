package column

import (
	"bytes"
	"compress/gzip"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
)

func TestTestErrorsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		e := &wrapcast.TestErrors{Seed: rapid.Uint64().Draw(rt, "seed"),
			Series: make([][]wrapcast.TestPeriod, rapid.IntRange(0, 5).Draw(rt, "series"))}
		for i := range e.Series {
			for range rapid.IntRange(0, 3).Draw(rt, "periods") {
				e.Series[i] = append(e.Series[i], wrapcast.TestPeriod{Back: rapid.IntRange(0, 500).Draw(rt, "back"),
					Scores: rapid.SliceOfN(rapid.Int8(), 0, 50).Draw(rt, "scores")})
			}
		}
		b, err := PackTestErrors(e)
		if err != nil || b[0] != 1 {
			rt.Fatalf("packed as %v: %v", b, err)
		}
		got, err := UnpackTestErrors(b)
		if err != nil || !reflect.DeepEqual(got, e) {
			rt.Fatalf("%v, %v, want %v", got, err, e)
		}
	})
	if b, err := PackTestErrors(nil); b != nil || err != nil {
		t.Errorf("none are %v, %v", b, err)
	}
	if e, err := UnpackTestErrors(nil); e != nil || err != nil {
		t.Errorf("nothing is %v, %v", e, err)
	}
}

// TestDamagedTestErrorsAreRefused: another version, cut short, more than there should be, numbers beyond reason.
func TestDamagedTestErrorsAreRefused(t *testing.T) {
	t.Parallel()
	good, err := PackTestErrors(&wrapcast.TestErrors{Seed: 7, Series: [][]wrapcast.TestPeriod{{{Back: 28, Scores: []int8{1, -128, 3}}}, nil}})
	if err != nil {
		t.Fatal(err)
	}
	packed := func(plain ...byte) []byte {
		var b bytes.Buffer
		b.WriteByte(testErrorsVersion)
		z := gzip.NewWriter(&b)
		_, _ = z.Write(plain)
		_ = z.Close()
		return b.Bytes()
	}
	seeded := func(rest ...byte) []byte { return packed(slices.Concat(make([]byte, 8), rest)...) }
	for name, b := range map[string][]byte{
		"another version": append([]byte{2}, good[1:]...), "no gzip": {1, 2, 3}, "cut short": good[:len(good)-3],
		"no seed": packed(1, 2, 3), "nothing after the seed": seeded(),
		"scores missing": seeded(1, 1, 28, 9, 0), "bytes left": seeded(0, 0),
		"beyond reason": seeded(0xff, 0xff, 0xff, 0xff, 0x7f),
	} {
		if e, err := UnpackTestErrors(b); err == nil {
			t.Errorf("%s: read as %v", name, e)
		}
	}
}
