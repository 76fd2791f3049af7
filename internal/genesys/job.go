package genesys

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/wrapcast/wrapcast"
)

const (
	// groupsPerPage is how many groups a page of a job's answer may have; the platform may give fewer.
	groupsPerPage = 10_000
	// jobPatience is how long a job may take.
	jobPatience = 10 * time.Minute
	// longestPoll is the longest wait between two looks at a job.
	longestPoll = 30 * time.Second
	// mostPages is how many pages are read before a job is given up: with so many it was no bargain, if they ever end.
	mostPages = 50
)

// aggregatesJob is a query that is answered later, in pages.
type aggregatesJob struct {
	aggregatesQuery
	PageSize int `json:"pageSize"`
}

// handledByJob is handled by a job, which may find more at once than a query. It also returns how many requests that took.
func (c *Client) handledByJob(ctx context.Context, i span, about int) (rows packedCodes, requests int, err error) {
	rows = newPacked[wrapcast.Leaf, codeFacts](i, about)
	id, err := c.submitJob(ctx, aggregatesJob{c.handledQuery(i), groupsPerPage})
	if err != nil {
		return rows, 1, err
	}
	looks, err := c.awaitJob(ctx, id)
	if err != nil {
		return rows, 1 + looks, err
	}
	pages, err := c.jobResults(ctx, id, &rows, c.codesInto(&rows, i))
	return rows, 1 + looks + pages, err
}

func (c *Client) submitJob(ctx context.Context, job aggregatesJob) (id string, err error) {
	var ticket struct {
		JobID string `json:"jobId"`
	}
	_, err = c.transport.do(ctx, call{name: jobCall, base: c.api, body: job, into: &ticket})
	return ticket.JobID, err
}

// awaitJob looks again and again, at growing intervals, until a job is done.
func (c *Client) awaitJob(ctx context.Context, id string) (looks int, err error) {
	var job struct {
		State        string `json:"state"`
		ErrorMessage string `json:"errorMessage"`
	}
	waited, wait := time.Duration(0), time.Second
	for waited < jobPatience {
		if err := c.transport.clock.Sleep(ctx, wait); err != nil {
			return looks, fmt.Errorf("genesys.%s: %w", jobStateCall, err)
		}
		looks, waited = looks+1, waited+wait
		if _, err := c.transport.do(ctx, call{name: jobStateCall, args: []string{id}, base: c.api, into: &job}); err != nil {
			return looks, err
		}
		switch job.State {
		case "FULFILLED":
			return looks, nil
		case "QUEUED", "PENDING":
			wait = min(2*wait, longestPoll)
		default:
			return looks, wrapcast.Errorf(wrapcast.Refused, "genesys."+jobStateCall, "the job is %s: %s",
				printable(job.State, 40), printable(job.ErrorMessage, 200))
		}
	}
	return looks, wrapcast.Errorf(wrapcast.Unavailable, "genesys."+jobStateCall, "the job is still %s after %v", printable(job.State, 40), jobPatience)
}

// jobResults reads the answer of a job page by page. A page that has to be read again begins where it began.
func (c *Client) jobResults(ctx context.Context, id string, rows *packedCodes, take func(*bucket) error) (pages int, err error) {
	var query url.Values
	for pages < mostPages {
		begun, cursor := rows.count(), ""
		pages++
		_, err := c.transport.do(ctx, call{
			name: jobResultsCall, args: []string{id}, base: c.api, query: query,
			read: func(body io.Reader) (err error) {
				rows.cut(begun)
				cursor, err = readBuckets(body, take)
				return err
			},
		})
		if err != nil || cursor == "" {
			return pages, err
		}
		query = url.Values{"cursor": {cursor}}
	}
	return pages, wrapcast.Errorf(wrapcast.Refused, "genesys."+jobResultsCall, "the answer has more than %d pages", mostPages)
}
