package web

import (
	"net/http"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// nameAll makes names quick to find: lists have thousands of rows.
func (s *snapshot) nameAll() {
	s.codeNames, s.queueNames = map[wrapcast.CodeID]wrapcast.Code{}, map[wrapcast.QueueID]string{}
	for _, c := range s.directory.Codes {
		s.codeNames[c.ID] = c
	}
	for _, q := range s.directory.Queues {
		s.queueNames[q.ID] = q.Name
	}
}

// codeName returns what a code is called; those in no list are called by their id.
func (s *snapshot) codeName(id wrapcast.CodeID) string {
	if c, listed := s.codeNames[id]; listed {
		return c.Name
	}
	return id.Title()
}

func (s *snapshot) queueName(id wrapcast.QueueID) string {
	if name, listed := s.queueNames[id]; listed {
		return name
	}
	if id == "" {
		return "(no queue)"
	}
	return string(id)
}

func (s *snapshot) codeForecast(id wrapcast.CodeID) *wrapcast.DailyForecast {
	return codeForecast(s.forecast, id)
}

func (s *snapshot) queueForecast(id wrapcast.QueueID) *wrapcast.DailyForecast {
	return queueForecast(s.forecast, id)
}

func codeForecast(f *wrapcast.Forecast, id wrapcast.CodeID) *wrapcast.DailyForecast {
	if f == nil {
		return nil
	}
	i := slices.IndexFunc(f.Codes, func(c wrapcast.CodeForecast) bool { return c.Code.ID == id })
	if i < 0 {
		return nil
	}
	return &f.Codes[i].DailyForecast
}

func queueForecast(f *wrapcast.Forecast, id wrapcast.QueueID) *wrapcast.DailyForecast {
	if f == nil {
		return nil
	}
	i := slices.IndexFunc(f.Queues, func(q wrapcast.QueueForecast) bool { return q.Queue.ID == id })
	if i < 0 {
		return nil
	}
	return &f.Queues[i].DailyForecast
}

func (s *snapshot) codeReport(id wrapcast.CodeID) *wrapcast.CodeReport {
	if s.report == nil {
		return nil
	}
	i := slices.IndexFunc(s.report.Codes, func(c wrapcast.CodeReport) bool { return c.Code == id })
	if i < 0 {
		return nil
	}
	return &s.report.Codes[i]
}

// checkCodes refuses codes that are neither listed nor were ever used.
func (s *snapshot) checkCodes(codes []wrapcast.CodeID) error {
	for _, id := range codes {
		_, listed := s.codeNames[id]
		if !listed && !id.IsSystem() && !slices.ContainsFunc(s.codes, func(c CodeRow) bool { return c.ID == id }) {
			return newProblem(http.StatusUnprocessableEntity, "there is no wrap-up code "+string(id)).withHint("GET " + prefix + "/codes lists the codes")
		}
	}
	return nil
}
