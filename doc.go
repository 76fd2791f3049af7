// Package wrapcast holds what the product is about, in plain types: contacts and
// the wrap-up codes that end them, forecasts and how sure they are, plans and their
// submissions, and the audit trail of it all.
//
// wrapcast takes the history of wrap-up codes out of a Genesys Cloud organisation,
// checks it, forecasts every code with intervals, rolls the result up into a
// staffing forecast for Workforce Management, tells other systems by signed
// webhook, and keeps an audit trail.
//
//	extract ─→ validate ─→ forecast ─→ plan ─→ submit ─→ notify
//
// This package imports the standard library only and every other package may
// import it. Everything that is stored or sent is one of its types: pure
// packages (calendar, validate, demand, adjust, planning, accuracy) compute them,
// adapters (genesys, store, webhook, export) keep or carry them, and steps has the
// order of the work. docs/ARCHITECTURE.md has the map.
package wrapcast
