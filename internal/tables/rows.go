package tables

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/wrapcast/wrapcast"
)

// row is one line of the file.
type row struct {
	line  int
	at    tick
	value float64
}

type rowSeries struct {
	id   string
	rows []row
}

type rowFile struct {
	notation notation
	series   []*rowSeries
}

func readRows(r io.Reader, f Frequency) (*rowFile, error) {
	in, err := newLongReader(r)
	if err != nil {
		return nil, err
	}
	file := &rowFile{}
	byID := map[string]*rowSeries{}
	for first := true; ; first = false {
		rec, line, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if first {
			n, ok := detect(rec.timestamp, f)
			if !ok || n.layout == "" && f != Steps && isEpoch(rec.timestamp) {
				return nil, badTimestamp(line, rec.timestamp)
			}
			file.notation = n
		}
		file.notation.seeOffsets(first, rec.timestamp)
		if err := file.add(byID, rec, line); err != nil {
			return nil, err
		}
	}
	if len(file.series) == 0 {
		return nil, invalid("the file has a header but no rows").WithHint("give one row per series and step: series_id,timestamp,value")
	}
	return file, nil
}

func (f *rowFile) add(byID map[string]*rowSeries, rec record, line int) error {
	at, ok := f.notation.parse(rec.timestamp)
	if !ok {
		return f.badTimestamp(line, rec.timestamp)
	}
	value, err := parseValue(rec.value, line)
	if err != nil {
		return err
	}
	s := byID[rec.id]
	if s == nil {
		s = &rowSeries{id: strings.Clone(rec.id)}
		byID[s.id] = s
		f.series = append(f.series, s)
	}
	s.rows = append(s.rows, row{line: line, at: at, value: value})
	return nil
}

// addUp adds the values of rows of one series and time; what is missing adds nothing.
func (f *rowFile) addUp() {
	for _, s := range f.series {
		var kept []row
		for _, r := range s.inOrder() {
			last := len(kept) - 1
			if last < 0 || kept[last].at.step != r.at.step || !kept[last].at.time.Equal(r.at.time) {
				kept = append(kept, r)
				continue
			}
			if v := kept[last].value; math.IsNaN(v) {
				kept[last].value = r.value
			} else if !math.IsNaN(r.value) {
				kept[last].value = v + r.value
			}
		}
		s.rows = kept
	}
}

// isEpoch reports whether digits have the length of seconds or milliseconds since 1970.
func isEpoch(digits string) bool { return len(digits) == 10 || len(digits) == 13 }

// parseValue reads a number; nothing, NA and NaN are gaps.
func parseValue(text string, line int) (float64, error) {
	switch strings.ToLower(text) {
	case "", "na", "nan", "null":
		return math.NaN(), nil
	}
	if strings.ContainsAny(text, "xXpP_") {
		return 0, invalid("line %d: value %s is not a number", line, quoted(text)) // hexadecimal
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, invalid("line %d: value %s is not a number", line, quoted(text)).
			WithHint("write numbers as 1234.5, without thousands separators; leave the value empty for a gap")
	}
	if math.IsInf(v, 0) || math.Abs(v) > math.MaxFloat64/1e16 {
		return 0, invalid("line %d: value %s is infinite or too large to forecast", line, quoted(text)).
			WithHint("leave the value empty where nothing was measured")
	}
	return v, nil
}

// record is one row's three fields.
type record struct{ id, timestamp, value string }

// longReader reads rows by the names of their columns.
type longReader struct {
	csv                  *csv.Reader
	id, timestamp, value int
}

func newLongReader(r io.Reader) (*longReader, error) {
	text, err := plainText(r)
	if err != nil {
		return nil, err
	}
	in := csv.NewReader(text)
	in.ReuseRecord = true
	header, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, invalid("the file is empty").WithHint("the first line must be: series_id,timestamp,value")
	}
	if err != nil {
		return nil, badCSV(err)
	}
	l := &longReader{csv: in, id: columnNamed(header, "series_id"), timestamp: columnNamed(header, "timestamp"),
		value: columnNamed(header, "value")}
	if l.id < 0 || l.timestamp < 0 || l.value < 0 {
		return nil, invalid("the first line is %s", quoted(strings.Join(header, ","))).
			WithHint("the first line must name the columns series_id, timestamp and value")
	}
	return l, nil
}

func columnNamed(header []string, name string) int {
	return slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), name) })
}

func (l *longReader) next() (record, int, error) {
	fields, err := l.csv.Read()
	if errors.Is(err, io.EOF) {
		return record{}, 0, io.EOF
	}
	if err != nil {
		return record{}, 0, badCSV(err)
	}
	line, _ := l.csv.FieldPos(0)
	for _, f := range fields {
		if len(f) > maxField {
			return record{}, 0, invalid("line %d: a field is %d characters long", line, len(f)).
				WithHint("look for a missing quote or line break there; fields may have %d characters", maxField)
		}
		if !utf8.ValidString(f) || strings.ContainsRune(f, 0) {
			return record{}, 0, invalid("line %d is not text", line).WithHint("save the file as CSV in UTF-8")
		}
	}
	if isEmpty(fields) { // spreadsheets keep rows that were once used
		return l.next()
	}
	r := record{id: idOf(strings.TrimSpace(fields[l.id])), timestamp: strings.TrimSpace(fields[l.timestamp]),
		value: strings.TrimSpace(fields[l.value])}
	if r.id == "" {
		return record{}, 0, invalid("line %d has no series_id", line)
	}
	return r, line, nil
}

func isEmpty(fields []string) bool {
	return !slices.ContainsFunc(fields, func(f string) bool { return strings.TrimSpace(f) != "" })
}

// plainText unpacks gzip and drops the byte order mark that spreadsheets put before UTF-8.
func plainText(r io.Reader) (io.Reader, error) {
	b := bufio.NewReader(r)
	if head, err := b.Peek(2); err == nil && string(head) == "\x1f\x8b" {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, badCSV(err)
		}
		b = bufio.NewReader(z)
	}
	if head, err := b.Peek(3); err == nil && string(head) == "\ufeff" {
		_, _ = b.Discard(3)
	}
	return b, nil
}

func (n notation) kind() string {
	if n.layout == "" {
		return "plain integers"
	}
	return "dates or times"
}

func badTimestamp(line int, text string) error {
	if noSuchTime(text) {
		return invalid("line %d: there is no %s", line, quoted(text)).
			WithHint("look for a mistyped day; midnight is 00:00 of the day that begins")
	}
	return invalid("line %d: %s is not a timestamp", line, quoted(text)).
		WithHint("write 2026-11-23, 2026-11-23T14:15:00, 2026-11-23T14:15:00-05:00, or plain integers")
}

// noSuchTime reports whether a text is written like a timestamp, of a day or an hour that does not exist.
func noSuchTime(text string) bool {
	layouts := append(compactTimes(), compactDate)
	for _, n := range notations() {
		layouts = append(layouts, n.layout)
	}
	for _, layout := range layouts {
		_, err := time.Parse(layout, text)
		if bad, ok := errors.AsType[*time.ParseError](err); ok && strings.HasSuffix(bad.Message, "out of range") {
			return true
		}
	}
	return false
}

func (f *rowFile) badTimestamp(line int, text string) error {
	if _, ok := detect(text, ""); !ok || noSuchTime(text) {
		return badTimestamp(line, text)
	}
	return invalid("line %d: timestamp %s is written in another way than those above", line, quoted(text)).
		WithHint("write every timestamp of a file in the same way")
}

func badCSV(err error) error {
	return invalid("the file is not CSV: %w", err).WithHint("save it as comma-separated UTF-8 text")
}

func invalid(format string, args ...any) *wrapcast.Error {
	return wrapcast.Errorf(wrapcast.InvalidData, "", format, args...)
}

// quoted shows a piece of input safely and short.
func quoted(s string) string {
	const most = 60
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return strconv.Quote(s)
}
