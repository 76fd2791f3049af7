package sim

import (
	"cmp"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/access"
	"github.com/wrapcast/wrapcast/internal/sim/internal/demand"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// Options say what organisation to simulate and how it behaves. Only Clock must be set.
type Options struct {
	// Clock tells what "up to now" means, when tokens expire and how long an import takes. A replayed log
	// wants a clock that began at Log.Noon.
	Clock wrapcast.Clock
	// Seed decides everything that is drawn: contacts, ids, faults. 0 is a seed like any other.
	Seed uint64
	// Name is the organisation's; "" says what it is.
	Name string
	// Log is replayed instead of the built-in demand; nil means the built-in demand.
	Log *Log

	// History is how far back the built-in demand begins, in days before the local day of Clock.Now; 0 means two
	// years (731 days). A replay begins where its log does.
	History int
	// Size invents an organisation of this size instead of the built-in one measured on a city; the zero value does
	// not. SizeM and SizeL are two to choose; Queues and Codes below do not concern it.
	Size Size
	// Queues and Codes keep the largest queues of the built-in demand and, among these, the largest wrap-up codes;
	// 0 keeps all (17 and 158). Small is a choice for tests.
	Queues, Codes int
	// Volume multiplies the built-in demand; 0 means 1, which is about 120,000 contacts a year with all queues.
	Volume float64
	// Remembered is how many contacts, of 40 bytes, the simulator keeps in memory of those it was asked for last; 0
	// means 1.2 million, below 0 none.
	Remembered int
	// Disturbances is what happens to contacts and codes of the built-in demand, measured or invented, beyond what was
	// measured: transfers, late codes, codes that begin, end and merge, an outage, closed nights, a shift of the mix.
	// The zero value is none of it, FullDisturbances all but the shift. A replay has none.
	Disturbances Disturbances
	// Kinds says in what it differs from a plain organisation; nil means in nothing.
	Kinds []Kind
	// Units are the business units, each with some of the queues; nil is one with all of them in the organisation's
	// own time zone, empty is none.
	Units []Unit
	// HiddenCodes is how many codes of the built-in demand lie in a division the client's role does not cover: the
	// analytics show their ids, no listing their names.
	HiddenCodes int

	// ClientID and ClientSecret are the OAuth client's; "" makes them up from the seed.
	ClientID, ClientSecret string
	// Permissions are what the client's role grants; nil means Needed, exactly those wrapcast needs.
	Permissions []string
	// MoreClients are further OAuth clients of the organisation; Permit and Permissions do not concern them.
	MoreClients []Client
	// TokenLife is how long a token works; 0 means the platform's 24 hours.
	TokenLife time.Duration
	// RequestsPerMinute is the rate limit per token; 0 means the platform's 300.
	RequestsPerMinute int
	// ImportDelay is how long an import takes, and everything else that the platform answers later: forecasts generated
	// and copied, forecasts of the rest target. 0 means two seconds, below 0 not at all.
	ImportDelay time.Duration
	// Faults orders faults; nil means none. See Faults for how.
	Faults Faults
	// Algorithms are the names the rest target knows; nil means those wrapcast's engine had when
	// this was written.
	Algorithms []string
	// Heartbeat is how often a WebSocket shows that it lives; 0 means 30 seconds. SocketLife is how long one stays
	// open; 0 means 24 hours. Both pass in real time.
	Heartbeat, SocketLife time.Duration
	// Switches decide what nobody could verify on the live platform.
	Switches Switches
}

// Small makes the organisation small and short, for tests: three queues, six codes and 60 days.
func (o Options) Small() Options {
	o.Queues, o.Codes, o.History = 3, 6, 60
	return o
}

// Size says how large an invented organisation is: how many agents, queues, codes and leaves it has, and how
// many contacts it handles on an average day.
type Size = demand.Size

// Disturbances is what happens to contacts and codes in real organisations beyond what was measured. All of it is
// synthetic.
type Disturbances = demand.Disturbances

// Shift is a change of the mix of reasons, from short to long ones, that leaves the volumes of queues as they are.
type Shift = demand.Shift

// FullDisturbances is an ordinary organisation's: one call and chat in twenty is handed on, one code in sixteen shows
// some time after its contact and one in a hundred is corrected, a code begins, one ends, two merge (one is deleted and
// one renamed anyway), one morning everything stands still, and small queues close at night.
func FullDisturbances() Disturbances { return demand.Full() }

// SizeM is a team of 1,000 agents with 150 queues, 80 codes, 2,500 leaves and 40,000 contacts handled a day.
func SizeM() Size { return Size{Agents: 1000, Queues: 150, Codes: 80, Leaves: 2500, Handled: 40_000} }

// SizeL is a business unit of 5,000 agents with 600 queues, 200 codes, 10,000 leaves and 200,000 contacts handled a
// day.
func SizeL() Size {
	return Size{Agents: 5000, Queues: 600, Codes: 200, Leaves: 10_000, Handled: 200_000}
}

// Needed lists the permissions wrapcast needs, and no others.
func Needed() []string {
	return []string{
		"analytics:conversationAggregate:view",
		"routing:queue:view", "routing:wrapupCode:search", "routing:wrapupCode:view",
		"wfm:businessUnit:view", "wfm:planningGroup:view",
		"wfm:shortTermForecast:add", "wfm:shortTermForecast:view", "wfm:staffingRequirement:view",
	}
}

// withDefaults fills in what zero means.
func (o Options) withDefaults() Options {
	o = o.ofTheirKinds()
	o.History = cmp.Or(o.History, 731)
	o.Remembered = max(cmp.Or(o.Remembered, 1_200_000), 0)
	o.ClientID = cmp.Or(o.ClientID, organisation.UUID(o.Seed, "client", "wrapcast"))
	o.ClientSecret = cmp.Or(o.ClientSecret, organisation.Letters(o.Seed, "secret", "wrapcast", 43))
	o.TokenLife = cmp.Or(o.TokenLife, 24*time.Hour)
	o.RequestsPerMinute = cmp.Or(o.RequestsPerMinute, 300)
	o.ImportDelay = max(cmp.Or(o.ImportDelay, 2*time.Second), 0)
	o.Heartbeat = cmp.Or(o.Heartbeat, o.Switches.HeartbeatEvery, 30*time.Second)
	o.SocketLife = cmp.Or(o.SocketLife, 24*time.Hour)
	if o.Permissions == nil {
		o.Permissions = Needed()
	}
	if o.Algorithms == nil {
		o.Algorithms = strings.Fields("auto mean naive drift seasonalNaive weekdayAverage exponentialSmoothing")
	}
	o.Switches = o.Switches.withDefaults()
	return o
}

// check refuses options that make no sense.
func (o Options) check() error {
	usage := func(format string, args ...any) error {
		return wrapcast.Errorf(wrapcast.Usage, "sim.New", format, args...)
	}
	switch {
	case o.Clock.Now == nil || o.Clock.Sleep == nil:
		return usage("the simulator needs a clock")
	case o.History < 0 || o.Queues < 0 || o.Codes < 0 || o.HiddenCodes < 0:
		return usage("history, queues and codes cannot be negative")
	case o.Volume < 0 || o.Volume > 1000:
		return usage("the volume %v lies outside 0 to 1000", o.Volume)
	case o.RequestsPerMinute < 0:
		return usage("the rate limit %d is negative", o.RequestsPerMinute)
	case o.TokenLife < 0 || o.Heartbeat < 0 || o.SocketLife < 0:
		return usage("the life of tokens and sockets cannot be negative")
	}
	if o.Size != (Size{}) {
		if err := o.Size.Check(); err != nil {
			return usage("no organisation has this size: %w", err)
		}
	}
	if err := o.Disturbances.Check(); err != nil {
		return usage("no organisation is like this: %w", err)
	}
	if err := o.checkKinds(); err != nil {
		return err
	}
	if err := o.Switches.check(); err != nil {
		return err
	}
	_, err := o.Faults.orders()
	return err
}

// Client is an OAuth client of the client-credentials kind with what its role grants.
type Client = access.Client

func (o Options) clients() []Client {
	return append([]Client{{ID: o.ClientID, Secret: o.ClientSecret, Permissions: o.Permissions}}, o.MoreClients...)
}
