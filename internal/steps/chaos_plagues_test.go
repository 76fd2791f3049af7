package steps_test

import (
	"fmt"
	"time"

	"github.com/wrapcast/wrapcast"
)

const importCall = "POST /api/v2/workforcemanagement/businessunits/{businessUnitId}/weeks/{weekDateId}/shorttermforecasts/import"

// plagues is the table: everything that may go wrong, and how a run may end then.
func plagues() []plague {
	all := passing()
	all = append(all, lasting()...)
	all = append(all, ofImports()...)
	return append(all, ofTheRESTTarget()...)
}

// impatient is for what may end in doubt.
func impatient(order func(*dice) setting) func(*dice) setting {
	return func(d *dice) setting {
		s := order(d)
		s.impatient = true
		return s
	}
}

// passing are those that a run rides out.
func passing() []plague {
	somewhere := func(fault, parameter string) func(*dice) setting {
		return func(d *dice) setting { return d.somewhere(fault, parameter) }
	}
	order := func(format string, amount func(*dice) int) func(*dice) setting {
		return func(d *dice) setting { return setting{faults: fmt.Sprintf(format, d.place(), amount(d))} }
	}
	few := func(d *dice) int { return d.between(2, 7) }
	return []plague{
		{"a storm of 429 with Retry-After", order("storm#%d=1:%d", few), calmly},
		{"a storm of 429 without Retry-After", order("storm-bare#%d=1:%d", few), calmly},
		{"a burst of 5xx", impatient(order("burst#%d=1:%d", few)), either(calmly, inDoubt)},
		{"a Retry-After of a minute and more", order("429#%d=1:%d", func(d *dice) int { return d.between(60, 150) }), calmly},
		{"connections reset in the middle of the body", somewhere("reset", ""), calmly},
		{"answers that trickle", somewhere("slow", ":200ms"), calmly},
		{"answers that trickle longer than we wait", somewhere("slow", ":"+beyond()), calmly},
		{"answers that come after we gave up", somewhere("late", ":"+beyond()), calmly},
		{"truncated JSON", somewhere("truncate", ""), calmly},
		{"malformed JSON", somewhere("garble", ""), calmly},
		{"a web page in place of JSON", somewhere("html", ""), calmly},
		{"JSON that says it is text", somewhere("mistyped", ""), calmly},
		{"connections that break before", impatient(somewhere("drop-before", "")), either(calmly, inDoubt)},
		{"connections that break after", somewhere("drop-after", ""), calmly},
		{"a platform that is ten minutes ahead", func(*dice) setting { return setting{faults: "skew=1:10m", tokenLife: 11 * time.Minute} }, calmly},
		{"a platform that is ten minutes behind", func(*dice) setting { return setting{faults: "skew=1:-10m"} }, calmly},
		{"a clock of ours that is ten minutes wrong", func(d *dice) setting {
			return setting{clockOff: time.Duration(2*d.IntN(2)-1) * 10 * time.Minute}
		}, calmly},
		{"every token revoked", func(d *dice) setting { return setting{faults: fmt.Sprintf("revoke#%d=1", d.place())} }, calmly},
		{"tokens of a minute", func(*dice) setting { return setting{tokenLife: time.Minute} }, calmly},
		{"a name that is not found for a while", func(d *dice) setting {
			return setting{network: &badNetwork{noName: d.soon(d.between(1, 5))}}
		}, calmly},
		{"latency", func(d *dice) setting { return setting{faults: fmt.Sprintf("latency=0.5:%dms", d.between(1, 40))} }, calmly},
		{"a share of everything", func(d *dice) setting {
			return setting{faults: fmt.Sprintf("429=0.1,429-bare=0.05,500=0.03,502=0.02,503=0.03,504=0.02,drop=0.03,reset=0.01,truncate=0.01,garble=0.01,latency=0.2:%dms", d.between(1, 20))}
		}, calmly},
		{"several things at once", func(d *dice) setting {
			return setting{faults: fmt.Sprintf("storm#%d=1:3,%s#%d=1,%s#%d=1,revoke#%d=1,skew=1:%s", d.place(), d.of("reset", "truncate", "garble", "html"),
				d.place(), d.of("500-after", "503-after", "504-after", "drop-after"), d.place(), d.place(), d.of("10m", "-10m"))}
		}, calmly},
	}
}

// lasting are those that end a run with an error.
func lasting() []plague {
	return []plague{
		{"a storm that outlasts our patience", func(d *dice) setting {
			return setting{faults: fmt.Sprintf("storm%s#%d=1:100000", d.of("", "-bare"), d.between(1, 20))}
		}, downWith("run again")},
		{"a Retry-After longer than we wait", func(d *dice) setting {
			return setting{faults: fmt.Sprintf("429#%d=1:%d", d.between(1, 20), d.between(181, 4000))}
		}, either(calmly, downWith("asks to wait"))}, // what only notifications need can do without
		{"a platform that stays down", func(d *dice) setting {
			return setting{faults: fmt.Sprintf("%s#%d-=1", d.of("500", "502", "503"), d.between(1, 20))}
		}, downWith("problem of its own")},
		{"a proxy that wants a login", func(d *dice) setting { return setting{faults: fmt.Sprintf("html#%d-=1", d.between(1, 20))} },
			downWith("proxy")},
		{"a name that is gone for good", func(d *dice) setting {
			return setting{network: &badNetwork{noName: [2]int64{int64(d.between(1, 20)), forever}, forGood: true}}
		}, downWith("name service")},
		{"somebody else's certificate", func(d *dice) setting {
			return setting{network: &badNetwork{strange: [2]int64{int64(d.between(1, 20)), forever}}}
		}, downWith("certificate")},
		{"a permission withdrawn that history needs", func(d *dice) setting {
			return setting{faults: fmt.Sprintf("withdraw#%d@aggregates/query=1", d.between(1, 5))}
		}, withError(wrapcast.Refused, "analytics:conversationAggregate:view")},
		{"a permission withdrawn that the plan needs", func(*dice) setting { return setting{faults: "withdraw#1@GET /shorttermforecasts=1"} },
			withError(wrapcast.InvalidData, "wfm:shortTermForecast:view")},
		{"a permission withdrawn that uploads need", func(*dice) setting { return setting{faults: "withdraw#1@import/uploadurl=1"} },
			withError(wrapcast.Refused, "wfm:shortTermForecast:add")},
		{"a permission withdrawn that imports need", func(*dice) setting { return setting{faults: "withdraw#1@" + importCall + "=1"} },
			withError(wrapcast.Refused, "wfm:shortTermForecast:add")},
	}
}

// ofImports are about the one request that counts.
func ofImports() []plague {
	exactly := func(faults ...string) func(*dice) setting {
		return func(d *dice) setting { return setting{faults: d.of(faults...)} }
	}
	at := "#1@" + importCall
	return []plague{
		{"an import whose answer is lost", exactly("drop-after"+at, "500-after"+at, "503-after"+at, "504-after"+at, "reset"+at, "truncate"+at, "garble"+at), calmly},
		{"an import answered after we gave up", exactly("late"+at+"=1:"+beyond(), "slow"+at+"=1:"+beyond()), calmly},
		{"an import that never arrived", impatient(exactly("drop-before"+at, "500"+at, "502"+at, "503"+at, "504"+at)), inDoubt},
		{"an import that is turned away at the door", exactly("429"+at, "429-bare"+at, "revoke"+at), calmly},
		{"an import that never finishes", impatient(exactly("import-stuck=1")), inDoubt},
		{"an import that reports a failure", exactly("import-error=1"), withError(wrapcast.Refused, "planning group")},
		{"an import that is slow", exactly("import-slow=1:90s"), calmly},
		{"a notification lost", exactly("notification-lost=1"), calmly},
		{"a notification told twice", exactly("notification-twice=1"), calmly},
		{"a lost answer, and a lost notification", exactly("drop-after"+at+",notification-lost=1", "504-after"+at+",notification-lost=1"), calmly},
		{"a lost answer of an import that fails", impatient(exactly("drop-after" + at + ",import-error=1")), either(inDoubt, withError(wrapcast.Refused, ""))},
		{"an upload that is taken twice", exactly("twice#1@PUT /storage/uploads/{uploadKey}", "twice#1@import/uploadurl"), calmly},
		{"an import that the platform takes twice by itself", exactly("twice" + at), calmly},
		{"no notifications at all", exactly("503@POST /api/v2/notifications/channels=1", "drop@GET /channels/{channelId}=1"), calmly},
	}
}

// ofTheRESTTarget are about the REST target's endpoint.
func ofTheRESTTarget() []plague {
	rest := func(faults ...string) func(*dice) setting {
		return func(d *dice) setting { return setting{faults: d.of(faults...), target: wrapcast.REST} }
	}
	const at = "#1@POST /api/v2/wfm/scheduling/forecasts"
	return []plague{
		{"a rest forecast whose answer is lost", rest("drop-after"+at, "503-after"+at, "late"+at+"=1:"+beyond(), "reset"+at, "garble"+at), calmly},
		{"a rest target that is unwell", rest("503"+at, "429"+at, "drop-before"+at, "502@GET /api/v2/wfm/scheduling/forecasts/{forecastId}=0.3"), calmly},
		{"a rest forecast that never finishes", impatient(rest("import-stuck=1")), inDoubt},
		{"a rest forecast that reports a failure", rest("import-error=1"), withError(wrapcast.Refused, "")},
	}
}
