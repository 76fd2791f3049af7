package auth

import "context"

// Provider lets people log in elsewhere, with an identity provider of their company.
type Provider interface {
	// Begin returns where the browser goes to log in. The attempt's secrets come back to Finish.
	Begin(context.Context, Attempt) (address string, err error)
	// Finish exchanges what the browser brings back for who they are.
	Finish(ctx context.Context, a Attempt, code string) (Identity, error)
}

// Attempt is one login under way. Its fields are secrets of the browser that began it.
type Attempt struct {
	// State ties the answer to the browser, Nonce the identity to the attempt, Verifier the code to both (PKCE, RFC
	// 7636).
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
	// ReturnTo is the path of the page to go to afterwards.
	ReturnTo string `json:"return_to"`
}

// NewAttempt begins a login.
func NewAttempt(returnTo string) (a Attempt, err error) {
	a.ReturnTo = returnTo
	for _, field := range []*string{&a.State, &a.Nonce, &a.Verifier} {
		if *field, err = NewSecret(""); err != nil {
			return a, err
		}
	}
	return a, nil
}

// Identity is a person as an identity provider names them.
type Identity struct {
	// Subject is the provider's address and its own id of the person: it never changes.
	Subject string
	// Email is lower case, and empty where the provider does not vouch for it.
	Email string
	// HostedDomain is the domain of the organisation that Google says the account belongs to (claim hd), in lower case.
	HostedDomain string
	// Groups are those the provider says they are in.
	Groups []string
}
