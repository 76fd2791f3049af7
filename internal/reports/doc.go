// Package reports makes documents for people out of what is stored: backtests, the account of contacts, masks and their
// effect, a week, what the calendar means for the days ahead. It works on a [steps.View] and changes nothing.
package reports
