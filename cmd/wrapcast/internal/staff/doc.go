// Package staff is the command that turns contacts into the people they need: a calculator, and the forecast that is
// stored.
package staff
