package sim

import (
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
