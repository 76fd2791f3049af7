package wrapcast

// CodeHistory is what a wrap-up code had on each local day, over all queues.
type CodeHistory struct {
	Code Code `json:"code"`
	// From is the first day; Handled are contacts per day, null on days that were never read.
	From    Date      `json:"from"`
	Handled []Measure `json:"handled"`
}
