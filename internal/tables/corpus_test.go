package tables_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/tables"
)

// TestTheCorpusIsReadAsItsGoldenTextsSay reads small files of the shapes people have: each is read as its golden text
// says, or refused with the reason and what settles it. UPDATE=1 writes the texts, which are then to be read by a person.
func TestTheCorpusIsReadAsItsGoldenTextsSay(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/corpus/*")
	if err != nil || len(files) < 70 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".golden") {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			got := told(t, file)
			if os.Getenv("UPDATE") != "" {
				if err := os.WriteFile(file+".golden", []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file + ".golden")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// told is what a reader of a file is told, and what was read.
func told(t *testing.T, path string) string {
	t.Helper()
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	f, err := tables.Read(in, tables.Options{Fill: tables.FillNone})
	if err != nil {
		return fmt.Sprintf("%s: %s\nwhat to do: %s\n", wrapcast.KindOf(err), err, wrapcast.Hint(err))
	}
	var b strings.Builder
	for _, line := range f.Reading.Lines() {
		b.WriteString(line + "\n")
	}
	for _, s := range f.Series {
		fmt.Fprintf(&b, "%s, %s, from %s to %s, then %s:", s.ID, f.Frequency, s.Timestamp(0), s.Timestamp(len(s.Values)-1),
			s.Next(1)[0].Timestamp)
		for _, v := range s.Values[:min(len(s.Values), 30)] {
			if math.IsNaN(v) {
				b.WriteString(" .")
			} else {
				b.WriteString(" " + strconv.FormatFloat(v, 'g', 8, 64))
			}
		}
		b.WriteString("\n")
	}
	for _, n := range f.Notes {
		b.WriteString("note: " + n + "\n")
	}
	return b.String()
}
