package analytics

import (
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
)

// detailFilter is a filter of conversations or of segments: two levels at most, by its form.
type detailFilter struct {
	Type       string            `json:"type"`
	Clauses    []detailClause    `json:"clauses"`
	Predicates []detailPredicate `json:"predicates"`
}

type detailClause struct {
	Type       string            `json:"type"`
	Predicates []detailPredicate `json:"predicates"`
}

type detailPredicate struct {
	Type         string  `json:"type"`
	Dimension    string  `json:"dimension"`
	PropertyType string  `json:"propertyType"`
	Property     string  `json:"property"`
	Metric       string  `json:"metric"`
	Operator     string  `json:"operator"`
	Value        *string `json:"value"`
	Range        *ranged `json:"range"`
}

// place is what a predicate is about: a conversation, and in filters of segments one of its segments.
type place struct {
	v *conversation
	p *participant
	s *session
	g *segment
}

// holds decides whether a place is wanted.
type holds func(place) bool

// conditions are all filters of a query.
type conditions struct {
	conversation, segment []holds
	none                  bool // evaluations, surveys, resolutions: no conversation here has any
}

func (q *detailsQuery) compile() (conditions, *api.Error) {
	c := conditions{none: len(q.EvaluationFilters)+len(q.SurveyFilters)+len(q.ResolutionFilters) > 0}
	for _, f := range q.ConversationFilters {
		h, err := f.compile("conversationFilters", conversationDimensions())
		if err != nil {
			return c, err
		}
		c.conversation = append(c.conversation, h)
	}
	for _, f := range q.SegmentFilters {
		h, err := f.compile("segmentFilters", segmentDimensions())
		if err != nil {
			return c, err
		}
		c.segment = append(c.segment, h)
	}
	return c, nil
}

// trivial reports whether every conversation passes.
func (c *conditions) trivial() bool { return !c.none && len(c.conversation)+len(c.segment) == 0 }

// hold reports whether a conversation passes every filter of conversations, and every filter of segments in one of
// its segments at least.
func (c *conditions) hold(v *conversation) bool {
	if c.none {
		return false
	}
	for _, h := range c.conversation {
		if !h(place{v: v}) {
			return false
		}
	}
	for _, h := range c.segment {
		if !v.anySegment(h) {
			return false
		}
	}
	return true
}

func (v *conversation) anySegment(h holds) bool {
	for i := range v.Participants {
		p := &v.Participants[i]
		for j := range p.Sessions {
			s := &p.Sessions[j]
			for k := range s.Segments {
				if h(place{v, p, s, &s.Segments[k]}) {
					return true
				}
			}
		}
	}
	return false
}

func (f *detailFilter) compile(field string, dimensions []string) (holds, *api.Error) {
	if len(f.Predicates)+len(f.Clauses) == 0 {
		return nil, api.Constraint(field, "a filter needs predicates or clauses")
	}
	all, err := compileAll(f.Predicates, field, dimensions)
	if err != nil {
		return nil, err
	}
	for _, c := range f.Clauses {
		inner, err := compileAll(c.Predicates, field+".clauses", dimensions)
		if err != nil {
			return nil, err
		}
		h, err := join(c.Type, field+".clauses.type", inner)
		if err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	return join(f.Type, field+".type", all)
}

func compileAll(predicates []detailPredicate, field string, dimensions []string) ([]holds, *api.Error) {
	var all []holds
	for _, p := range predicates {
		h, err := p.compile(field+".predicates", dimensions)
		if err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	return all, nil
}

func join(kind, field string, all []holds) (holds, *api.Error) {
	switch {
	case kind != "and" && kind != "or":
		return nil, api.InvalidValue(kind, field, "[and, or]")
	case len(all) == 0:
		return nil, api.Constraint(field, "a clause needs predicates")
	case kind == "and":
		return func(at place) bool { return !slices.ContainsFunc(all, func(h holds) bool { return !h(at) }) }, nil
	default:
		return func(at place) bool { return slices.ContainsFunc(all, func(h holds) bool { return h(at) }) }, nil
	}
}

func (p *detailPredicate) compile(field string, dimensions []string) (holds, *api.Error) {
	if err := p.check(field, dimensions); err != nil {
		return nil, err
	}
	value := func(at place) (string, bool) { return at.value(p.Dimension) }
	switch {
	case p.Metric != "":
		return p.measure(), nil
	case p.Property != "":
		return func(place) bool { return false }, nil // no segment here has properties
	case p.Operator == "exists":
		return func(at place) bool { _, ok := value(at); return ok }, nil
	case p.Operator == "notExists":
		return func(at place) bool { _, ok := value(at); return !ok }, nil
	case p.Value == nil:
		return func(place) bool { return false }, nil // a range of something that is no number
	default:
		return func(at place) bool { got, ok := value(at); return ok && got == *p.Value }, nil
	}
}

func (p *detailPredicate) check(field string, dimensions []string) *api.Error {
	named := 0
	for _, name := range []string{p.Dimension, p.Metric, p.Property} {
		if name != "" {
			named++
		}
	}
	switch {
	case named != 1:
		return api.Constraint(field, "a predicate names a dimension, a metric or a property")
	case p.Dimension != "" && !slices.Contains(dimensions, p.Dimension):
		return api.InvalidValue(p.Dimension, field+".dimension", list(dimensions))
	case p.Metric != "" && !slices.Contains(durations(), p.Metric):
		return api.InvalidValue(p.Metric, field+".metric", list(durations()))
	case !slices.Contains([]string{"", "dimension", "property", "metric"}, p.Type):
		return api.InvalidValue(p.Type, field+".type", "[dimension, property, metric]")
	case !slices.Contains([]string{"", "matches", "exists", "notExists"}, p.Operator):
		return api.InvalidValue(p.Operator, field+".operator", "[matches, exists, notExists]")
	case p.Operator != "exists" && p.Operator != "notExists" && (p.Value == nil) == (p.Range == nil):
		return api.Constraint(field+".value", "the operator matches takes either a value or a range")
	}
	return nil
}

func durations() []string { return []string{"tConversationDuration", "tSegmentDuration"} }

// measure tests how long a conversation or a segment lasted; what still lasts has no duration.
func (p *detailPredicate) measure() holds {
	return func(at place) bool {
		from, to, over := at.v.start, at.v.end, at.v.ConversationEnd != ""
		if p.Metric == "tSegmentDuration" {
			if at.g == nil {
				return false
			}
			from, to, over = at.g.from, at.g.to, at.g.SegmentEnd != ""
		}
		if p.Operator == "exists" || p.Operator == "notExists" {
			return over == (p.Operator == "exists")
		}
		return over && p.Range != nil && p.Range.holds(float64(to-from))
	}
}

func (r *ranged) holds(x float64) bool {
	return (r.GT == nil || x > *r.GT) && (r.GTE == nil || x >= *r.GTE) && (r.LT == nil || x < *r.LT) && (r.LTE == nil || x <= *r.LTE)
}

// The dimensions are those of the aggregates, and what conversations and segments have besides. No public source has
// the platform's lists.
func conversationDimensions() []string {
	return append(FilterDimensions(), strings.Fields("conversationStart conversationEnd customerParticipation externalTag mediaStatsMinConversationMos mediaStatsMinConversationRFactor")...)
}

func segmentDimensions() []string {
	return append(conversationDimensions(), strings.Fields("segmentType segmentStart segmentEnd wrapUpNote wrapUpTag conference participantId audioMuted videoMuted subject")...)
}

// value is what a place has for a dimension.
func (at place) value(dimension string) (string, bool) {
	var text string
	has := true
	switch dimension {
	case "conversationId":
		text = at.v.ConversationID
	case "conversationStart":
		text = at.v.ConversationStart
	case "conversationEnd":
		text = at.v.ConversationEnd
	case "originatingDirection", "direction":
		text = at.v.OriginatingDirection
	case "divisionId":
		text = at.v.DivisionIDs[0]
	default:
		text, has = at.inner(dimension)
	}
	return text, has && text != ""
}

// inner is what a segment has, or its session and participant.
func (at place) inner(dimension string) (string, bool) {
	if at.g == nil {
		return "", false
	}
	text, has := map[string]string{
		"purpose": at.p.Purpose, "userId": at.p.UserID, "participantId": at.p.ParticipantID, "mediaType": at.s.MediaType,
		"sessionId": at.s.SessionID, "segmentType": at.g.SegmentType, "segmentStart": at.g.SegmentStart, "segmentEnd": at.g.SegmentEnd,
		"queueId": at.g.QueueID, "wrapUpCode": at.g.WrapUpCode, "disconnectType": at.g.DisconnectType, "conference": "false",
	}[dimension]
	return text, has
}
