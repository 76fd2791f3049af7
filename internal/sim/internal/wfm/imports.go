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
	// Unit is the id of the business unit.
	Unit       string
	Week       wrapcast.Date
	WeekCount  int
	AcceptedAt time.Time
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

// failure is the notification of an import's refusal, which gives no reason, as a thread on the platform's forum shows
// it.
type failure struct {
	Status      string `json:"status"`
	OperationID string `json:"operationId"`
	EventType   string `json:"eventType"`
}

// importForecast accepts an upload. The result comes by notification only. Sending
// the same key again makes a second forecast: the reference does not say, and this is the worse of the two.
func (r *Service) importForecast(b *businessUnit, c *api.Call) (api.Answer, error) {
	week, err := b.newWeek(c)
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
	data, err := r.uploaded(b, *q.UploadKey, week)
	if err != nil {
		return api.Answer{}, err
	}
	content, err := (reader{b, r.Switches.Length}).read(data, week)
	if err != nil && !r.Switches.RefuseByNotification {
		return api.Answer{}, err
	}
	a := accepted{unit: b, week: week, by: c.ClientID, content: content, fate: c.Fate}
	id := r.accept(*q.UploadKey, a)
	r.Run(func(ctx context.Context) { r.finish(ctx, id, a) })
	return api.Status(http.StatusAccepted, operation{Status: "Processing", OperationID: id}), nil
}

// uploaded returns what was put under a key for a week.
func (r *Service) uploaded(b *businessUnit, key string, week wrapcast.Date) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	u := r.uploads[key]
	switch {
	case u == nil || u.unit != b.ID:
		return nil, invalid("uploadKey", "[%s] is not known", key)
	case u.week != week:
		return nil, invalid("uploadKey", "[%s] was made for the week of %s", key, u.week)
	case u.data == nil:
		return nil, invalid("uploadKey", "nothing was uploaded under [%s]", key)
	}
	return u.data, nil
}

// accepted is an import that goes on after its answer; content is nil where it will fail.
type accepted struct {
	unit    *businessUnit
	week    wrapcast.Date
	by      string
	content *content
	fate    api.Fate
}

// accept notes an import and gives it an operation id.
func (r *Service) accept(key string, a accepted) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := Import{OperationID: r.id("operation"), UploadKey: key, Unit: a.unit.ID, Week: a.week,
		AcceptedAt: r.Clock.Now(), Again: a.fate.Again}
	if c := a.content; c != nil {
		i.Description, i.WeekCount, i.Groups = c.description, c.weekCount, c.groups
	}
	r.imports = append(r.imports, i)
	return i.OperationID
}

// finish waits as long as an import takes, then makes the forecast and tells whoever listens.
func (r *Service) finish(ctx context.Context, operationID string, a accepted) {
	if a.fate.Stuck || r.Clock.Sleep(ctx, r.Delay+a.fate.Extra) != nil {
		return // it never ends, or the server is closing
	}
	var told any = failure{"Error", operationID, "Import"}
	made := ""
	failed := a.content == nil || a.fate.Fails
	if !failed {
		e := r.entity(r.add(a.unit, a.week, a.by, a.content, "Import"))
		made, told = e.ID, notification(operation{"Complete", operationID, &e})
	}
	r.mu.Lock()
	for i := range r.imports {
		if r.imports[i].OperationID == operationID {
			r.imports[i].Failed = failed
			r.imports[i].ForecastID = made
		}
	}
	r.mu.Unlock()
	for range a.fate.Told() {
		r.Publish(a.unit.topic("import"), told)
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
