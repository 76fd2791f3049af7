// Package api is what operations are made of: how one is declared and described, and the forms of answers that all share:
// problems, lists by pages, versions (ETag), files and streams. It knows no subject and nobody's identity.
package api
