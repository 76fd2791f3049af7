// Package snapshot keeps in memory, so that pages show at once: one snapshot per organisation at the present version of
// its store, forecasts, plans, and reports of one state of the store.
package snapshot
