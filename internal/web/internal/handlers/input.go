package handlers

import (
	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// noName stands for an empty id in paths and queries.
const noName = "none"

// latest stands for the latest forecast or run in paths and queries.
const latest = "latest"

// idOf reads an id as paths and queries write it.
func idOf(s string) string {
	if s == noName {
		return ""
	}
	return s
}

func codeOf(s string) wrapcast.CodeID { return wrapcast.CodeID(idOf(s)) }

func queueOf(s string) wrapcast.QueueID { return wrapcast.QueueID(idOf(s)) }

// dayOf reads a day whose form was checked; zero where none is given.
func dayOf(text string) wrapcast.Date {
	day, _ := wrapcast.ParseDate(text) // its form was checked
	return day
}

// CodePath names a code in a path.
type CodePath struct {
	Code string `path:"code" maxLength:"200" doc:"The code's id; none stands for contacts without a code"`
}

func (p CodePath) id() wrapcast.CodeID { return codeOf(p.Code) }

// SeriesInput names what is looked at: a code, a queue, both, or neither, which is everything.
type SeriesInput struct {
	Code  string `query:"code" maxLength:"200" doc:"Only this code; none stands for contacts without a code"`
	Queue string `query:"queue" maxLength:"200" doc:"Only this queue"`
}

// stored returns the series as the store names it.
func (s SeriesInput) stored() store.Series {
	var out store.Series
	if s.Code != "" {
		id := codeOf(s.Code)
		out.Code = &id
	}
	if s.Queue != "" {
		id := queueOf(s.Queue)
		out.Queue = &id
	}
	return out
}
