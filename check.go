package wrapcast

// CheckStatus says how one thing that doctor looked at was found.
type CheckStatus string

// The statuses of a check.
const (
	// CheckOK: as it should be.
	CheckOK CheckStatus = "ok"
	// CheckWarning: the run works, but something is not as it should be.
	CheckWarning CheckStatus = "warning"
	// CheckFailed: the run cannot work before this is mended.
	CheckFailed CheckStatus = "failed"
	// CheckSkipped: not looked at, because an earlier check failed or nobody asked.
	CheckSkipped CheckStatus = "skipped"
)

// Check is one thing doctor looked at: whether it is right and what to do if it is not.
type Check struct {
	// Name says what was looked at: "credentials", "permission wfm:shortTermForecast:add".
	Name   string      `json:"name"`
	Status CheckStatus `json:"status"`
	// Message says what was found and how, in one sentence.
	Message string `json:"message"`
	// Advice says what to do next; empty when all is well.
	Advice string `json:"advice,omitempty"`
	// Kind says of a failure how a run would end there: usage where the settings are wrong. "" is refused.
	Kind Kind `json:"kind,omitempty"`
	// Holds says that a run would work and submit nothing until somebody has decided about it.
	Holds bool `json:"holds,omitempty"`
}
