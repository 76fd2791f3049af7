// Package access says who asks and what they may do: logins, sessions, users, API tokens, roles and single sign-on. Passwords,
// secrets and identity providers are checked by package auth.
package access
