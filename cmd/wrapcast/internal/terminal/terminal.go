// Package terminal is where a command reads from and writes to: text for people, JSON for programs, files whole or not
// at all.
package terminal

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/mattn/go-isatty"

	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/internal/plain"
	"github.com/wrapcast/wrapcast/internal/traces"
)

// Harmless is a stream of the process through which nothing goes that a terminal would obey: names, reasons and
// messages of others are shown with escapes. Colours are wrapcast's own, and NO_COLOR and TERM say whether there are
// any.
func Harmless(f *os.File, environ func(string) (string, bool)) *plain.Writer {
	_, none := environ("NO_COLOR")
	kind, _ := environ("TERM")
	is := isatty.IsTerminal(f.Fd())
	return &plain.Writer{To: f, Terminal: is, Colours: is && !none && kind != "dumb"}
}

// Terminal is the three streams of a command, and how its flags ask for what it says.
type Terminal struct {
	In       io.Reader
	Out, Err io.Writer
	// Interactive reports that Err is a terminal, so that bars may be drawn on it.
	Interactive bool
	// Columns is how wide Out is, 0 where it is no terminal: tables then are as wide as they need to be.
	Columns int
	// JSON asks for documents instead of text, Quiet for no progress and no table.
	JSON, Quiet bool
}

// leastColumns is what the narrowest terminal is taken for.
const leastColumns = 30

// Columns is how wide a file is: what COLUMNS of the environment says, else the terminal that it is; 0 where it is
// none.
func Columns(out *os.File, environ func(string) (string, bool)) int {
	if text, ok := environ("COLUMNS"); ok {
		if n, err := strconv.Atoi(text); err == nil && n > 0 {
			return max(n, leastColumns)
		}
	}
	if n, _, err := term.GetSize(out.Fd()); err == nil && n > 0 {
		return max(n, leastColumns)
	}
	return 0
}

// Page is an empty text that fits Out.
func (t *Terminal) Page() *show.Page { return &show.Page{Columns: t.Columns} }

// Print writes a text, with the colours that Out can show.
func (t *Terminal) Print(text string) error {
	return plain.Print(t.Out, text)
}

// Printf writes to Out without a newline of its own.
func (t *Terminal) Printf(format string, values ...any) error {
	_, err := fmt.Fprintf(t.Out, format, values...)
	return err
}

// PrintJSON writes a document on several lines.
func (t *Terminal) PrintJSON(v any) error { return WriteJSON(t.Out, v) }

// PrintLine writes a document on one line: what a process that stays says first.
func (t *Terminal) PrintLine(v any) error { return json.NewEncoder(t.Out).Encode(v) }

// Say prints one sentence for people, a document with it for programs.
func (t *Terminal) Say(format string, values ...any) error {
	text := fmt.Sprintf(format, values...)
	if t.JSON {
		return t.PrintJSON(struct {
			Schema  string `json:"schema"`
			Message string `json:"message"`
		}{"wrapcast.done/1", text})
	}
	if t.Quiet {
		return nil
	}
	if t.Columns > 0 && !strings.Contains(text, "\n") {
		text = t.Page().Wrap(text, "  ")
	}
	return t.Printf("%s\n", text)
}

// Note tells people on Err, beside whatever lies on Out, what they may not expect.
func (t *Terminal) Note(text string) {
	if !t.Quiet {
		_ = plain.Print(t.Err, text+"\n") // nobody is left to tell
	}
}

// Log is where a process that stays tells what happens: text on a terminal, JSON for machines.
func (t *Terminal) Log() *slog.Logger {
	switch {
	case t.Quiet:
		return slog.New(slog.DiscardHandler)
	case t.Interactive:
		return slog.New(traces.Handler(slog.NewTextHandler(t.Err, nil)))
	}
	return slog.New(traces.Handler(slog.NewJSONHandler(t.Err, nil)))
}

// WriteJSON writes a document on several lines, without the escapes that only HTML needs.
func WriteJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
