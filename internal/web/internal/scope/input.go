package scope

import (
	"net/http"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
)

// noName stands for an empty id in paths and queries.
const noName = "none"

// MaxDays bounds one answer: ten years of days.
const MaxDays = 3700

// Latest stands for the latest forecast or run in paths and queries.
const Latest = "latest"

// IDOf reads an id as paths and queries write it.
func IDOf(s string) string {
	if s == noName {
		return ""
	}
	return s
}

// CodeOf reads the id of a code as paths and queries write it.
func CodeOf(s string) wrapcast.CodeID { return wrapcast.CodeID(IDOf(s)) }

// QueueOf reads the id of a queue as paths and queries write it.
func QueueOf(s string) wrapcast.QueueID { return wrapcast.QueueID(IDOf(s)) }

// DayOf reads a day whose form was checked; zero where none is given.
func DayOf(text string) wrapcast.Date {
	day, _ := wrapcast.ParseDate(text) // its form was checked
	return day
}

// CodePath names a code in a path.
type CodePath struct {
	Code string `path:"code" maxLength:"200" doc:"The code's id; none stands for contacts without a code"`
}

// ID is the code's id.
func (p CodePath) ID() wrapcast.CodeID { return CodeOf(p.Code) }

// SeriesInput names what is looked at: a code, a queue, both, or neither, which is everything.
type SeriesInput struct {
	Code  string `query:"code" maxLength:"200" doc:"Only this code; none stands for contacts without a code"`
	Queue string `query:"queue" maxLength:"200" doc:"Only this queue"`
}

// Stored returns the series as the store names it.
func (s SeriesInput) Stored() store.Series {
	var out store.Series
	if s.Code != "" {
		id := CodeOf(s.Code)
		out.Code = &id
	}
	if s.Queue != "" {
		id := QueueOf(s.Queue)
		out.Queue = &id
	}
	return out
}

// NotValidated says that there is no report of validation yet.
func NotValidated() error {
	return api.NewProblem(http.StatusNotFound, "nothing has been validated yet").WithHint("start a run")
}
