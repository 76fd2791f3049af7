package historical

import (
	"crypto/md5" //nolint:gosec // the storage's checksum, not a secret
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// upload is a place in the storage that was asked for, and what was put there.
type upload struct {
	fileName, signature string
	headers             map[string]string
	expires             time.Time
	data                []byte // nil until put
}

type uploadRequest struct {
	FileName                *string `json:"fileName"`
	ContentMD5              *string `json:"contentMd5"`
	SignedURLTimeoutSeconds *int    `json:"signedUrlTimeoutSeconds"`
	ContentType             *string `json:"contentType"`
	ServerSideEncryption    *string `json:"serverSideEncryption"`
}

type uploadAnswer struct {
	URL       string            `json:"url"`
	UploadKey string            `json:"uploadKey"`
	Headers   map[string]string `json:"headers"`
}

// The life of a signed address, in seconds.
const (
	usualTimeout   = 600
	longestTimeout = 604_800
)

func (r *Room) uploadURL(c *api.Call) (api.Answer, error) {
	var q uploadRequest
	if err := api.Decode(c.Body, &q, "UploadUrlRequest"); err != nil {
		return api.Answer{}, err
	}
	seconds := usualTimeout
	if q.SignedURLTimeoutSeconds != nil {
		seconds = *q.SignedURLTimeoutSeconds
	}
	switch {
	case seconds < 1 || seconds > longestTimeout:
		return api.Answer{}, api.Constraint("signedUrlTimeoutSeconds", "signedUrlTimeoutSeconds [%d] lies outside 1 to %d", seconds, longestTimeout)
	case q.ServerSideEncryption != nil && *q.ServerSideEncryption != "AES256":
		return api.Answer{}, api.InvalidValue(*q.ServerSideEncryption, "serverSideEncryption", "[AES256]")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	key := r.id("historical upload")
	u := &upload{signature: organisation.Letters(r.Seed, "signature", key, 43), headers: q.headers(),
		expires: r.Clock.Now().Add(time.Duration(seconds) * time.Second)}
	if q.FileName != nil {
		u.fileName = *q.FileName
	}
	if r.uploads == nil {
		r.uploads = map[string]*upload{}
	}
	r.uploads[key] = u
	address := fmt.Sprintf("%s%s?expires=%d&signature=%s", storagePath, key, u.expires.Unix(), u.signature)
	return api.OK(uploadAnswer{c.URL(address), key, maps.Clone(u.headers)}), nil
}

// headers are what the PUT must carry: those that were asked for are signed.
func (q *uploadRequest) headers() map[string]string {
	h := map[string]string{"x-amz-server-side-encryption": "AES256"}
	if q.ContentType != nil {
		h["Content-Type"] = *q.ContentType
	}
	if q.ContentMD5 != nil {
		h["Content-MD5"] = *q.ContentMD5
	}
	return h
}

// mostBytes bounds a file.
const mostBytes = 64 << 20

func (r *Room) put(c *api.Call) (api.Answer, error) {
	q := c.Query()
	r.mu.Lock()
	u := r.uploads[c.Path("uploadKey")]
	r.mu.Unlock()
	switch {
	case u == nil || q.Get("signature") != u.signature || q.Get("expires") != strconv.FormatInt(u.expires.Unix(), 10):
		return api.Answer{}, api.WrongSignature("")
	case !r.Clock.Now().Before(u.expires):
		return api.Answer{}, &api.StorageError{Status: http.StatusForbidden, Code: "AccessDenied", Message: "Request has expired"}
	}
	for name, value := range u.headers {
		if c.Request.Header.Get(name) != value {
			return api.Answer{}, api.WrongSignature("The signed header " + name + " is missing or different")
		}
	}
	data, err := io.ReadAll(io.LimitReader(c.Request.Body, mostBytes+1))
	if err != nil || len(data) > mostBytes {
		return api.Answer{}, &api.StorageError{Status: http.StatusBadRequest, Code: "EntityTooLarge", Message: "Your proposed upload exceeds the maximum allowed size"}
	}
	if sum := md5.Sum(data); u.headers["Content-MD5"] != "" && u.headers["Content-MD5"] != base64.StdEncoding.EncodeToString(sum[:]) { //nolint:gosec // see the import
		return api.Answer{}, &api.StorageError{Status: http.StatusBadRequest, Code: "BadDigest", Message: "The Content-MD5 you specified did not match what we received."}
	}
	r.mu.Lock()
	u.data = data
	r.mu.Unlock()
	return api.Answer{Status: http.StatusOK}, nil
}
