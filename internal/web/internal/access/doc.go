// Package access finds out who asks, and lets them do what their role allows: logins, sessions, users, API tokens,
// roles and single sign-on. Passwords, secrets and identity providers are checked by package auth.
package access
