package genesys

import (
	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// Endpoint is one thing that wrapcast may ask of a host.
type Endpoint = transport.Endpoint

// Host says which host an endpoint lies on.
type Host = transport.Host

// Endpoints returns the closed list of everything wrapcast ever calls: for doctor, for the documentation and for
// whoever has to allow it.
func Endpoints() []Endpoint { return transport.Endpoints() }

// Network says how hosts are reached from inside a company: a proxy, certificate authorities.
type Network = transport.Network

// CheckProxy refuses what is no address of a proxy; its error does not repeat the address, which may hold a password.
func CheckProxy(address string) error { return transport.CheckProxy(address) }

// Budget is one organisation's share of the platform's request limit. Clients of the same organisation should share
// one, since the platform's limits do.
type Budget = transport.Budget

// Ledger keeps a budget where several processes can draw on it.
type Ledger = transport.Ledger

// NewSharedBudget returns a budget that all processes draw on which share a ledger.
func NewSharedBudget(l wrapcast.BudgetLimits, ledger Ledger) *Budget {
	return transport.NewSharedBudget(l, ledger)
}

// statusOf returns the HTTP status of the answer that err is about, 0 where there was none.
func statusOf(err error) int { return transport.StatusOf(err) }
