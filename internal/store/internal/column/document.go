package column

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"

	"github.com/wrapcast/wrapcast"
)

// documentVersion is the first byte of a document column: gzipped JSON of a root type follows.
const documentVersion = 1

// PackDocument writes v as a document column. It fails where v has no JSON, as with a NaN among the values.
func PackDocument(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, wrapcast.Errorf(wrapcast.InvalidData, "store", "it cannot be written as JSON: %w", err)
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

// UnpackDocument reads a document column. Anything but what PackDocument wrote is an error.
func UnpackDocument[T any](b []byte) (v T, err error) {
	text, err := DocumentText(b)
	if err != nil {
		return v, err
	}
	if err := json.Unmarshal(text, &v); err != nil {
		return v, fmt.Errorf("the document is damaged: %w", err)
	}
	return v, nil
}

// DocumentText returns the JSON of a document column.
func DocumentText(b []byte) ([]byte, error) {
	if len(b) == 0 || b[0] != documentVersion {
		return nil, fmt.Errorf("the document does not begin with version %d", documentVersion)
	}
	z, err := gzip.NewReader(bytes.NewReader(b[1:]))
	if err != nil {
		return nil, fmt.Errorf("the document is damaged: %w", err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("the document is damaged: %w", err)
	}
	return text, nil
}
