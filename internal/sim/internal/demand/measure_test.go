package demand_test

import (
	"math"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contactlog"
	"github.com/wrapcast/wrapcast/internal/sim/internal/figures"
)

func TestCommittedFiguresAreThoseOfTheFile(t *testing.T) {
	path := os.Getenv("WRAPCAST_CONTACTS")
	if path == "" {
		t.Skip("WRAPCAST_CONTACTS does not name the contact log the figures were measured on")
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	log, err := contactlog.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	want, err := figures.Load()
	if err != nil {
		t.Fatal(err)
	}
	got := measure(log)
	got.About = want.About
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("figures.json is not what the file says (-committed +measured):\n%s", diff)
	}
}

// measure measures a log of about a year, as the figures were: shorter ones leave months at zero.
func measure(l *contactlog.Log) *figures.Figures {
	s := newSurvey(l)
	f := &figures.Figures{Requests: len(l.Rows), Days: s.days}
	total := s.count(s.all)
	f.Total = s.fit(total)
	f.Holidays = s.holidays(total, f.Total)
	for source, name := range l.Sources {
		f.Sources = append(f.Sources, s.source(int32(source), name))
	}
	for code, name := range l.Codes {
		f.Types = append(f.Types, s.caseType(int32(code), name))
	}
	return f
}

// survey looks at a log day by day.
type survey struct {
	log     *contactlog.Log
	first   wrapcast.Date
	days    int
	regular []bool // days that are no holidays and have any request
	special map[wrapcast.Date]string
	day     []int // of each row, counted from first
	hour    []int // of each row, local

	all              []int   // every row
	byCode, bySource [][]int // the rows of each
}

func newSurvey(l *contactlog.Log) *survey {
	s := &survey{log: l, first: l.Start(), days: int(l.End()-l.Start()) + 1, special: map[wrapcast.Date]string{}}
	for year := l.Start().Year(); year <= l.End().Year(); year++ {
		for date, name := range figures.Special(year) {
			s.special[date] = name
		}
	}
	s.regular = make([]bool, s.days)
	s.byCode, s.bySource = make([][]int, len(l.Codes)), make([][]int, len(l.Sources))
	for i, row := range l.Rows {
		t := time.UnixMilli(row.Opened).In(l.Zone)
		date := wrapcast.DateOf(t)
		s.day = append(s.day, int(date-s.first))
		s.hour = append(s.hour, t.Hour())
		s.regular[date-s.first] = s.special[date] == ""
		s.all = append(s.all, i)
		s.byCode[row.Code] = append(s.byCode[row.Code], i)
		s.bySource[row.Source] = append(s.bySource[row.Source], i)
	}
	return s
}

// count returns how many of the rows each day has.
func (s *survey) count(rows []int) []float64 {
	counts := make([]float64, s.days)
	for _, i := range rows {
		counts[s.day[i]]++
	}
	return counts
}

func (s *survey) holidays(total []float64, p figures.Profile) []figures.Holiday {
	var found []figures.Holiday
	for day := range total {
		date := s.first + wrapcast.Date(day)
		if name := s.special[date]; name != "" {
			found = append(found, figures.Holiday{Name: name, Date: date.String(), Factor: round(total[day]/s.expected(p, day), 3)})
		}
	}
	return found
}

// noise measures how days vary around the profile; see figures.Type.
func (s *survey) noise(counts []float64, p figures.Profile) (dispersion, persistence float64) {
	var excess, square, pairs, pairSquares float64
	for day, ok := range s.regular {
		if !ok {
			continue
		}
		mean := s.expected(p, day)
		rest := counts[day] - mean
		excess += rest*rest - mean
		square += mean * mean
		if day+1 < s.days && s.regular[day+1] {
			next := s.expected(p, day+1)
			pairs += rest * (counts[day+1] - next)
			pairSquares += mean * next
		}
	}
	dispersion = excess / square
	if dispersion <= 0 || pairSquares == 0 {
		return round(dispersion, 3), 0
	}
	return round(dispersion, 3), round(min(max(pairs/pairSquares/dispersion, 0), 1), 2)
}

func (s *survey) caseType(code int32, name string) figures.Type {
	t := figures.Type{Name: name, Queues: map[string]map[string]int{}}
	for _, i := range s.byCode[code] {
		row := s.log.Rows[i]
		queue, source := s.log.Queues[row.Queue], s.log.Sources[row.Source]
		if t.Queues[queue] == nil {
			t.Queues[queue] = map[string]int{}
		}
		t.Queues[queue][source]++
		t.Hours[s.hour[i]]++
	}
	counts := s.count(s.byCode[code])
	t.Profile = s.fit(counts)
	t.Dispersion, t.Persistence = s.noise(counts, t.Profile)
	return t
}

func (s *survey) source(source int32, name string) figures.Source {
	rows := s.bySource[source]
	out := figures.Source{Name: name, Requests: len(rows), Weekdays: s.fit(s.count(rows)).Weekdays}
	for _, i := range rows {
		out.Hours[s.dayKind(i)][s.hour[i]]++
	}
	out.Bursts = round(s.bursts(source, out.Hours), 3)
	return out
}

func round(x float64, places int) float64 {
	scale := math.Pow10(places)
	return math.Round(x*scale) / scale
}

func (s *survey) month(day int) int   { return int(monthOf(s.first+wrapcast.Date(day))) - 1 }
func (s *survey) weekday(day int) int { return figures.Monday0(s.first + wrapcast.Date(day)) }

func monthOf(d wrapcast.Date) time.Month { return d.Midnight(time.UTC).Month() }

// fit finds the profile whose months and weekdays have the counts' sums on regular days (iterative proportional
// fitting).
func (s *survey) fit(counts []float64) figures.Profile {
	var p figures.Profile
	days := 0
	for day, ok := range s.regular {
		if ok {
			p.Daily += counts[day]
			days++
		}
	}
	p.Daily /= float64(days)
	for i := range p.Months {
		p.Months[i] = 1
	}
	for i := range p.Weekdays {
		p.Weekdays[i] = 1
	}
	for range 50 {
		s.scale(counts, &p, p.Months[:], s.month)
		s.scale(counts, &p, p.Weekdays[:], s.weekday)
	}
	p.Daily, p.Months, p.Weekdays = round(p.Daily, 4), rounded12(p.Months), rounded7(p.Weekdays)
	return p
}

// scale multiplies each factor so that the profile sums to the counts on the regular days it covers.
func (s *survey) scale(counts []float64, p *figures.Profile, factors []float64, of func(day int) int) {
	have, want := make([]float64, len(factors)), make([]float64, len(factors))
	for day, ok := range s.regular {
		if ok {
			want[of(day)] += counts[day]
			have[of(day)] += s.expected(*p, day)
		}
	}
	for i := range factors {
		if have[i] > 0 {
			factors[i] *= want[i] / have[i]
		}
	}
}

func (s *survey) expected(p figures.Profile, day int) float64 {
	return p.Daily * p.Months[s.month(day)] * p.Weekdays[s.weekday(day)]
}

func rounded12(x [12]float64) (r [12]float64) {
	for i, x := range x {
		r[i] = round(x, 3)
	}
	return r
}

func rounded7(x [7]float64) (r [7]float64) {
	for i := range x {
		r[i] = round(x[i], 3)
	}
	return r
}

// bursts measures figures.Source.Bursts. Chance lets a share 1-exp(-rate × 5 minutes) follow
// another, where the rate is that of the same department, type and source on that day, spread over the day by the
// source's hours. The first of each day has none to follow and does not count.
func (s *survey) bursts(source int32, hours [3][24]int) float64 {
	type leaf struct{ queue, code int32 }
	type leafDay struct {
		leaf
		day int
	}
	perDay, last := map[leafDay]int{}, map[leafDay]int64{}
	for _, i := range s.bySource[source] {
		row := s.log.Rows[i]
		perDay[leafDay{leaf{row.Queue, row.Code}, s.day[i]}]++
	}
	const window = 5 * time.Minute
	var follow, chance, all float64
	for _, i := range s.bySource[source] {
		row := s.log.Rows[i]
		l := leafDay{leaf{row.Queue, row.Code}, s.day[i]}
		if before, seen := last[l]; seen {
			if row.Opened-before <= window.Milliseconds() {
				follow++
			}
			chance += 1 - math.Exp(-float64(perDay[l]-1)*s.hourShare(i, hours)*window.Hours())
			all++
		}
		last[l] = row.Opened
	}
	if chance >= all {
		return 0
	}
	return max(follow-chance, 0) / (all - chance)
}

// hourShare returns which share of a day like that of row i falls into its hour.
func (s *survey) hourShare(i int, hours [3][24]int) float64 {
	day := hours[s.dayKind(i)]
	sum := 0
	for _, n := range day {
		sum += n
	}
	return float64(day[s.hour[i]]) / float64(sum)
}

func (s *survey) dayKind(i int) int {
	return figures.DayKind(s.weekday(s.day[i]), !s.regular[s.day[i]])
}
