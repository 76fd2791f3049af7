package historical

import (
	"context"
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
)

type validateRequest struct {
	DateImportEnded *string `json:"dateImportEnded"`
	UploadKey       *string `json:"uploadKey"`
}

type jobAnswer struct {
	ID      string `json:"id"`
	SelfURI string `json:"selfUri"`
}

// status is HistoricalImportStatus, and what the topic tells.
type status struct {
	RequestID         string `json:"requestId"`
	DateImportStarted string `json:"dateImportStarted,omitempty"`
	DateImportEnded   string `json:"dateImportEnded"`
	Status            string `json:"status"`
	Error             string `json:"error,omitempty"`
	DateCreated       string `json:"dateCreated"`
	DateModified      string `json:"dateModified"`
	Active            bool   `json:"active"`
	Type              string `json:"type"`
	FileName          string `json:"fileName"`
	FileSize          int64  `json:"fileSize"`
}

func (i *Import) status() status {
	return status{
		RequestID: i.ID, DateImportEnded: i.ended, Status: i.Status, Error: i.Error, DateCreated: instant(i.Created),
		DateModified: instant(i.Modified), Active: i.Active, Type: "Csv", FileName: i.FileName, FileSize: i.Size,
	}
}

// validate accepts an uploaded file. One that runs already is in the way, unless several may (S14).
func (r *Room) validate(c *api.Call) (api.Answer, error) {
	var q validateRequest
	if err := api.Decode(c.Body, &q, "ValidationServiceRequest"); err != nil {
		return api.Answer{}, err
	}
	if q.DateImportEnded == nil || q.UploadKey == nil {
		return api.Answer{}, api.Constraint("dateImportEnded", "dateImportEnded and uploadKey are required")
	}
	if _, err := time.Parse(time.RFC3339, *q.DateImportEnded); err != nil {
		return api.Answer{}, &api.Error{Status: http.StatusBadRequest, Code: "invalid.date", Message: "Dates must be specified as ISO-8601 strings. For example: yyyy-MM-ddTHH:mm:ss.SSSZ"}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	u := r.uploads[*q.UploadKey]
	switch {
	case u == nil || u.data == nil:
		return api.Answer{}, &api.Error{Status: http.StatusBadRequest, Code: "wfm.validation.failure", Message: "uploadKey: nothing was uploaded under [" + *q.UploadKey + "]",
			Details: []api.Detail{{ErrorCode: "wfm.validation.failure", FieldName: "uploadKey"}}}
	case !r.Several && r.busy():
		return api.Answer{}, &api.Error{Status: http.StatusConflict, Code: "wfm.historical.running.request", Message: "There is already a historical data import running"}
	}
	i := &Import{ID: r.id("historical import"), FileName: u.fileName, Status: "Initiated", Size: int64(len(u.data)),
		Created: r.Clock.Now(), Modified: r.Clock.Now(), ended: *q.DateImportEnded, busy: true}
	r.imports = append(r.imports, i)
	data := u.data
	r.Run(func(ctx context.Context) { r.finish(ctx, i, data) })
	return api.Status(http.StatusAccepted, jobAnswer{i.ID, dataPath + "/importstatus/" + i.ID}), nil
}

// busy reports whether a file is being imported; the lock must be held.
func (r *Room) busy() bool {
	for _, i := range r.imports {
		if i.busy {
			return true
		}
	}
	return false
}

// finish reads a file as long as that takes, and tells whoever listens.
func (r *Room) finish(ctx context.Context, i *Import, data []byte) {
	if r.Clock.Sleep(ctx, r.Delay/2) != nil {
		return
	}
	r.change(i, func() { i.Status = "InProgress" })
	rows, err := r.read(data)
	if r.Clock.Sleep(ctx, r.Delay-r.Delay/2) != nil {
		return
	}
	r.change(i, func() {
		i.busy = false
		if err != nil {
			i.Status, i.Error = "Failed", err.Error()
			return
		}
		if !r.Several {
			for _, other := range r.imports {
				other.Active = false
			}
		}
		i.Status, i.Rows, i.Active = "Success", rows, true
	})
}

// change alters an import and publishes how it stands then.
func (r *Room) change(i *Import, do func()) {
	r.mu.Lock()
	do()
	i.Modified = r.Clock.Now()
	s := i.status()
	r.mu.Unlock()
	r.Publish(topic, s)
}

func (r *Room) list(*api.Call) (api.Answer, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	found := []status{}
	for _, i := range r.imports {
		found = append(found, i.status())
	}
	return api.OK(map[string]any{"entities": found}), nil
}

func (r *Room) one(c *api.Call) (api.Answer, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, i := range r.imports {
		if i.ID == c.Path("jobId") {
			return api.OK(map[string]any{"id": i.ID, "importStatusResult": i.status(), "selfUri": dataPath + "/importstatus/" + i.ID}), nil
		}
	}
	return api.Answer{}, api.NotFound()
}
