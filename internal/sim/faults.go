package sim

import (
	"net/http"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/faults"
)

// Faults orders faults: which share, 0 to 1, of the requests that can meet each fault does meet it. The keys are
//
//	name[#first[-last]][@endpoint][:parameter]
//
// so that {"429": 0.1, "latency:200ms": 0.5} is a tenth and a half of all requests,
// {"503@aggregates/query": 0.3} is about the endpoints whose path pattern ends so ("POST " and a space before it
// choose the method too), and {"drop-after#1@shorttermforecasts/import": 1} means exactly the first request to it;
// "#3-5" are the third to the fifth, "#3-" all from the third on. FaultHelp lists the names.
//
// By share alone, the acceptance of imports and of the rest target's forecasts is spared, and faults that lose
// the answer of work that was done meet only requests that change nothing when they are repeated. An order that
// names an endpoint or a place spares nothing. Of the faults of an answer a request meets one at most; latency,
// skew, an import's fate and its notification's are ordered apart and come on top.
type Faults map[string]float64

// ParseFaults reads orders with commas between them, the parameter behind the share:
//
//	429=0.1,latency=0.5:200ms,drop-after#1@shorttermforecasts/import
//
// "" is no faults; a share left out is 1, which only an order with a place may do. What cannot be read, shares outside
// 0 to 1 and shares that sum to more than 1 are errors of kind Usage.
func ParseFaults(text string) (Faults, error) {
	orders, err := faults.Parse(text)
	if err != nil {
		return nil, err
	}
	return orders.Shares(), nil
}

// FaultHelp lists every fault with its parameter and what it does, a line each.
func FaultHelp() string { return faults.Help() }

// String writes faults as ParseFaults reads them; "" where they cannot be read.
func (f Faults) String() string {
	orders, err := f.orders()
	if err != nil {
		return ""
	}
	return orders.String()
}

func (f Faults) orders() (faults.Orders, error) { return faults.FromShares(f) }

// OrderFaults replaces the faults from the next request on; nil is calm. Places are counted from here.
func (s *Server) OrderFaults(f Faults) error {
	orders, err := f.orders()
	if err != nil {
		return err
	}
	s.faultPlan.Order(orders)
	return nil
}

// FaultsMet says how often each order has met a request so far, by its key.
func (s *Server) FaultsMet() map[string]int { return s.faultPlan.Met() }

// refusals are the faults by which nothing is done.
func refusal(v faults.Verdict) *api.Error {
	switch v.Kind {
	case faults.TooMany:
		return api.TooManyRequests(v.Number)
	case faults.TooManyBare:
		return &api.Error{Status: http.StatusTooManyRequests, Code: "too.many.requests",
			Message: "Rate limit exceeded the maximum."}
	case faults.Internal, faults.BadGateway, faults.Unavailable, faults.Timeout:
		return breakdown(v.Kind)
	default:
		return nil
	}
}

// lostWork are the faults by which the work is done and the answer says that it failed.
func lostWork(k faults.Kind) *api.Error {
	switch k {
	case faults.InternalAfter:
		return breakdown(faults.Internal)
	case faults.UnavailableAfter:
		return breakdown(faults.Unavailable)
	case faults.TimeoutAfter:
		return breakdown(faults.Timeout)
	default:
		return nil
	}
}

// breakdown is the platform's body of a 5xx.
func breakdown(k faults.Kind) *api.Error {
	switch k {
	case faults.BadGateway:
		return &api.Error{Status: http.StatusBadGateway, Code: "bad.gateway",
			Message: "The server received an invalid response from an upstream server."}
	case faults.Unavailable:
		return &api.Error{
			Status: http.StatusServiceUnavailable, Code: "service.unavailable",
			Message: "Service Unavailable - The server is currently unavailable (because it is overloaded or down for maintenance).",
		}
	case faults.Timeout:
		return &api.Error{Status: http.StatusGatewayTimeout, Code: "request.timeout", Message: "The request timed out."}
	default:
		return &api.Error{
			Status: http.StatusInternalServerError, Code: "internal.server.error",
			Message: "The server encountered an unexpected condition which prevented it from fulfilling the request.",
		}
	}
}

// slowDown is how the storage, which is not the API, says that it is overloaded.
func slowDown() api.Answer {
	return api.Answer{
		Status: http.StatusServiceUnavailable, Header: http.Header{"Content-Type": {"application/xml"}},
		Raw: []byte("<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"),
	}
}

// fate translates what happens to an import.
func fate(v faults.Verdict) api.Fate {
	f := api.Fate{Stuck: v.Fate == faults.ImportStuck, Fails: v.Fate == faults.ImportError, Extra: v.FateDelay}
	switch v.Notice {
	case faults.NotificationLost:
		f.Tell = -1
	case faults.NotificationTwice:
		f.Tell = 2
	}
	return f
}
