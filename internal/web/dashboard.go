package web

import (
	"embed"
	"errors"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// built holds the dashboard where it was built before the binary, and in any case the page that
// stands in its place. The pattern matches both, so that a fresh checkout compiles.
//
//go:embed all:dist*
var built embed.FS

// Where the dashboard's pages are among the files.
const (
	dashboardPage = "dist/index.html"
	standInPage   = "dist.html"
)

// dashboardHandler gives the dashboard's files. Its pages are told apart by what follows #, which no
// server sees; any other address leads to the front page.
func dashboardHandler(files fs.FS) http.Handler {
	page, err := fs.ReadFile(files, dashboardPage)
	if errors.Is(err, fs.ErrNotExist) {
		page, err = fs.ReadFile(files, standInPage)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "only the API can be changed", http.StatusMethodNotAllowed)
		case err != nil:
			http.Error(w, "the dashboard's files cannot be read", http.StatusInternalServerError)
		case name == "":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Cache-Control", "no-cache")
			_, _ = w.Write(page) // a reader who left needs no answer
		case strings.HasPrefix(name, "assets/") && isFile(files, "dist/"+name):
			// The names of these files change with what is in them.
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			http.ServeFileFS(w, r, files, "dist/"+name)
		case strings.HasPrefix(name, "assets/"):
			w.Header().Set("Cache-Control", "no-store") // it may be there again after an update
			http.NotFound(w, r)
		default:
			http.Redirect(w, r, "/", http.StatusFound)
		}
	})
}

func isFile(files fs.FS, name string) bool {
	info, err := fs.Stat(files, name)
	return err == nil && info.Mode().IsRegular()
}
