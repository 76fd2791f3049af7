package genesys

import (
	"context"
	"maps"
	"net/url"
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
		all = append(all, p.Entities...)
		if len(p.Entities) == 0 || p.NextURI == "" && number >= p.PageCount {
			return all, nil
		}
	}
	return nil, wrapcast.Errorf(wrapcast.Unavailable, "genesys."+name, "the listing does not end after %d pages",
		maxPages)
}

func (c *Client) get(ctx context.Context, name string, query url.Values, into any, args ...string) error {
	_, err := c.transport.Do(ctx, transport.Call{Name: name, Base: c.api, Args: args, Query: query, Into: into})
	return err
}
