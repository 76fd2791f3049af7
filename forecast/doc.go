// Package forecast says what comes next in a set of time series, and how sure it is.
//
// It was made for the daily counts of a contact centre and works on any series with a
// fixed step: a [Series] holds values (NaN where one is missing or masked), [Run]
// forecasts a panel of them, and each [Result] carries mean, median, intervals, the
// models that were weighed against each other, and errors measured by forecasting the
// past.
//
//	results, err := forecast.Run(ctx, panel, forecast.Options{Horizon: 28, Levels: []float64{0.8, 0.95}})
//
// Unless an algorithm is named, the procedure "auto" is used: several cheap members
// forecast the past from several origins, each is weighed by its errors there, and the
// intervals come from the errors of the weighted combination itself. Series that end at
// the same moment learn from each other.
//
// # What always holds
//
// The same panel gives the same numbers, bit for bit, at any number of workers. No
// forecast is ever NaN or infinite, quantiles never cross, and a history that never
// went below zero never gets a forecast below zero. Missing values are left out of
// every fit and every error, and are never counted as zeros. A history too short for
// what was asked gets the simplest forecast that it can carry, and Result.Fallback says so.
//
// What a sum of days or of series may come to is told by joint paths: [NewJoint] keeps what the series missed together
// in the past, [Joint.Draw] draws possible futures from it that have the published distribution on every single day.
//
// [Backtest] measures any algorithm on any history by the definitions of [Score], [Reconcile]
// makes forecasts of parts and sums agree. The single models lie in internal/models, the combination in
// internal/combine; Options.Algorithm names them.
//
// The package imports the standard library and gonum only, reads no clock, no file and no
// network, and keeps no global state.
package forecast
