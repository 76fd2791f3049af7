// Package handlers answers the operations of the API, one file per subject. Each subject is a small struct with the few
// things it needs, and a method that lists its operations; Operations puts them together.
package handlers
