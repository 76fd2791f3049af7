package wfm

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

const (
	uploadPath   = "/storage/uploads/"
	downloadPath = "/storage/downloads/"
	// urlLife is how long a signed address works.
	urlLife = 10 * time.Minute
	// maxBytes bounds an upload where no ceiling is set.
	maxBytes = 64 << 20
)

// upload is a place in the storage that was asked for, and what was put there.
type upload struct {
	unit      string
	week      wrapcast.Date
	length    int64
	signature string
	headers   map[string]string
	expires   time.Time
	data      []byte // nil until put
}

type uploadRequest struct {
	ContentLengthBytes *int64 `json:"contentLengthBytes"`
}

type uploadAnswer struct {
	UploadKey        string            `json:"uploadKey"`
	URL              string            `json:"url"`
	Headers          map[string]string `json:"headers"`
	UploadBodySchema *struct{}         `json:"uploadBodySchema"` // always null
}

func (r *Service) uploadURL(b *businessUnit, c *api.Call) (api.Answer, error) {
	week, err := b.newWeek(c)
	if err != nil {
		return api.Answer{}, err
	}
	var q uploadRequest
	if err := api.Decode(c.Body, &q, "UploadUrlRequestBody"); err != nil {
		return api.Answer{}, err
	}
	if err := r.checkLength(q.ContentLengthBytes); err != nil {
		return api.Answer{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	key := r.id("upload")
	u := &upload{
		unit: b.ID, week: week, length: *q.ContentLengthBytes, signature: organisation.Letters(r.Seed, "signature", key, 43),
		headers: map[string]string{"Content-Type": "application/gzip", "x-amz-server-side-encryption": "AES256",
			"x-amz-tagging": "upload=" + key[:8]},
		expires: r.Clock.Now().Add(urlLife),
	}
	if r.uploads == nil {
		r.uploads = map[string]*upload{}
	}
	r.uploads[key] = u
	address := fmt.Sprintf("%s%s?expires=%d&signature=%s", uploadPath, key, u.expires.Unix(), u.signature)
	return api.Status(http.StatusCreated, uploadAnswer{UploadKey: key, URL: c.URL(address),
		Headers: maps.Clone(u.headers)}), nil
}

func (r *Service) checkLength(length *int64) error {
	most := int64(maxBytes)
	if r.Switches.MaxBytes > 0 {
		most = r.Switches.MaxBytes
	}
	switch {
	case length == nil:
		return invalid("contentLengthBytes", "is required")
	case *length < 1:
		return invalid("contentLengthBytes", "[%d] must be at least 1", *length)
	case *length > most && r.Switches.SizeStatus == http.StatusRequestEntityTooLarge:
		return &api.Error{Status: http.StatusRequestEntityTooLarge, Code: "request.entity.too.large",
			Message: fmt.Sprintf("The request is over the size limit. Maximum bytes: %d", most)}
	case *length > most:
		return invalid("contentLengthBytes", "[%d] is more than %d", *length, most)
	}
	return nil
}

// put takes an upload. The storage is not the API: it knows signatures, no tokens, and refuses in XML.
func (r *Service) put(c *api.Call) (api.Answer, error) {
	key, q := c.Path("uploadKey"), c.Query()
	r.mu.Lock()
	u := r.uploads[key]
	r.mu.Unlock()
	switch {
	case u == nil || q.Get("signature") != u.signature || q.Get("expires") != strconv.FormatInt(u.expires.Unix(), 10):
		return api.Answer{}, api.WrongSignature("")
	case !r.Clock.Now().Before(u.expires):
		return api.Answer{}, &api.StorageError{Status: http.StatusForbidden, Code: "AccessDenied",
			Message: "Request has expired"}
	case c.Request.Header.Get("Authorization") != "":
		return api.Answer{}, &api.StorageError{Status: http.StatusBadRequest, Code: "InvalidArgument",
			Message: "Only one auth mechanism allowed; the address is signed, send no Authorization header"}
	case c.Request.ContentLength < 0:
		return api.Answer{}, &api.StorageError{Status: http.StatusLengthRequired, Code: "MissingContentLength",
			Message: "You must provide the Content-Length HTTP header."}
	case c.Request.ContentLength != u.length:
		return api.Answer{}, api.WrongSignature(fmt.Sprintf("Content-Length %d is not the %d bytes the address was signed for",
			c.Request.ContentLength, u.length))
	}
	for name, value := range u.headers {
		if c.Request.Header.Get(name) != value {
			return api.Answer{}, api.WrongSignature("The signed header " + name + " is missing or different")
		}
	}
	data, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return api.Answer{}, &api.StorageError{Status: http.StatusBadRequest, Code: "IncompleteBody",
			Message: "You did not provide the number of bytes specified by the Content-Length HTTP header"}
	}
	r.mu.Lock()
	u.data = data
	r.mu.Unlock()
	return api.Answer{Status: http.StatusOK}, nil
}

// Holds reports whether it gave out a signed address for an upload or a forecast with the id.
func (r *Service) Holds(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.uploads[id] != nil || slices.ContainsFunc(r.made, func(f *Forecast) bool { return f.ID == id })
}
