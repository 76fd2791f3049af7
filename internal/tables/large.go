package tables

import (
	"errors"
	"hash/maphash"
	"io"
	"iter"
	"slices"
	"time"
)

// Large is a long CSV of more series than are held at once. It is read in blocks of series, in the file's order; what
// one rule says of the whole file, its step and its end, is known of all of them before the first is read.
type Large struct {
	// Frequency is the step of every series.
	Frequency Frequency
	// Series is how many there are.
	Series int

	in       io.ReadSeeker
	options  Options
	notation notation
	size     int
	notes    notes
}

// ReadLarge looks through a long CSV with the columns series_id, timestamp and value and returns it where it has more
// than size series, the rows of each together. It is nil where [Read] reads the file as a whole: one that is smaller,
// has another shape or its rows in another order, or something in it that is to be told with its line. In is then where
// it was.
func ReadLarge(in io.ReadSeeker, o Options, size int) (*Large, error) {
	var l *Large
	if !o.Columns.given() && o.Writing == (Writing{}) && !o.AddUp {
		if s, err := survey(in, o.Frequency); err == nil && s.series > size {
			l = s.large(in, o, size)
		}
	}
	_, err := in.Seek(0, io.SeekStart)
	return l, err
}

// Blocks reads the file in blocks of series. An error is the last that comes.
func (l *Large) Blocks() iter.Seq2[*File, error] {
	return func(yield func(*File, error) bool) {
		rows := l.newBlock()
		err := eachSeries(l.in, l.notation, func(s *rowSeries) error {
			rows.series = append(rows.series, s)
			if len(rows.series) < l.size {
				return nil
			}
			full := rows
			rows = l.newBlock()
			return l.give(full, yield)
		})
		if err == nil && len(rows.series) > 0 {
			err = l.give(rows, yield)
		}
		if err != nil && !errors.Is(err, errEnough) {
			yield(nil, err)
		}
	}
}

// errEnough ends the reading where nobody wants the rest.
var errEnough = errors.New("enough")

func (l *Large) newBlock() *rowFile { return &rowFile{notation: l.notation} }

func (l *Large) give(rows *rowFile, yield func(*File, error) bool) error {
	block, err := rows.onGrids(l.options)
	if err != nil {
		return err
	}
	l.notes.join(block.notes)
	block.Reading = plainReading()
	if !yield(block, nil) {
		return errEnough
	}
	return nil
}

// Notes say what was made of the blocks read so far that a reader may not expect, a sentence each.
func (l *Large) Notes() []string { return l.notes.sentences() }

// surveyed is what is known of a long CSV after it was looked through.
type surveyed struct {
	notation notation
	series   int
	apart    map[time.Duration]int
	// latest are the rows of the series with the latest row.
	latest []row
}

// errNotPlain ends a survey of a file that is not read in blocks.
var errNotPlain = errors.New("not a long CSV of dates with its series together")

func survey(in io.ReadSeeker, f Frequency) (*surveyed, error) {
	n, err := firstNotation(in, f)
	if err != nil || n.layout == "" {
		return nil, errNotPlain
	}
	s := &surveyed{notation: n, apart: map[time.Duration]int{}}
	seen, seed := map[uint64]bool{}, maphash.MakeSeed()
	var last time.Time
	err = eachSeries(in, n, func(rows *rowSeries) error {
		id := maphash.String(seed, rows.id)
		if seen[id] { // its rows are not together
			return errNotPlain
		}
		seen[id], s.series = true, s.series+1
		times := timesOf(rows.rows)
		countApart(s.apart, times)
		if end := times[len(times)-1]; end.After(last) {
			last, s.latest = end, slices.Clone(rows.rows)
		}
		return nil
	})
	return s, err
}

// large is a surveyed file with its step and its end; nil where its steps are months or not to be seen.
func (s *surveyed) large(in io.ReadSeeker, o Options, size int) *Large {
	if o.Frequency == "" {
		delete(s.apart, 0)
		f, err := commonest(s.apart)
		if err != nil {
			return nil
		}
		o.Frequency = f
	}
	if o.Frequency == Monthly || o.Frequency == Steps {
		return nil
	}
	newest := &rowSeries{rows: s.latest}
	rows := newest.inOrder()
	a := axisOf(s.notation, o.Frequency, o.Zone, rows)
	end := a.position(rows[len(rows)-1].at)
	o.end = &end
	return &Large{Frequency: o.Frequency, Series: s.series, in: in, options: o, notation: s.notation, size: size,
		notes: notes{}}
}

// firstNotation is how the first row of a file writes its time, offsets as all rows write them.
func firstNotation(in io.ReadSeeker, f Frequency) (n notation, err error) {
	rows, err := longRows(in)
	if err != nil {
		return n, err
	}
	for first := true; ; first = false {
		rec, line, err := rows.next()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		if first {
			found, ok := detect(rec.timestamp, f)
			if !ok {
				return n, badTimestamp(line, rec.timestamp)
			}
			n = found
		}
		if !n.offset {
			return n, nil
		}
		n.seeOffsets(first, rec.timestamp)
	}
}

// eachSeries reads a long CSV series by series, as long as the rows of one lie together.
func eachSeries(in io.ReadSeeker, n notation, each func(*rowSeries) error) error {
	rows, err := longRows(in)
	if err != nil {
		return err
	}
	file := &rowFile{notation: n}
	byID := map[string]*rowSeries{}
	for {
		rec, line, err := rows.next()
		done := errors.Is(err, io.EOF)
		if err != nil && !done {
			return err
		}
		if len(file.series) > 0 && (done || file.series[0].id != rec.id) {
			whole := file.series[0]
			file.series = nil
			clear(byID)
			if err := each(whole); err != nil {
				return err
			}
		}
		if done {
			return nil
		}
		if err := file.add(byID, rec, line); err != nil {
			return err
		}
	}
}

// longRows begins a file from its first line.
func longRows(in io.ReadSeeker) (*longReader, error) {
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return newLongReader(in)
}
