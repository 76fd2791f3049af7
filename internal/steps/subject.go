package steps

import "github.com/wrapcast/wrapcast"

// Subject is what a forecast is of: a code, a queue, a planning group, the total.
type Subject struct {
	Level wrapcast.AccuracyLevel
	// ID is that of the code, queue or group; "" for the total and for contacts without a code.
	ID string
}

// CodeSubject is the subject of a code.
func CodeSubject(id wrapcast.CodeID) Subject { return Subject{wrapcast.LevelCode, string(id)} }

// QueueSubject is the subject of a queue.
func QueueSubject(id wrapcast.QueueID) Subject { return Subject{wrapcast.LevelQueue, string(id)} }

// groupSubject is the subject of a planning group.
func groupSubject(id wrapcast.PlanningGroupID) Subject {
	return Subject{wrapcast.LevelGroup, string(id)}
}

// TotalSubject is the subject of everything together.
func TotalSubject() Subject { return Subject{wrapcast.LevelTotal, ""} }

// EachSubject hands out everything a forecast forecasts.
func EachSubject(f wrapcast.Forecast, take func(Subject, wrapcast.DailyForecast)) {
	for _, c := range f.Codes {
		take(CodeSubject(c.Code.ID), c.DailyForecast)
	}
	for _, q := range f.Queues {
		take(QueueSubject(q.Queue.ID), q.DailyForecast)
	}
	for _, g := range f.Groups {
		take(groupSubject(g.Group.ID), g.DailyForecast)
	}
	take(TotalSubject(), f.Total)
}
