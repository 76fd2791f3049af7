package sim

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/access"
)

// Region is several organisations on one host, as a region of the platform has: whose a request is, its token says, or
// the client's id where it asks for one, or the signed address. It is safe for concurrent use.
type Region struct{ servers []*Server }

// NewRegion puts servers on one host. No two may have a client's id in common, and there must be one at least.
func NewRegion(servers ...*Server) (*Region, error) {
	if len(servers) == 0 {
		return nil, wrapcast.Errorf(wrapcast.Usage, "sim.NewRegion", "a region needs an organisation")
	}
	seen := map[string]bool{}
	for _, s := range servers {
		for _, c := range s.options.clients() {
			if seen[c.ID] {
				return nil, wrapcast.Errorf(wrapcast.Usage, "sim.NewRegion", "two organisations have a client %s", c.ID)
			}
			seen[c.ID] = true
		}
	}
	return &Region{servers}, nil
}

// ServeHTTP hands a request to its organisation, or to the first where it is nobody's, which then refuses it.
func (r *Region) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	is := r.owner(request)
	for _, s := range r.servers {
		if is(s) {
			s.ServeHTTP(w, request)
			return
		}
	}
	r.servers[0].ServeHTTP(w, request)
}

// Close closes every organisation.
func (r *Region) Close() {
	for _, s := range r.servers {
		s.Close()
	}
}

// owner returns the test for the organisation a request is meant for.
func (r *Region) owner(request *http.Request) func(*Server) bool {
	if token, ok := access.Bearer(request); ok {
		return func(s *Server) bool { return s.tokens.Knows(token) }
	}
	if strings.HasSuffix(request.URL.Path, "/oauth/token") {
		id := clientOf(request)
		return func(s *Server) bool { return s.tokens.Has(id) }
	}
	return func(s *Server) bool { return s.holds(request.URL.Path) }
}

// clientOf reads the client's id from a login and leaves the body as it was.
func clientOf(request *http.Request) string {
	if id, _, ok := request.BasicAuth(); ok {
		return id
	}
	body, err := io.ReadAll(io.LimitReader(request.Body, maxBody+1))
	request.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), request.Body))
	form, wrong := url.ParseQuery(string(body))
	if err != nil || wrong != nil {
		return ""
	}
	return form.Get("client_id")
}

// holds reports whether a signed address or a socket is this organisation's.
func (s *Server) holds(address string) bool {
	for ; len(address) > 1; address = path.Dir(address) {
		if id := path.Base(address); s.wfm.Holds(id) || s.notifications.Holds(id) {
			return true
		}
	}
	return false
}
