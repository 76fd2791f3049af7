package auth

import (
	"encoding/json"
	"slices"
	"testing"
)

func TestClaimsAreReadInTheFormsProvidersWriteThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{`true`: true, `"true"`: true, `"True"`: true, `false`: false, `"false"`: false, `1`: false, `"yes"`: false, `null`: false, `["true"]`: false} {
		var c claims
		if err := json.Unmarshal([]byte(`{"email_verified":`+text+`}`), &c); err != nil || c.verified() != want {
			t.Errorf("%s: %v, %v", text, c.verified(), err)
		}
	}
	for text, want := range map[string][]string{`["a","b"]`: {"a", "b"}, `"a"`: {"a"}, `["a",1,null]`: {"a"}, `{}`: nil, `null`: nil} {
		var c claims
		if err := json.Unmarshal([]byte(`{"groups":`+text+`}`), &c); err != nil || !slices.Equal(c.texts("groups"), want) {
			t.Errorf("%s: %v, %v", text, c.texts("groups"), err)
		}
	}
}
