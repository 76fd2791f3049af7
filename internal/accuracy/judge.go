package accuracy

import (
	"cmp"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// Judging is what frozen forecasts are judged by.
type Judging struct {
	// Days are what was said of days that are over, and whose codes have all arrived.
	Days []wrapcast.ForecastSnapshot
	// Came is what came on them, sorted into the codes of today by the changes of Lineage that are in use.
	Came []wrapcast.LocalDay
	// Lineage are these changes, each with the shares of the codes after it.
	Lineage []wrapcast.LineageChange
	// Level is that of the interval that is judged.
	Level float64
	// Watched is the first day of the test of the bands, Rate its false discovery rate.
	Watched wrapcast.Date
	Rate    float64
}

// watchedLead is the lead at which bands are tested.
const watchedLead = 1

// Judge sets what was said beside what came, at every lead: of each thing, and of all things of a level together. A code or
// queue that had contacts and of which nothing was said counts as forecast with none.
func Judge(j Judging) wrapcast.AccuracyReport {
	verdict := &judge{Judging: j, came: NewCame(j.Came), heirs: newHeirs(j.Lineage), things: map[thing]*judged{},
		levels: map[wrapcast.AccuracyLevel]map[int]*leadScore{}, forecasts: map[wrapcast.ForecastID]bool{}}
	for _, day := range j.Days {
		verdict.day(day)
	}
	return verdict.report()
}

type judge struct {
	Judging
	came      *Came
	heirs     heirs
	things    map[thing]*judged
	levels    map[wrapcast.AccuracyLevel]map[int]*leadScore
	forecasts map[wrapcast.ForecastID]bool
}

// judged is the score of one thing.
type judged struct {
	name     string
	contacts map[wrapcast.Date]float64
	leads    map[int]*leadScore
	band     BandCount
}

func (j *judge) day(d wrapcast.ForecastSnapshot) {
	j.forecasts[d.Forecast] = true
	values := j.heirs.of(d.Values, d.MadeAt)
	for _, v := range append(values, j.came.unforeseen(values, d.Day)...) {
		came := j.came.on(v, d.Day)
		t := j.of(v)
		t.contacts[d.Day] = came.contacts
		t.at(d.Lead).add(d, v, came, j.Level)
		j.level(v.Kind, d.Lead).add(d, v, came, j.Level)
		if d.Lead == watchedLead && d.Day >= j.Watched {
			t.band.add(v, came.contacts, j.Level)
		}
	}
}

func (j *judge) of(v wrapcast.SubjectSnapshot) *judged {
	key := thing{v.Kind, v.ID}
	t := j.things[key]
	if t == nil {
		t = &judged{contacts: map[wrapcast.Date]float64{}, leads: map[int]*leadScore{}, band: BandCount{Kind: v.Kind, ID: v.ID}}
		j.things[key] = t
	}
	if v.Name != "" {
		t.name = v.Name
	}
	return t
}

func (t *judged) at(lead int) *leadScore {
	if t.leads[lead] == nil {
		t.leads[lead] = &leadScore{}
	}
	return t.leads[lead]
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

func (c *BandCount) add(v wrapcast.SubjectSnapshot, came, level float64) {
	band, ok := bandOf(v.SnapshotValue, level)
	switch {
	case !ok:
	case came > band.Upper:
		c.Above++
	case came < band.Lower:
		c.Below++
	default:
		c.Inside++
	}
}

// report lists what was judged: kinds from the finest to the whole, the busiest things first.
func (j *judge) report() wrapcast.AccuracyReport {
	r := wrapcast.AccuracyReport{Schema: wrapcast.AccuracyReportSchema, Forecasts: len(j.forecasts), Level: j.Level, Leads: []int{},
		Levels: []wrapcast.LevelAccuracy{}, Subjects: []wrapcast.SubjectAccuracy{}, Findings: []wrapcast.Finding{}}
	var counts []BandCount
	for key, t := range j.things {
		sum := 0.0
		for _, n := range t.contacts {
			sum += n
		}
		r.Subjects = append(r.Subjects, wrapcast.SubjectAccuracy{Kind: key.kind, ID: key.id, Name: cmp.Or(t.name, key.id), Contacts: sum, Leads: leadsOf(t.leads, j.Level)})
		t.band.Name = cmp.Or(t.name, key.id)
		counts = append(counts, t.band)
	}
	order := wrapcast.AccuracyLevels()
	slices.SortFunc(r.Subjects, func(a, b wrapcast.SubjectAccuracy) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)), cmp.Compare(b.Contacts, a.Contacts), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(counts, func(a, b BandCount) int { return cmp.Compare(a.ID, b.ID) })
	for _, kind := range order {
		if leads := j.levels[kind]; leads != nil {
			r.Levels = append(r.Levels, wrapcast.LevelAccuracy{Kind: kind, Subjects: j.count(kind), Leads: leadsOf(leads, j.Level)})
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
	for key := range j.things {
		if key.kind == kind {
			n++
		}
	}
	return n
}

func (j *judge) watch(counts []BandCount) wrapcast.BandWatch {
	w := wrapcast.BandWatch{Lead: watchedLead, From: j.Watched, Level: j.Level, Rate: j.Rate, Alarms: OutsideTooOften(counts, j.Level, j.Rate)}
	for _, c := range counts {
		if c.Inside+c.Above+c.Below > 0 {
			w.Tested++
		}
	}
	return w
}
