package snapshot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/web/internal/columns"
)

// CodeRow is one wrap-up code in a list.
type CodeRow struct {
	ID      wrapcast.CodeID `json:"id" doc:"Empty for contacts without a code; in paths and queries that is written none"`
	Name    string          `json:"name"`
	Deleted bool            `json:"deleted" doc:"The platform no longer lists it"`
	System  bool            `json:"system" doc:"Set by the platform itself, or by nobody"`
	Queues  int             `json:"queues" doc:"In how many queues it was used"`
	Volume
	Quality
}

// QueueRow is one queue in a list.
type QueueRow struct {
	ID    wrapcast.QueueID `json:"id"`
	Name  string           `json:"name"`
	Codes int              `json:"codes" doc:"How many codes were used in it"`
	// WithoutCode is a share of the contacts forecast.
	WithoutCode wrapcast.Measure `json:"without_code" doc:"The share of the coming week's contacts that end without a code, a fraction"`
	Volume
	Quality
}

// TotalRow is all contacts together, as a row of codes or queues would have them.
type TotalRow struct {
	Codes  int `json:"codes" doc:"How many codes ended contacts"`
	Queues int `json:"queues" doc:"In how many queues"`
	Volume
	Quality
}

// LeafRow is one code in one queue on one channel, and by language and skills where planning groups ask for them.
type LeafRow struct {
	Queue     wrapcast.QueueID   `json:"queue"`
	QueueName string             `json:"queue_name"`
	Code      wrapcast.CodeID    `json:"code"`
	CodeName  string             `json:"code_name"`
	Media     wrapcast.MediaType `json:"media"`
	Language  string             `json:"language,omitempty" doc:"The language by name, where a planning group asks for one"`
	Skills    []string           `json:"skills,omitempty" doc:"Those of the skills by name that planning groups ask for"`
	Next7     float64            `json:"next_7" doc:"Contacts forecast for the coming seven days"`
	Share     wrapcast.Measure   `json:"share" doc:"Its share of its queue in these days, a fraction"`
}

// Volume has the contacts of the past weeks and of the forecast, of a code or a queue.
type Volume struct {
	Last7     wrapcast.Measure `json:"last_7" doc:"Contacts of the last seven complete days"`
	Previous7 wrapcast.Measure `json:"previous_7" doc:"Contacts of the seven days before"`
	Next7     wrapcast.Measure `json:"next_7" doc:"Contacts forecast for the coming seven days, today included"`
	Next7Low  wrapcast.Measure `json:"next_7_low" doc:"The lower bound of the seven days together"`
	Next7High wrapcast.Measure `json:"next_7_high" doc:"Their upper bound"`
	// Next7Interval says where these bounds come from.
	Next7Interval wrapcast.SumInterval `json:"next_7_interval,omitempty" enum:"joint,added" doc:"joint: they hold what they promise. added: the days' bounds added up, which is wider; for forecasts made before there were joint paths"`
	Level         float64              `json:"level" doc:"The level of these bounds, a fraction"`
	Change        wrapcast.Measure     `json:"change" doc:"next_7 against last_7, a fraction: 0.1 is ten per cent more"`
	Sparkline     sparkline            `json:"sparkline"`
}

// sparkline is the last eight weeks and the coming two, per day.
type sparkline struct {
	From     wrapcast.Date    `json:"from" doc:"The first local day of actual"`
	Actual   columns.Decimals `json:"actual" doc:"Contacts per day, null where the platform was not asked"`
	Forecast columns.Decimals `json:"forecast" doc:"Contacts forecast per day, from the day after the last of actual"`
}

// Quality has the measures of a forecast and the verdict on its history.
type Quality struct {
	Model    string           `json:"model" doc:"The method used; empty where there is no forecast"`
	Fallback string           `json:"fallback" doc:"Why it is a simpler one than asked; empty where it is not"`
	WAPE     wrapcast.Measure `json:"wape"`
	Bias     wrapcast.Measure `json:"bias"`
	MASE     wrapcast.Measure `json:"mase"`
	Coverage wrapcast.Measure `json:"coverage"`
	Verdict  wrapcast.Verdict `json:"verdict,omitempty" doc:"Of its history; codes only"`
	Reason   string           `json:"reason,omitempty" doc:"The verdict in words"`
	Masks    int              `json:"masks" doc:"How many days are masked"`
}

// makeRows works the lists out.
func (s *Snapshot) makeRows(ctx context.Context, before *Snapshot) error {
	if err := s.sumUp(ctx, before); err != nil {
		return err
	}
	r := s.recent
	codes, queues := s.usedIn()
	without := s.withoutCode()
	for id, in := range codes {
		row := CodeRow{ID: id, Name: s.CodeName(id), Deleted: s.codeNames[id].Deleted,
			System: id.IsSystem() || id == wrapcast.NoCode, Queues: len(in)}
		d := s.codeForecast(id)
		row.Volume, row.Quality = s.volumeOf(r.from, r.codes[id], d, s.next7.codes[id]), s.qualityOf(d, s.CodeReport(id))
		s.Codes = append(s.Codes, row)
	}
	for id, in := range queues {
		row := QueueRow{ID: id, Name: s.QueueName(id), Codes: len(in), WithoutCode: without(id)}
		d := s.queueForecast(id)
		row.Volume, row.Quality = s.volumeOf(r.from, r.queues[id], d, s.next7.queues[id]), s.qualityOf(d, nil)
		s.Queues = append(s.Queues, row)
	}
	slices.SortFunc(s.Codes, func(a, b CodeRow) int { return strings.Compare(string(a.ID), string(b.ID)) })
	slices.SortFunc(s.Queues, func(a, b QueueRow) int { return strings.Compare(string(a.ID), string(b.ID)) })
	s.makeTotal()
	s.makeLeaves()
	return nil
}

// makeTotal works out the row of all contacts: the codes' contacts add up to it, day by day.
func (s *Snapshot) makeTotal() {
	all := s.emptyDays(s.recent.from, s.Today-1)
	for _, days := range s.recent.codes {
		for t, n := range days {
			all[t] += n
		}
	}
	var d *wrapcast.DailyForecast
	if s.Forecast != nil {
		d = &s.Forecast.Total
	}
	s.Total = TotalRow{Codes: len(s.Codes), Queues: len(s.Queues),
		Volume: s.volumeOf(s.recent.from, all, d, s.next7.total), Quality: s.qualityOf(d, nil)}
	if s.Report != nil {
		for _, c := range s.Report.Codes {
			s.Total.Masks += len(c.Masks)
		}
	}
}

// nextWeek is what is expected of codes and queues over seven days from today on.
type nextWeek struct {
	// of names the forecast, its overrides and today.
	of string
	// ahead is what is expected in total over the days a list shows, from tomorrow on.
	ahead  wrapcast.SumForecast
	total  wrapcast.SumForecast
	codes  map[wrapcast.CodeID]wrapcast.SumForecast
	queues map[wrapcast.QueueID]wrapcast.SumForecast
}

// AheadSum is what is expected in total from tomorrow on, over AheadDays days; nil where no forecast reaches tomorrow.
func (s *Snapshot) AheadSum() *wrapcast.SumForecast {
	if s.Forecast == nil || int(s.Today-s.Forecast.From)+1 >= len(s.Forecast.Total.Mean) {
		return nil
	}
	return &s.next7.ahead
}

// sumUp works out the coming seven days, or takes them from the snapshot before where forecast and day are the same.
func (s *Snapshot) sumUp(ctx context.Context, before *Snapshot) error {
	if s.Forecast == nil {
		return nil
	}
	of := fmt.Sprint(s.Stored.ID, s.Today) + overrideIDs(s.Forecast)
	if before != nil && before.next7.of == of {
		s.next7 = before.next7
		return nil
	}
	sums, err := demand.SumsOver(ctx, s.Forecast, wrapcast.Span{From: s.Today, To: s.Today + 6},
		wrapcast.Span{From: s.Today + 1, To: s.Today + AheadDays})
	if err != nil {
		return err
	}
	s.next7 = nextWeek{of: of, ahead: sums[1].Total, total: sums[0].Total,
		codes: map[wrapcast.CodeID]wrapcast.SumForecast{}, queues: map[wrapcast.QueueID]wrapcast.SumForecast{}}
	for i, c := range s.Forecast.Codes {
		s.next7.codes[c.Code.ID] = sums[0].Codes[i]
	}
	for i, q := range s.Forecast.Queues {
		s.next7.queues[q.Queue.ID] = sums[0].Queues[i]
	}
	return nil
}

// usedIn lists the queues of each code and the codes of each queue.
func (s *Snapshot) usedIn() (map[wrapcast.CodeID]map[wrapcast.QueueID]bool,
	map[wrapcast.QueueID]map[wrapcast.CodeID]bool) {
	codes, queues := map[wrapcast.CodeID]map[wrapcast.QueueID]bool{}, map[wrapcast.QueueID]map[wrapcast.CodeID]bool{}
	for _, l := range s.Used {
		if codes[l.Code] == nil {
			codes[l.Code] = map[wrapcast.QueueID]bool{}
		}
		if queues[l.Queue] == nil {
			queues[l.Queue] = map[wrapcast.CodeID]bool{}
		}
		codes[l.Code][l.Queue], queues[l.Queue][l.Code] = true, true
	}
	return codes, queues
}

func (s *Snapshot) makeLeaves() {
	if s.Forecast == nil {
		return
	}
	perQueue := map[wrapcast.QueueID]float64{}
	for _, l := range s.Forecast.Leaves {
		sum := sumOf(s.ahead(l.Mean, 7))
		perQueue[l.Leaf.Queue] += sum
		row := LeafRow{Queue: l.Leaf.Queue, QueueName: s.QueueName(l.Leaf.Queue), Code: l.Leaf.Code,
			CodeName: s.CodeName(l.Leaf.Code), Media: l.Leaf.Media, Next7: columns.Round3(sum)}
		if l.Leaf.Language != "" {
			row.Language = s.Directory.LanguageName(l.Leaf.Language)
		}
		for _, id := range l.Leaf.Skills.IDs() {
			row.Skills = append(row.Skills, s.Directory.SkillName(id))
		}
		s.Leaves = append(s.Leaves, row)
	}
	for i := range s.Leaves {
		s.Leaves[i].Share = columns.Fraction(s.Leaves[i].Next7, perQueue[s.Leaves[i].Queue])
	}
}

// withoutCode tells the share of a queue's coming week that ends without a code.
func (s *Snapshot) withoutCode() func(wrapcast.QueueID) wrapcast.Measure {
	all, without := map[wrapcast.QueueID]float64{}, map[wrapcast.QueueID]float64{}
	if s.Forecast != nil {
		for _, l := range s.Forecast.Leaves {
			sum := sumOf(s.ahead(l.Mean, 7))
			all[l.Leaf.Queue] += sum
			if l.Leaf.Code == wrapcast.NoCode {
				without[l.Leaf.Queue] += sum
			}
		}
	}
	return func(queue wrapcast.QueueID) wrapcast.Measure { return columns.Fraction(without[queue], all[queue]) }
}

// ahead returns the values of a forecast for n days from today on, fewer where it ends before.
func (s *Snapshot) ahead(values []float64, n int) []float64 {
	first := min(max(int(s.Today-s.Forecast.From), 0), len(values))
	return values[first:min(first+n, len(values))]
}

// volumeOf sums up what was handled and what is forecast.
func (s *Snapshot) volumeOf(from wrapcast.Date, actual []float64, d *wrapcast.DailyForecast,
	next7 wrapcast.SumForecast) Volume {
	if actual == nil {
		actual = s.emptyDays(from, s.Today-1)
	}
	v := Volume{Last7: wrapcast.NotMeasured(), Previous7: wrapcast.NotMeasured(), Next7: wrapcast.NotMeasured(),
		Next7Low:  wrapcast.NotMeasured(),
		Next7High: wrapcast.NotMeasured(), Change: wrapcast.NotMeasured(), Sparkline: sparkline{From: from,
			Actual:   actual,
			Forecast: columns.Decimals{}}}
	if n := len(actual); n >= 14 {
		v.Last7, v.Previous7 = columns.Measure(sumOf(actual[n-7:])), columns.Measure(sumOf(actual[n-14:n-7]))
	}
	if d == nil {
		return v
	}
	v.Next7 = columns.Measure(sumOf(s.ahead(d.Mean, 7)))
	v.Change = columns.Fraction(float64(v.Next7-v.Last7), float64(v.Last7))
	v.Sparkline.Forecast = s.ahead(d.Mean, AheadDays)
	b, asked := next7.Band(s.forecastLevel())
	if !asked && len(next7.Bands) > 0 {
		b = next7.Bands[0]
	}
	if len(next7.Bands) > 0 {
		v.Level, v.Next7Interval = b.Level, next7.Interval
		v.Next7Low, v.Next7High = columns.Measure(b.Lower), columns.Measure(b.Upper)
	}
	return v
}

func (s *Snapshot) qualityOf(d *wrapcast.DailyForecast, report *wrapcast.CodeReport) Quality {
	q := Quality{WAPE: wrapcast.NotMeasured(), Bias: wrapcast.NotMeasured(), MASE: wrapcast.NotMeasured(),
		Coverage: wrapcast.NotMeasured()}
	if d != nil {
		q.Model, q.Fallback = d.Model, d.Fallback
		a := d.Accuracy
		q.WAPE, q.Bias = columns.Round4(a.WAPE), columns.Round4(a.Bias)
		q.MASE, q.Coverage = columns.Round4(a.MASE), columns.Round4(a.Coverage)
	}
	if report != nil {
		q.Verdict, q.Reason, q.Masks = report.Verdict, report.Reason, len(report.Masks)
	}
	return q
}

// forecastLevel is the level lists show: the one the run was asked for.
func (s *Snapshot) forecastLevel() float64 { return s.Forecast.Accuracy.Level }

func sumOf(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum
}
