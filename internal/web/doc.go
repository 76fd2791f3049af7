// Package web is the face of the service: the HTTP API under /api/v1 with its own
// OpenAPI document, sessions and roles, metrics, and the dashboard's files.
//
// It reads the store and asks flow for work; it never works itself. What people look
// at is kept ready in snapshots, one per organisation, made anew when something changed.
package web
