package plain

import (
	"crypto/rand"
	"encoding/binary"
	"io"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// Writer lets no character through to a terminal or a file that a terminal would obey: everything is written by
// [Visible]. The marks of [Marked] alone become colours, where Colours asks for them. It is safe for concurrent use.
type Writer struct {
	// To is where everything goes.
	To io.Writer
	// Terminal says that a person reads it, Colours that marks become the terminal's own sequences; without it they are
	// left out.
	Terminal, Colours bool

	mu   sync.Mutex
	left []byte // the begin of a character whose end has not come
}

// Write implements io.Writer. A character may come in several pieces.
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := append(w.left, p...)
	whole := len(text) - unfinished(text)
	shown := Text(string(text[:whole]), w.Colours)
	w.left = append([]byte(nil), text[whole:]...)
	if _, err := io.WriteString(w.To, shown); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Print writes a text with marks in it to a Writer, or without its looks to anything else.
func Print(w io.Writer, text string) error {
	if _, ours := w.(*Writer); !ours {
		text = Text(text, false)
	}
	_, err := io.WriteString(w, text)
	return err
}

// Beneath is what a writer writes to, as it is: for programs that draw on a terminal themselves.
func Beneath(w io.Writer) io.Writer {
	if ours, ok := w.(*Writer); ok {
		return ours.To
	}
	return w
}

// ForFiles is where a file goes that is written to standard output: as it is, unless a person reads it.
func ForFiles(w io.Writer) io.Writer {
	if ours, ok := w.(*Writer); ok && !ours.Terminal {
		return ours.To
	}
	return w
}

// unfinished is how many bytes at the end of a text may be the begin of a character.
func unfinished(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if c := text[len(text)-n]; utf8.RuneStart(c) {
			if !utf8.FullRune(text[len(text)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}

// Text is a text as a terminal may have it: marks become colours or vanish, everything else is Visible.
func Text(s string, colours bool) string {
	end := ";" + nonce() + "m"
	if !strings.Contains(s, end) {
		return Visible(s)
	}
	var b strings.Builder
	for {
		at := strings.Index(s, end)
		if at < 0 {
			b.WriteString(Visible(s))
			return b.String()
		}
		before, code := s[:at], ""
		if begin := strings.LastIndex(before, "\x1b["); begin >= 0 && isDigits(before[begin+2:]) {
			before, code = before[:begin], before[begin:]+"m"
		}
		b.WriteString(Visible(before))
		if colours {
			b.WriteString(code)
		}
		s = s[at+len(end):]
	}
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// The looks that a mark may have: parameters of SGR (ECMA-48, 8.3.117).
const (
	Strong = 1
	Red    = 31
	Green  = 32
	Yellow = 33
	Faint  = 90
)

// Marked gives a text a look. The mark is made with a number that no text from outside can know, so that a name which
// holds a terminal's own sequences is never taken for one.
func Marked(look int, s string) string {
	end := ";" + nonce() + "m"
	return "\x1b[" + strconv.Itoa(look) + end + s + "\x1b[0" + end
}

// OwnLooks makes marks of the looks in a text that wrapcast has drawn itself, with nothing of others in it: a chart.
func OwnLooks(drawn string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(drawn, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		code, rest, ends := strings.Cut(after, "m")
		if !ends || !isDigits(code) {
			b.WriteString("\x1b[")
			drawn = after
			continue
		}
		b.WriteString("\x1b[" + code + ";" + nonce() + "m")
		drawn = rest
	}
}

// nonce is drawn once per process.
//
//nolint:gochecknoglobals // it must be one for all who mark and all who write, and known to nobody else
var nonce = sync.OnceValue(func() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead
	return strconv.FormatUint(binary.LittleEndian.Uint64(b[:]), 10)
})
