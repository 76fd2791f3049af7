package today

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/heads"
	"github.com/wrapcast/wrapcast/internal/intraday"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// Wrong is the share of ordinary days on which a day is said to go off.
const Wrong = 0.01

// least is how many contacts a day has to have for a code or queue to be updated within the day.
const least = 20.0

// Options say what is asked.
type Options struct {
	// Now is the moment asked about: what came later is not looked at.
	Now time.Time
	// Rules are what required staff is counted by.
	Rules heads.Rules
	// Given are today's counts by hand, in the place of what is stored; nil takes what is stored.
	Given *Given
}

// maker makes one report.
type maker struct {
	view     *steps.View
	made     *wrapcast.Forecast
	options  Options
	intraday *steps.Intraday
	counts   *counter
	recent   steps.RecentDays
	days     []wrapcast.Date // ordinary days before today
	at       int             // of today among the days of the forecast
	until    int             // how many quarter-hours of today are known
	report   *Report
	models   map[subjectKey]*intraday.Model
}

// Make says what is left of the day of Options.Now. The forecast has the overrides in use already.
func Make(ctx context.Context, v *steps.View, made *wrapcast.Forecast, o Options) (*Report, error) {
	m := &maker{view: v, made: made, options: o, models: map[subjectKey]*intraday.Model{}}
	day := v.Day(o.Now)
	m.at = int(day - made.From)
	if m.at < 0 || m.at >= made.Days {
		return nil, wrapcast.Errorf(wrapcast.Usage, "", "the forecast has %s to %s, not %s", made.From,
			made.From+wrapcast.Date(made.Days)-1, day).WithHint("`wrapcast run --dry-run` makes one from today on")
	}
	m.report = &Report{Schema: Schema, Forecast: made.ID, MadeAt: made.MadeAt, BusinessUnit: v.Unit(),
		TimeZone: v.Zone.String(), Day: day, Now: o.Now.In(v.Zone).Format(time.RFC3339), Wrong: Wrong,
		Chance: wrapcast.NotMeasured(), Groups: []Subject{}, Queues: []Subject{}, Codes: []Subject{},
		Proposals: []Proposal{}, Findings: []wrapcast.Finding{}}
	var err error
	if m.intraday, err = v.Intraday(ctx, made); err != nil {
		return nil, err
	}
	if err := m.read(ctx, day); err != nil {
		return nil, err
	}
	m.subjects()
	m.judge()
	m.propose()
	return m.report, nil
}

// read reads what came today and on the days before.
func (m *maker) read(ctx context.Context, day wrapcast.Date) (err error) {
	m.counts = newCounter(m.view, day)
	var held []wrapcast.Observation
	m.recent, err = m.view.RecentDays(ctx, m.made, day-learnedDays, day, func(o wrapcast.Observation) {
		switch {
		case o.Start.Before(m.counts.midnight):
			held = append(held, o) // what hides days is known when all are read
		case m.options.Given == nil:
			m.counts.now(o)
		}
	})
	if err != nil {
		return err
	}
	for _, o := range held {
		m.counts.past(o, m.recent.Hides)
	}
	for d := day - learnedDays; d < day; d++ {
		if len(m.recent.Calendar.Names(d)) == 0 && d.QuarterHours(m.view.Zone) == slots &&
			covers(m.recent.Read, d.Midnight(m.view.Zone), (d+1).Midnight(m.view.Zone)) {
			m.days = append(m.days, d)
		}
	}
	m.report.Names = m.recent.Calendar.Names(day)
	if m.options.Given != nil {
		if err := m.options.Given.into(m); err != nil {
			return err
		}
	} else {
		m.known()
	}
	m.report.Until = m.clock(m.until)
	m.report.LateCodes = m.counts.settle()
	return nil
}

// covers reports whether intervals, in their order, leave no gap between two instants.
func covers(read []wrapcast.Interval, from, to time.Time) bool {
	for _, r := range read {
		if !r.From.After(from) && r.To.After(from) {
			from = r.To
		}
	}
	return !from.Before(to)
}

// known finds how much of today is known: what was read without a gap, and is over.
func (m *maker) known() {
	end := m.counts.midnight
	for _, r := range m.recent.Read {
		if !r.From.After(end) && r.To.After(end) {
			end = r.To
		}
	}
	now := m.options.Now
	if now.Before(end) {
		end = now
	}
	m.until = min(max(int(end.Sub(m.counts.midnight)/wrapcast.QuarterHour), 0), m.counts.slots)
	for _, counts := range m.counts.coded {
		clear(counts[m.until:])
	}
	for queue := range m.counts.all {
		clear(m.counts.all[queue][m.until:])
		clear(m.counts.none[queue][m.until:])
	}
	if !m.recent.ReadAt.IsZero() {
		m.report.ReadAt = m.recent.ReadAt.In(m.view.Zone).Format(time.RFC3339)
	}
	behind := now.Sub(m.counts.midnight.Add(time.Duration(m.until) * wrapcast.QuarterHour))
	switch {
	case m.until == 0 && behind > wrapcast.QuarterHour:
		m.find(wrapcast.Warning, "not-read", "", "`wrapcast extract` reads it",
			"nothing of %s has been read yet: the morning's forecast is left as it is", m.report.Day)
	case behind > time.Hour:
		m.find(wrapcast.Warning, "read-long-ago", "", "`wrapcast extract` reads what came since",
			"today was read up to %s, and it is %s", m.hour(m.until), now.In(m.view.Zone).Format("15:04"))
	}
}

func (m *maker) find(severity wrapcast.Severity, code, place, advice, format string, args ...any) {
	m.report.Findings = append(m.report.Findings, wrapcast.Finding{Code: code, Severity: severity, Place: place,
		Message: fmt.Sprintf(format, args...), Advice: advice})
}

// clock is when a quarter-hour of today begins, in RFC 3339; hour the same as people say it.
func (m *maker) clock(q int) string { return m.start(q).Format(time.RFC3339) }

func (m *maker) hour(q int) string {
	if q >= m.counts.slots {
		return "24:00"
	}
	return m.start(q).Format("15:04")
}

func (m *maker) start(q int) time.Time {
	return m.counts.midnight.Add(time.Duration(q) * wrapcast.QuarterHour).In(m.view.Zone)
}

// subjects looks at everything the forecast has.
func (m *maker) subjects() {
	r := m.report
	everything := func(wrapcast.Leaf) bool { return true }
	r.Total = m.subject(subjectKey{wrapcast.LevelTotal, ""}, "All contacts", m.made.Total, everything)
	if r.Total.State == Silent {
		m.platformLate(everything)
	}
	for _, q := range m.made.Queues {
		r.Queues = append(r.Queues, m.subject(subjectKey{wrapcast.LevelQueue, string(q.Queue.ID)}, q.Queue.Name,
			q.DailyForecast, func(l wrapcast.Leaf) bool { return l.Queue == q.Queue.ID }))
	}
	groupOf := m.view.Directory.GroupOf()
	for _, g := range m.made.Groups {
		of := func(l wrapcast.Leaf) bool {
			found, ok := groupOf(l)
			return ok && found.ID == g.Group.ID
		}
		s := m.subject(subjectKey{wrapcast.LevelGroup, string(g.Group.ID)}, g.Group.Name, g.DailyForecast, of)
		m.staff(&s, g.Group, of)
		r.Groups = append(r.Groups, s)
	}
	for _, c := range m.made.Codes {
		if m.at >= len(c.Mean) || c.Mean[m.at] < least {
			r.OtherCodes++
			continue
		}
		r.Codes = append(r.Codes, m.subject(subjectKey{wrapcast.LevelCode, string(c.Code.ID)}, c.Code.Name, c.DailyForecast,
			func(l wrapcast.Leaf) bool { return l.Code == c.Code.ID }))
	}
	for _, all := range [][]Subject{r.Queues, r.Groups, r.Codes} {
		slices.SortStableFunc(all, func(a, b Subject) int {
			switch {
			case a.DayForecast > b.DayForecast:
				return -1
			case a.DayForecast < b.DayForecast:
				return 1
			}
			return 0
		})
	}
}

// platformLate takes back quarter-hours at the end of what was read in which nothing came of anything although much was
// expected: the platform counts late, or nothing can come. Nobody can tell which, so nothing is concluded from them.
func (m *maker) platformLate(of func(wrapcast.Leaf) bool) {
	key := subjectKey{wrapcast.LevelTotal, ""}
	last := m.lastActual(m.counts.series(key).today)
	expected, _ := m.intraday.QuarterHours(m.made, of, m.report.Day, m.report.Day)
	m.find(wrapcast.Warning, "silent", "", "look whether lines and routing work; if they do, the platform counts late: "+
		"ask again in a while", "nothing at all has come since %s, where %.0f contacts were expected: figures are as of then",
		m.hour(last), sumOf(expected[last:m.until]))
	m.until = last
	m.report.Until = m.clock(last)
	m.report.Total = m.subject(key, m.report.Total.Name, m.made.Total, of)
}

// lastActual is the first quarter-hour after the last known one in which anything came.
func (m *maker) lastActual(counts []float64) int {
	for q := m.until; q > 0; q-- {
		if counts[q-1] > 0 {
			return q
		}
	}
	return 0
}

// enoughSilence is how many contacts have to be expected in a time without any for that to be worth a word: as a chance
// of e^-12 it does not happen by itself.
const enoughSilence = 12.0

// subject looks at one subject.
func (m *maker) subject(key subjectKey, name string, forecast wrapcast.DailyForecast,
	of func(wrapcast.Leaf) bool) Subject {
	expected, _ := m.intraday.QuarterHours(m.made, of, m.report.Day, m.report.Day)
	counts := m.counts.series(key)
	s := Subject{Kind: key.kind, ID: key.id, Name: name, State: Updated, Until: m.clock(m.until),
		Actual: sumOf(counts.today[:m.until]), Expected: sumOf(expected[:m.until]), Morning: sumOf(expected[m.until:]),
		DayForecast: sumOf(expected), Bands: []wrapcast.BandValue{}, DayBands: []wrapcast.BandValue{},
		Chance: wrapcast.NotMeasured()}
	s.Closing = m.closing(expected)
	last := m.lastActual(counts.today)
	var model *intraday.Model
	switch {
	case s.DayForecast <= 0:
		s.State = Closed
	case m.until == 0 || m.counts.only != nil && !m.counts.only[key.kind]:
		s.State = Morning
	case sumOf(expected[last:m.until]) > enoughSilence && sumOf(expected[last:m.until]) > enoughSilence*m.noise(key):
		s.State = Silent
	case s.DayForecast < least:
		s.State = Morning
	}
	if s.State == Updated || s.State == Morning {
		model = m.learn(key, counts, forecast)
		if model == nil && s.State == Updated {
			s.State = Plain
		}
	}
	m.fill(&s, model, expected, counts.today)
	if s.Morning < 0.005*s.DayForecast && s.State == Updated {
		s.State = Over
	}
	return s
}

// noise is how much a subject scatters beyond chance: 1 where that is not known.
func (m *maker) noise(key subjectKey) float64 {
	if model := m.models[key]; model != nil {
		return max(model.Noise(), 1)
	}
	return 1
}

// closing is when the last quarter-hour ends in which anything is expected.
func (m *maker) closing(expected []float64) string {
	for q := len(expected); q > 0; q-- {
		if expected[q-1] > 1e-9 {
			return m.hour(q)
		}
	}
	return ""
}

// learn learns how the days of a subject stray, nil where there is too little.
func (m *maker) learn(key subjectKey, counts *series, forecast wrapcast.DailyForecast) *intraday.Model {
	if model, known := m.models[key]; known {
		return model
	}
	model, ok := intraday.Learn(counts.ordinary(m.days), intraday.Options{Hours: wrapcast.QuarterHour.Hours(),
		LevelSD: relativeSD(forecast, m.at)})
	if !ok {
		model = nil
	}
	m.models[key] = model
	return model
}

// relativeSD is the standard deviation of a day's forecast over its mean, by its band nearest 80 %; NaN where there is
// none.
func relativeSD(f wrapcast.DailyForecast, at int) float64 {
	best, sd := math.Inf(1), math.NaN()
	for _, b := range f.Bands {
		if off := math.Abs(b.Level - 0.8); off < best && at < len(b.Upper) && f.Mean[at] > 0 {
			best = off
			sd = (b.Upper[at] - b.Lower[at]) / (2 * math.Sqrt2 * math.Erfinv(b.Level)) / f.Mean[at]
		}
	}
	return sd
}

func levels() [2]float64 { return [2]float64{0.8, 0.9} }

// fill works out what is left of the day. Of a subject that is silent nothing is concluded.
func (m *maker) fill(s *Subject, model *intraday.Model, expected, actual []float64) {
	s.Rest = s.Morning
	known := m.until
	var look *intraday.Outlook
	if model != nil && s.State == Updated {
		look = model.Look(intraday.Day{Expected: expected, Hours: wrapcast.QuarterHour.Hours()}, actual[:known])
		s.Rest = look.Rest
		if len(m.report.Names) == 0 {
			s.Chance = wrapcast.Measure(look.Off)
			if look.Change != 0 {
				change := look.Change
				s.Since, s.Change = m.clock(look.Since), &change
			}
		}
	} else if model != nil {
		look = model.Look(intraday.Day{Expected: expected, Hours: wrapcast.QuarterHour.Hours()}, nil)
	}
	if model != nil {
		s.LearnedDays = model.Days()
	}
	s.Day = s.Actual + s.Rest
	for _, level := range levels() {
		if look == nil {
			break
		}
		lower, upper := look.Band(level, known, len(expected))
		s.Bands = append(s.Bands, wrapcast.BandValue{Level: level, Lower: lower, Upper: upper})
		s.DayBands = append(s.DayBands, wrapcast.BandValue{Level: level, Lower: s.Actual + lower, Upper: s.Actual + upper})
	}
	if s.Kind != wrapcast.LevelCode {
		m.slots(s, look, expected, actual)
	}
}

// slots lists the quarter-hours in which anything is expected or came.
func (m *maker) slots(s *Subject, look *intraday.Outlook, expected, actual []float64) {
	for q, v := range expected {
		if v < 1e-9 && (q >= m.until || actual[q] == 0) {
			continue
		}
		slot := SlotValue{Start: m.clock(q), Forecast: v, Actual: wrapcast.NotMeasured(), Expected: wrapcast.NotMeasured(),
			Lower: wrapcast.NotMeasured(), Upper: wrapcast.NotMeasured()}
		switch {
		case q < m.until:
			slot.Actual = wrapcast.Measure(actual[q])
		case look != nil:
			slot.Expected = wrapcast.Measure(look.Slots[q])
			lower, upper := look.Band(0.8, q, q+1)
			slot.Lower, slot.Upper = wrapcast.Measure(lower), wrapcast.Measure(upper)
		default:
			slot.Expected = wrapcast.Measure(v)
		}
		s.Slots = append(s.Slots, slot)
	}
}
