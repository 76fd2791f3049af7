// Package meaning reads single cells as dates, times, numbers and names of columns, in the ways of five languages.
// Where a text alone allows two readings it says so; whoever has all of the file decides.
package meaning

import (
	_ "embed"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:embed words.txt
var wordsText string

// Role is what a column is for, by its name.
type Role string

// The roles.
const (
	Unknown    Role = ""
	Time       Role = "time"
	End        Role = "end"
	Code       Role = "code"
	Queue      Role = "queue"
	Channel    Role = "channel"
	Series     Role = "series"
	Value      Role = "value"
	Offered    Role = "offered"
	Handled    Role = "handled"
	HandleTime Role = "handletime"
	Other      Role = "other"
	total      Role = "total"
)

// AnyDay is the weekday of a text that names none, or a short name that is another day in another language.
const AnyDay = -1

// Words are the words of words.txt by what they mean. Make it with NewWords.
type Words struct {
	months   map[string]int // and their beginnings; 0 for one that begins several
	weekdays map[string]int // and their beginnings; AnyDay for one that begins several
	columns  map[string]Role
	totals   map[string]bool
	prefixes []string
}

// NewWords reads words.txt.
func NewWords() *Words {
	w := &Words{months: map[string]int{}, weekdays: map[string]int{}, columns: map[string]Role{},
		totals: map[string]bool{}}
	for line := range strings.SplitSeq(wordsText, "\n") {
		meaning, list, found := strings.Cut(line, ":")
		if !found || strings.HasPrefix(line, "#") {
			continue
		}
		kind, name, _ := strings.Cut(meaning, " ")
		number, _ := strconv.Atoi(name)
		for word := range strings.SplitSeq(list, ",") {
			word = strings.TrimSpace(word)
			switch {
			case kind == "month":
				beginnings(w.months, word, number, 3, 0)
			case kind == "weekday":
				beginnings(w.weekdays, word, number, 2, AnyDay)
			case kind == "prefix":
				w.prefixes = append(w.prefixes, word)
			case Role(name) == total:
				w.totals[word] = true
			default:
				w.columns[word] = Role(name)
			}
		}
	}
	return w
}

// beginnings keeps a word and all its beginnings of at least so many letters; one that several words share that do not
// mean the same is kept as several.
func beginnings(words map[string]int, word string, meaning, least, several int) {
	for n := least; n <= len(word); n++ {
		if before, ok := words[word[:n]]; ok && before != meaning {
			words[word[:n]] = several
			continue
		}
		words[word[:n]] = meaning
	}
}

// month is the month that a folded word names, 0 for none.
func (w *Words) month(word string) int { return w.months[word] }

// weekday is the weekday (0 is Sunday) that a folded word names, AnyDay where languages differ; ok reports whether it
// names any.
func (w *Words) weekday(word string) (day int, ok bool) {
	day, ok = w.weekdays[word]
	return day, ok
}

// RoleOf is what a column is for by its name, in any case and with any accents, words joined or apart, units in
// brackets left out.
func (w *Words) RoleOf(name string) Role {
	for _, form := range []string{Fold(name), nameOf(name)} {
		if role, ok := w.columns[form]; ok {
			return role
		}
		if role := w.keyOf(form); role != Unknown {
			return role
		}
		for _, prefix := range w.prefixes {
			rest, found := strings.CutPrefix(form, prefix)
			if !found || rest == "" || rest[0] != ' ' && prefix != "#" {
				continue
			}
			switch role := w.columns[strings.TrimSpace(rest)]; role {
			case Unknown, Time, End, Code, Queue, Channel, Series:
				return Value // a count of cases is a value, whatever they are counted by
			case Value, Offered, Handled, HandleTime, Other, total:
				return role
			}
		}
	}
	return Unknown
}

// keyOf is the role of a name that says by its last word that it is a key or a name: skill id, campaign name.
func (w *Words) keyOf(form string) Role {
	for _, ending := range []string{" id", " name", " code", " key", " no", " nr", " number", " nummer", " numero"} {
		if rest, found := strings.CutSuffix(form, ending); found {
			switch role := w.columns[rest]; role {
			case Code, Queue, Channel, Series:
				return role
			case Unknown, Time, End, Value, Offered, Handled, HandleTime, Other, total:
			}
		}
	}
	return Unknown
}

// nameOf is a folded name of a column without what stands in brackets, and with words apart that capitals or signs
// join: QueueName, queue-name, nOffered.
func nameOf(name string) string {
	if i := strings.IndexAny(name, "([{"); i > 0 {
		end := strings.IndexAny(name[i:], ")]}")
		if end > 0 {
			name = name[:i] + " " + name[i+end+1:]
		}
	}
	var b strings.Builder
	var last rune
	for _, r := range name {
		switch {
		case strings.ContainsRune("-./:*", r):
			r = ' '
		case unicode.IsUpper(r) && unicode.IsLower(last):
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		last = r
	}
	return strings.TrimSpace(Fold(b.String()))
}

// IsTotal reports whether a label names a sum over others: "Total", "Gesamtergebnis", "Support Total".
func (w *Words) IsTotal(label string) bool {
	folded := strings.Trim(nameOf(label), " :=")
	return w.totals[folded]
}

// EndsInTotal reports whether a label is that of the sum of one group: "Support Total", "Ergebnis Support".
func (w *Words) EndsInTotal(label string) bool {
	words := strings.Fields(strings.Trim(nameOf(label), " :="))
	return len(words) > 1 && (w.totals[words[len(words)-1]] || w.totals[words[0]])
}

// Fold is a text without case and accents, its words with single spaces between.
func Fold(s string) string {
	if isFolded(s) {
		return s
	}
	var b strings.Builder
	gap := false
	for _, r := range norm.NFD.String(strings.ReplaceAll(s, "ß", "ss")) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsSpace(r) || strings.ContainsRune("_\u200b\ufeff\"", r):
			gap = b.Len() > 0
		default:
			if gap {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// isFolded reports whether a text is folded already, as most dates and numbers are.
func isFolded(s string) bool {
	gap := true
	for i := range len(s) {
		c := s[i]
		if c >= 0x80 || c >= 'A' && c <= 'Z' || c < ' ' || c == '_' || c == '"' || c == ' ' && gap {
			return false
		}
		gap = c == ' '
	}
	return !gap || s == ""
}
