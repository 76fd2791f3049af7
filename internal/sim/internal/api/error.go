// Package api is how the simulator speaks HTTP: endpoints with their permissions,
// answers, the platform's error body, strict JSON and the envelope of paged lists.
package api

import (
	"fmt"
	"net/http"
	"strings"
)

// Refusal is an error that knows how it is answered: an *Error by the API, others by
// the login and the file storage, whose bodies look different.
type Refusal interface {
	error
	Answer(contextID string) Answer
}

// Error is the API's refusal of a request. Its fields become the ErrorBody.
type Error struct {
	Status  int
	Code    string // dotted, lower-case: "invalid.value"
	Message string
	// Params are the values inside the message, by name.
	Params  map[string]string
	Details []Detail
	Limit   *Limit
	// RetryAfter is sent as the header of that name, in whole seconds; 0 sends none.
	RetryAfter int
	// Body is what is sent in place of the ErrorBody, as media type Media, where that is not "".
	Media string
	Body  []byte
	// Allow lists the methods of the path, sent as the header of that name.
	Allow []string
}

// Detail is one thing wrong with a request.
type Detail struct {
	ErrorCode  string `json:"errorCode,omitempty"`
	FieldName  string `json:"fieldName,omitempty"`
	EntityID   string `json:"entityId,omitempty"`
	EntityName string `json:"entityName,omitempty"`
}

// Limit names the limit that was exceeded.
type Limit struct {
	Key   string `json:"key"`
	Value int    `json:"value"`
}

// Error returns status, code and message.
func (e *Error) Error() string { return fmt.Sprintf("%d %s: %s", e.Status, e.Code, e.Message) }

// body is the ErrorBody of the platform. contextId repeats the correlation id.
type body struct {
	Message   string            `json:"message"`
	Code      string            `json:"code"`
	Status    int               `json:"status"`
	Params    map[string]string `json:"messageParams"`
	ContextID string            `json:"contextId"`
	Details   []Detail          `json:"details"`
	Errors    []struct{}        `json:"errors"`
	Limit     *Limit            `json:"limit,omitempty"`
}

// Answer turns the error into what is sent.
func (e *Error) Answer(contextID string) Answer {
	b := body{e.Message, e.Code, e.Status, e.Params, contextID, e.Details, []struct{}{}, e.Limit}
	if b.Params == nil {
		b.Params = map[string]string{}
	}
	if b.Details == nil {
		b.Details = []Detail{}
	}
	a := Answer{Status: e.Status, Header: http.Header{}, JSON: b}
	if e.Media != "" {
		a.JSON, a.Raw = nil, e.Body
		a.Header.Set("Content-Type", e.Media)
	}
	if e.RetryAfter > 0 {
		a.Header.Set("Retry-After", fmt.Sprint(e.RetryAfter))
	}
	if len(e.Allow) > 0 {
		a.Header.Set("Allow", strings.Join(e.Allow, ", "))
	}
	return a
}

// The texts below are the ones the platform's API description gives for each code.

// BadRequest refuses a request that cannot be understood; the message says why.
func BadRequest(format string, args ...any) *Error {
	return &Error{Status: http.StatusBadRequest, Code: "bad.request", Message: fmt.Sprintf(format, args...)}
}

// InvalidValue refuses the value of a field of an enumerated or formatted type.
func InvalidValue(value, field, allowed string) *Error {
	return &Error{
		Status: http.StatusBadRequest, Code: "invalid.value",
		Message: fmt.Sprintf("Value [%s] is not valid for field type [%s]. Allowable values are: %s", value, field,
			allowed),
		Params:  map[string]string{"value": value, "field": field},
		Details: []Detail{{ErrorCode: "invalid.value", FieldName: field}},
	}
}

// invalidProperty refuses a property the object does not have.
func invalidProperty(name, object string) *Error {
	return &Error{
		Status: http.StatusBadRequest, Code: "invalid.property",
		Message: fmt.Sprintf("Value [%s] is not a valid property for object [%s]", name, object),
		Details: []Detail{{ErrorCode: "invalid.property", FieldName: name}},
	}
}

// InvalidParameter refuses the value of a query parameter.
func InvalidParameter(value, parameter, allowed string) *Error {
	return &Error{
		Status: http.StatusBadRequest, Code: "invalid.query.param.value",
		Message: fmt.Sprintf("Value [%s] is not valid for parameter [%s]. Allowable values are: %s", value, parameter,
			allowed),
		Details: []Detail{{ErrorCode: "invalid.query.param.value", FieldName: parameter}},
	}
}

// Constraint refuses a request whose fields break a rule: one missing, two that exclude each other.
func Constraint(field, format string, args ...any) *Error {
	return &Error{
		Status: http.StatusBadRequest, Code: "constraint.validation", Message: fmt.Sprintf(format, args...),
		Details: []Detail{{ErrorCode: "constraint.validation", FieldName: field}},
	}
}

// NotFound refuses a path or a thing that does not exist.
func NotFound() *Error {
	return &Error{Status: http.StatusNotFound, Code: "not.found", Message: "The requested resource was not found."}
}

// ResourceNotFound refuses the id of a routing resource that does not exist.
func ResourceNotFound() *Error {
	return &Error{Status: http.StatusNotFound, Code: "resource.not.found", Message: "The resource could not be found."}
}

// MissingPermissions refuses a caller who lacks permissions: all of those named, or any one of them.
func MissingPermissions(anyOf bool, permissions []string) *Error {
	list := "[" + strings.Join(permissions, ", ") + "]"
	e := &Error{
		Status: http.StatusForbidden, Code: "missing.permissions",
		Message: "Unable to perform the requested action. You are missing the following permission(s): " + list,
		Params:  map[string]string{"permissions": list},
	}
	if anyOf {
		e.Code = "missing.any.permissions"
		e.Message = "Unable to perform the requested action. You must have at least one of the following permissions assigned: " + list
	}
	return e
}

// MissingDivision refuses a caller whose role grants a permission, but not in the division of what is asked for.
func MissingDivision(permission, division string) *Error {
	return &Error{
		Status: http.StatusForbidden, Code: "missing.division.permission",
		Message: fmt.Sprintf("Unable to perform the requested action. You are missing the permission [%s] in the division [%s]",
			permission, division),
		Params: map[string]string{"permission": permission, "division": division},
	}
}

// TooManyRequests refuses a caller until so many whole seconds have passed.
func TooManyRequests(seconds int) *Error {
	return &Error{
		Status: http.StatusTooManyRequests, Code: "too.many.requests.retry.after", RetryAfter: seconds,
		Message: fmt.Sprintf("Rate limit exceeded the maximum. Retry the request in [%d] seconds", seconds),
	}
}

// TooLarge refuses a query whose answer would exceed a ceiling.
func TooLarge() *Error {
	return &Error{
		Status: http.StatusBadRequest, Code: "response.entity.too.large",
		Message: "The response is over the size limit. Reduce pageSize or expand list to reduce response size if applicable",
	}
}
