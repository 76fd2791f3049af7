package wfm

import (
	"context"
	"net/http"

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
		made := r.average(b, week, weeks, historyWeeks)
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
