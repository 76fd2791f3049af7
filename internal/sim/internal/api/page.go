package api

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// PageRule is how the platform bounds pages; the maximum is not known for certain.
type PageRule struct {
	Maximum int
	// Clamp takes a larger page size as the maximum instead of refusing it.
	Clamp bool
}

// Page is a page asked for.
type Page struct{ Size, Number int }

// defaultPageSize is the size of a page when none is asked for.
const defaultPageSize = 25

// Page reads pageSize and pageNumber.
func (c *Call) Page(rule PageRule) (Page, error) {
	p := Page{defaultPageSize, 1}
	var err error
	if s := c.Query().Get("pageSize"); s != "" {
		if p.Size, err = strconv.Atoi(s); err != nil || p.Size < 1 {
			return p, InvalidParameter(s, "pageSize", "a whole number from 1 to "+strconv.Itoa(rule.Maximum))
		}
	}
	if p.Size > rule.Maximum {
		if !rule.Clamp {
			return p, InvalidParameter(strconv.Itoa(p.Size), "pageSize",
				"a whole number from 1 to "+strconv.Itoa(rule.Maximum))
		}
		p.Size = rule.Maximum
	}
	if s := c.Query().Get("pageNumber"); s != "" {
		if p.Number, err = strconv.Atoi(s); err != nil || p.Number < 1 {
			return p, &Error{Status: 400, Code: "invalid.page.number", Message: "Invalid page number specified."}
		}
	}
	return p, nil
}

// Listing is the envelope of a paged list.
type Listing[T any] struct {
	Entities    []T    `json:"entities"`
	PageSize    int    `json:"pageSize"`
	PageNumber  int    `json:"pageNumber"`
	Total       int    `json:"total"`
	FirstURI    string `json:"firstUri"`
	SelfURI     string `json:"selfUri"`
	NextURI     string `json:"nextUri,omitempty"`
	PreviousURI string `json:"previousUri,omitempty"`
	LastURI     string `json:"lastUri"`
	PageCount   int    `json:"pageCount"`
}

// Paged cuts a page out of everything that was found. A page past the end is empty.
func Paged[T any](c *Call, p Page, all []T) Listing[T] {
	pages := max((len(all)+p.Size-1)/p.Size, 1)
	from := min((min(p.Number, pages+1)-1)*p.Size, len(all))
	l := Listing[T]{
		Entities: all[from:min(from+p.Size, len(all))], PageSize: p.Size, PageNumber: p.Number, Total: len(all),
		FirstURI: c.pageURI(p.Size, 1), SelfURI: c.pageURI(p.Size, p.Number), LastURI: c.pageURI(p.Size,
			pages), PageCount: pages,
	}
	if l.Entities == nil {
		l.Entities = []T{}
	}
	if p.Number < pages {
		l.NextURI = c.pageURI(p.Size, p.Number+1)
	}
	if p.Number > 1 {
		l.PreviousURI = c.pageURI(p.Size, p.Number-1)
	}
	return l
}

// pageURI returns the request's path and query with another page. Such addresses are relative, as the platform's are.
func (c *Call) pageURI(size, number int) string {
	q := url.Values{}
	for name, values := range c.Query() {
		q[name] = values
	}
	q.Set("pageSize", strconv.Itoa(size))
	q.Set("pageNumber", strconv.Itoa(number))
	return c.Request.URL.Path + "?" + q.Encode()
}

// List reads a parameter that may be repeated or hold several values with commas
// between them, as the platform's own clients send them: id=a&id=b, id=a,b, id=a%2Cb.
func (c *Call) List(name string) []string {
	var values []string
	for _, v := range c.Query()[name] {
		for _, part := range strings.Split(v, ",") {
			if part = strings.TrimSpace(part); part != "" {
				values = append(values, part)
			}
		}
	}
	return values
}

// OneOf reads a parameter with fixed values, fallback when it is absent.
func (c *Call) OneOf(name, fallback string, allowed ...string) (string, error) {
	v := c.Query().Get(name)
	if v == "" {
		return fallback, nil
	}
	if !slices.Contains(allowed, v) {
		return "", InvalidParameter(v, name, "["+strings.Join(allowed, ", ")+"]")
	}
	return v, nil
}

// Bool reads a parameter that is true or false, false when it is absent.
func (c *Call) Bool(name string) (bool, error) {
	v, err := c.OneOf(name, "false", "true", "false")
	return v == "true", err
}
