package files

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
)

// Input is what a file is written of.
type Input struct {
	// Zone is the business unit's, whose days From and Days are.
	Zone *time.Location
	From wrapcast.Date
	Days int
	// WeekStart is the first day of its weeks.
	WeekStart time.Weekday
	Subjects  []Subject
}

// Subject is what rows are of: a planning group, or a queue on a channel. Offered are the contacts of each quarter-hour
// since the first midnight, Seconds the handle time of one of them.
type Subject struct {
	ID, Name, Channel string
	Offered, Seconds  []float64
}

// File is a file that keeps the rules of whoever takes it.
type File struct {
	template Template
	rows     []row
	// Contacts are those of all rows, as they are written; Rows is how many there are.
	Contacts float64
	Rows     int
}

// row is one interval of one subject.
type row struct {
	subject    *Subject
	start, end time.Time
	contacts   float64
	// work is the sum of handle times in seconds; usual that of a contact in its quarter-hours, of which it has so many,
	// added up.
	work, usual float64
	quarters    int
}

// New lays a forecast out by a template. What breaks a rule of the template is an InvalidData error that names all of
// it, and nothing is written.
func New(t Template, in Input, fileName string) (*File, error) {
	zone, err := t.zone(in.Zone)
	if err != nil {
		return nil, usage("zone %q is not known", t.Zone)
	}
	f := &File{template: t}
	for i := range in.Subjects {
		f.add(&in.Subjects[i], in, zone)
	}
	if problems := f.broken(in, zone, fileName); len(problems) > 0 {
		return nil, wrapcast.Errorf(wrapcast.InvalidData, "template", "%s would not take the file: %s", t.Name,
			strings.Join(problems, "; ")).WithHint("nothing is written; the rules are those of %s", t.Source)
	}
	for _, r := range f.rows {
		f.Contacts += r.contacts
	}
	f.Rows = len(f.rows)
	return f, nil
}

// add lays a subject's quarter-hours over the intervals of the file and rounds them.
func (f *File) add(s *Subject, in Input, zone *time.Location) {
	first := len(f.rows)
	at, days := map[string]int{}, []wrapcast.Date{}
	start := in.From.Midnight(in.Zone)
	for q, n := range s.Offered {
		begins := start.Add(time.Duration(q) * wrapcast.QuarterHour)
		name, from, to := f.interval(begins.In(zone))
		i, there := at[name]
		if !there {
			i = len(f.rows)
			at[name] = i
			f.rows = append(f.rows, row{subject: s, start: from, end: to})
			days = append(days, wrapcast.DateOf(from))
		}
		f.rows[i].contacts += n
		f.rows[i].work += n * s.Seconds[q]
		f.rows[i].usual += s.Seconds[q]
		f.rows[i].quarters++
	}
	f.round(f.rows[first:], days)
	if f.template.Layout.SkipEmpty {
		kept := f.rows[:first]
		for _, r := range f.rows[first:] {
			if r.contacts > 0 {
				kept = append(kept, r)
			}
		}
		f.rows = kept
	}
}

// interval is the one that an instant lies in: its name, by which quarter-hours come together, its start and its end.
func (f *File) interval(at time.Time) (name string, start, end time.Time) {
	minutes := f.template.minutes()
	if minutes == 0 {
		day := wrapcast.DateOf(at)
		return day.String(), day.Midnight(at.Location()), (day + 1).Midnight(at.Location())
	}
	start = at.Add(-time.Duration(at.Minute()%minutes)*time.Minute - time.Duration(at.Second())*time.Second)
	end = start.Add(time.Duration(minutes) * time.Minute)
	name = start.Format("2006-01-02 15:04")
	if f.template.Layout.TwiceComing == "both" || f.hasOffset() {
		name = start.Format("2006-01-02 15:04 -0700")
	}
	return name, start, end
}

// hasOffset reports whether the file's times tell the hour that comes twice apart.
func (f *File) hasOffset() bool {
	for _, c := range f.template.Columns {
		if c.Value == "start" && strings.Contains(c.Format, "Z") {
			return true
		}
	}
	return false
}

// round rounds the contacts of one subject: its days to their rounded sum, then each day's intervals to the day's, by
// the largest remainders. Work keeps its share, so that a handle time is that of the interval.
func (f *File) round(rows []row, days []wrapcast.Date) {
	unit := math.Pow10(f.template.Round.Contacts)
	var sums []float64
	var begins []int
	for i, r := range rows {
		if i == 0 || days[i] != days[i-1] {
			sums, begins = append(sums, 0), append(begins, i)
		}
		sums[len(sums)-1] += r.contacts * unit
	}
	for d, total := range forecast.RoundToSum(sums) {
		last := len(rows)
		if d+1 < len(begins) {
			last = begins[d+1]
		}
		day := rows[begins[d]:last]
		values := make([]float64, len(day))
		for i, r := range day {
			values[i] = r.contacts * unit
		}
		for i, v := range forecast.RoundTo(values, total) {
			if day[i].contacts > 0 {
				day[i].work *= v / unit / day[i].contacts
			}
			day[i].contacts = v / unit
		}
	}
}

// broken are the rules that the file would break.
func (f *File) broken(in Input, zone *time.Location, fileName string) (problems []string) {
	rules := f.template.Rules
	say := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	if rules.MaxDays > 0 && in.Days > rules.MaxDays {
		say("it has %d days, and may have %d", in.Days, rules.MaxDays)
	}
	if rules.WholeWeeks && (in.Days%7 != 0 || in.From.Weekday() != in.WeekStart) {
		say("it has %d days from %s, and must have whole weeks from a %s", in.Days, in.From, in.WeekStart)
	}
	if rules.MaxRows > 0 && len(f.rows) > rules.MaxRows {
		say("it has %d rows, and may have %d", len(f.rows), rules.MaxRows)
	}
	if f.template.minutes() == 0 && zone.String() != in.Zone.String() {
		say("its days are those of %s, and the forecast's those of %s", zone, in.Zone)
	}
	if i := strings.IndexAny(fileName, rules.ForbiddenInFileName); i >= 0 {
		say("its name may not have %q", fileName[i])
	}
	return append(problems, f.brokenNames(in)...)
}

// brokenNames are the rules that names of subjects would break: too long, empty, twice, with characters that may not
// be.
func (f *File) brokenNames(in Input) (problems []string) {
	rules, seen := f.template.Rules, map[string]bool{}
	byID := false
	for _, c := range f.template.Columns {
		byID = byID || c.Value == "id"
	}
	for _, s := range in.Subjects {
		name := s.Name + "\x00" + s.Channel
		if byID {
			name += "\x00" + s.ID
		}
		switch {
		case s.Name == "":
			problems = append(problems, fmt.Sprintf("%s has no name", s.ID))
		case seen[name]:
			problems = append(problems, fmt.Sprintf("two are called %q, and nobody could tell them apart", s.Name))
		case rules.MaxName > 0 && utf8.RuneCountInString(s.Name) > rules.MaxName:
			problems = append(problems, fmt.Sprintf("%q has %d characters, and a name may have %d", s.Name,
				utf8.RuneCountInString(s.Name), rules.MaxName))
		case rules.Forbidden != "" && strings.ContainsAny(s.Name, rules.Forbidden):
			problems = append(problems, fmt.Sprintf("%q has one of the characters %s, which no name may have", s.Name,
				rules.Forbidden))
		}
		seen[name] = true
	}
	return problems
}

// Write writes the file.
func (f *File) Write(w io.Writer) error {
	var b strings.Builder
	if f.template.Layout.BOM {
		b.WriteString("\ufeff")
	}
	if !f.template.Layout.NoHeader {
		cells := make([]string, len(f.template.Columns))
		for i, c := range f.template.Columns {
			cells[i] = c.Heading
		}
		f.line(&b, cells)
	}
	for _, r := range f.rows {
		cells := make([]string, len(f.template.Columns))
		for i, c := range f.template.Columns {
			cells[i] = f.cell(c, r)
		}
		f.line(&b, cells)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// line writes cells; one that holds the separator, a quote or the end of a line is quoted.
func (f *File) line(b *strings.Builder, cells []string) {
	separator := f.template.Layout.Separator
	if separator == "" {
		separator = ","
	}
	for i, c := range cells {
		if i > 0 {
			b.WriteString(separator)
		}
		if strings.ContainsAny(c, separator+"\"\r\n") {
			c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
		}
		b.WriteString(c)
	}
	if f.template.Layout.CRLF {
		b.WriteByte('\r')
	}
	b.WriteByte('\n')
}

func (f *File) cell(c Column, r row) string {
	switch c.Value {
	case "start":
		return r.start.Format(layoutOf(c.Format))
	case "end":
		return r.end.Format(layoutOf(c.Format))
	case "name":
		return r.subject.Name
	case "id":
		return r.subject.ID
	case "channel":
		return r.subject.Channel
	case "contacts":
		return f.number(r.contacts, f.template.Round.Contacts)
	case "seconds":
		return f.number(f.perContact(r), f.template.Round.Seconds)
	case "work_seconds":
		return f.number(r.work, f.template.Round.Seconds)
	case "minutes":
		return strconv.Itoa(int(r.end.Sub(r.start) / time.Minute))
	}
	return c.Text
}

// perContact is the handle time of one contact of a row; of a row without contacts that of its quarter-hours.
func (f *File) perContact(r row) float64 {
	if r.contacts > 0 {
		return r.work / r.contacts
	}
	return r.usual / float64(r.quarters)
}

func (f *File) number(v float64, decimals int) string {
	text := strconv.FormatFloat(v, 'f', decimals, 64)
	if f.template.Layout.Decimal == "," {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}

// layoutOf is a format such as yyyy-MM-ddTHH:mm:ssZ as Go writes it; ISO where there is none.
func layoutOf(format string) string {
	if format == "" {
		format = "yyyy-MM-ddTHH:mm:ssZ"
	}
	return strings.NewReplacer("yyyy", "2006", "MM", "01", "dd", "02", "HH", "15", "mm", "04", "ss", "05", "Z", "Z07:00").
		Replace(format)
}
