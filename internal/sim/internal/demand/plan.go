package demand

import (
	"cmp"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/figures"
)

// queueName gives a department of the source a name people can read.
func queueName(department string) string {
	name, known := map[string]string{
		"ANML": "Animal Control", "BPS_": "Public Schools", "BTDT": "Transportation", "BWSC": "Water and Sewer",
		"CHT_": "City Hall to Go", "DISB": "Disability Services", "GEN_": "Public Health",
		"HS_D": "Human Services Desk",
		"HS_O": "Civil Rights and Housing", "HS_V": "Volunteers", "HS_Y": "Youth Line", "INFO": "Information Line",
		"ISD": "Inspectional Services", "No Q": "Unrouted", "PARK": "Parks and Recreation",
		"PROP": "Property Management",
		"PWDx": "Public Works",
	}[department]
	if !known {
		return department
	}
	return name
}

// codeName mends the commas the source lost.
func codeName(caseType string) string { return strings.ReplaceAll(caseType, "  ", ", ") }

// stream is one department, type and source: the finest thing the figures count.
type stream struct {
	department, source string
	kind               int // place in the figures' types
	requests           int
}

// choose lists the streams of the largest departments and, among these, of the
// largest types; 0 means all. The result is in order of type, department and source.
func choose(f *figures.Figures, queues, codes int) []stream {
	var all []stream
	for kind, t := range f.Types {
		for department, sources := range t.Queues {
			for source, n := range sources {
				all = append(all, stream{department, source, kind, n})
			}
		}
	}
	all = keepLargest(all, queues, func(s stream) string { return s.department })
	all = keepLargest(all, codes, func(s stream) string { return f.Types[s.kind].Name })
	slices.SortFunc(all, func(a, b stream) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.department, b.department),
			cmp.Compare(a.source, b.source))
	})
	return all
}

// keepLargest keeps the streams of the n names with most requests.
func keepLargest(streams []stream, n int, name func(stream) string) []stream {
	if n <= 0 {
		return streams
	}
	requests := map[string]int{}
	for _, s := range streams {
		requests[name(s)] += s.requests
	}
	names := make([]string, 0, len(requests))
	for s := range requests {
		names = append(names, s)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(requests[b], requests[a]),
			cmp.Compare(a, b))
	})
	kept := names[:min(n, len(names))]
	return slices.DeleteFunc(streams, func(s stream) bool { return !slices.Contains(kept, name(s)) })
}

// media is the channel of a stream.
func (s stream) media() contact.Media { return contact.MediaOf(s.source) }
