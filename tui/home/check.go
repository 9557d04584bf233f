package home

import (
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
)

// mark says below a field what is wrong with it, and reports whether something is.
func (f *loginForm) mark(id string) bool {
	delete(f.Problems, id)
	if p := f.problem(id); p != "" {
		f.Problems[id] = p
	}
	return f.Problems[id] != ""
}

// judge marks every field that is wrong, and gives the first; "" when none is. What is used for one login only does not matter to a
// profile.
func (f *loginForm) judge(login bool) (first string) {
	clear(f.Problems)
	for _, x := range f.fields() {
		if !login && (f.once(x.ID) || x.ID == "profile") {
			continue
		}
		if f.mark(x.ID) && first == "" {
			first = x.ID
		}
	}
	return first
}

// problem says what is wrong with a field; empty when nothing is.
func (f *loginForm) problem(id string) string {
	value := f.text(id)
	switch id {
	case "issuer":
		if value == "" && f.endpointsGiven() {
			return ""
		}
		return issuerProblem(value)
	case "client-id":
		if value == "" {
			return "the client id is needed; the provider gave it when the client was registered"
		}
	case "flow":
		if value == "client-credentials" && f.base == nil && f.Value("client-secret") == "" && f.text("client-key") == "" && f.text("cert") == "" {
			return "the client speaks for itself here, so it needs a secret, a key or a certificate (RFC 6749 4.4)"
		}
		return f.discover.found.Lacks(f.flow())
	case "scope":
		if strings.ContainsAny(value, "\"\\,;") {
			return "scopes are separated by spaces (RFC 6749 3.3)"
		}
	case "redirect-uri":
		return RedirectProblem(value)
	case "profile":
		if value != "" {
			return f.nameProblem(value)
		}
	}
	if p := f.grantProblem(id); p != "" {
		return p
	}
	return f.optionProblem(id, value)
}

// optionProblem says what is wrong with an option.
func (f *loginForm) optionProblem(id, value string) string {
	switch id {
	case "jar", "jar-encrypt":
		if value != "" && f.text("client-key") == "" && f.base == nil && f.Value("client-secret") == "" {
			return "a request is signed with the client's key, or with its secret: name the key's file under Client key (RFC 9101 4)"
		}
	case "jar-alg":
		secret := strings.HasPrefix(value, "HS")
		switch {
		case value == "":
		case secret && f.base == nil && f.Value("client-secret") == "":
			return value + " signs with the client secret, and there is none"
		case !secret && f.text("client-key") == "":
			return value + " signs with the client's key: name its file under Client key"
		}
	case "auth-method":
		switch {
		case strings.HasPrefix(value, "client_secret") && f.base == nil && f.Value("client-secret") == "":
			return value + " needs the client secret"
		case value == string(flows.AuthPrivateKeyJWT) && f.text("client-key") == "":
			return "private_key_jwt needs the client's key: name its file under Client key"
		case strings.Contains(value, "tls_client_auth") && f.text("cert") == "":
			return value + " needs the client's certificate: name its file under Certificate"
		}
	case "key":
		if value != "" && f.text("cert") == "" {
			return "a certificate's key without the certificate (RFC 8705 2)"
		}
	case "resource":
		for _, r := range strings.Fields(value) {
			if u, err := url.Parse(r); err != nil || !u.IsAbs() || u.Fragment != "" {
				return "a resource is a whole address without a # part (RFC 8707 2)"
			}
		}
	case "param":
		for _, p := range strings.Fields(value) {
			if name, _, ok := strings.Cut(p, "="); !ok || name == "" {
				return "parameters are name=value, with spaces between; %20 is a space in a value"
			}
		}
	case "max-age":
		return ageProblem(value)
	case "timeout", "login-timeout":
		if d, err := time.ParseDuration(value); value != "" && (err != nil || d <= 0) {
			return "a limit is a length of time, such as 10s or 2m"
		}
	case "prompt":
		if words := strings.Fields(value); len(words) > 1 && strings.Contains(" "+strings.Join(words, " ")+" ", " none ") {
			return "none stands alone (OpenID Connect Core 3.1.2.1)"
		}
	case "claims", "authorization-details":
		return documentProblem(id, value)
	case "keep":
		if value != "" && f.text("profile") == "" {
			return "a session is kept under a name: fill in Keep as"
		}
	default:
		if strings.HasSuffix(id, "-endpoint") || id == "jwks-uri" {
			if u, err := url.Parse(value); value != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "") {
				return "an endpoint is a whole address: https://… (RFC 6749 3)"
			}
		}
	}
	return ""
}

// ageProblem says what keeps text from being a max_age: seconds, or a length of time.
func ageProblem(value string) string {
	if strings.Trim(value, "0123456789") == "" {
		return ""
	}
	if d, err := time.ParseDuration(value); err != nil || d < 0 {
		return "max age is seconds, or a length of time such as 5m"
	}
	return ""
}

// documentProblem says what keeps text from being the JSON that an option wants; a file is read when the login starts.
func documentProblem(id, value string) string {
	if value == "" || strings.HasPrefix(value, "@") {
		return ""
	}
	if id == "claims" && !isJSON[map[string]any](value) {
		return "claims are a JSON object, or @ and a file (OpenID Connect Core 5.5)"
	}
	if id == "authorization-details" && !isJSON[[]map[string]any](value) {
		return "this is a JSON array of objects, or @ and a file (RFC 9396 2)"
	}
	return ""
}

// RedirectProblem says what keeps text from being a redirect URI (RFC 6749 3.1.2); empty when nothing does, and for none.
func RedirectProblem(value string) string {
	if value == "" {
		return ""
	}
	u, err := url.Parse(value)
	switch {
	case err != nil || u.Scheme == "" || u.Host == "" && u.Opaque == "" && u.Path == "":
		return "a redirect URI is a whole address, such as http://127.0.0.1:8085/callback"
	case u.Fragment != "":
		return "a redirect URI has no # part (RFC 6749 3.1.2)"
	default:
		return ""
	}
}

// Elsewhere reports whether a redirect URI leads away from this machine, so that the address must be pasted back.
func Elsewhere(redirect string) bool {
	u, err := url.Parse(redirect)
	if redirect == "" || err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme != "http" || u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback())
}

func (f *loginForm) nameProblem(name string) string {
	if err := config.CheckName(name); err != nil {
		return err.Error()
	}
	for _, p := range f.c.Profiles {
		if p.Name == name && (f.base == nil || f.base.Name != name) {
			return "there is a profile of that name already; the list on the home screen opens it"
		}
	}
	return ""
}
