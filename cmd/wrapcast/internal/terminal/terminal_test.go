package terminal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/plain"
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

// What others wrote is shown with escapes by every way to say something, and passes into files as it is.
func TestNothingIsSaidThatATerminalObeys(t *testing.T) {
	t.Parallel()
	const hostile = "queue \x1b[2J\u202e\u009b\x9b\a end"
	const shown = `queue \u001b[2J\u202e\u009b\x9b\u0007 end`
	var out, said bytes.Buffer
	terminal := &Terminal{Out: &plain.Writer{To: &out}, Err: &plain.Writer{To: &said}}
	for name, say := range map[string]func(){
		"Print":    func() { _ = terminal.Print(hostile) },
		"Printf":   func() { _ = terminal.Printf("%s", hostile) },
		"Say":      func() { _ = terminal.Say("%s", hostile) },
		"Note":     func() { terminal.Note(hostile) },
		"Fprintln": func() { fmt.Fprintln(terminal.Out, hostile) },
	} {
		out.Reset()
		said.Reset()
		say()
		if got := strings.TrimSpace(out.String() + said.String()); got != shown {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, interactive := range []bool{true, false} {
		said.Reset()
		terminal.Interactive = interactive
		terminal.Log().Error(hostile, "queue", hostile, "error", errors.New(hostile))
		if strings.ContainsAny(said.String(), "\x1b\a\u202e\u009b") || !strings.Contains(said.String(), "end") {
			t.Errorf("a log says %q", said.String())
		}
	}
	out.Reset()
	if err := terminal.PrintJSON(hostile); err != nil || strings.ContainsFunc(strings.TrimSpace(out.String()), plain.Unseen) {
		t.Errorf("JSON is %q, %v", out.String(), err)
	}
	out.Reset()
	err := terminal.WriteFile("-", func(w io.Writer) error { _, err := io.WriteString(w, "PK\x03\x04\x9b"); return err })
	if err != nil || out.String() != "PK\x03\x04\x9b" {
		t.Errorf("a file is %q, %v", out.String(), err)
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
