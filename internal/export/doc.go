// Package export is where files that people and other systems exchange are read and
// written: the long CSV of any series and its forecast.
package export
