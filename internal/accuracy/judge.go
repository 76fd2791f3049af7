package accuracy

import (
	"cmp"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// Judging is what Judge needs: snapshots, and the actuals they are judged by.
type Judging struct {
	// Days are snapshots of days that are over and whose codes have all arrived.
	Days []wrapcast.ForecastSnapshot
	// Actuals are the contacts handled on these days, under the codes of today by the changes of Lineage that are in
	// use.
	Actuals []wrapcast.LocalDay
	// Lineage are these changes, each with the shares of the codes after it.
	Lineage []wrapcast.LineageChange
	// Level is that of the interval that is judged.
	Level float64
	// Watched is the first day of the test of the bands, Rate its false discovery rate.
	Watched wrapcast.Date
	Rate    float64
	// Hidden tells whether people hid a day of a code, an outage or a mailing: it is scored, and raises no alarm. Nil
	// hides none.
	Hidden func(wrapcast.CodeID, wrapcast.Date) bool
}

// watchedLead is the lead at which bands are tested.
const watchedLead = 1

// Judge measures snapshots against actuals, at every lead: for each subject, and for all subjects of a level together.
// A code or queue that had contacts and no forecast counts as forecast with none.
func Judge(j Judging) wrapcast.AccuracyReport {
	verdict := &judge{Judging: j, actuals: sumActuals(j.Actuals, j.Hidden), successors: newSuccessors(j.Lineage),
		subjects: map[subject]*judged{}, levels: map[wrapcast.AccuracyLevel]map[int]*leadScore{},
		forecasts: map[wrapcast.ForecastID]bool{}}
	for _, day := range j.Days {
		verdict.day(day)
	}
	return verdict.report()
}

type judge struct {
	Judging
	actuals    *actuals
	successors successors
	subjects   map[subject]*judged
	levels     map[wrapcast.AccuracyLevel]map[int]*leadScore
	forecasts  map[wrapcast.ForecastID]bool
}

// judged is the score of one subject.
type judged struct {
	name     string
	contacts map[wrapcast.Date]float64
	leads    map[int]*leadScore
	band     bandCount
}

func (j *judge) day(d wrapcast.ForecastSnapshot) {
	j.forecasts[d.Forecast] = true
	values := j.successors.of(d.Values, d.MadeAt)
	streams := j.actuals.streamsOf(values)
	for _, v := range append(values, j.actuals.unforeseen(values, d.Day)...) {
		actual := j.actuals.on(v, d.Day, streams)
		s := j.of(v)
		s.contacts[d.Day] = actual.contacts
		s.at(d.Lead).add(d, v, actual, j.Level)
		j.level(v.Kind, d.Lead).add(d, v, actual, j.Level)
		if d.Lead == watchedLead && d.Day >= j.Watched && !j.actuals.hides(v, d.Day, streams) {
			s.band.add(v, actual.contacts, j.Level)
		}
	}
}

func (j *judge) of(v wrapcast.SubjectSnapshot) *judged {
	key := subject{v.Kind, v.ID}
	s := j.subjects[key]
	if s == nil {
		s = &judged{contacts: map[wrapcast.Date]float64{}, leads: map[int]*leadScore{},
			band: bandCount{kind: v.Kind, id: v.ID}}
		j.subjects[key] = s
	}
	s.name = cmp.Or(v.Name, s.name)
	return s
}

func (s *judged) at(lead int) *leadScore {
	if s.leads[lead] == nil {
		s.leads[lead] = &leadScore{}
	}
	return s.leads[lead]
}

func (j *judge) level(kind wrapcast.AccuracyLevel, lead int) *leadScore {
	if j.levels[kind] == nil {
		j.levels[kind] = map[int]*leadScore{}
	}
	if j.levels[kind][lead] == nil {
		j.levels[kind][lead] = &leadScore{}
	}
	return j.levels[kind][lead]
}

// add counts a day by where its contacts lay; one without a band of the level counts for nothing.
func (c *bandCount) add(v wrapcast.SubjectSnapshot, contacts, level float64) {
	band, ok := bandOf(v.SnapshotValue, level)
	switch {
	case !ok:
	case contacts > band.Upper:
		c.above++
	case contacts < band.Lower:
		c.below++
	default:
		c.inside++
	}
}

// report lists kinds from the finest to the whole, the busiest subjects of each first.
func (j *judge) report() wrapcast.AccuracyReport {
	r := wrapcast.AccuracyReport{Schema: wrapcast.AccuracyReportSchema, Forecasts: len(j.forecasts), Level: j.Level,
		Leads: []int{}, Levels: []wrapcast.LevelAccuracy{}, Subjects: []wrapcast.SubjectAccuracy{},
		Findings: []wrapcast.Finding{}}
	var counts []bandCount
	for key, s := range j.subjects {
		sum := 0.0
		for _, n := range s.contacts {
			sum += n
		}
		s.band.name = cmp.Or(s.name, key.id)
		r.Subjects = append(r.Subjects, wrapcast.SubjectAccuracy{Kind: key.kind, ID: key.id, Name: s.band.name,
			Contacts: sum,
			Leads:    leadsOf(s.leads, j.Level)})
		counts = append(counts, s.band)
	}
	order := wrapcast.AccuracyLevels()
	slices.SortFunc(r.Subjects, func(a, b wrapcast.SubjectAccuracy) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)),
			cmp.Compare(b.Contacts, a.Contacts), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(counts, func(a, b bandCount) int { return cmp.Compare(a.id, b.id) })
	for _, kind := range order {
		if leads := j.levels[kind]; leads != nil {
			r.Levels = append(r.Levels, wrapcast.LevelAccuracy{Kind: kind, Subjects: j.count(kind),
				Leads: leadsOf(leads, j.Level)})
		}
	}
	for _, lead := range wrapcast.AccuracyLeads() {
		if j.levels[wrapcast.LevelTotal][lead] != nil {
			r.Leads = append(r.Leads, lead)
		}
	}
	r.Watch = j.watch(counts)
	return r
}

func (j *judge) count(kind wrapcast.AccuracyLevel) (n int) {
	for key := range j.subjects {
		if key.kind == kind {
			n++
		}
	}
	return n
}

func (j *judge) watch(counts []bandCount) wrapcast.BandWatch {
	w := wrapcast.BandWatch{Lead: watchedLead, From: j.Watched, Level: j.Level, Rate: j.Rate,
		Alarms: outsideTooOften(counts, j.Level, j.Rate)}
	for _, c := range counts {
		if c.days() > 0 {
			w.Tested++
		}
	}
	return w
}
