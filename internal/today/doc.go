// Package today says what is left of a day of which a part is over: of all contacts, planning groups, queues and
// wrap-up codes, and how many people that takes. What the day was expected to bring is a stored forecast, what came is
// what is stored of it; the arithmetic is that of package intraday.
package today
