// Package intraday says what is still to come of a day of which a part is over: the day's forecast, corrected by what
// came until now, with bands that narrow as the day goes, and whether the day goes off. How much a morning tells of its
// afternoon, and how far ordinary days stray, is learned from days that are over; the day asked about teaches nothing.
package intraday
