package genesys

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// RESTForecast is what the rest target says of a forecast.
type RESTForecast struct {
	ID string `json:"id"`
	// Status is "pending", then "completed" or "failed".
	Status string `json:"status"`
	Href   string `json:"href"`
	// StatusCode is the HTTP status of the answer; 0 where there was none.
	StatusCode int `json:"-"`
}

// PostForecast hands the rest payload to the client's host. The key, one
// per plan, makes a repetition harmless where the host honours it; where it does not
// (Config.IgnoresIdempotencyKey) and the answer is lost, the error is [target.ErrAmbiguous].
func (c *Client) PostForecast(ctx context.Context, p wrapcast.ForecastPayload, key string) (RESTForecast, error) {
	if key == "" {
		return RESTForecast{}, wrapcast.Errorf(wrapcast.Internal, "genesys."+transport.RestForecastCall,
			"there is no idempotency key")
	}
	if c.ignoresKey {
		c.transport.CloseIdle() // a kept connection that died would leave a doubt
	}
	var f RESTForecast
	a, err := c.transport.Do(ctx, transport.Call{
		Name: transport.RestForecastCall, Base: c.api, Body: p, Into: &f, Repeatable: !c.ignoresKey,
		Header: map[string]string{"Idempotency-Key": key},
	})
	f.StatusCode = a.Status
	if err == nil && f.ID == "" {
		err = c.transport.Ambiguous("genesys."+transport.RestForecastCall,
			fmt.Errorf("%s answered %d without an id to ask for", c.api, a.Status))
	}
	return f, err
}

// getForecast asks the rest target how far a forecast has come.
func (c *Client) getForecast(ctx context.Context, id string) (RESTForecast, error) {
	var f RESTForecast
	a, err := c.transport.Do(ctx, transport.Call{Name: transport.RestStatusCall, Base: c.api, Args: []string{id},
		Into: &f})
	f.StatusCode = a.Status
	return f, err
}

// PollForecast asks at once and then every so often (0: 30 seconds)
// until the forecast is completed. A failure the target reports is a Refused error; no end
// after atMost (0: 5 minutes) is [errPending].
func (c *Client) PollForecast(ctx context.Context, id string, every, atMost time.Duration) (RESTForecast, error) {
	every, atMost = positiveOr(every, 30*time.Second), positiveOr(atMost, 5*time.Minute)
	clock := c.transport.Clock()
	for waited := clock.Elapsed(); ; {
		f, err := c.getForecast(ctx, id)
		if over, err := f.over(err); over {
			return f, err
		}
		left := atMost - waited()
		if left <= 0 {
			return f, f.pending(id, atMost)
		}
		if err := clock.Sleep(ctx, min(every, left)); err != nil {
			return f, fmt.Errorf("genesys.%s: %w", transport.RestStatusCall, err)
		}
	}
}

// over reports whether there is nothing left to wait for. A host that does not answer now may do so later.
func (f RESTForecast) over(err error) (bool, error) {
	if err != nil {
		return wrapcast.KindOf(err) != wrapcast.Unavailable, err
	}
	switch strings.ToLower(f.Status) {
	case "completed", "complete":
		return true, nil
	case "failed", "error", "rejected", "canceled", "cancelled":
		return true, wrapcast.Errorf(wrapcast.Refused, "genesys."+transport.RestStatusCall,
			"the target reports the forecast %s as %q", f.ID, transport.Printable(f.Status, 40)).
			WithHint("the target's own log says why")
	}
	return false, nil
}

func (f RESTForecast) pending(id string, waited time.Duration) error {
	return wrapcast.Errorf(wrapcast.Partial, "genesys."+transport.RestStatusCall,
		"%w: forecast %s is still %q after %v",
		errPending, id, transport.Printable(f.Status, 40), waited).
		WithHint("it was taken and will not be sent again; run wrapcast submit --settle to look again")
}
