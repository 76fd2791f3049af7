// Package demand is the simulator's built-in demand: contacts drawn, seeded, from the
// figures measured on a year of requests to a city's contact centre.
//
// Measured (package figures): how many requests each type, department and source
// has, how they move with month, weekday, hour and holiday, how much days vary beyond
// Poisson and how that persists, and which share comes in bursts.
//
// Synthetic, by the rules stated beside the constants here and in package contact:
// handle times, waits, abandoned contacts, contacts without a code or with a system
// code, agents, the renamed and the deleted code. One year of data says nothing of growth, so there is none.
//
// What happens on a local day is a pure function of seed and day: the same contacts
// whatever was asked before, however long the history and whatever the time is. The
// one exception is a label: from the day the deleted code is deleted, its contacts carry its successor.
package demand
