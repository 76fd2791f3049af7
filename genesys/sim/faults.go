package sim

import (
	"net/http"

	"github.com/wrapcast/wrapcast/genesys/sim/internal/api"
	"github.com/wrapcast/wrapcast/genesys/sim/internal/faults"
)

// Faults says which share of the requests, 0 to 1, fails in which way: "429", "500",
// "503" and "504" are answers, "drop" breaks the connection, before or after the work was done. After it only
// where a second request changes nothing. The acceptance of an import is spared.
type Faults map[string]float64

// ParseFaults reads "429=0.1,503=0.05,drop=0.02"; "" is no faults. Unknown names,
// shares outside 0 to 1 and shares that sum to more than 1 are errors of kind Usage.
func ParseFaults(text string) (Faults, error) {
	shares, err := faults.Parse(text)
	if err != nil {
		return nil, err
	}
	f := Faults{}
	for kind, share := range shares {
		f[string(kind)] = share
	}
	return f, nil
}

// String writes faults as ParseFaults reads them.
func (f Faults) String() string { return f.shares().String() }

func (f Faults) shares() faults.Shares {
	s := faults.Shares{}
	for name, share := range f {
		s[faults.Kind(name)] = share
	}
	return s
}

func (f Faults) check() error { return f.shares().Check() }

// faultAnswer is the platform's body of a fault that is an answer.
func faultAnswer(f faults.Kind) *api.Error {
	switch f {
	case faults.TooMany:
		return api.TooManyRequests(1)
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
