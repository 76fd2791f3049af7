package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// SignBrowser makes what a browser keeps to be known to an account: until when, signed with the hash of the account's
// password. Nobody else can make it, and a new password ends it.
func SignBrowser(account, passwordHash string, until time.Time) (string, error) {
	nonce, err := NewSecret("")
	if err != nil {
		return "", err
	}
	text := nonce + "." + strconv.FormatInt(until.Unix(), 10)
	return text + "." + browserMAC(account, passwordHash, text), nil
}

// KnownBrowser reports whether what a browser keeps was made for an account and holds; nonce tells browsers apart.
func KnownBrowser(account, passwordHash, kept string, now time.Time) (nonce string, known bool) {
	at := strings.LastIndexByte(kept, '.')
	if at < 0 || passwordHash == "" || len(kept) > 300 {
		return "", false
	}
	text, mac := kept[:at], kept[at+1:]
	if !hmac.Equal([]byte(mac), []byte(browserMAC(account, passwordHash, text))) {
		return "", false
	}
	nonce, until, _ := strings.Cut(text, ".")
	seconds, err := strconv.ParseInt(until, 10, 64)
	return nonce, err == nil && now.Before(time.Unix(seconds, 0))
}

func browserMAC(account, passwordHash, text string) string {
	key := sha256.Sum256([]byte("wrapcast known browser\n" + passwordHash))
	m := hmac.New(sha256.New, key[:])
	m.Write([]byte(account + "\n" + text))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}
