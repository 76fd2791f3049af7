package terminal

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
)

func TestSayIsASentenceOrADocumentOrNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		json, quiet bool
		want        string
	}{
		{want: "mask 7 is kept\n"},
		{json: true, want: "{\n  \"schema\": \"wrapcast.done/1\",\n  \"message\": \"mask 7 is kept\"\n}\n"},
		{quiet: true},
	} {
		var out bytes.Buffer
		terminal := &Terminal{Out: &out, JSON: c.json, Quiet: c.quiet}
		if err := terminal.Say("mask %d is kept", 7); err != nil || out.String() != c.want {
			t.Errorf("%q, %v; want %q", out.String(), err, c.want)
		}
	}
}

func TestTheLogIsTextOnATerminalAndJSONElsewhere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		terminal Terminal
		want     string
	}{{Terminal{Interactive: true}, "msg=begun"}, {Terminal{}, `"msg":"begun"`}, {Terminal{Quiet: true}, ""}} {
		var out bytes.Buffer
		c.terminal.Err = &out
		c.terminal.Log().Info("begun")
		if !strings.Contains(out.String(), c.want) || c.want == "" && out.Len() > 0 {
			t.Errorf("%q, want %q", out.String(), c.want)
		}
	}
}

func TestAFileIsWrittenWholeOrLeftAsItWas(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out.csv")
	if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	terminal := &Terminal{Out: &bytes.Buffer{}}
	broken := errors.New("half way")
	err := terminal.WriteFile(path, func(w io.Writer) error { _, _ = io.WriteString(w, "after"); return broken })
	if text, _ := os.ReadFile(path); !errors.Is(err, broken) || string(text) != "before" {
		t.Errorf("%q, %v", text, err)
	}
	if err := terminal.WriteFile(path, func(w io.Writer) error { _, err := io.WriteString(w, "after"); return err }); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(path); string(text) != "after" {
		t.Errorf("%q", text)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestADashIsStandardOutput(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	err := (&Terminal{Out: &out}).WriteFile("-", func(w io.Writer) error { _, err := io.WriteString(w, "rows"); return err })
	if err != nil || out.String() != "rows" {
		t.Errorf("%q, %v", out.String(), err)
	}
}

func TestFilesThatCannotBeReadOrWrittenAreAMistakeOfUsage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, missing := OpenFile(filepath.Join(dir, "none.csv"))
	_, directory := OpenFile(dir)
	unwritable := (&Terminal{}).WriteFile(filepath.Join(dir, "none", "x.csv"), func(io.Writer) error { return nil })
	for _, err := range []error{missing, directory, unwritable} {
		if wrapcast.KindOf(err) != wrapcast.Usage {
			t.Errorf("%v is %s", err, wrapcast.KindOf(err))
		}
	}
}
