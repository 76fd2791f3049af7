package genesys

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/url"
	"reflect"
	"strconv"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// page is the platform's envelope of a listing. Entities may be missing.
type page[T any] struct {
	Entities  []T    `json:"entities"`
	PageCount int    `json:"pageCount"`
	NextURI   string `json:"nextUri"`
}

// maxPages ends a listing that never does.
const maxPages = 1000

// paged reads every page of a listing. The next page is asked for by its number;
// nextUri only says that there is one, so that the platform cannot lead us to an
// address that is not on the list of endpoints.
func paged[T any](ctx context.Context, c *Client, name string, query url.Values) ([]T, error) {
	ctx = bounded(ctx)
	var all []T
	for number := 1; number <= maxPages; number++ {
		q := maps.Clone(query)
		if q == nil {
			q = url.Values{}
		}
		q.Set("pageSize", strconv.Itoa(c.pageSize))
		q.Set("pageNumber", strconv.Itoa(number))
		var p page[T]
		if err := c.get(ctx, name, q, &p); err != nil {
			return nil, err
		}
		if err := take(ctx, name, len(p.Entities)); err != nil {
			return nil, err
		}
		all = append(all, p.Entities...)
		if len(p.Entities) == 0 || p.NextURI == "" && number >= p.PageCount {
			return all, nil
		}
	}
	return nil, wrapcast.Errorf(wrapcast.Unavailable, "genesys."+name, "the listing does not end after %d pages",
		maxPages)
}

// What a directory may bring at most: entries over all its listings, bytes of one answer, bytes over all answers. The
// largest organisations have a tenth of it.
const (
	maxEntries  = 100_000
	maxListing  = 8 << 20
	maxListings = 96 << 20
)

// allowance is what is left of it.
type allowance struct{ entries, bytes int }

type allowanceKey struct{}

// bounded is a context in which everything that is listed is bounded in sum, so that no platform and nothing between us
// and it fills the memory.
func bounded(ctx context.Context) context.Context {
	if _, already := ctx.Value(allowanceKey{}).(*allowance); already {
		return ctx
	}
	return context.WithValue(ctx, allowanceKey{}, &allowance{maxEntries, maxListings})
}

// take counts entries of a listing, by the name of its call.
func take(ctx context.Context, name string, entries int) error {
	left, _ := ctx.Value(allowanceKey{}).(*allowance)
	if left == nil {
		return nil
	}
	if left.entries -= entries; left.entries < 0 {
		return wrapcast.Errorf(wrapcast.Unavailable, "genesys."+name,
			"the platform lists more than %d entries, the last of them in %s", maxEntries, name).WithHint(sumAdvice)
	}
	return nil
}

const sumAdvice = "no organisation has so many: look what answers at the platform's address (region, base_url, api_url, proxy)"

func (c *Client) get(ctx context.Context, name string, query url.Values, into any, args ...string) error {
	call := transport.Call{Name: name, Base: c.api, Args: args, Query: query, Into: into}
	if left, _ := ctx.Value(allowanceKey{}).(*allowance); left != nil {
		call.Into, call.Read = nil, func(body io.Reader) error {
			reflect.ValueOf(into).Elem().SetZero() // of what an earlier attempt may have left there
			return left.read(body, name, into)
		}
	}
	_, err := c.transport.Do(ctx, call)
	return err
}

// read decodes one answer, and counts its bytes.
func (a *allowance) read(body io.Reader, name string, into any) error {
	most := min(maxListing, a.bytes)
	counted := &io.LimitedReader{R: body, N: int64(most) + 1}
	d := json.NewDecoder(counted)
	err := d.Decode(into)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("more than one JSON value")
		}
	} else {
		err = transport.BrokenJSON(err)
	}
	read := most + 1 - int(counted.N)
	a.bytes -= min(read, a.bytes)
	if counted.N == 0 {
		return wrapcast.Errorf(wrapcast.Unavailable, "genesys."+name,
			"an answer about %s is larger than %d MiB, or all answers together than %d MiB", name, maxListing>>20,
			maxListings>>20).WithHint(sumAdvice)
	}
	return err
}
