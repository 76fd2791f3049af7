package fromfile

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
)

// large is a directory with files of five series, and the command that holds two of them at once.
type large struct {
	t   *testing.T
	dir string
}

func (l large) write(name, text string) string {
	l.t.Helper()
	path := filepath.Join(l.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		l.t.Fatal(err)
	}
	return path
}

// forecast forecasts series three days ahead, so many at once.
func (l large) forecast(size int, series []string, more ...string) (csv, said string, err error) {
	l.t.Helper()
	var out, errors bytes.Buffer
	cmd := NewForecast(&terminal.Terminal{Out: &out, Err: &errors}, time.Now)
	cmd.size = size
	c := cmd.Command()
	c.SilenceErrors, c.SilenceUsage = true, true
	path := l.write("in.csv", "series_id,timestamp,value\n"+strings.Join(series, ""))
	c.SetArgs(append([]string{path, "--horizon", "3", "--to-csv", "-"}, more...))
	err = c.ExecuteContext(l.t.Context())
	return out.String(), errors.String(), err
}

// fiveSeries have six weeks of days each; of the first two nothing is known where blank is set.
func fiveSeries(blank bool) (series []string) {
	for s := range 5 {
		rows := ""
		for i := range 42 {
			value := fmt.Sprint(20 + 10*s + 5*(i%7) + (i*s)%3)
			if blank && s < 2 {
				value = ""
			}
			rows += fmt.Sprintf("s%d,%s,%s\n", s, wrapcast.NewDate(2026, 6, 1)+wrapcast.Date(i), value)
		}
		series = append(series, rows)
	}
	return series
}

// A file of more series than are held at once is forecast in blocks, in its own order, each as if it were a file.
func TestALargeFileIsForecastInBlocks(t *testing.T) {
	t.Parallel()
	l, series := large{t, t.TempDir()}, fiveSeries(false)
	got, said, err := l.forecast(2, series)
	if err != nil || !strings.Contains(said, "5 series, 3 steps ahead, in blocks of 2") || !strings.Contains(said, "5 of 5 series") {
		t.Errorf("it says %q, %v", said, err)
	}
	want := ""
	for i := 0; i < len(series); i += 2 {
		block, _, err := l.forecast(100, series[i:min(i+2, len(series))])
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			_, block, _ = strings.Cut(block, "\n")
		}
		want += block
	}
	if got != want {
		t.Errorf("in blocks:\n%s\nblock by block:\n%s", got, want)
	}
}

// What is told of the calendar is told of the whole file, once: a queue of another block is no stranger.
func TestTheCalendarOfALargeFileIsToldOnce(t *testing.T) {
	t.Parallel()
	l := large{t, t.TempDir()}
	calendar := l.write("calendar.yaml", `closures: [{name: fair, from: 2026-06-30, queues: [s4, nobody]}]
events: [{name: launch, from: 2026-07-14}]
`)
	_, said, err := l.forecast(2, fiveSeries(false), "--calendar", calendar, "--algorithm", "naive")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"no series of the file: nobody\n", "never before in this history: launch.", "naive does not learn"} {
		if strings.Count(strings.Join(strings.Fields(said), " ")+"\n", strings.TrimSpace(want)) != 1 {
			t.Errorf("%q is not told once in %q", want, said)
		}
	}
	if strings.Contains(said, "s4") {
		t.Errorf("a series of the last block is taken for a stranger: %q", said)
	}
}

// A block without any value leaves its rows empty; a file without any is refused.
func TestABlockWithoutAValueIsNoFileWithoutAny(t *testing.T) {
	t.Parallel()
	l, series := large{t, t.TempDir()}, fiveSeries(true)
	csv, _, err := l.forecast(2, series)
	if rows := strings.Split(csv, "\n"); err != nil || len(rows) != 17 || rows[1] != "s0,2026-07-13,,,,,," || strings.HasSuffix(rows[7], ",,,,,,") {
		t.Errorf("%v:\n%s", err, csv)
	}
	if _, _, err := l.forecast(1, series[:2]); wrapcast.KindOf(err) != wrapcast.InvalidData || !strings.Contains(err.Error(), "no series of the file has a value") {
		t.Errorf("a file without any value: %v", err)
	}
}
