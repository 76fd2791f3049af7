package analytics

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
)

// Ceilings bound a query, which no public source says. Zero means no ceiling of that kind.
type Ceilings struct {
	// Days is the longest interval, Buckets the most per query, Rows the most group-buckets in an answer.
	Days, Buckets, Rows int
	// Quarters is the longest interval of a query finer than half an hour, below zero none is answered.
	Quarters time.Duration
	// Code is one of CeilingCodes, Status its status where that is not the usual one.
	Code   string
	Status int
	// Body says what the refusal looks like.
	Body BodyOf
	// Retention is how many days back a query may begin.
	Retention int
}

// CeilingCodes lists the codes of a refusal that the platform's API description makes likely, the likeliest first.
func CeilingCodes() []string {
	return strings.Fields(`response.entity.too.large bad.request constraint.validation invalid.value invalid.date
		request.entity.too.large payload.too.large request.timeout`)
}

// refuse says in one of several ways that a query asks for too much.
func (c *Ceilings) refuse(q *query, message string) *api.Error {
	e := c.refusal(q, message)
	if c.Status != 0 {
		e.Status = c.Status
	}
	switch c.Body {
	case GarbledBody:
		e.Media, e.Body = api.JSON, []byte(`{"message":"`+message[:len(message)/2])
	case HTMLBody:
		e.Media = "text/html; charset=utf-8"
		e.Body = fmt.Appendf(nil, "<html><head><title>%[1]d %[2]s</title></head><body><h1>%[1]d %[2]s</h1></body></html>",
			e.Status, http.StatusText(e.Status))
	case EmptyBody:
		e.Media = "text/plain"
	}
	return e
}

// BodyOf is what the body of a refusal looks like.
type BodyOf string

// The bodies: the platform's own, one that breaks off, a gateway's page, and none.
const (
	PlatformBody BodyOf = "platform"
	GarbledBody  BodyOf = "garbled"
	HTMLBody     BodyOf = "html"
	EmptyBody    BodyOf = "empty"
)

func (c *Ceilings) refusal(q *query, message string) *api.Error {
	switch c.Code {
	case "bad.request":
		return api.BadRequest("%s", message)
	case "constraint.validation":
		return api.Constraint("interval", "%s", message)
	case "invalid.value":
		return api.InvalidValue(q.Interval, "interval", "["+message+"]")
	case "invalid.date":
		return &api.Error{Status: http.StatusBadRequest, Code: c.Code, Message: message,
			Details: []api.Detail{{ErrorCode: c.Code, FieldName: "interval"}}}
	case "request.entity.too.large", "payload.too.large":
		return &api.Error{Status: http.StatusRequestEntityTooLarge, Code: c.Code, Message: message}
	case "request.timeout":
		return &api.Error{Status: http.StatusGatewayTimeout, Code: c.Code, Message: "The request timed out."}
	default:
		return api.TooLarge()
	}
}

// remembers refuses a query that begins before what is kept. What else is wrong with it is said later.
func (c *Ceilings) remembers(q *query, now time.Time) *api.Error {
	zone, refused := q.zone()
	if c.Retention == 0 || refused != nil {
		return refused
	}
	oldest := now.UTC().Truncate(24*time.Hour).AddDate(0, 0, -c.Retention)
	if from, _, ok := parseInterval(q.Interval, zone); !ok || !from.Before(oldest) {
		return nil
	}
	return api.BadRequest("The interval [%s] begins before the retention date %s", q.Interval,
		oldest.Format(time.DateOnly))
}

// fits refuses an interval that is too long, at all or for the granularity.
func (c *Ceilings) fits(q *query, length time.Duration, granularity period) *api.Error {
	const halfHour = 30 * time.Minute
	if c.Days > 0 && length > time.Duration(c.Days)*24*time.Hour+graceOverDays {
		return c.refuse(q, fmt.Sprintf("The interval [%s] is longer than %d days", q.Interval, c.Days))
	}
	if c.Quarters != 0 && granularity.finer(halfHour) && length > c.Quarters {
		return c.refuse(q, fmt.Sprintf("The interval [%s] is too long for a granularity of %s: at most %s",
			q.Interval, q.Granularity, max(c.Quarters, 0)))
	}
	return nil
}
