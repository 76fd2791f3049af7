package contactlog

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

const (
	op = "sim.ReadLog"
	// maxField is how many bytes a name in a log may have: the platform's own names are shorter.
	maxField = 1000
)

// Read reads a contact log: CSV with a header, gzipped or not (its first bytes
// tell), with the columns opened_at_local, department, case_type and source in any
// order; further columns are ignored. Every error is a *wrapcast.Error that says which line.
func Read(in io.Reader) (*Log, error) {
	zone, err := organisation.Zone()
	if err != nil {
		return nil, err
	}
	text, err := decompress(in)
	if err != nil {
		return nil, err
	}
	p := &parser{csv: csv.NewReader(text), log: &Log{Zone: zone}}
	p.csv.ReuseRecord = true
	p.csv.FieldsPerRecord = -1
	if err := p.header(); err != nil {
		return nil, err
	}
	if err := p.rows(); err != nil {
		return nil, err
	}
	p.log.Sort()
	return p.log, nil
}

// columns are the names of the columns a log needs, in the order of the parser's places.
func columns() []string { return []string{"opened_at_local", "department", "case_type", "source"} }

type parser struct {
	csv    *csv.Reader
	log    *Log
	places [4]int // of the columns, in the order of columns()
	width  int    // of every row
	seen   [3]map[string]int32
}

func (p *parser) header() error {
	record, err := p.csv.Read()
	if errors.Is(err, io.EOF) {
		return refuse(0, "the contact log is empty").WithHint("give a CSV whose first line is %s",
			strings.Join(columns(), ","))
	}
	if err != nil {
		return p.broken(err)
	}
	p.width = len(record)
	for i, column := range columns() {
		p.places[i] = -1
		for j, name := range record {
			if strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")) == column {
				p.places[i] = j
			}
		}
		if p.places[i] < 0 {
			return refuse(1, "the header has no column %q; it reads %s", column, quote(strings.Join(record, ","))).
				WithHint("the first line must name the columns %s", strings.Join(columns(), ", "))
		}
	}
	return nil
}

func (p *parser) rows() error {
	for i := range p.seen {
		p.seen[i] = map[string]int32{}
	}
	for {
		record, err := p.csv.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return p.broken(err)
		}
		if err := p.row(record); err != nil {
			return err
		}
	}
	if len(p.log.Rows) == 0 {
		return refuse(0, "the contact log has a header and no rows")
	}
	return nil
}

func (p *parser) row(record []string) error {
	line, _ := p.csv.FieldPos(0)
	if len(record) != p.width {
		return refuse(line, "it has %d fields, the header has %d", len(record), p.width)
	}
	for i, place := range p.places {
		if err := checkField(line, columns()[i], record[place]); err != nil {
			return err
		}
	}
	opened, err := parseOpened(line, record[p.places[0]])
	if err != nil {
		return err
	}
	p.log.Rows = append(p.log.Rows, Row{
		Opened: contact.Instant(opened, p.log.Zone).UnixMilli(),
		Queue:  p.intern(0, &p.log.Queues, record[p.places[1]]),
		Code:   p.intern(1, &p.log.Codes, record[p.places[2]]),
		Source: p.intern(2, &p.log.Sources, record[p.places[3]]),
	})
	return nil
}

// intern returns the place of a name in its list, adding it when it is new.
func (p *parser) intern(list int, names *[]string, name string) int32 {
	name = strings.TrimSpace(name)
	at, known := p.seen[list][name]
	if !known {
		at = int32(len(*names))
		name = strings.Clone(name) // the record's memory is used again
		*names = append(*names, name)
		p.seen[list][name] = at
	}
	return at
}

func checkField(line int, column, value string) error {
	switch {
	case !utf8.ValidString(value) || strings.ContainsRune(value, 0):
		return refuse(line, "%s is not text: %s", column, quote(value)).WithHint("save the log as UTF-8 CSV")
	case len(value) > maxField:
		return refuse(line, "%s has %d bytes; at most %d are allowed", column, len(value), maxField)
	case strings.TrimSpace(value) == "" && column != "source":
		return refuse(line, "%s is empty", column)
	}
	return nil
}

// parseOpened reads a wall clock time; the result's own location means nothing.
func parseOpened(line int, s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04",
		"2006-01-02 15:04"} {
		t, err := time.Parse(layout, s)
		if err != nil {
			continue
		}
		if t.Year() < 1990 || t.Year() > 2099 {
			return t, refuse(line, "opened_at_local %s lies outside the years 1990 to 2099", quote(s))
		}
		return t, nil
	}
	return time.Time{}, refuse(line, "opened_at_local %s is not a time", quote(s)).
		WithHint("write local times without an offset, as 2015-01-31T14:05:00")
}

// broken explains why the reader below could not go on.
func (p *parser) broken(err error) error {
	var long *tooLongError
	var syntax *csv.ParseError
	switch {
	case errors.As(err, &long):
		return refuse(long.line, "it is longer than %d bytes",
			maxLine).WithHint("check that this is a CSV file and that its quotes are closed")
	case errors.As(err, &syntax):
		return refuse(syntax.Line, "it is not CSV: %w", syntax.Err)
	default:
		return explainGzip(err)
	}
}

// refuse makes the error of a bad log; line 0 means that no line is to blame.
func refuse(line int, format string, args ...any) *wrapcast.Error {
	e := wrapcast.Errorf(wrapcast.InvalidData, op, format, args...)
	if line > 0 {
		e.Message = fmt.Sprintf("line %d of the contact log: %s", line, e.Message)
	}
	return e
}

// quote shows at most 60 bytes of what stood in a file.
func quote(s string) string {
	if len(s) > 60 {
		return fmt.Sprintf("%.60q…", s)
	}
	return fmt.Sprintf("%q", s)
}
