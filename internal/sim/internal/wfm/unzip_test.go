package wfm

import (
	"bytes"
	"compress/gzip"
	"errors"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
)

func TestUnzipStopsAtABomb(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(strings.Repeat(" ", 1001))); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := unzip(b.Bytes(), 1001); err != nil {
		t.Errorf("exactly as much as allowed: %v", err)
	}
	var refused *api.Error
	if _, err := unzip(b.Bytes(), 1000); !errors.As(err, &refused) || refused.Code != "wfm.validation.failure" {
		t.Errorf("a byte more: %v", err)
	}
}
