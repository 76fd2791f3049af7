// Package files writes a forecast as the interval file that another WFM system takes: columns, interval, time zone,
// rounding and layout stand in a template, a small file of its own; the rules of the system are checked before anything
// is written.
package files
