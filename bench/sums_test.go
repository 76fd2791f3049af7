package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestSumsOfATaskAndOfContacts(t *testing.T) {
	t.Parallel()
	dir := smallTask(t)
	log := contactFile(t, dir)
	var out bytes.Buffer
	if err := run([]string{"sums", "--data", dir, "--task", "small", "--contacts", log, "--pasts", "2"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\nsmall ", "\ncontacts codes", "\ncontacts queues", "\ncontacts total",
		"times what independent codes would have"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
	out.Reset()
	if err := run([]string{"sums", "--data", dir, "--task", "small", "--contacts", log, "--leaveout"}, &out); err != nil {
		t.Fatal(err)
	}
	if rows := strings.Count(out.String(), "\n"); rows != 1+len(sumGrids()) {
		t.Errorf("%d rows:\n%s", rows, &out)
	}
	if err := run([]string{"sums", "--data", dir, "--task", "small", "--test"}, &out); err == nil {
		t.Error("a task without a test part is scored on it")
	}
}

// contactFile writes a year of contacts of two codes in two queues on two channels.
func contactFile(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "contacts.csv.gz")
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	fmt.Fprintln(z, "opened_at_local,department,case_type,source")
	start := time.Date(2015, 1, 1, 9, 0, 0, 0, time.UTC)
	for d := range 300 {
		for i := range 40 + (d*7)%9 {
			fmt.Fprintf(z, "%s,q%d,c%d,s%d\n", start.AddDate(0, 0, d).Format("2006-01-02T15:04:05"), i%2, (i+d)%2, i%3%2)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestContactsAgree: codes, queues and total are the sums of their leaves at every past.
func TestContactsAgree(t *testing.T) {
	t.Parallel()
	cases, err := contactCases(contactFile(t, t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	c := cases[2]
	if err := c.forecast(); err != nil {
		t.Fatal(err)
	}
	total := len(c.results) - 1
	for h := range contactHorizon {
		codes, leaves := 0.0, 0.0
		for i, kind := range c.kinds {
			if kind == "codes" {
				codes += c.results[i].Mean[h]
			}
		}
		for _, l := range c.leaves.Leaves {
			leaves += l.Mean[h]
		}
		for _, v := range []float64{codes, leaves} {
			if gap := v - c.results[total].Mean[h]; gap > 1e-6 || gap < -1e-6 {
				t.Fatalf("day %d: %v, in total %v", h, v, c.results[total].Mean[h])
			}
		}
	}
}
