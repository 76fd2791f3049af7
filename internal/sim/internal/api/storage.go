package api

import (
	"encoding/xml"
	"net/http"
)

// StorageError is a refusal of the file storage, which is not the API and answers in XML.
type StorageError struct {
	Status        int
	Code, Message string
}

// Error returns code and message.
func (e *StorageError) Error() string { return e.Code + ": " + e.Message }

// Answer is the storage's own body.
func (e *StorageError) Answer(string) Answer {
	text, err := xml.Marshal(struct {
		XMLName xml.Name `xml:"Error"`
		Code    string
		Message string
	}{Code: e.Code, Message: e.Message})
	if err != nil {
		text = nil // two texts always marshal
	}
	return Answer{Status: e.Status, Header: http.Header{"Content-Type": {"application/xml"}}, Raw: text}
}

// WrongSignature refuses a signed address that was not given out like this.
func WrongSignature(message string) *StorageError {
	if message == "" {
		message = "The request signature we calculated does not match the signature you provided."
	}
	return &StorageError{http.StatusForbidden, "SignatureDoesNotMatch", message}
}
