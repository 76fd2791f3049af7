// Package web serves the HTTP API under /api/v1 with its own OpenAPI document, metrics, health, and the dashboard's
// files.
//
// It reads the store and asks the service for work; it never works itself. The server, its routes and its middleware
// are here; the rest lies in internal/, each importing only those after it:
//
//   - handlers: the operations of the API put together, and those about all of it: status, overview, audit, settings
//   - figures: what was counted and is forecast, and the files of it; decided: overrides, masks, calendar, lineage;
//     publishing: runs, plans, submissions, messages; one file per subject in each
//   - scope: whose numbers a request means, and what handlers of every subject share
//   - snapshot: lists, forecasts, plans and reports kept ready in memory
//   - access: logins, users, tokens and roles, on auth (passwords, secrets, identity providers)
//   - api: the form of an operation, of answers and of problems; columns: series in JSON
package web
