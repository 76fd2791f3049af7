package api

import (
	"bytes"
	"context"
	"io"
	"mime"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// File is a file to be downloaded.
type File struct {
	Name, ContentType string
	// Shown says that a browser shows it rather than saves it.
	Shown bool
	Write func(io.Writer) error
}

// Files makes a handler that answers with a file of one of some types. What can be wrong is found out by prepare.
func Files[I any](need Need, types []string, prepare func(context.Context, Scope, *I) (File, error)) Handler {
	return Handler{need, func(a *API, o huma.Operation) {
		content := map[string]*huma.MediaType{}
		for _, t := range types {
			content[t] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
		}
		o.Responses = map[string]*huma.Response{"200": {Description: "A file", Content: content}}
		huma.Register(a.huma, o, func(ctx context.Context, in *I) (*huma.StreamResponse, error) {
			var whole bytes.Buffer
			f, err := prepare(ctx, scopeOf(ctx).Scope, in)
			if err == nil {
				err = f.Write(&whole) // all of it before the status: half a file would look like a file
			}
			if err != nil {
				return nil, a.refuse(ctx, err)
			}
			return &huma.StreamResponse{Body: func(c huma.Context) { f.send(c, whole.Bytes()) }}, nil
		})
	}}
}

func (f File) send(c huma.Context, whole []byte) {
	c.SetHeader("Content-Type", f.ContentType)
	c.SetHeader("Content-Length", strconv.Itoa(len(whole)))
	how := "attachment"
	if f.Shown {
		how = "inline"
	}
	c.SetHeader("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": f.Name}))
	c.SetHeader("Cache-Control", "no-store")
	// Opened in the browser all the same, the file may show its own style, and nothing else.
	c.SetHeader("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	c.SetStatus(http.StatusOK)
	_, _ = c.BodyWriter().Write(whole) // a reader who left needs no answer
}
