package store

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
)

// documentVersion is the first byte of a document column: gzipped JSON of a root type follows.
const documentVersion = 1

// packDocument writes v as a document column. It fails where v has no JSON, as with a NaN among the values.
func packDocument(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, invalid("it cannot be written as JSON: %w", err)
	}
	b := bytes.NewBuffer([]byte{documentVersion})
	z := gzip.NewWriter(b)
	if _, err := z.Write(text); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// unpackDocument reads a document column. Anything but what packDocument wrote is an error.
func unpackDocument[T any](b []byte) (v T, err error) {
	if len(b) == 0 || b[0] != documentVersion {
		return v, fmt.Errorf("the document does not begin with version %d", documentVersion)
	}
	z, err := gzip.NewReader(bytes.NewReader(b[1:]))
	if err != nil {
		return v, fmt.Errorf("the document is damaged: %w", err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return v, fmt.Errorf("the document is damaged: %w", err)
	}
	if err := json.Unmarshal(text, &v); err != nil {
		return v, fmt.Errorf("the document is damaged: %w", err)
	}
	return v, nil
}

// scanDocument scans a row whose only column is a document.
func scanDocument[T any](r row) (v T, err error) {
	var b []byte
	if err := r.Scan(&b); err != nil {
		return v, err
	}
	return unpackDocument[T](b)
}
