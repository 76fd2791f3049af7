package wrapcast

import "time"

// AuditEntry is one link of an organisation's audit chain: who did what, when, how
// long it took and how it ended. Entries are only ever appended.
type AuditEntry struct {
	// Seq counts from 1 within the organisation.
	Seq          int64          `json:"seq"`
	Organisation OrganisationID `json:"organisation"`
	Run          RunID          `json:"run,omitempty"`
	// At has millisecond precision, UTC.
	At time.Time `json:"at"`
	// Actor is who did it: "cli", "schedule", a user's name.
	Actor string `json:"actor"`
	// Action is what was done: "extract", "submit.accepted", "webhook.delivered".
	Action string `json:"action"`
	// Status is how it ended: "ok", "failed", "unknown".
	Status string `json:"status"`
	// StatusCode is the HTTP status that decided it, 0 where there was none.
	StatusCode int `json:"status_code,omitempty"`
	// LatencyMs is how long it took in milliseconds.
	LatencyMs int64 `json:"latency_ms"`
	// Objects are the ids it is about: "plan", "forecast", "submission", "target_forecast", "operation".
	Objects map[string]string `json:"objects,omitempty"`
	// Digests bind the entry to what it speaks of as that was stored then: SHA-256 in lower-case hexadecimal by the name
	// in Objects, "history" and "settings" beside them. docs/FORMATS.md has the bytes. Nil in entries of before.
	Digests map[string]string `json:"digests,omitempty"`
	// Webhook is the delivery's state, where there is one.
	Webhook DeliveryState `json:"webhook,omitempty"`
	// Accuracy is the measured one, where a forecast is concerned.
	Accuracy *Accuracy `json:"accuracy,omitempty"`
	// Detail is one sentence for people, without secrets.
	Detail string `json:"detail,omitempty"`
	// Previous and Hash chain the entries: lower-case hexadecimal SHA-256, Previous of the first is 64 zeros.
	Previous string `json:"previous"`
	Hash     string `json:"hash"`
}
