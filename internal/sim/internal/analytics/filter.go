package analytics

import (
	"slices"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
)

// filter is ConversationAggregateQueryFilter: two levels at most, by its form.
type filter struct {
	Type       string      `json:"type"`
	Predicates []predicate `json:"predicates"`
	Clauses    []clause    `json:"clauses"`
}

type clause struct {
	Type       string      `json:"type"`
	Predicates []predicate `json:"predicates"`
}

type predicate struct {
	Type      string  `json:"type"`
	Dimension string  `json:"dimension"`
	Operator  string  `json:"operator"`
	Value     *string `json:"value"`
	Range     *ranged `json:"range"`
}

type ranged struct {
	GT  *float64 `json:"gt"`
	GTE *float64 `json:"gte"`
	LT  *float64 `json:"lt"`
	LTE *float64 `json:"lte"`
}

// test decides whether a record is wanted.
type test func(*record) bool

// compile turns the filter into a test; no filter wants everything.
func (f *filter) compile(b *directory) (test, *api.Error) {
	if f == nil {
		return func(*record) bool { return true }, nil
	}
	if len(f.Predicates)+len(f.Clauses) == 0 {
		return nil, api.Constraint("filter", "a filter needs predicates or clauses")
	}
	var tests []test
	for _, p := range f.Predicates {
		t, err := p.compile(b)
		if err != nil {
			return nil, err
		}
		tests = append(tests, t)
	}
	for _, c := range f.Clauses {
		t, err := c.compile(b)
		if err != nil {
			return nil, err
		}
		tests = append(tests, t)
	}
	if t, ok := set(f.Predicates, b); ok && f.Type == "or" && len(f.Clauses) == 0 {
		return t, nil
	}
	return combine(f.Type, "filter.type", tests)
}

func (c *clause) compile(b *directory) (test, *api.Error) {
	if len(c.Predicates) == 0 {
		return nil, api.Constraint("filter.clauses.predicates", "a clause needs predicates")
	}
	var tests []test
	for _, p := range c.Predicates {
		t, err := p.compile(b)
		if err != nil {
			return nil, err
		}
		tests = append(tests, t)
	}
	if t, ok := set(c.Predicates, b); ok && c.Type == "or" {
		return t, nil
	}
	return combine(c.Type, "filter.clauses.type", tests)
}

// set tests many values of one dimension in one step: what an or of matches on queues or codes, the usual form, means.
func set(predicates []predicate, b *directory) (t test, ok bool) {
	if len(predicates) < 2 {
		return nil, false
	}
	dimension := predicates[0].Dimension
	queues, codes := make([]bool, len(b.organisation.Queues)), make([]bool, len(b.organisation.Codes))
	for i := range predicates {
		p := &predicates[i]
		if p.Dimension != dimension || p.Value == nil || p.Operator != "" && p.Operator != "matches" {
			return nil, false
		}
		if at, known := b.queues[*p.Value]; known {
			queues[at] = true
		}
		if at, known := b.codes[*p.Value]; known {
			codes[at] = true
		}
	}
	switch dimension {
	case "queueId":
		return func(r *record) bool { return r.queue != absent && queues[r.queue] }, true
	case "wrapUpCode":
		return func(r *record) bool { return r.code != absent && codes[r.code] }, true
	default:
		return nil, false
	}
}

func combine(kind, field string, tests []test) (test, *api.Error) {
	switch kind {
	case "and":
		if len(tests) == 1 {
			return tests[0], nil
		}
		return func(r *record) bool { return !slices.ContainsFunc(tests, func(t test) bool { return !t(r) }) }, nil
	case "or":
		return func(r *record) bool { return slices.ContainsFunc(tests, func(t test) bool { return t(r) }) }, nil
	case "":
		return nil, api.Constraint(field, "%s is required", field)
	default:
		return nil, api.InvalidValue(kind, field, "[and, or]")
	}
}

func (p *predicate) compile(b *directory) (test, *api.Error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	switch p.Operator {
	case "exists":
		return func(r *record) bool { return b.has(r, p.Dimension) }, nil
	case "notExists":
		return func(r *record) bool { return !b.has(r, p.Dimension) }, nil
	}
	if p.Range != nil {
		return func(*record) bool { return false }, nil // no dimension of the simulator's contacts is a number
	}
	return b.matches(p.Dimension, *p.Value), nil
}

func (p *predicate) check() *api.Error {
	const field = "filter.predicates."
	switch {
	case p.Dimension == "":
		return api.Constraint(field+"dimension", "a predicate needs a dimension")
	case !slices.Contains(FilterDimensions(), p.Dimension):
		return api.InvalidValue(p.Dimension, field+"dimension", list(FilterDimensions()))
	case !slices.Contains([]string{"", "dimension", "property", "metric"}, p.Type):
		return api.InvalidValue(p.Type, field+"type", "[dimension, property, metric]")
	case p.Type == "property" || p.Type == "metric":
		return api.Constraint(field+"type", "[%s] is a dimension, not a %s", p.Dimension, p.Type)
	case !slices.Contains([]string{"", "matches", "exists", "notExists"}, p.Operator):
		return api.InvalidValue(p.Operator, field+"operator", "[matches, exists, notExists]")
	case p.Operator == "exists" || p.Operator == "notExists":
		if p.Value != nil || p.Range != nil {
			return api.Constraint(field+"value", "the operator %s takes no value", p.Operator)
		}
	case (p.Value == nil) == (p.Range == nil):
		return api.Constraint(field+"value", "the operator matches takes either a value or a range")
	}
	return nil
}
