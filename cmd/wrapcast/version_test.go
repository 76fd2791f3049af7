package main

import (
	"runtime/debug"
	"strings"
	"testing"
)

// A release says what it was sold as, `go install …@VERSION` the version of the module, anything else that it is neither.
func TestVersionIsThatOfTheReleaseOrTheModule(t *testing.T) {
	t.Parallel()
	of := func(version string) *debug.BuildInfo { return &debug.BuildInfo{Main: debug.Module{Version: version}} }
	for _, c := range []struct {
		linked string
		info   *debug.BuildInfo
		want   string
	}{
		{"v0.1.0", of("v0.0.0-20261201"), "v0.1.0"},
		{"", of("v0.1.0"), "v0.1.0"},
		{"", of("(devel)"), "dev"},
		{"", of(""), "dev"},
		{"", nil, "dev"},
	} {
		if got := versionOf(c.linked, c.info); got != c.want {
			t.Errorf("linked %q, module %v: %q, want %q", c.linked, c.info, got, c.want)
		}
	}
	if text := versionText(); !strings.HasPrefix(text, "wrapcast "+programVersion()+" (go1.") {
		t.Errorf("--version says %q", text)
	}
}
