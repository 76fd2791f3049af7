package wfm

import (
	"context"
	"net/http"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
)

// What makes a forecast takes a while: the answer is an operation, its end a notification.

// progressed is the notification of a generation, which has one property more than the others.
type progressed struct {
	operation
	Progress int `json:"progress"`
}

type generateRequest struct {
	Description         *string `json:"description"`
	WeekCount           *int    `json:"weekCount"`
	CanUseForScheduling *bool   `json:"canUseForScheduling"`
}

// generate makes a forecast by the platform's own means: here the average of the last weeks.
func (r *Service) generate(b *businessUnit, c *api.Call) (api.Answer, error) {
	week, err := b.newWeek(c)
	if err != nil {
		return api.Answer{}, err
	}
	var q generateRequest
	if err := api.Decode(c.Body, &q, "GenerateBuForecastRequest"); err != nil {
		return api.Answer{}, err
	}
	weeks := 1
	if q.WeekCount != nil {
		weeks = *q.WeekCount
	}
	if q.Description == nil || *q.Description == "" {
		return api.Answer{}, invalid("description", "is required")
	}
	if err := b.checkWeeks(week, weeks); err != nil {
		return api.Answer{}, err
	}
	by, schedulable := c.ClientID, q.CanUseForScheduling == nil || *q.CanUseForScheduling
	return r.operate(b, c, "generate", func() *Forecast {
		made := r.average(b, week, weeks)
		made.description, made.schedulable = *q.Description, schedulable
		return r.add(b, week, by, made, "Advanced")
	})
}

type copyRequest struct {
	Description *string `json:"description"`
	WeekDate    *string `json:"weekDate"`
}

// copyForecast makes another forecast of the same numbers for another week.
func (r *Service) copyForecast(b *businessUnit, c *api.Call) (api.Answer, error) {
	f, err := r.find(b, c)
	if err != nil {
		return api.Answer{}, err
	}
	var q copyRequest
	if err := api.Decode(c.Body, &q, "CopyBuForecastRequest"); err != nil {
		return api.Answer{}, err
	}
	switch {
	case q.Description == nil || *q.Description == "":
		return api.Answer{}, invalid("description", "is required")
	case q.WeekDate == nil:
		return api.Answer{}, invalid("weekDate", "is required")
	}
	week, err := b.weekOn(*q.WeekDate)
	if err != nil {
		return api.Answer{}, err
	}
	if err := b.near(week); err != nil {
		return api.Answer{}, err
	}
	if err := b.checkWeeks(week, f.WeekCount); err != nil {
		return api.Answer{}, err
	}
	by := c.ClientID
	return r.operate(b, c, "copy", func() *Forecast {
		same := &content{description: *q.Description, weekCount: f.WeekCount, schedulable: f.Schedulable,
			groups: f.Groups, longTerm: f.LongTerm}
		return r.add(b, week, by, same, f.Method)
	})
}

// operate does at once what takes no time, unless forceAsync is true, and the rest in the background.
func (r *Service) operate(b *businessUnit, c *api.Call, topic string, do func() *Forecast) (api.Answer, error) {
	async, err := c.Bool("forceAsync")
	if err != nil {
		return api.Answer{}, err
	}
	r.mu.Lock()
	id := r.id("operation")
	r.mu.Unlock()
	if r.Delay == 0 && !async {
		e := r.entity(do())
		return api.Status(http.StatusCreated, operation{"Complete", id, &e}), nil
	}
	r.Run(func(ctx context.Context) {
		if r.Clock.Sleep(ctx, r.Delay) != nil {
			return
		}
		e := r.entity(do())
		end := notification(operation{"Complete", id, &e})
		if topic == "generate" {
			r.Publish(b.topic(topic), progressed{end, 100})
			return
		}
		r.Publish(b.topic(topic), end)
	})
	return api.Status(http.StatusAccepted, operation{Status: "Processing", OperationID: id}), nil
}

// topic is where the end of an operation is told: import, generate or copy.
func (b *businessUnit) topic(what string) string {
	return "v2.workforcemanagement.businessunits." + b.ID + ".shorttermforecasts." + what
}

// historyWeeks is how many weeks a generated forecast averages: the unit's defaultHistoryWeeks.
const historyWeeks = 6

// average is the mean of the last weeks by quarter-hour: what arrived, and how long it took.
func (r *Service) average(b *businessUnit, week wrapcast.Date, weeks int) *content {
	values := EightDays.values(week, weeks, b.zone())
	places := map[[2]int]int{} // of groups by queue and channel
	made := &content{weekCount: weeks}
	seconds, handled := make([][]float64, len(b.Groups)), make([][]float64, len(b.Groups))
	for i, g := range b.Groups {
		for _, route := range g.Routes {
			places[[2]int{route.Queue, int(route.Media)}] = i
		}
		made.groups = append(made.groups, GroupData{g.ID, make([]float64, values), make([]float64, values)})
		seconds[i], handled[i] = make([]float64, 7*96), make([]float64, 7*96)
	}
	offered := make([][]float64, len(made.groups))
	for i := range offered {
		offered[i] = make([]float64, 7*96)
	}
	r.lastWeeks(b, func(queue, media, quarter int, handle float64) {
		i, known := places[[2]int{queue, media}]
		if !known {
			return
		}
		offered[i][quarter] += 1.0 / historyWeeks
		if handle > 0 {
			seconds[i][quarter] += handle
			handled[i][quarter]++
		}
	})
	for i := range made.groups {
		for at := range values {
			quarter := at % (7 * 96)
			made.groups[i].Offered[at] = rounded(offered[i][quarter])
			if n := handled[i][quarter]; n > 0 {
				made.groups[i].HandleSeconds[at] = rounded(seconds[i][quarter] / n)
			}
		}
	}
	return made
}

// lastWeeks tells every contact of the last weeks: its queue and channel, the quarter-hour of the week in which it
// arrived by the clock, and its handle time in seconds, 0 where it was not handled.
func (r *Service) lastWeeks(b *businessUnit, each func(queue, media, quarter int, handle float64)) {
	end := b.today()
	for day := end - 7*historyWeeks; day < end; day++ {
		for c := range r.Contacts.Day(day) {
			at := localTime(c.Arrived, b.zone())
			quarter := (int(at.Weekday()-b.WeekStart)+7)%7*96 + at.Hour()*4 + at.Minute()/15
			each(c.Queue, int(c.Media), quarter, float64(c.Handle())/1000)
		}
	}
}
