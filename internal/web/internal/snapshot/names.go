package snapshot

import (
	"net/http"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
)

// nameAll indexes names by id: lists have thousands of rows.
func (s *Snapshot) nameAll() {
	s.codeNames, s.queueNames = map[wrapcast.CodeID]wrapcast.Code{}, map[wrapcast.QueueID]string{}
	for _, c := range s.Directory.Codes {
		s.codeNames[c.ID] = c
	}
	for _, q := range s.Directory.Queues {
		s.queueNames[q.ID] = q.Name
	}
}

// CodeName returns what a code is called; those in no list are called by their id.
func (s *Snapshot) CodeName(id wrapcast.CodeID) string {
	if c, listed := s.codeNames[id]; listed {
		return c.Name
	}
	return id.Title()
}

// QueueName returns what a queue is called; those in no list have a title.
func (s *Snapshot) QueueName(id wrapcast.QueueID) string {
	if name, listed := s.queueNames[id]; listed {
		return name
	}
	return id.Title()
}

func (s *Snapshot) codeForecast(id wrapcast.CodeID) *wrapcast.DailyForecast {
	return CodeForecast(s.Forecast, id)
}

func (s *Snapshot) queueForecast(id wrapcast.QueueID) *wrapcast.DailyForecast {
	return QueueForecast(s.Forecast, id)
}

// CodeForecast is the forecast of a code, nil where it has none.
func CodeForecast(f *wrapcast.Forecast, id wrapcast.CodeID) *wrapcast.DailyForecast {
	if f == nil {
		return nil
	}
	i := slices.IndexFunc(f.Codes, func(c wrapcast.CodeForecast) bool { return c.Code.ID == id })
	if i < 0 {
		return nil
	}
	return &f.Codes[i].DailyForecast
}

// QueueForecast is the forecast of a queue, nil where it has none.
func QueueForecast(f *wrapcast.Forecast, id wrapcast.QueueID) *wrapcast.DailyForecast {
	if f == nil {
		return nil
	}
	i := slices.IndexFunc(f.Queues, func(q wrapcast.QueueForecast) bool { return q.Queue.ID == id })
	if i < 0 {
		return nil
	}
	return &f.Queues[i].DailyForecast
}

// CodeReport is the report of validation on a code, nil where it has none.
func (s *Snapshot) CodeReport(id wrapcast.CodeID) *wrapcast.CodeReport {
	if s.Report == nil {
		return nil
	}
	i := slices.IndexFunc(s.Report.Codes, func(c wrapcast.CodeReport) bool { return c.Code == id })
	if i < 0 {
		return nil
	}
	return &s.Report.Codes[i]
}

// CheckCodes refuses codes that are neither listed nor were ever used.
func (s *Snapshot) CheckCodes(codes []wrapcast.CodeID) error {
	for _, id := range codes {
		_, listed := s.codeNames[id]
		if !listed && !id.IsSystem() && !slices.ContainsFunc(s.Codes, func(c CodeRow) bool { return c.ID == id }) {
			return api.NewProblem(http.StatusUnprocessableEntity, "there is no wrap-up code "+string(id)).
				WithHint("GET " + api.Prefix + "/codes lists the codes")
		}
	}
	return nil
}
