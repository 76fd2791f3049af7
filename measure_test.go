package wrapcast_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/wrapcast/wrapcast"
)

func TestMeasuresThatDoNotExistAreNullInJSON(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		m    wrapcast.Measure
		want string
	}{{0.25, "0.25"}, {wrapcast.NotMeasured(), "null"}, {wrapcast.Measure(math.Inf(1)), "null"}, {0, "0"}} {
		b, err := json.Marshal(c.m)
		if err != nil || string(b) != c.want {
			t.Errorf("%v is written %s, %v", float64(c.m), b, err)
		}
		var back wrapcast.Measure
		if err := json.Unmarshal(b, &back); err != nil || back.Known() != c.m.Known() {
			t.Errorf("%s reads back as %v, %v", b, float64(back), err)
		}
	}
}
