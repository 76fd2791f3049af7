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

// A file of more series than are held at once is forecast in blocks, in its own order, each as if it were a file.
func TestALargeFileIsForecastInBlocks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const head = "series_id,timestamp,value\n"
	var series []string
	for s := range 5 {
		rows := ""
		for i := range 42 {
			rows += fmt.Sprintf("s%d,%s,%d\n", s, wrapcast.NewDate(2026, 6, 1)+wrapcast.Date(i), 20+10*s+5*(i%7)+(i*s)%3)
		}
		series = append(series, rows)
	}
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(head+text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	forecastOf := func(size int, name, text string) (csv, said string) {
		var out, errors bytes.Buffer
		cmd := NewForecast(&terminal.Terminal{Out: &out, Err: &errors}, time.Now)
		cmd.size = size
		c := cmd.Command()
		c.SetArgs([]string{write(name, text), "--horizon", "3", "--to-csv", "-"})
		if err := c.ExecuteContext(t.Context()); err != nil {
			t.Fatal(err)
		}
		return out.String(), errors.String()
	}
	got, said := forecastOf(2, "all.csv", strings.Join(series, ""))
	if !strings.Contains(said, "5 series, 3 steps ahead, in blocks of 2") || !strings.Contains(said, "5 of 5 series") {
		t.Errorf("it says %q", said)
	}
	want := ""
	for i := 0; i < len(series); i += 2 {
		block, _ := forecastOf(100, fmt.Sprintf("%d.csv", i), strings.Join(series[i:min(i+2, len(series))], ""))
		if i > 0 {
			_, block, _ = strings.Cut(block, "\n")
		}
		want += block
	}
	if got != want {
		t.Errorf("in blocks:\n%s\nblock by block:\n%s", got, want)
	}
}
