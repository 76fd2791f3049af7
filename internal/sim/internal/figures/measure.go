package figures

import (
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contactlog"
)

// Measure measures a log of about a year: shorter ones leave months at zero.
func Measure(l *contactlog.Log) *Figures {
	s := newSurvey(l)
	f := &Figures{About: about(), Requests: len(l.Rows), Days: s.days}
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

func about() []string {
	return []string{
		"Measured on 121,145 requests to the City of Boston's contact centre (311) in 2015: City of Boston open data, by way of johnsliao/bostonservicemap @ f19ec62.",
		"Made by internal/sim/internal/figures (measure.go); its test measures the file again and compares. Five of the largest types are missing in the source.",
		"Profiles are fitted by iterative proportional fitting on days that are no holidays and have requests; see the fields' comments in figures.go.",
	}
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
		for date, name := range Special(year) {
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

func (s *survey) holidays(total []float64, p Profile) []Holiday {
	var found []Holiday
	for day := range total {
		date := s.first + wrapcast.Date(day)
		if name := s.special[date]; name != "" {
			found = append(found, Holiday{name, date.String(), round(total[day]/s.expected(p, day), 3)})
		}
	}
	return found
}

// noise measures how days vary around the profile; see Type.
func (s *survey) noise(counts []float64, p Profile) (dispersion, persistence float64) {
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

func (s *survey) caseType(code int32, name string) Type {
	t := Type{Name: name, Queues: map[string]map[string]int{}}
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

func (s *survey) source(source int32, name string) Source {
	rows := s.bySource[source]
	out := Source{Name: name, Requests: len(rows), Weekdays: s.fit(s.count(rows)).Weekdays}
	for _, i := range rows {
		out.Hours[s.dayKind(i)][s.hour[i]]++
	}
	out.Bursts = round(s.bursts(source, out.Hours), 3)
	return out
}

// DayKind sorts a day into the three that have an hourly profile each: 0 Monday to
// Friday, 1 Saturday, 2 Sunday and holidays.
func DayKind(monday0 int, holiday bool) int {
	switch {
	case holiday || monday0 == 6:
		return 2
	case monday0 == 5:
		return 1
	default:
		return 0
	}
}

func round(x float64, places int) float64 {
	scale := math.Pow10(places)
	return math.Round(x*scale) / scale
}

// Departments lists the names of the departments in the figures, in order of the alphabet.
func (f *Figures) Departments() []string {
	var names []string
	for _, t := range f.Types {
		for queue := range t.Queues {
			if !slices.Contains(names, queue) {
				names = append(names, queue)
			}
		}
	}
	slices.Sort(names)
	return names
}
