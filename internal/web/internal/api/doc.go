// Package api declares and describes operations, and has the forms of answers that all of them share: problems, pages
// of lists, versions (ETag), files and streams. It knows no subject and nobody's identity.
package api
