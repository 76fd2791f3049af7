package wrapcast

import "time"

// DayReading is how many contacts of a local day had a wrap-up code when the day was read at ReadAt. Codes arrive late, so
// that a later reading of the same day may have more.
type DayReading struct {
	Day     Date      `json:"day"`
	ReadAt  time.Time `json:"read_at"`
	Code    CodeID    `json:"code"`
	Handled int       `json:"handled"`
}
