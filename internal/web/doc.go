// Package web serves the HTTP API under /api/v1 with its own OpenAPI document, metrics, health, and the dashboard's
// files.
//
// It reads the store and asks the service for work; it never works itself. The server, its routes and its middleware
// are here; the rest lies in internal/, each importing only those after it:
//
//   - handlers: the operations of the API, one file per subject
//   - snapshot: lists, forecasts, plans and reports kept ready in memory
//   - access: logins, users, tokens and roles, on auth (passwords, secrets, identity providers)
//   - api: the form of an operation, of answers and of problems; columns: series in JSON
package web
