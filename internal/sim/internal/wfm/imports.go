package wfm

import (
	"context"
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
)

// Import is an import the platform accepted, for whoever wants to know what a client did.
type Import struct {
	OperationID, UploadKey, Description string
	Week                                wrapcast.Date
	WeekCount                           int
	AcceptedAt                          time.Time
	// ForecastID is set when it is complete, Failed when it ended in an error.
	ForecastID string
	Failed     bool
	// Again says that the platform handled one request twice, by a fault: nobody asked for this one.
	Again  bool
	Groups []GroupData
}

type importRequest struct {
	UploadKey *string `json:"uploadKey"`
}

// operation is the answer to an accepted import, and the notification of its end.
type operation struct {
	Status      string          `json:"status"`
	OperationID string          `json:"operationId"`
	Result      *forecastEntity `json:"result"`
}

// importForecast accepts an upload. The result comes by notification only. Sending
// the same key again makes a second forecast: the reference does not say, and this is the worse of the two.
func (r *Service) importForecast(c *api.Call) (api.Answer, error) {
	if err := r.unit.ours(c); err != nil {
		return api.Answer{}, err
	}
	week, err := r.unit.newWeek(c)
	if err != nil {
		return api.Answer{}, err
	}
	var q importRequest
	if err := api.Decode(c.Body, &q, "WfmProcessUploadRequest"); err != nil {
		return api.Answer{}, err
	}
	if q.UploadKey == nil {
		return api.Answer{}, invalid("uploadKey", "is required")
	}
	data, err := r.uploaded(*q.UploadKey, week)
	if err != nil {
		return api.Answer{}, err
	}
	content, err := (reader{r.unit, r.Switches.Length}).read(data, week)
	if err != nil && !r.Switches.RefuseByNotification {
		return api.Answer{}, err
	}
	client, fate := c.ClientID, c.Fate // the call may be made again while the import goes on
	id := r.accept(*q.UploadKey, week, content, fate)
	r.Run(func(ctx context.Context) { r.finish(ctx, id, week, client, content, fate) })
	return api.Status(http.StatusAccepted, operation{Status: "Processing", OperationID: id}), nil
}

// uploaded returns what was put under a key for a week.
func (r *Service) uploaded(key string, week wrapcast.Date) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	u := r.uploads[key]
	switch {
	case u == nil:
		return nil, invalid("uploadKey", "[%s] is not known", key)
	case u.week != week:
		return nil, invalid("uploadKey", "[%s] was made for the week of %s", key, u.week)
	case u.data == nil:
		return nil, invalid("uploadKey", "nothing was uploaded under [%s]", key)
	}
	return u.data, nil
}

// accept notes an import and gives it an operation id; content is nil where it will fail.
func (r *Service) accept(key string, week wrapcast.Date, c *content, fate api.Fate) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := Import{OperationID: r.id("operation"), UploadKey: key, Week: week, AcceptedAt: r.Clock.Now(),
		Again: fate.Again}
	if c != nil {
		i.Description, i.WeekCount, i.Groups = c.description, c.weekCount, c.groups
	}
	r.imports = append(r.imports, i)
	return i.OperationID
}

// finish waits as long as an import takes, then makes the forecast and tells whoever listens.
func (r *Service) finish(ctx context.Context, operationID string, week wrapcast.Date, by string, c *content,
	fate api.Fate) {
	if fate.Stuck || r.Clock.Sleep(ctx, r.Delay+fate.Extra) != nil {
		return // it never ends, or the server is closing
	}
	if fate.Fails {
		c = nil
	}
	done := operation{Status: "Error", OperationID: operationID}
	if c != nil {
		f := r.add(week, by, c, "Import")
		e := r.entity(f)
		done.Status, done.Result = "Complete", &e
	}
	r.mu.Lock()
	for i := range r.imports {
		if r.imports[i].OperationID == operationID {
			r.imports[i].Failed = c == nil
			if c != nil {
				r.imports[i].ForecastID = done.Result.ID
			}
		}
	}
	r.mu.Unlock()
	for range fate.Told() {
		r.Publish(r.unit.topic("import"), notification(done))
	}
}

// notification is the operation as the topic tells it: its result has fewer properties than the API's.
func notification(o operation) operation {
	if o.Result != nil {
		short := *o.Result
		short.SelfURI = ""
		short.Metadata.ModifiedBy.SelfURI = ""
		o.Result = &short
	}
	return o
}

// Imports returns every import accepted so far, in order.
func (r *Service) Imports() []Import {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Import(nil), r.imports...)
}
