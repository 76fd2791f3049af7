package web_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// The script that a page may need at most, the frame included, in bytes as the browser runs them.
const maxScript = 200_000

func TestNoPageNeedsMuchScript(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("dist/index.html"); err != nil {
		if os.Getenv("WRAPCAST_BROWSER") == "required" {
			t.Fatal("the dashboard must be built (make ui)")
		}
		t.Skip("needs the built dashboard (make ui)")
	}
	frame := needs(t, "index.html", map[string]int{})
	pages, err := filepath.Glob("dist/assets/*.js")
	if err != nil || len(pages) < 8 {
		t.Fatalf("the dashboard has %d scripts: %v", len(pages), err)
	}
	for _, page := range pages {
		all := map[string]int{}
		for name, size := range frame {
			all[name] = size
		}
		sum := 0
		for _, size := range needs(t, "assets/"+filepath.Base(page), all) {
			sum += size
		}
		if sum > maxScript {
			t.Errorf("with %s the browser has %d bytes of script to run, more than %d", filepath.Base(page), sum, maxScript)
		}
	}
}

func TestScriptsAreKeptForeverAndMissingOnesNotAtAll(t *testing.T) {
	t.Parallel()
	s := newLocalSite(t)
	kept, err := filepath.Glob("dist/assets/*.js")
	if err != nil || len(kept) == 0 {
		if os.Getenv("WRAPCAST_BROWSER") == "required" {
			t.Fatal("the dashboard must be built (make ui)")
		}
		t.Skip("needs the built dashboard (make ui)")
	}
	for name, want := range map[string]struct {
		status int
		cache  string
	}{
		filepath.Base(kept[0]): {http.StatusOK, "public, max-age=31536000, immutable"},
		"Overview-00000000.js": {http.StatusNotFound, "no-store"},
	} {
		res, err := http.Get(s.URL + "/assets/" + name)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if cache := res.Header.Get("Cache-Control"); res.StatusCode != want.status || cache != want.cache {
			t.Errorf("%s: %d, %q", name, res.StatusCode, cache)
		}
	}
}

var imported = regexp.MustCompile(`(?:from|import|src=)\s*"\./((?:assets/)?[\w.-]+\.js)"`)

// needs adds the scripts a file of the dashboard is made of, and their sizes; what is imported when it is asked for is
// not needed.
func needs(t *testing.T, name string, sizes map[string]int) map[string]int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("dist", name))
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Ext(name) == ".js" {
		sizes[filepath.Base(name)] = len(text)
	}
	for _, m := range imported.FindAllSubmatch(text, -1) {
		if _, known := sizes[filepath.Base(string(m[1]))]; !known {
			needs(t, "assets/"+filepath.Base(string(m[1])), sizes)
		}
	}
	return sizes
}
