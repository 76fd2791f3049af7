// Package auth proves who somebody is: passwords, secrets, identity providers, and limits
// on how often one may try. It keeps nothing itself.
package auth
