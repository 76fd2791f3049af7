// Package transport carries requests to the platform: the closed list of what is ever asked, the login token, the
// request budget, retries, and what each answer or failure means. It knows nothing of what the answers are about.
package transport
