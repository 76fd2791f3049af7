package transport

import (
	"bytes"
	"cmp"
	"encoding/json"
	"regexp"
	"strings"
	"unicode"
)

// errorBody is the platform's, and the login host's, which is another.
type errorBody struct {
	Message           string        `json:"message"`
	MessageWithParams string        `json:"messageWithParams"`
	Code              string        `json:"code"`
	ContextID         string        `json:"contextId"`
	Details           []errorDetail `json:"details"`
	Errors            []errorBody   `json:"errors"`
	// OAuth, RFC 6749 §5.2, and the platform's own field beside it.
	Error            string `json:"error"`
	ErrorDescription string `json:"error_description"`
	Description      string `json:"description"`
}

type errorDetail struct {
	ErrorCode string `json:"errorCode"`
	FieldName string `json:"fieldName"`
}

// MaxMessage is the longest message of the platform that is kept, in characters.
const MaxMessage = 500

// parseRefusal reads an error body of any kind: the platform's JSON, the login host's, or a page of a proxy.
func parseRefusal(page []byte) *APIError {
	var b errorBody
	if json.Unmarshal(page, &b) != nil {
		return salvaged(page)
	}
	return &APIError{
		Code:          Printable(cmp.Or(b.Code, b.Error), 80),
		Message:       Printable(b.text(), MaxMessage),
		CorrelationID: Printable(b.ContextID, 80),
	}
}

// salvaged reads what is left of a body that is no whole JSON: cut off, or with something before or behind it.
func salvaged(page []byte) *APIError {
	e := &APIError{Message: excerpt(page)}
	if found := fieldOf(page, "message"); found != "" {
		e.Message = Printable(found, MaxMessage)
	}
	e.Code = Printable(cmp.Or(fieldOf(page, "code"), fieldOf(page, "error")), 80)
	e.CorrelationID = Printable(fieldOf(page, "contextId"), 80)
	return e
}

// textFields are the fields of JSON that are whole texts.
var textFields = regexp.MustCompile(`"(code|error|message|contextId)"\s*:\s*("(?:[^"\\]|\\.)*")`)

// fieldOf is the first text of that name, "" where there is none.
func fieldOf(page []byte, name string) (text string) {
	for _, m := range textFields.FindAllSubmatch(page, -1) {
		if string(m[1]) == name && json.Unmarshal(m[2], &text) == nil {
			return text
		}
	}
	return ""
}

func (b errorBody) text() string {
	parts := []string{cmp.Or(b.Message, b.MessageWithParams, b.ErrorDescription, b.Description)}
	for _, d := range b.Details {
		if d.FieldName == "" || !strings.Contains(parts[0], d.FieldName) { // else the message has said it
			parts = append(parts, strings.TrimSpace(d.FieldName+" "+d.ErrorCode))
		}
	}
	for _, e := range b.Errors {
		parts = append(parts, cmp.Or(e.Message, e.MessageWithParams, e.Code))
	}
	parts = withoutEmpty(parts)
	return strings.Join(parts, "; ")
}

func withoutEmpty(parts []string) []string {
	kept := parts[:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return kept
}

var htmlTitle = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// excerpt says in a few words what a page is that should have been JSON.
func excerpt(page []byte) string {
	page = bytes.TrimSpace(page)
	if len(page) == 0 {
		return "an empty body"
	}
	if m := htmlTitle.FindSubmatch(page); m != nil {
		return "a page titled “" + Printable(string(m[1]), 80) + "”"
	}
	if page[0] == '<' {
		return "a page without a title"
	}
	return "“" + Printable(string(page), 120) + "”"
}

// Printable puts a text from outside on one line of at most so many characters, without control characters.
func Printable(s string, limit int) string {
	fields := strings.FieldsFunc(strings.ToValidUTF8(s, "?"), func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	})
	runes := []rune(strings.Join(fields, " "))
	if len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return string(runes)
}
