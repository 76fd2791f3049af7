package webhook

import (
	"bufio"
	"bytes"
	"net/http"
	"strings"
	"testing"
)

// FuzzReply reads whatever a receiver replies: only 2xx is a delivery, only 410 ends for good, and nothing of the
// reply's own words gets into ours.
func FuzzReply(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 37\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 503 x\r\nRetry-After: Mon, 05 May 2031 12:01:00 GMT\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 410 Gone\r\nContent-Length: 9\r\n\r\nno more!!"))
	f.Add([]byte("HTTP/1.0 302 Found\r\nLocation: http://[::1]/\r\n\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		reply, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(raw)), nil)
		if err != nil {
			return
		}
		defer reply.Body.Close()
		err = answered("hook.example.org", reply, noon)
		delivered, gone := reply.StatusCode/100 == 2, reply.StatusCode == http.StatusGone
		if (err == nil) != delivered || Permanent(err) != gone || RetryAfter(err) < 0 {
			t.Fatalf("%d is %v, permanent %v, retry after %v", reply.StatusCode, err, Permanent(err), RetryAfter(err))
		}
		if err != nil && strings.ContainsAny(err.Error(), "\r\n\x00\x1b") {
			t.Fatalf("not one printable line: %q", err)
		}
	})
}
