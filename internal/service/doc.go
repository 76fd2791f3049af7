// Package service works runs off as jobs of a queue in the store, one step a job: it begins what is due, takes up what
// a crash has left, and sends the messages that wait. What a step is, package steps says.
package service
