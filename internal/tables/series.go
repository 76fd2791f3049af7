package tables

import (
	"slices"
	"time"

	"github.com/wrapcast/wrapcast/internal/plain"
)

// File is a file of series, one row per series and step, columns series_id,
// timestamp and value.
type File struct {
	Frequency Frequency
	// Series are in the order in which the file names them first.
	Series []Series
	// Notes say what was made of the file that a reader may not expect, a sentence each.
	Notes []string
	// Reading is what the file was taken for.
	Reading Reading
	notes   notes
}

// Series is one series of a file on its complete grid: the wall clock, of which every day has 24 hours.
type Series struct {
	ID string
	// Values holds one value per step from the first row to the last; NaN where there is no row or no value, and where
	// the clock jumps over a step. Where it goes back, a step has the mean of two rows.
	Values []float64
	first  int64
	axis   axis
	last   time.Time // when the last row was, of steps shorter than a day
	closed [][]bool  // phases of a cycle of steps, from the first row on, that never have a row
	blanks int       // rows that say that their value is unknown
}

// Step is a step after the last row of a series.
type Step struct {
	// Wall is its place on the wall clock: so many steps after the last value, counted from 0. Where the clock goes
	// back two steps have the same place.
	Wall int
	// Timestamp is the step as the file writes it.
	Timestamp string
}

// Limits of what is taken for a series rather than for a mistake.
const (
	maxField  = 4096
	maxPoints = 2_000_000
)

// onGrids places all series on their grids, and fills them.
func (f *rowFile) onGrids(o Options) (*File, error) {
	freq := o.Frequency
	if freq == "" {
		var err error
		if freq, err = f.commonestFrequency(); err != nil {
			return nil, err
		}
	}
	if (freq == Steps) != (f.notation.layout == "") {
		return nil, invalid("timestamps are %s, which does not go with --freq %s", f.notation.kind(), freq).
			WithHint("use --freq step for plain integers and D, H, 30min, 15min, W or M for dates and times")
	}
	l := &File{Frequency: freq, notes: notes{}}
	var wrong []error
	for _, s := range f.series {
		grid, err := s.onGrid(axisOf(f.notation, freq, o.Zone, s.inOrder()))
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		l.Series = append(l.Series, grid)
	}
	if err := allOf(wrong); err != nil {
		return nil, err
	}
	l.noteClocks(f, o)
	l.noteAlike()
	err := l.fill(o.Fill, o.end)
	l.Notes = l.notes.sentences()
	return l, err
}

// Clock returns what the wall clock shows at step i of s, as if it hung in UTC; it is the zero time where steps are
// plain integers.
func (l *File) Clock(s Series, i int) time.Time { return s.axis.clock(s.position(i)) }

// Timestamp writes step i of the history as the file writes its timestamps.
func (s Series) Timestamp(i int) string { return s.axis.format(s.position(i)) }

// Next returns the steps that follow the last row, in the order of time: so many of the file's own, which are hours
// that really pass.
func (s Series) Next(steps int) []Step {
	if s.axis.freq == Steps || s.axis.freq.byDate() {
		next := make([]Step, steps)
		for wall := range next {
			next[wall] = Step{wall, s.axis.format(s.position(len(s.Values) + wall))}
		}
		return next
	}
	return s.nextInstants(steps)
}

// nextInstants is Next for steps shorter than a day. An hour that comes twice may be half over.
func (s Series) nextInstants(steps int) []Step {
	type instant struct {
		at, wall int64
		time.Time
	}
	perHours := int64(2*time.Hour/time.Second) / s.axis.unit() // no clock goes back further
	var ahead []instant
	for wall := -perHours; len(ahead) < steps+int(perHours); wall++ {
		at := s.position(len(s.Values)) + wall*s.axis.unit()
		for _, t := range s.axis.instants(at) {
			if s.last.IsZero() && wall >= 0 || !s.last.IsZero() && t.After(s.last) {
				ahead = append(ahead, instant{at, wall, t})
			}
		}
	}
	slices.SortStableFunc(ahead, func(a, b instant) int { return a.Compare(b.Time) })
	next := make([]Step, steps)
	for i := range next {
		next[i] = Step{int(max(ahead[i].wall, 0)), s.axis.formatInstant(ahead[i].at, ahead[i].Time)}
	}
	return next
}

func (s Series) position(i int) int64 { return s.first + int64(i)*s.axis.unit() }

// maxAlike is among how many series those are looked for whose names look alike.
const maxAlike = 20_000

// noteAlike tells of series whose names differ in case, width and spaces alone: most often they are one.
func (l *File) noteAlike() {
	if len(l.Series) > maxAlike {
		return
	}
	seen := map[string]string{}
	for _, s := range l.Series {
		name := plain.Name(s.ID)
		if first, ok := seen[name]; ok {
			l.notes.add(alikeNote, quoted(first)+" and "+quoted(s.ID))
			continue
		}
		seen[name] = s.ID
	}
}
