package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wrapcast/wrapcast"
)

// Need says of what an operation is. Every handler is made with one, so that none can forget it.
type Need string

// The needs. Whose numbers a request means, whether they are there and whether whoever asks may see them is decided
// before any handler.
const (
	// Stored: one organisation of the store.
	Stored Need = "stored"
	// Connected: the organisation the server works for; another is refused, and nothing is asked of the platform.
	Connected Need = "connected"
	// Chained: one organisation of the store, or the installation, whose chain is kept like theirs.
	Chained Need = "chained"
	// Installed: the installation, and no organisation.
	Installed Need = "installation"
)

// Scope is what a request is for. Handlers are given it, and read no parameter about it themselves.
type Scope struct {
	// Organisation is "" where an operation is about none.
	Organisation wrapcast.OrganisationID
	// BusinessUnit is the one in whose days numbers are, as the request names it; "" where it names none.
	BusinessUnit string
}

// Units are those that a body names, or else the one that the request is for.
func (s Scope) Units(named []string) []string {
	if len(named) == 0 && s.BusinessUnit != "" {
		return []string{s.BusinessUnit}
	}
	return named
}

// Asked is what an operation needs, and what its request names.
type Asked struct {
	Need Need
	// Role is the least that who asks must have there.
	Role wrapcast.Role
	// Organisation and BusinessUnit are as the request names them; "" where it names none.
	Organisation, BusinessUnit string
}

// Decide finds what a request is for, and refuses whoever may not ask for it there.
type Decide func(context.Context, Asked) (Scope, error)

// The parameters that say what a request is for.
const (
	organisationParam = "organisation"
	unitParam         = "business_unit"
	maxNamed          = 200
)

type scopeKey struct{}

// decided is what was decided before the handler, and of what.
type decided struct {
	Scope
	asked Asked
}

// scopeOf is what was decided before the handler.
func scopeOf(ctx context.Context) decided {
	s, _ := ctx.Value(scopeKey{}).(decided)
	return s
}

// Scope decides what a request of an operation is for, as is done before its handler.
func (a *API) Scope(ctx context.Context, o Operation, query url.Values) (Scope, error) {
	return a.decide(ctx, o.asked(query.Get))
}

// Location is where something of the scope's organisation is, for a header: as complete as a store of several needs it.
func (s Scope) Location(path string) string {
	return Prefix + path + "?" + organisationParam + "=" + url.QueryEscape(string(s.Organisation))
}

// asked is what an operation needs, and what a query names.
func (o Operation) asked(query func(string) string) Asked {
	return Asked{Need: o.Handler.need, Role: o.Role, Organisation: query(organisationParam),
		BusinessUnit: query(unitParam)}
}

// parameters are those of the document that say what a request of an operation is for.
func (n Need) parameters() []*huma.Param {
	if n == Installed {
		return nil
	}
	length := maxNamed
	named := func(name, doc string) *huma.Param {
		s := &huma.Schema{Type: huma.TypeString, MaxLength: &length, Description: doc}
		s.PrecomputeMessages()
		return &huma.Param{Name: name, In: "query", Description: doc, Schema: s}
	}
	return []*huma.Param{
		named(organisationParam, "The organisation, by id or name; may be left out where only one is to be seen"+
			n.leftOut()),
		named(unitParam, "The business unit in whose days and planning groups numbers are, by id or name; "+
			"left out: the first of the settings. Lists of what units make have that of all where it is left out"),
	}
}

func (n Need) leftOut() string {
	if n == Connected {
		return ", and means the one the server works for"
	}
	return ""
}

// describe says in the document what an operation is of.
func (n Need) describe() string {
	switch n {
	case Connected:
		return " Only for the organisation the server works for: 409 for any other."
	case Chained:
		return " The organisation " + string(wrapcast.Installation) + " is the installation itself; it needs the role " +
			string(wrapcast.RoleAdmin) + " in all organisations."
	case Stored, Installed:
	}
	return ""
}

// scoped decides what a request is for before its handler, and refuses parameters that no operation of the kind has.
func (a *API) scoped(o Operation) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		asked := o.asked(ctx.Query)
		at, err := a.decide(ctx.Context(), asked)
		if wrong := unknownParameters(ctx); wrong != nil && !turnedAway(err) {
			err = wrong
		}
		if err != nil {
			a.refuseEarly(ctx, err)
			return
		}
		next(huma.WithValue(ctx, scopeKey{}, decided{at, asked}))
	}
}

// turnedAway reports whether somebody may not ask at all; they are told nothing of what is wrong with the request.
func turnedAway(err error) bool {
	p, ok := errors.AsType[*Problem](err)
	return ok && (p.Status == http.StatusUnauthorized || p.Status == http.StatusForbidden)
}

// unknownParameters refuses what the document of an operation does not have, and an organisation that is named twice or
// at great length.
func unknownParameters(ctx huma.Context) error {
	u := ctx.URL()
	query := u.Query()
	var wrong []problemPlace
	for name, values := range query {
		known := slices.ContainsFunc(ctx.Operation().Parameters, func(p *huma.Param) bool {
			return p.In == "query" && p.Name == name
		})
		switch {
		case !known:
			wrong = append(wrong, problemPlace{Message: "unknown query parameter", Location: "query." + name})
		case name != organisationParam && name != unitParam:
		case len(values) > 1:
			wrong = append(wrong, problemPlace{Message: "expected one value", Location: "query." + name})
		case len(values[0]) > maxNamed:
			wrong = append(wrong, problemPlace{Message: "expected length <= 200", Location: "query." + name})
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.SortFunc(wrong, func(x, y problemPlace) int { return strings.Compare(x.Location, y.Location) })
	p := NewProblem(http.StatusUnprocessableEntity, "validation failed")
	p.Errors = wrong
	return p
}

// refuseEarly answers with a problem before an operation begins.
func (a *API) refuseEarly(ctx huma.Context, err error) {
	a.faults.note(ctx.Context(), err)
	writeProblemTo(ctx, err)
}
