package api

import "time"

// Reply is an answer with a body.
type Reply[T any] struct {
	ETag string `header:"ETag" doc:"The version of what is answered"`
	Body T
}

// Respond ends a handler that answers with a body.
func Respond[T any](body T, err error) (*Reply[T], error) {
	if err != nil {
		return nil, err
	}
	return &Reply[T]{Body: body}, nil
}

// OrEmpty makes an empty list of nil, which would be null.
func OrEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// Instant is a time in JSON, nil for the zero time.
func Instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
