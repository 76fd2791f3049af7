package wrapcast_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/wrapcast/wrapcast"
)

func TestErrorsKeepKindHintAndCauseThroughWrapping(t *testing.T) {
	t.Parallel()
	inner := wrapcast.Errorf(wrapcast.Refused, "import", "the week is taken: %w", io.EOF).WithHint("delete it first")
	err := fmt.Errorf("submit: %w", inner)
	if got := wrapcast.KindOf(err); got != wrapcast.Refused {
		t.Errorf("kind %s", got)
	}
	if got := wrapcast.Hint(err); got != "delete it first" {
		t.Errorf("hint %q", got)
	}
	if !errors.Is(err, io.EOF) {
		t.Error("the cause is lost")
	}
	if got, want := err.Error(), "submit: import: the week is taken: EOF"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTheOutermostHintWinsAndAnInnerOneIsFound(t *testing.T) {
	t.Parallel()
	inner := wrapcast.Errorf(wrapcast.Usage, "", "inner").WithHint("inner hint")
	outer := wrapcast.Errorf(wrapcast.Internal, "", "outer: %w", inner)
	if got := wrapcast.Hint(outer); got != "inner hint" {
		t.Errorf("hint %q", got)
	}
	if got := wrapcast.Hint(outer.WithHint("outer hint")); got != "outer hint" {
		t.Errorf("hint %q", got)
	}
	if got := wrapcast.KindOf(outer); got != wrapcast.Internal {
		t.Errorf("kind %s", got)
	}
	if got := wrapcast.KindOf(io.EOF); got != wrapcast.Internal {
		t.Errorf("a plain error is %s", got)
	}
}
