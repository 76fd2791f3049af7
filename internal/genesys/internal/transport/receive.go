package transport

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/source"
)

// ErrTooLarge is what reading returns past the size that is allowed.
var ErrTooLarge = errors.New("the answer is larger than allowed")

// maxErrorBody bounds how much of an error page is looked at.
const maxErrorBody = 64 << 10

// receive turns an HTTP answer into an answer or a failure.
func (t *Transport) receive(resp *http.Response, r *request) (Answer, *failure) {
	a := Answer{Status: resp.StatusCode, Header: resp.Header}
	if r.endpoint.Host == API {
		t.applyRateHeaders(resp.Header)
	}
	wire := &countedReader{Reader: resp.Body}
	defer func() { t.meter.add(func(u *source.Usage) { u.BytesIn += wire.n }) }()
	body, err := inflate(resp, wire)
	if resp.StatusCode < 200 || resp.StatusCode >= 300 {
		return a, t.refusal(resp, r, body)
	}
	if err == nil {
		err = t.decode(resp, r, &boundedReader{Reader: body, left: t.limits.responseBytes})
	}
	if err != nil {
		return a, t.unreadable(resp, r, err)
	}
	return a, nil
}

// decode hands the body to whoever waits for it.
func (t *Transport) decode(resp *http.Response, r *request, body io.Reader) error {
	if r.Into == nil && r.Read == nil {
		return nil
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if strings.HasPrefix(kind, "text/") && r.endpoint.Host != Storage {
		page, _ := io.ReadAll(io.LimitReader(body, maxErrorBody))
		return fmt.Errorf("%s instead of JSON: %s", kind, t.hide(excerpt(page)))
	}
	if r.Read != nil {
		return r.Read(body)
	}
	reflect.ValueOf(r.Into).Elem().SetZero() // of what an earlier attempt may have left there
	return readJSON(body, r.Into)
}

// readJSON reads exactly one JSON value.
func readJSON(body io.Reader, into any) error {
	d := json.NewDecoder(body)
	if err := d.Decode(into); err != nil {
		return BrokenJSON(err)
	}
	return endOfJSON(d)
}

func endOfJSON(d *json.Decoder) error {
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		if errors.Is(err, ErrTooLarge) {
			return err
		}
		return errors.New("more than one JSON value")
	}
	return nil
}

// BrokenJSON describes what was wrong with JSON that could not be read.
func BrokenJSON(err error) error {
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("an empty body")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("JSON that breaks off: %w", err)
	}
	return fmt.Errorf("unreadable JSON: %w", err)
}

// unreadable describes a good status with a bad body. What a reader refuses by an
// error for people (a negative count) would come again; anything else may be a fault on the wire.
func (t *Transport) unreadable(resp *http.Response, r *request, err error) *failure {
	if e, ok := errors.AsType[*wrapcast.Error](err); ok {
		return &failure{cause: e, status: resp.StatusCode, garbled: true, lasting: true}
	}
	return &failure{
		cause:    fmt.Errorf("%s %s was answered %d with %w", r.endpoint.Method, r.url.Path, resp.StatusCode, err),
		status:   resp.StatusCode,
		garbled:  true,
		timeout:  isTimeout(err),
		tooLarge: errors.Is(err, ErrTooLarge),
		lasting:  errors.Is(err, ErrTooLarge),
	}
}

// refusal describes any other status.
func (t *Transport) refusal(resp *http.Response, r *request, body io.Reader) *failure {
	page, _ := io.ReadAll(io.LimitReader(body, maxErrorBody)) // a page cut short still says something
	if resp.StatusCode == http.StatusTooManyRequests {
		t.meter.add(func(u *source.Usage) { u.RateLimited++ })
	}
	e := parseRefusal(page)
	e.Method, e.Path, e.Status = r.endpoint.Method, r.url.Path, resp.StatusCode
	if e.CorrelationID == "" {
		e.CorrelationID = Printable(resp.Header.Get("ININ-Correlation-Id"), 80)
	}
	if at := resp.Header.Get("Location"); at != "" && resp.StatusCode < 400 {
		e.Message = "it redirects, which is not followed"
	}
	e.Message = t.hide(e.Message)
	return &failure{
		cause:      e,
		status:     resp.StatusCode,
		retryAfter: retryAfter(resp.Header, t.clock.Now()),
		timeout:    resp.StatusCode == http.StatusRequestTimeout || resp.StatusCode == http.StatusGatewayTimeout,
		tooLarge:   tooLarge(e),

		maybeTooLarge: r.Divisible && maybeTooLarge(resp.StatusCode),
	}
}

// tooLarge reports whether a refusal says that less would do.
func tooLarge(e *APIError) bool {
	return e.Code == "response.entity.too.large" || e.Status == http.StatusRequestEntityTooLarge
}

// maybeTooLarge reports whether a refusal may mean that less would do. Which status and code the platform's ceilings
// have is not known: every refusal of a request as such may be one.
func maybeTooLarge(status int) bool {
	return status == http.StatusBadRequest || status == http.StatusUnprocessableEntity
}

func inflate(resp *http.Response, body io.Reader) (io.Reader, error) {
	if !strings.EqualFold(resp.Header.Get("Content-Encoding"), "gzip") {
		return body, nil
	}
	z, err := gzip.NewReader(body)
	if err != nil {
		return strings.NewReader(""), fmt.Errorf("a body that is not gzip as it says: %w", err)
	}
	return z, nil
}

// drain reads what is left of a small body, so that its connection can be used again, and closes it.
func drain(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, maxErrorBody) // whatever fails here failed before, or no longer matters
	body.Close()
}

type countedReader struct {
	io.Reader
	n int64
}

func (c *countedReader) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

type boundedReader struct {
	io.Reader
	left int64
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, ErrTooLarge
	}
	n, err := b.Reader.Read(p[:min(int64(len(p)), b.left+1)])
	b.left -= int64(n)
	if b.left < 0 {
		return 0, ErrTooLarge
	}
	return n, err
}
