package wrapcast

import (
	"errors"
	"fmt"
)

// Kind says what sort of thing went wrong. It decides the exit code of a command,
// the status of an HTTP answer and whether trying again can help.
type Kind string

// The kinds of error. Anything that is not an *Error is Internal.
const (
	// Internal is a fault of ours or of the machine: a full disk, a broken file.
	Internal Kind = "internal"
	// Usage is a wrong flag, setting, code or region: the user can mend it by asking differently.
	Usage Kind = "usage"
	// InvalidData is data that validation refuses: text where a number belongs, too little history.
	InvalidData Kind = "invalid_data"
	// Refused is the platform saying no: wrong credentials, a missing permission, a payload it does not take.
	Refused Kind = "refused"
	// Unavailable is the platform or the network not answering after all retries.
	Unavailable Kind = "unavailable"
	// Partial is a run that did part of its work: the webhook not delivered, a submission in doubt.
	Partial Kind = "partial"
	// NotFound is a thing that does not exist here.
	NotFound Kind = "not_found"
	// Conflict is a thing that cannot be done now because something else holds it.
	Conflict Kind = "conflict"
)

// Error is an error meant for people: what went wrong, where, and what to do next.
type Error struct {
	Kind Kind
	// Op is where it happened, in the words of the design: "extract", "store.Open", "audit.Verify".
	Op string
	// Message says what went wrong, in one sentence without a full stop, the cause included.
	Message string
	// Hint says what to do next: the command to type or the setting to change. It may be empty.
	Hint string
	// Err is the cause, for errors.Is and errors.As; its text is already part of Message.
	Err error
}

// Errorf makes an Error of a kind; as in fmt.Errorf, %w keeps the cause.
func Errorf(kind Kind, op, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Kind: kind, Op: op, Message: err.Error(), Err: errors.Unwrap(err)}
}

// WithHint returns the error with what to do next.
func (e *Error) WithHint(format string, args ...any) *Error {
	c := *e
	c.Hint = fmt.Sprintf(format, args...)
	return &c
}

// Error returns where and what, on one line. The hint is left to whoever shows the
// error: see Hint.
func (e *Error) Error() string {
	if e.Op == "" {
		return e.Message
	}
	return e.Op + ": " + e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the outermost *Error in err's chain, Internal if there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Hint returns the outermost hint that is not empty in err's chain, or "".
func Hint(err error) string {
	for err != nil {
		e, ok := errors.AsType[*Error](err)
		if !ok {
			return ""
		}
		if e.Hint != "" {
			return e.Hint
		}
		err = e.Err
	}
	return ""
}
