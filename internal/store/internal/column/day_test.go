package column

import (
	"bytes"
	"encoding/hex"
	"testing"

	"pgregory.net/rapid"
)

func anyDay(t *rapid.T, width int) []Cell {
	day := make([]Cell, QuarterHoursPerDay)
	for i := range day {
		if rapid.Bool().Draw(t, "empty") {
			continue
		}
		for j := range width {
			day[i][j] = rapid.Int64Range(0, MaxCount).Draw(t, "figure")
		}
	}
	return day
}

func TestPackedDayReadsBackAsItWas(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(2, 3).Draw(t, "width")
		day := anyDay(t, width)
		packed := PackDay(day, width)
		if packed == nil {
			return // an empty day has no row
		}
		got := make([]Cell, QuarterHoursPerDay)
		if err := UnpackDay(packed, width, got); err != nil {
			t.Fatal(err)
		}
		for i := range day {
			if got[i] != day[i] {
				t.Fatalf("quarter-hour %d was %v and is %v", i, day[i], got[i])
			}
		}
	})
}

func TestPackedDayHasTheDescribedBytes(t *testing.T) {
	t.Parallel()
	var day [QuarterHoursPerDay]Cell
	day[0] = Cell{1, 300, 0}
	day[95] = Cell{2, 1 << 21, 127}
	// version; 0 empty, 1 handled, 300 ms, 0; 94 empty, 2 handled, 2097152 ms, 127
	if got, want := hex.EncodeToString(PackDay(day[:], 3)), "01"+"0001ac0200"+"5e02808080017f"; got != want {
		t.Errorf("packed as %s, want %s", got, want)
	}
	if PackDay(make([]Cell, QuarterHoursPerDay), 3) != nil {
		t.Error("an empty day has bytes")
	}
}

func TestDamagedPackedDayIsAnError(t *testing.T) {
	t.Parallel()
	for name, damaged := range map[string]string{
		"nothing":                             "",
		"a version alone":                     "01",
		"another version":                     "0200010000",
		"a quarter-hour too many":             "0160010000",
		"many quarter-hours too many":         "01ffffffffffffffffff01010000",
		"a second quarter-hour past midnight": "015f01000000010000",
		"an end within a quarter-hour":        "01000100",
		"an end within a figure":              "0100010080",
		"a figure too long":                   "0100018000" + "00",
		"a figure beyond 64 bits":             "010001ffffffffffffffffffff0100",
		"a figure that cannot be":             "010001ffffffffffff3f00",
		"an empty quarter-hour":               "0100000000",
	} {
		b, err := hex.DecodeString(damaged)
		if err != nil {
			t.Fatal(err)
		}
		if err := UnpackDay(b, 3, make([]Cell, QuarterHoursPerDay)); err == nil {
			t.Errorf("%s passed as a day", name)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	for _, seed := range []string{"", "01", "010001ac02005e02808080017f", "0160010000", "0100018000"} {
		b, _ := hex.DecodeString(seed)
		f.Add(b, true)
	}
	f.Fuzz(func(t *testing.T, b []byte, arrivals bool) {
		width := 3
		if arrivals {
			width = 2
		}
		day := make([]Cell, QuarterHoursPerDay)
		if UnpackDay(b, width, day) == nil && !bytes.Equal(PackDay(day, width), b) {
			t.Errorf("%x is read as a day that is packed as %x", b, PackDay(day, width))
		}
	})
}

func FuzzUnpackDocument(f *testing.F) {
	good, err := PackDocument(map[string]int{"a": 1})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:10])
	f.Fuzz(func(t *testing.T, b []byte) {
		if v, err := UnpackDocument[map[string]int](b); err == nil {
			if _, err := PackDocument(v); err != nil {
				t.Error(err)
			}
		}
	})
}
