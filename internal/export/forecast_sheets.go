package export

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
)

// ForecastSheets lays a forecast out as planners do: days across; codes, queues, planning groups and codes in queues
// down, a sheet each; for each its contacts, the interval of a level and the handle time. What overrides changed is
// marked, and below it stands what was forecast without them. The last sheet says what it is and where it comes from. A
// level the forecast has no interval of leaves the bounds out. The directory has the names of languages and skills.
func ForecastSheets(d wrapcast.Directory, f wrapcast.Forecast, level float64) []Sheet {
	x := newForecastSheets(d, f, level)
	return append(x.sheets(), aboutForecast(f, level))
}

// sheets are those with the forecast's numbers.
func (x *forecastSheets) sheets() (all []Sheet) {
	for _, l := range x.layouts() {
		all = append(all, x.sheet(l))
	}
	return all
}

// layout is one sheet of a forecast's workbook: the columns that name a subject, and the subjects.
type layout struct {
	name     string
	names    []Column
	subjects []forecastSubject
}

func (x *forecastSheets) layouts() []layout {
	return []layout{
		{sheetCodes, []Column{named("code", 34)}, x.codes()},
		{sheetQueues, []Column{named("queue", 34)}, x.queues()},
		{sheetGroups, []Column{named("planning group", 34)}, x.groups()},
		{sheetLeaves, []Column{named("code", 34), named("queue", 24), named("channel", 10)}, x.places()},
	}
}

// The sheets of a forecast's workbook.
const (
	sheetCodes  = "Codes"
	sheetQueues = "Queues"
	sheetGroups = "Planning groups"
	sheetLeaves = "Codes in queues"
)

// ForecastTable is all of a forecast as one table, for a CSV: the kind of each subject, its id and its name before the
// days.
func ForecastTable(d wrapcast.Directory, f wrapcast.Forecast, level float64) Sheet {
	x := newForecastSheets(d, f, level)
	s := Sheet{Name: "Forecast", Title: x.title, Fixed: 6,
		Columns: append([]Column{named("kind", 0), named("id", 0), named("name", 0), named("queue", 0),
			named("channel", 0), named("measure", 0)}, x.days...)}
	add := func(kind string, subjects []forecastSubject) {
		for _, t := range subjects {
			for _, row := range x.rows(t) {
				names := []Cell{text(kind), text(t.id), text(t.name), text(t.queue), text(t.channel), text(row.measure)}
				s.Rows = append(s.Rows, Row{Cells: append(names, row.cells...)})
			}
		}
	}
	total := x.total()
	total.name = "total"
	add(string(wrapcast.LevelTotal), []forecastSubject{total})
	add(string(wrapcast.LevelCode), x.codes()[1:])
	add(string(wrapcast.LevelQueue), x.queues()[1:])
	add(string(wrapcast.LevelGroup), x.groups())
	add("code_in_queue", x.places())
	return s
}

type forecastSheets struct {
	directory wrapcast.Directory
	forecast  wrapcast.Forecast
	level     float64
	title     string
	days      []Column
	// editing says what may be changed; nil where the workbook is only to be read.
	editing *Editing
}

// forecastSubject is what rows are written of: something forecast, and without overrides where these changed it.
type forecastSubject struct {
	id, name, queue, channel string
	daily                    wrapcast.DailyForecast
	base                     []float64
	strong                   bool
	// key is what the subject is called in the file, whatever becomes of its name; codes and queues are what an
	// override of it is about, open says that there can be one.
	key    string
	codes  []wrapcast.CodeID
	queues []wrapcast.QueueID
	open   bool
}

func newForecastSheets(d wrapcast.Directory, f wrapcast.Forecast, level float64) *forecastSheets {
	x := &forecastSheets{directory: d, forecast: f, level: level}
	x.title = fmt.Sprintf("Contacts forecast per day from %s, made on %s", f.From, f.MadeAt.Format("2 January 2006"))
	special := map[wrapcast.Date]string{}
	for _, s := range f.SpecialDays {
		special[s.Day] = s.Title()
	}
	for t := range f.Days {
		c := onDay(f.From + wrapcast.Date(t))
		c.Group = special[*c.Day]
		x.days = append(x.days, c)
	}
	return x
}

func (x *forecastSheets) base() wrapcast.Forecast { return x.forecast.WithoutOverrides() }

func (x *forecastSheets) total() forecastSubject {
	return forecastSubject{name: "all", daily: x.forecast.Total, base: x.base().Total.Mean, strong: true, key: keyTotal}
}

// codes are the total and then the codes, the busiest first; queues and groups likewise.
func (x *forecastSheets) codes() []forecastSubject {
	var all []forecastSubject
	for i, c := range x.forecast.Codes {
		all = append(all, forecastSubject{id: string(c.Code.ID), name: c.Code.Name, daily: c.DailyForecast,
			base: x.base().Codes[i].Mean, key: keyOf(keyCode, string(c.Code.ID)), codes: []wrapcast.CodeID{c.Code.ID},
			open: true})
	}
	return append([]forecastSubject{x.total()}, busiestFirst(all)...)
}

func (x *forecastSheets) queues() []forecastSubject {
	var all []forecastSubject
	for i, q := range x.forecast.Queues {
		all = append(all, forecastSubject{id: string(q.Queue.ID), name: q.Queue.Name, daily: q.DailyForecast,
			base: x.base().Queues[i].Mean, key: keyOf(keyQueue, string(q.Queue.ID)),
			queues: []wrapcast.QueueID{q.Queue.ID}, open: true})
	}
	return append([]forecastSubject{x.total()}, busiestFirst(all)...)
}

func (x *forecastSheets) groups() []forecastSubject {
	var all []forecastSubject
	for i, g := range x.forecast.Groups {
		all = append(all, forecastSubject{id: string(g.Group.ID), name: g.Group.Name, daily: g.DailyForecast,
			base: x.base().Groups[i].Mean, key: keyOf(keyGroup, string(g.Group.ID))})
	}
	return busiestFirst(all)
}

// places are the leaves: codes in queues, by channel, and by language and skills where they are told apart.
func (x *forecastSheets) places() []forecastSubject {
	codes, queues := map[wrapcast.CodeID]string{}, map[wrapcast.QueueID]string{}
	for _, c := range x.forecast.Codes {
		codes[c.Code.ID] = c.Code.Name
	}
	for _, q := range x.forecast.Queues {
		queues[q.Queue.ID] = q.Queue.Name
	}
	alone := x.onlyLeaves()
	var all []forecastSubject
	for i, l := range x.forecast.Leaves {
		all = append(all, forecastSubject{id: string(l.Leaf.Code), name: codes[l.Leaf.Code],
			queue: queues[l.Leaf.Queue], channel: x.directory.ChannelName(l.Leaf.Stream()),
			daily: wrapcast.DailyForecast{Mean: l.Mean, HandleSeconds: l.HandleSeconds}, base: x.base().Leaves[i].Mean,
			key: keyOfLeaf(l.Leaf), codes: []wrapcast.CodeID{l.Leaf.Code}, queues: []wrapcast.QueueID{l.Leaf.Queue},
			open: alone[place{l.Leaf.Code, l.Leaf.Queue}] == 1})
	}
	return busiestFirst(all)
}

func busiestFirst(subjects []forecastSubject) []forecastSubject {
	slices.SortStableFunc(subjects, func(a, b forecastSubject) int {
		if sumA, sumB := sum(a.daily.Mean), sum(b.daily.Mean); sumA != sumB {
			if sumA > sumB {
				return -1
			}
			return 1
		}
		return strings.Compare(a.name, b.name)
	})
	return subjects
}

func sum(values []float64) float64 {
	s := 0.0
	for _, v := range values {
		s += v
	}
	return s
}
