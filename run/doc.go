// Package run forecasts contacts by wrap-up code and brings the result to whoever plans staff: the whole of wrapcast in
// one type, for programs that embed it.
//
// A [WrapUpForecaster] works for one organisation, on one data directory. [WrapUpForecaster.Run] does a pass over the
// six steps (extract, validate, forecast, plan, submit, notify); a pass that was interrupted is taken up where it
// stood. [WrapUpForecaster.Plan] makes plans to be looked at, [WrapUpForecaster.Submit] submits them,
// [WrapUpForecaster.Every] runs on a schedule. Results are the types of the root package. Errors that a person can act
// on are *wrapcast.Error: what, where, what to do next.
package run
