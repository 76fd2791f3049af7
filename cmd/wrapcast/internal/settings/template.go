package settings

import _ "embed"

// template is the settings file that `wrapcast init` writes: every key with its default.
//
//go:embed wrapcast.yaml
var template []byte

// Template is a settings file with every key, its default and a comment.
func Template() []byte { return template }
