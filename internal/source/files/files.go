// Package files makes the history of an organisation out of the counts that a file has: names become identifiers, times
// of a wall clock become instants, intervals become quarter-hours, and what lies between rows is zero or unknown by the
// file's own pattern. What is stored already it does not know.
package files

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/plain"
	"github.com/wrapcast/wrapcast/internal/tables"
)

// Options say how a file is read.
type Options struct {
	tables.ContactOptions
	// Zone is that of the organisation's days, Clock the one whose wall clock the file is kept by; nil is Zone.
	Zone, Clock *time.Location
	// Now is the present: nothing can have been counted after it.
	Now time.Time
	// Fill says what a day without a row means: zero or none (unknown); "" sees it by the file's pattern.
	Fill tables.Filling
}

// Batch is what one file says of an organisation.
type Batch struct {
	Queues []wrapcast.Queue
	Codes  []wrapcast.Code
	// Observations and Arrivals are in the order of time.
	Observations []wrapcast.Observation
	Arrivals     []wrapcast.Arrival
	// Covered are the intervals of which the file says everything, in their order: what it has no row of is zero there.
	Covered []wrapcast.Interval
	// Step is how long its intervals are; 24 hours are days, which have no quarter-hours of their own.
	Step time.Duration
	// Contacts are all that were read.
	Contacts int
	// Columns are those that were read, Reading is all that the file was taken for.
	Columns tables.ContactColumns
	Writing tables.Writing
	Header  []string
	Reading tables.Reading
	// Lacks say what is missing and what takes its place, Notes what somebody may not expect.
	Lacks, Notes []string
}

// Day is how long the step of a file of days is.
const Day = 24 * time.Hour

// Streams are those that the file speaks of.
func (b *Batch) Streams() []wrapcast.Stream {
	seen := map[wrapcast.Stream]bool{}
	for _, o := range b.Observations {
		seen[o.Leaf.Stream()] = true
	}
	for _, a := range b.Arrivals {
		seen[wrapcast.Stream{Queue: a.Queue, Media: a.Media, Direction: a.Direction}] = true
	}
	all := make([]wrapcast.Stream, 0, len(seen))
	for s := range seen {
		all = append(all, s)
	}
	slices.SortFunc(all, wrapcast.Stream.Compare)
	return all
}

// Read reads a file. Errors are of kind InvalidData and say what to do.
func Read(in io.Reader, o Options) (*Batch, error) {
	c, err := tables.ReadContacts(in, o.ContactOptions)
	if err != nil {
		return nil, err
	}
	if o.Fill == tables.FillPattern {
		if err := c.CheckSteps(); err != nil {
			return nil, err
		}
	}
	m := &maker{Options: o, in: c, names: map[string]string{}, cells: map[cellKey]*cell{}}
	m.batch = &Batch{Step: c.Step, Columns: c.Columns, Writing: c.Writing, Header: c.Header, Reading: c.Reading,
		Lacks: c.Lacks, Notes: c.Notes}
	if err := m.checkTimes(); err != nil {
		return nil, err
	}
	m.collect()
	m.spread()
	return m.batch, m.cover()
}

// All is what a code or a queue is called where a file has none.
const All = tables.AllSeries

// NoQueue is what the queue of contacts is called that a file names none for.
const NoQueue = "(no queue)"

// CodeID is the identifier of a code, the same in every file that names it so.
func CodeID(name string) wrapcast.CodeID { return wrapcast.CodeID(identifier("code", name)) }

// QueueID is the identifier of a queue.
func QueueID(name string) wrapcast.QueueID { return wrapcast.QueueID(identifier("queue", name)) }

// identifier is 16 bytes of the SHA-256 of a kind and a name in the form of a UUID of version 8.
func identifier(kind, name string) string {
	sum := sha256.Sum256([]byte("wrapcast file " + kind + "\x00" + plain.Name(name)))
	b := sum[:16]
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// cellKey is a leaf in one quarter-hour; of arrivals it has no code.
type cellKey struct {
	leaf  wrapcast.Leaf
	start int64
	came  bool
}

// cell has sums: handled, handle and after-call milliseconds; of arrivals offered and abandoned.
type cell struct{ a, b, c int64 }

// maker makes a batch.
type maker struct {
	Options
	in    *tables.Contacts
	batch *Batch
	// names are those of codes and queues as the file writes them first, by kind and compared form.
	names map[string]string
	cells map[cellKey]*cell
	// times are the begins of rows as instants, in the order of the rows.
	times []time.Time
	// twice and never are rows in hours that a clock shows twice, or never.
	twice, never int
}

// name is how a code or queue is called: as the file writes it first.
func (m *maker) name(kind, text string) string {
	key := kind + "\x00" + plain.Name(text)
	if first, ok := m.names[key]; ok {
		return first
	}
	m.names[key] = text
	return text
}

// checkTimes finds the instants of all rows, and refuses those that cannot be meant.
func (m *maker) checkTimes() error {
	const first = 1995
	clock := &wallClock{zone: cmp.Or(m.Clock, m.Zone), seen: map[string]bool{}}
	m.times = make([]time.Time, len(m.in.Rows))
	for i, r := range m.in.Rows {
		at := r.At
		if !m.in.Zoned && m.in.Step < Day {
			at = clock.instant(r)
		} else if m.in.Step == Day {
			at = noon(r.At, m.Zone)
		}
		m.times[i] = at
		switch begin := m.beginOf(i); {
		case begin.After(m.Now) && contacts(r) > 0:
			return wrapcast.Errorf(wrapcast.InvalidData, "", "line %d: %s lies ahead: it has %.0f contacts, and today is %s", r.Line,
				m.words(i), contacts(r), m.Now.In(m.Zone).Format(time.DateOnly)).
				WithHint("look whether the file is a forecast, a year was mistyped, or day and month stand in another order: " +
					"--dates dmy or --dates mdy; the zone is that of --tz")
		case at.Year() < first:
			return wrapcast.Errorf(wrapcast.InvalidData, "", "line %d: %s is too long ago", r.Line, m.words(i)).
				WithHint("look for a mistyped year")
		}
	}
	m.twice, m.never = clock.twice, clock.never
	return nil
}

// contacts are all that a row has of any kind.
func contacts(r tables.ContactRow) float64 {
	sum := 0.0
	for _, v := range []float64{r.Handled, r.Offered, r.Abandoned} {
		if !math.IsNaN(v) {
			sum += v
		}
	}
	return sum
}

// beginOf is when the interval of a row begins.
func (m *maker) beginOf(i int) time.Time {
	if m.in.Step == Day {
		return wrapcast.DateOf(m.times[i].In(m.Zone)).Midnight(m.Zone)
	}
	return m.times[i]
}

func (m *maker) words(i int) string {
	if m.in.Step == Day {
		return wrapcast.DateOf(m.times[i].In(m.Zone)).String()
	}
	return m.times[i].In(m.Zone).Format("2006-01-02 15:04")
}

// noon is the middle of a day that is written as a reading of a clock: contacts of days are kept there.
func noon(day time.Time, zone *time.Location) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, zone)
}

// wallClock turns readings of a clock into instants.
type wallClock struct {
	zone         *time.Location
	seen         map[string]bool
	twice, never int
}

// instant is when a clock of the zone shows what a row says: a time that comes twice is the first, and the second where
// a row of the same code, queue and channel had the first; one that never comes is an hour later.
func (c *wallClock) instant(r tables.ContactRow) time.Time {
	w := r.At
	at := time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), 0, c.zone)
	shows := func(t time.Time) bool { return t.Hour() == w.Hour() && t.Minute() == w.Minute() && t.Day() == w.Day() }
	if !shows(at) {
		if c.never++; at.Hour() < w.Hour() || at.Day() < w.Day() {
			at = at.Add(time.Hour)
		}
		return at
	}
	early, late := at, at
	if before := at.Add(-time.Hour); shows(before) {
		early = before
	}
	if after := at.Add(time.Hour); shows(after) {
		late = after
	}
	if early.Equal(late) {
		return at
	}
	key := fmt.Sprint(early.Unix(), "\x00", r.Code, "\x00", r.Queue, "\x00", r.Channel, "\x00", r.Outbound)
	if c.twice++; c.seen[key] {
		return late
	}
	c.seen[key] = true
	return early
}

// collect sums the rows up by leaf and begin of their intervals.
func (m *maker) collect() {
	unknown := map[string]bool{}
	for i, r := range m.in.Rows {
		leaf, known := m.leafOf(r)
		if !known {
			unknown[r.Channel] = true
		}
		start := m.times[i].UTC().Truncate(wrapcast.QuarterHour).Unix()
		if !math.IsNaN(r.Handled) && r.Handled > 0 {
			m.add(cellKey{leaf, start, false}, r.Handled, r.HandleSeconds*1000, r.AfterCallSeconds*1000)
		} else { // the leaf is spoken of, with nothing in it
			m.add(cellKey{leaf, start, false}, 0, 0, 0)
		}
		if !math.IsNaN(r.Offered) {
			came := leaf
			came.Code = ""
			m.add(cellKey{came, start, true}, r.Offered, zeroIfNaN(r.Abandoned), 0)
		}
	}
	if len(unknown) > 0 {
		m.batch.Notes = append(m.batch.Notes, "channels counted as message: "+joined(unknown))
	}
	if m.twice > 0 && !m.in.Zoned {
		m.batch.Notes = append(m.batch.Notes, fmt.Sprintf("%d rows lie in an hour that the clock shows twice: the first of a code "+
			"is that before the change, a second that after it", m.twice))
	}
	if m.never > 0 {
		m.batch.Notes = append(m.batch.Notes, fmt.Sprintf("%d rows lie in an hour that the clock of %s leaves out: they are "+
			"counted an hour later; look whether the zone is right", m.never, cmp.Or(m.Clock, m.Zone)))
	}
}

func zeroIfNaN(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return v
}

func joined(set map[string]bool) string {
	const most = 5
	var all []string
	for name := range set {
		all = append(all, name)
	}
	slices.Sort(all)
	if more := len(all) - most; more > 0 {
		all = append(all[:most], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(all, ", ")
}

func (m *maker) add(k cellKey, a, b, c float64) {
	at := m.cells[k]
	if at == nil {
		at = &cell{}
		m.cells[k] = at
	}
	at.a, at.b, at.c = at.a+int64(a), at.b+int64(math.Round(b)), at.c+int64(math.Round(c))
}

// leafOf is what a row counts; known says that its channel is one.
func (m *maker) leafOf(r tables.ContactRow) (leaf wrapcast.Leaf, known bool) {
	c := m.in.Columns
	code, hasCode := of(c.Code, r.Code)
	if !hasCode && r.Code == "" {
		code = All
	}
	queue, hasQueue := of(c.Queue, r.Queue)
	switch {
	case !hasQueue:
		queue = All
	case queue == "":
		queue = NoQueue
	}
	channel, _ := of(c.Channel, r.Channel)
	leaf.Media, known = channelOf(channel)
	queue = m.name("queue", queue)
	leaf.Queue = QueueID(queue)
	if code != "" {
		code = m.name("code", code)
		leaf.Code = CodeID(code)
	}
	if r.Outbound {
		leaf.Direction = wrapcast.Outbound
	}
	return leaf, known
}

// of is the text of a column, or the one that holds for all rows; named reports whether there is either.
func of(column, text string) (value string, named bool) {
	if fixed, ok := strings.CutPrefix(column, "="); ok {
		return strings.TrimSpace(fixed), true
	}
	return text, column != "" || text != ""
}

// channelOf is the channel of a text; false where it is none that is known.
func channelOf(text string) (wrapcast.MediaType, bool) {
	folded := strings.ToLower(plain.Name(text))
	for _, k := range []struct {
		media wrapcast.MediaType
		words []string
	}{
		{wrapcast.Callback, []string{"callback", "call back", "rückruf", "rappel", "devolución de llamada"}},
		{wrapcast.Email, []string{"mail", "correo", "courriel", "web form", "webform", "web", "portal", "api",
			"fax", "letter", "brief"}},
		{wrapcast.Chat, []string{"chat"}},
		{wrapcast.Message, []string{"messag", "sms", "whatsapp", "social", "facebook", "twitter", "text",
			"nachricht", "mensaj", "mensag"}},
		{wrapcast.Voice, []string{"voice", "phone", "call", "telefon", "telephon", "téléphon", "teléfon", "anruf", "appel",
			"llamada", "chamada", "ligaç", "voz", "voix", "sprache", "inbound", "outbound"}},
	} {
		if slices.ContainsFunc(k.words, func(w string) bool { return strings.Contains(folded, w) }) {
			return k.media, true
		}
	}
	return cmp.Or(map[bool]wrapcast.MediaType{true: wrapcast.Voice}[folded == ""], wrapcast.Message), folded == ""
}
