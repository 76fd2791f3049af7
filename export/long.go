package export

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

// LongOptions say how to read a long CSV.
type LongOptions struct {
	// Frequency of every series in the file; "" takes the commonest step.
	Frequency Frequency
	// Zone says whose days timestamps with an offset belong to; nil keeps the offset they are written with.
	Zone *time.Location
	// FillZero turns gaps inside a series into zeros; false leaves them gaps.
	FillZero bool
}

// Long is a file of series, one row per series and step, columns series_id,
// timestamp and value.
type Long struct {
	Frequency Frequency
	// Series are in the order in which the file names them first.
	Series []LongSeries
	axis   axis
}

// LongSeries is one series of a file on its complete grid.
type LongSeries struct {
	ID string
	// Values holds one value per step from the first row to the last; NaN where there is no row or no value.
	Values []float64
	first  int64
}

// Limits of what is taken for a series rather than for a mistake.
const (
	maxField  = 4096
	maxPoints = 2_000_000
)

// ReadLong reads a long CSV. Errors are of kind InvalidData and name the line.
func ReadLong(r io.Reader, o LongOptions) (*Long, error) {
	rows, err := readRows(r)
	if err != nil {
		return nil, err
	}
	a := axis{notation: rows.notation, freq: o.Frequency, zone: o.Zone}
	if a.freq == "" {
		if a.freq, err = rows.commonestFrequency(); err != nil {
			return nil, err
		}
	}
	if (a.freq == Steps) != (rows.notation.layout == "") {
		return nil, invalid("timestamps are %s, which does not go with --freq %s", rows.notation.kind(), a.freq).
			WithHint("use --freq step for plain integers and D, H, 30min, 15min or W for dates and times")
	}
	l := &Long{Frequency: a.freq, axis: a}
	for _, s := range rows.series {
		grid, err := s.onGrid(a, o.FillZero)
		if err != nil {
			return nil, err
		}
		l.Series = append(l.Series, grid)
	}
	return l, nil
}

// Time returns when step i of s begins; steps past the end lie in the future. It is
// the zero time where steps are plain integers.
func (l *Long) Time(s LongSeries, i int) time.Time { return l.axis.time(l.position(s, i)) }

// Position returns step i of s as a whole number, the same for the same step in every series of the file.
func (l *Long) Position(s LongSeries, i int) int64 { return l.position(s, i) / l.axis.unit() }

// Timestamp writes step i of s as the file writes its timestamps.
func (l *Long) Timestamp(s LongSeries, i int) string { return l.axis.format(l.position(s, i)) }

func (l *Long) position(s LongSeries, i int) int64 { return s.first + int64(i)*l.axis.unit() }

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

func readRows(r io.Reader) (*rowFile, error) {
	in, err := newLongReader(r)
	if err != nil {
		return nil, err
	}
	f := &rowFile{}
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
			n, ok := detect(rec.timestamp)
			if !ok {
				return nil, badTimestamp(line, rec.timestamp)
			}
			f.notation = n
		}
		if err := f.add(byID, rec, line); err != nil {
			return nil, err
		}
	}
	if len(f.series) == 0 {
		return nil, invalid("the file has a header but no rows").WithHint("give one row per series and step: series_id,timestamp,value")
	}
	return f, nil
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

// parseValue reads a number; nothing, NA and NaN are gaps.
func parseValue(text string, line int) (float64, error) {
	switch strings.ToLower(text) {
	case "", "na", "nan", "null":
		return math.NaN(), nil
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

// commonestFrequency finds the step most often seen between neighbouring rows.
func (f *rowFile) commonestFrequency() (Frequency, error) {
	if f.notation.layout == "" {
		return Steps, nil
	}
	counts := map[time.Duration]int{}
	for _, s := range f.series {
		times := make([]time.Time, len(s.rows))
		for i, r := range s.rows {
			times[i] = r.at.time
		}
		slices.SortFunc(times, time.Time.Compare)
		for i := 1; i < len(times); i++ {
			counts[roundToDay(times[i].Sub(times[i-1]))]++
		}
	}
	delete(counts, 0)
	return commonest(counts)
}

// roundToDay takes the days of 23 and 25 hours for what they are.
func roundToDay(d time.Duration) time.Duration {
	if r := d.Round(day); r > 0 && (d-r).Abs() <= time.Hour {
		return r
	}
	return d
}

func commonest(counts map[time.Duration]int) (Frequency, error) {
	var best time.Duration
	for step, n := range counts {
		if best == 0 || n > counts[best] || n == counts[best] && step < best {
			best = step
		}
	}
	for _, k := range frequencies() {
		if k.step == best {
			return k.f, nil
		}
	}
	if best == 0 {
		return "", invalid("the file does not show how far apart its steps are").WithHint("say it with --freq, for example --freq D")
	}
	return "", invalid("most rows lie %s apart, which is none of D, H, 30min, 15min or W", best).
		WithHint("aggregate the values to one of these, or number the rows and use --freq step")
}

// onGrid places the rows of a series on its complete grid.
func (s *rowSeries) onGrid(a axis, fillZero bool) (LongSeries, error) {
	at := func(r row) int64 { return a.position(r.at) }
	slices.SortStableFunc(s.rows, func(x, y row) int { return int(min(max(at(x)-at(y), -1), 1)) })
	first, last := at(s.rows[0]), at(s.rows[len(s.rows)-1])
	n := (last-first)/a.unit() + 1
	if n > maxPoints {
		return LongSeries{}, invalid("series %s runs from %s to %s: %d steps of %s for %d rows", quoted(s.id),
			a.format(first), a.format(last), n, a.freq, len(s.rows)).WithHint("look for a mistyped year, or choose another --freq")
	}
	values := make([]float64, n)
	for i := range values {
		values[i] = math.NaN()
	}
	err := s.place(a, first, values)
	if fillZero {
		fillInside(values)
	}
	return LongSeries{ID: s.id, Values: values, first: first}, err
}

func (s *rowSeries) place(a axis, first int64, values []float64) error {
	for i, r := range s.rows {
		p := a.position(r.at)
		if i > 0 && p == a.position(s.rows[i-1].at) {
			return invalid("line %d: series %s has %s twice, first on line %d", r.line, quoted(s.id), a.format(p), s.rows[i-1].line).
				WithHint("keep one row per series and step")
		}
		if (p-first)%a.unit() != 0 {
			return invalid("line %d: %s does not lie on series %s's grid of one step per %s from %s", r.line, a.format(p),
				quoted(s.id), a.freq, a.format(first)).WithHint("choose another --freq, or mend the timestamp")
		}
		values[(p-first)/a.unit()] = r.value
	}
	return nil
}

// fillInside puts zeros into the gaps between the first and the last value.
func fillInside(values []float64) {
	known := func(v float64) bool { return !math.IsNaN(v) }
	first := slices.IndexFunc(values, known)
	last := len(values) - 1
	for last > first && !known(values[last]) {
		last--
	}
	for i := max(first, 0); i < last; i++ {
		if !known(values[i]) {
			values[i] = 0
		}
	}
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
	l := &longReader{csv: in, id: column(header, "series_id"), timestamp: column(header, "timestamp"), value: column(header, "value")}
	if l.id < 0 || l.timestamp < 0 || l.value < 0 {
		return nil, invalid("the first line is %s", quoted(strings.Join(header, ","))).
			WithHint("the first line must name the columns series_id, timestamp and value")
	}
	return l, nil
}

func column(header []string, name string) int {
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
	r := record{id: fields[l.id], timestamp: strings.TrimSpace(fields[l.timestamp]), value: strings.TrimSpace(fields[l.value])}
	if r.id == "" {
		return record{}, 0, invalid("line %d has no series_id", line)
	}
	return r, line, nil
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
	return invalid("line %d: %s is not a timestamp", line, quoted(text)).
		WithHint("write 2026-11-23, 2026-11-23T14:15:00, 2026-11-23T14:15:00-05:00, or plain integers")
}

func (f *rowFile) badTimestamp(line int, text string) error {
	if _, ok := detect(text); !ok {
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
