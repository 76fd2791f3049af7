package wrapcast

import "time"

// DayReading is what a local day said of a code when it was read. Codes arrive late, so that a young
// day says something else than it will in the end.
type DayReading struct {
	Day     Date      `json:"day"`
	ReadAt  time.Time `json:"read_at"`
	Code    CodeID    `json:"code"`
	Handled int       `json:"handled"`
}
