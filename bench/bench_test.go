package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// smallTask writes a task of two weekly series into a directory.
func smallTask(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	meta := `{"task":"small","horizon":7,"season":7,"seasons":[7],"freq":"D"}`
	if err := os.WriteFile(filepath.Join(dir, "small.json"), []byte(meta), 0o600); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	fmt.Fprintln(z, "series_id,timestamp,value")
	for s := range 2 {
		for d := range 28 {
			for i := range 4 {
				fmt.Fprintf(z, "s%d,2024-%02d-%02d,%d\n", s, 1+i, 1+d, (d%7)*10+s+d*d%5)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "small.train.csv.gz"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestTasksWritesOneRowPerSeriesAndStep(t *testing.T) {
	t.Parallel()
	dir := smallTask(t)
	var out bytes.Buffer
	if err := run([]string{"tasks", "--data", dir, "--task", "small", "--out", dir}, &out); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "small.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if rows := strings.Count(string(b), "\n"); rows != 1+2*7 {
		t.Errorf("%d lines", rows)
	}
}

func TestTasksMeasuresOnPastsInsideTheTrainingPart(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := run([]string{"tasks", "--data", smallTask(t), "--task", "small", "--validate", "7,14"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"small -7", "small -14", "small mean"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no row %q in\n%s", want, out.String())
		}
	}
}

func TestTheTaskLeftOutHasNoSayInTheChoice(t *testing.T) {
	t.Parallel()
	errs := [][]float64{{0, 0, 0}, {-0.5, 0.1, 0.2}, {0.9, -0.1, -0.1}} // per value and task
	for without, want := range []int{2, 1, 1} {
		if got := bestWithout(errs, without); got != want {
			t.Errorf("without task %d: value %d, want %d", without, got, want)
		}
	}
	var out bytes.Buffer
	if err := run([]string{"leaveout", "--data", smallTask(t), "--task", "small", "--origins", "1", "--constants", "power",
		"--short", ""}, &out); err != nil {
		t.Fatal(err)
	}
	if s := out.String(); !strings.Contains(s, "5 12") || !strings.Contains(s, "8 +0.00 %") {
		t.Errorf("got\n%s", s)
	}
}

func TestShortHistoriesAndDrawnCasesCountAsATaskEach(t *testing.T) {
	t.Parallel()
	dir := smallTask(t)
	writeGzip(t, filepath.Join(dir, "steady.csv.gz"), "series_id,timestamp,value", "s,2024-01-%02d,%d", 30)
	writeGzip(t, filepath.Join(dir, "steady.true.csv.gz"), "series_id,h,value", "s,%d,%d", 7)
	if err := os.WriteFile(filepath.Join(dir, "cases.json"), []byte(`{"steady":{"h":7,"season":"7","freq":"D"}}`),
		0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := run([]string{"leaveout", "--data", dir, "--task", "small", "--origins", "1", "--constants", "share",
		"--short", "20,40", "--cases", dir}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"small ", "short histories", "drawn cases"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no column %q in\n%s", want, out.String())
		}
	}
}

// writeGzip writes a heading and n rows of a number and a value that has a week.
func writeGzip(t *testing.T, path, heading, format string, n int) {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	fmt.Fprintln(z, heading)
	for i := range n {
		fmt.Fprintf(z, format+"\n", i+1, 40+10*(i%7)+i*i%5)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestPeersSaysSoWhereRIsMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	var out bytes.Buffer
	if err := run([]string{"peers", "--series", "3"}, &out); err != nil {
		t.Fatal(err)
	}
	if s := out.String(); !strings.Contains(s, "wrapcast auto") || !strings.Contains(s, "R is not installed") {
		t.Errorf("got\n%s", s)
	}
}

func TestWhatItCannotDoIsAnError(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"fly"}, {"tasks", "--data", "nowhere"}} {
		if err := run(args, &bytes.Buffer{}); err == nil {
			t.Errorf("%q was no error", args)
		}
	}
}

// TestDrawsComparesWithTheBestThereIs: a scene of each kind, the worst first.
func TestDrawsComparesWithTheBestThereIs(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := run([]string{"draws", "--draws", "1", "--only", "doubled14-of-few,stops14-of-few,weeks-8-of"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\ndoubled14-of-few ", "\nstops14-of-few ", "\nweeks-8-of "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
	if rows := strings.Count(out.String(), "\n"); rows != 4 {
		t.Errorf("%d rows:\n%s", rows, &out)
	}
}

// TestGrowthIsMeasured over two sizes.
func TestGrowthIsMeasured(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := run([]string{"growth", "--leaves", "20,40", "--days", "60", "--shard", "15"}, &out); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(strings.TrimSpace(out.String()), "\n"); len(lines) != 4 ||
		!strings.HasPrefix(lines[3], "cost exponent: ") {
		t.Errorf("it says\n%s", out.String())
	}
}
