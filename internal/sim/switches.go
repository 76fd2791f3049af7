package sim

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/access"
	"github.com/wrapcast/wrapcast/internal/sim/internal/analytics"
	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
	"github.com/wrapcast/wrapcast/internal/sim/internal/wfm"
)

// Switches are the points of the platform's behaviour that no public source settles. The zero value of each is what the
// simulator takes to be likeliest.
type Switches struct {
	// WrongSecretStatus is 400 or 401; 0 means 400.
	WrongSecretStatus int
	// EmptyResultsList answers an aggregates query that finds nothing with {"results":[]} instead of {}.
	EmptyResultsList bool
	// UncodedMetrics are the agent's metrics that carry no wrapUpCode; nil means nConnected, nTransferred,
	// nBlindTransferred and those of dialling, which happen before the leg's code exists. Add tTalk for a platform that is
	// stricter still.
	UncodedMetrics []string
	// MaxDays, MaxBuckets and MaxRows bound an aggregates query: days of its interval, buckets, and rows
	// (groups times buckets that are not empty) of its answer. 0 means 31, 100,000 and 100,000; below 0 none.
	MaxDays, MaxBuckets, MaxRows int
	// MaxQuarterHours is the longest interval of a query for quarter-hours, or anything finer than half an hour; 0
	// means MaxDays like any other, below 0 none is answered at all.
	MaxQuarterHours time.Duration
	// CeilingCode is the code of the refusal, "" means CeilingCodes()[0]; CeilingStatus is 400, 413 or 504, 0 means
	// what belongs to the code.
	CeilingCode   string
	CeilingStatus int
	// CeilingBody is what such a refusal looks like; "" means PlatformBody.
	CeilingBody BodyOf
	// RetentionDays is how many days back the analytics remember: a query that begins before is refused as
	// bad.request. 0 means that they remember everything.
	RetentionDays int
	// MaxPageSize is the largest page of a list; ClampPageSize takes a larger one as the largest instead of refusing it.
	// 0 means both: pages of up to 500, and larger ones cut to that.
	MaxPageSize   int
	ClampPageSize bool
	// AnalyticsDivisions and QueueDivisions say in which divisions the client's role is granted, for the analytics and
	// for the lists of queues; "" is everywhere, unless the kind of organisation says otherwise.
	AnalyticsDivisions, QueueDivisions Grant
	// CallbackDirection is what the dimension direction says of callbacks, inbound or outbound; "" means inbound.
	// Their originatingDirection is inbound.
	CallbackDirection string
	// SkillsAsList answers the skills of a contact as a list where a query does not flatten them; else the contact is
	// counted once for each of its skills.
	SkillsAsList bool
	// ValuesAsLists answers every value of a group as a list.
	ValuesAsLists bool
	// UnskilledAgents are agents' metrics without language and skills, which only the queue's then have.
	UnskilledAgents bool
	// IntervalOffset is how intervals say that they are in UTC: "Z", which "" means, "+0000" or "+00:00".
	IntervalOffset string
	// NoDivisionViews answers 404 to the lists of codes and queues across divisions.
	NoDivisionViews bool
	// ForbidUnits refuses the list of business units with 403 where no permission shows one; else it is empty.
	ForbidUnits bool
	// ListDefaultCode puts the platform's Default Wrap-up Code into the listings.
	ListDefaultCode bool
	// ImportLength is the length rule of an import's arrays; "" means EightDays.
	ImportLength LengthRule
	// RefuseImportByNotification accepts a bad import and tells of it in an Error notification instead of a 400.
	RefuseImportByNotification bool
	// MaxImportBytes is the largest gzipped upload; 0 means no ceiling but the simulator's own of 64 MiB.
	MaxImportBytes int64
	// ImportSizeStatus is the status of a larger one's refusal, 400 or 413; 0 means 400.
	ImportSizeStatus int
	// ChangeableTimeZone lets Server.ChangeTimeZone move the business unit to another zone.
	ChangeableTimeZone bool
	// ForecastData is how the data of forecasts in place (KindBusyWeek) is answered; "" means GoodData.
	ForecastData DataOf
	// NoRateHeaders leaves the inin-ratelimit-* headers out.
	NoRateHeaders bool
	// HeartbeatEvery is how often a socket shows that it lives, where Options.Heartbeat says nothing.
	HeartbeatEvery time.Duration
	// HeartbeatBody is the JSON of a heartbeat; "" means a channel.metadata message.
	HeartbeatBody string
	// MaxInlineValues is how many numbers the data of a forecast's week may have to be answered inline; more are
	// fetched from a signed address. 0 means 200,000: 130 planning groups.
	MaxInlineValues int
	// OwnPermissions is what a client learns when it asks what it may do; "" means
	// TellPermissions.
	OwnPermissions Telling
}

// BodyOf is what the body of a refusal looks like.
type BodyOf = analytics.BodyOf

// The bodies: the platform's own, one that breaks off, a gateway's page, and none.
const (
	PlatformBody = analytics.PlatformBody
	GarbledBody  = analytics.GarbledBody
	HTMLBody     = analytics.HTMLBody
	EmptyBody    = analytics.EmptyBody
)

// Grant says in which divisions a role is granted.
type Grant = organisation.Grant

// The grants: everywhere, at home but not in the branch, and only where nothing is: every answer of the analytics is
// empty then.
const (
	GrantAll  = organisation.GrantAll
	GrantSome = organisation.GrantSome
	GrantNone = organisation.GrantNone
)

// DataOf is how the platform answers with the data of forecasts in place.
type DataOf = wfm.DataOf

// The ways of answering: as it should be, with arrays that are missing, shorter and empty, with 403 and with 500.
const (
	GoodData      = wfm.GoodData
	OddData       = wfm.OddData
	ForbiddenData = wfm.ForbiddenData
	BrokenData    = wfm.BrokenData
)

// Telling is what an OAuth client learns when it asks what it may do.
type Telling = access.Telling

// The ways of telling: the role with its permissions, the role alone, or a refusal.
const (
	TellPermissions = access.TellPermissions
	TellRoles       = access.TellRoles
	TellNothing     = access.TellNothing
)

// LengthRule says how many values the arrays of an imported forecast must have.
type LengthRule = wfm.LengthRule

// The length rules: eight days of 96 quarter-hours for one week, seven, or as many
// quarter-hours as really pass in eight local days.
const (
	EightDays = wfm.EightDays
	SevenDays = wfm.SevenDays
	Elapsed   = wfm.Elapsed
)

// CeilingCodes lists the codes with which a query that asks for too much may be refused, the default first.
func CeilingCodes() []string { return analytics.CeilingCodes() }

const heartbeat = `{"topicName":"channel.metadata","eventBody":{"message":"WebSocket Heartbeat"}}`

func (s Switches) withDefaults() Switches {
	s.WrongSecretStatus = cmp.Or(s.WrongSecretStatus, 400)
	s.MaxDays, s.MaxBuckets, s.MaxRows = cmp.Or(s.MaxDays, 31), cmp.Or(s.MaxBuckets, 100_000), cmp.Or(s.MaxRows,
		100_000)
	s.CeilingCode = cmp.Or(s.CeilingCode, CeilingCodes()[0])
	if s.MaxPageSize == 0 {
		s.MaxPageSize, s.ClampPageSize = 500, true
	}
	s.ImportLength = cmp.Or(s.ImportLength, EightDays)
	s.HeartbeatBody = cmp.Or(s.HeartbeatBody, heartbeat)
	s.AnalyticsDivisions = cmp.Or(s.AnalyticsDivisions, GrantAll)
	s.QueueDivisions = cmp.Or(s.QueueDivisions, GrantAll)
	s.CeilingBody = cmp.Or(s.CeilingBody, PlatformBody)
	s.ForecastData = cmp.Or(s.ForecastData, GoodData)
	s.CallbackDirection = cmp.Or(s.CallbackDirection, "inbound")
	s.MaxInlineValues = cmp.Or(s.MaxInlineValues, 200_000)
	s.OwnPermissions = cmp.Or(s.OwnPermissions, TellPermissions)
	if s.UncodedMetrics == nil {
		s.UncodedMetrics = strings.Fields(`nConnected nTransferred nBlindTransferred nOutbound nOutboundAttempted
			nOutboundConnected tDialing`)
	}
	return s
}

func (s Switches) check() error {
	grants := []Grant{GrantAll, GrantSome, GrantNone}
	err := cmp.Or(
		oneOf("the status of a wrong secret", s.WrongSecretStatus, 400, 401),
		oneOf("what a client learns of its permissions", s.OwnPermissions, TellPermissions, TellRoles, TellNothing),
		oneOf("the code of a ceiling", s.CeilingCode, CeilingCodes()...),
		oneOf("the status of a ceiling", s.CeilingStatus, 0, 400, 413, 504),
		oneOf("the body of a ceiling", s.CeilingBody, PlatformBody, GarbledBody, HTMLBody, EmptyBody),
		oneOf("where the analytics are granted", s.AnalyticsDivisions, grants...),
		oneOf("where queues are granted", s.QueueDivisions, grants...),
		oneOf("the direction of callbacks", s.CallbackDirection, "inbound", "outbound"),
		oneOf("the offset of intervals", s.IntervalOffset, "", "Z", "+0000", "+00:00"),
		oneOf("the length of an import", s.ImportLength, EightDays, SevenDays, Elapsed),
		oneOf("the status of an upload that is too large", s.ImportSizeStatus, 0, 400, 413),
		oneOf("the data of forecasts in place", s.ForecastData, GoodData, OddData, ForbiddenData, BrokenData),
		atLeast("the days that the analytics remember", s.RetentionDays, 0),
		atLeast("the largest page", s.MaxPageSize, 1),
		atLeast("the largest upload", s.MaxImportBytes, 0),
		atLeast("the time between heartbeats", s.HeartbeatEvery, 0))
	for _, name := range s.UncodedMetrics {
		if !slices.Contains(analytics.Metrics(), name) {
			return wrapcast.Errorf(wrapcast.Usage, "sim.New", "there is no metric %q", name)
		}
	}
	return err
}

// oneOf refuses any value but those allowed.
func oneOf[T comparable](what string, value T, allowed ...T) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return wrapcast.Errorf(wrapcast.Usage, "sim.New", "%s cannot be %v", what, value).WithHint("it is one of %v", allowed)
}

func atLeast[T cmp.Ordered](what string, value, least T) error {
	if value >= least {
		return nil
	}
	return wrapcast.Errorf(wrapcast.Usage, "sim.New", "%s cannot be %v", what, value)
}

func (s Switches) ceilings() analytics.Ceilings {
	return analytics.Ceilings{Days: max(s.MaxDays, 0), Quarters: s.MaxQuarterHours, Buckets: max(s.MaxBuckets, 0),
		Rows: max(s.MaxRows, 0), Code: s.CeilingCode, Status: s.CeilingStatus, Body: s.CeilingBody,
		Retention: s.RetentionDays}
}

func (s Switches) pages() api.PageRule {
	return api.PageRule{Maximum: s.MaxPageSize, Clamp: s.ClampPageSize}
}

func (s Switches) wfm() wfm.Switches {
	return wfm.Switches{Length: s.ImportLength, RefuseByNotification: s.RefuseImportByNotification,
		MaxBytes: s.MaxImportBytes, SizeStatus: s.ImportSizeStatus,
		MaxInline: s.MaxInlineValues, ForbidUnits: s.ForbidUnits, Data: s.ForecastData}
}
