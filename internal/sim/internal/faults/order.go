package faults

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Order asks for one fault: by share, at a place, or by share from a place on.
type Order struct {
	Kind Kind
	// Share of the requests it can meet that it does meet, 0 to 1.
	Share float64
	// First and Last are which of the requests to Endpoint it can meet, counted from 1; 0 and 0 are all. Last is
	// forever where there is no last.
	First, Last uint64
	// Endpoint is the end of the endpoints' path patterns it is about, with or without the method before it; "" is all.
	Endpoint string
	// Duration, Number and Text are its parameter.
	Duration time.Duration
	Number   int
	Text     string

	trait trait
}

// forever is the Last of an order that never ends.
const forever = math.MaxUint64

// placed reports whether somebody meant exactly these requests: nothing is spared then.
func (o *Order) placed() bool { return o.First > 0 || o.Endpoint != "" }

// about reports whether the order is about an endpoint, named by method and path pattern.
func (o *Order) about(endpoint string) bool {
	method, tail, named := strings.Cut(o.Endpoint, " ")
	if !named {
		method, tail = "", o.Endpoint
	}
	return strings.HasPrefix(endpoint, method) && strings.HasSuffix(endpoint, tail)
}

// Key writes the order without its share: what names it.
func (o *Order) Key() string {
	left, right := o.parts()
	if right != "" {
		return left + ":" + right
	}
	return left
}

// String writes the order as Parse reads it.
func (o *Order) String() string {
	left, right := o.parts()
	text := fmt.Sprintf("%s=%v", left, o.Share)
	if right != "" {
		text += ":" + right
	}
	return text
}

func (o *Order) parts() (left, right string) {
	left = string(o.Kind)
	switch {
	case o.First > 0 && o.Last == forever:
		left += fmt.Sprintf("#%d-", o.First)
	case o.First > 0 && o.Last > o.First:
		left += fmt.Sprintf("#%d-%d", o.First, o.Last)
	case o.First > 0:
		left += fmt.Sprintf("#%d", o.First)
	}
	if o.Endpoint != "" {
		left += "@" + o.Endpoint
	}
	if right = o.argument(); right == o.trait.fallback {
		right = ""
	}
	return left, right
}

func (o *Order) argument() string {
	switch o.trait.takes {
	case duration:
		return o.Duration.String()
	case number:
		return strconv.Itoa(o.Number)
	default:
		return o.Text
	}
}

// parseOrder reads "name[#first[-last]][@endpoint][=share[:parameter]]". Without a share, every request is meant.
func parseOrder(order string) (*Order, error) {
	left, right, found := strings.Cut(strings.TrimSpace(order), "=")
	share, argument, _ := strings.Cut(right, ":")
	key := strings.TrimSpace(left)
	if found {
		key += ":" + strings.TrimSpace(argument)
	}
	o, err := parseKey(key)
	if err != nil {
		return nil, err
	}
	o.Share = 1
	if found {
		if o.Share, err = strconv.ParseFloat(strings.TrimSpace(share), 64); err != nil {
			return nil, usage("the share %q of the fault %q is not a number", share, o.Kind)
		}
	}
	return o, o.check()
}

// parseKey reads "name[#first[-last]][@endpoint][:parameter]".
func parseKey(key string) (*Order, error) {
	left, argument, _ := strings.Cut(key, ":")
	left, endpoint, at := strings.Cut(left, "@")
	name, place, numbered := strings.Cut(left, "#")
	o := &Order{Kind: Kind(strings.TrimSpace(name)), Endpoint: strings.TrimSpace(endpoint)}
	var known bool
	if o.trait, known = traitOf(o.Kind); !known {
		return nil, usage("there is no fault %q", o.Kind)
	}
	if at && o.Endpoint == "" {
		return nil, usage("the fault %q names no endpoint behind its @", key)
	}
	if err := o.readPlace(place, numbered); err != nil {
		return nil, err
	}
	return o, o.readArgument(strings.TrimSpace(argument))
}

func (o *Order) readPlace(place string, numbered bool) error {
	if !numbered {
		return nil
	}
	first, last, ranged := strings.Cut(strings.TrimSpace(place), "-")
	var err error
	if o.First, err = strconv.ParseUint(first, 10, 63); err != nil || o.First == 0 {
		return usage("the fault %q has the place %q; requests are counted from 1", o.Kind, place)
	}
	switch {
	case !ranged:
		o.Last = o.First
	case last == "":
		o.Last = forever
	default:
		if o.Last, err = strconv.ParseUint(last, 10, 63); err != nil || o.Last < o.First {
			return usage("the fault %q has the place %q, which ends before it begins", o.Kind, place)
		}
	}
	return nil
}

func (o *Order) readArgument(s string) error {
	if s == "" {
		s = o.trait.fallback
	}
	var err error
	switch o.trait.takes {
	case nothing:
		if s != "" {
			return usage("the fault %q takes no parameter, not %q", o.Kind, s)
		}
	case duration:
		if o.Duration, err = time.ParseDuration(s); err != nil || o.Duration < 0 && o.Kind != Skew ||
			o.Duration.Abs() > 240*time.Hour {
			return usage("the fault %q takes a duration such as 200ms, 240 hours at most, not %q", o.Kind, s)
		}
	case number:
		if o.Number, err = strconv.Atoi(s); err != nil || o.Number < 1 || o.Number > 1_000_000 {
			return usage("the fault %q takes a whole number from 1 to a million, not %q", o.Kind, s)
		}
	case text:
		o.Text = s
	}
	return nil
}

func (o *Order) check() error {
	if !(o.Share >= 0 && o.Share <= 1) {
		return usage("the share %v of the fault %q lies outside 0 to 1", o.Share, o.Kind)
	}
	return nil
}

func usage(format string, args ...any) error {
	return wrapcast.Errorf(wrapcast.Usage, "sim.ParseFaults", format, args...).
		WithHint("order faults as 429=0.1,latency=0.5:200ms,drop-after#1@shorttermforecasts/import; " +
			"wrapcast simulate --help lists them all")
}
