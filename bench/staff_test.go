package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestHeadsOfATaskAndOfContactsAreMeasured(t *testing.T) {
	t.Parallel()
	dir := smallTask(t)
	var out bytes.Buffer
	args := []string{"staff", "--data", dir, "--task", "small", "--contacts", contactFile(t, dir), "--pasts", "1"}
	if err := run(args, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range append(staffMethods(), "small: ", "contacts: ", "load held by the paths") {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
}

func TestTheSamePhaseIsLookedUpInThePast(t *testing.T) {
	t.Parallel()
	w := staffSeries{season: 7}
	for d := range 21 {
		w.past = append(w.past, float64(d))
	}
	for h, want := range map[int][2]float64{0: {14, 7}, 6: {20, 13}, 7: {14, 7}, 13: {20, 13}} {
		if got := w.same(h, 2); len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
			t.Errorf("%d steps ahead: %v, want %v", h, got, want)
		}
	}
	if q := quantileOf([]float64{4, 1, 3, 2}, 0.75); q != 3 {
		t.Errorf("three in four do not exceed %v", q)
	}
}
