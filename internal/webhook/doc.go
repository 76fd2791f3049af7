// Package webhook tells other systems: it wraps what happened in a CloudEvents 1.0
// event, signs it by Standard Webhooks, and carries it to an address it has first
// made sure of. A Receiver is the other end, for the demo and for tests.
//
// Deliveries are at least once: the message id stays the same over all attempts, so
// that a receiver can recognise a message it has seen. One call of Sender.Send is one
// attempt; when the next is due says Schedule, and whoever owns the outbox waits.
package webhook
