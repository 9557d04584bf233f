package inspect

import (
	"strconv"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/internal/jose"
)

func describeHeader(name string, v *Value) string {
	text, _ := v.Text()
	switch name {
	case "alg":
		return jose.Words(text)
	case "enc":
		return encryption(text)
	case "typ":
		return mediaType(text)
	case "cty":
		if strings.EqualFold(strings.TrimPrefix(strings.ToLower(text), "application/"), "jwt") {
			return "another JWT is inside"
		}
	case "b64":
		if v.IsFalse() {
			return "the payload stands there unencoded"
		}
	case "p2c":
		if v.Kind == Number {
			return v.Raw + " rounds"
		}
	case "x5c":
		if v.Kind == Array {
			return plural(int64(len(v.Items)), "certificate", "certificates")
		}
	}
	return ""
}

func encryption(enc string) string {
	switch enc {
	case "A128GCM", "A192GCM", "A256GCM":
		return "AES-GCM with a key of " + enc[1:4] + " bits"
	case "A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512":
		return "AES-CBC with a key of " + enc[1:4] + " bits, and HMAC"
	}
	return ""
}

func mediaType(typ string) string {
	switch name := strings.TrimPrefix(strings.ToLower(typ), "application/"); name {
	case "jwt":
		return "a JSON Web Token of no particular kind"
	case "at+jwt":
		return "an access token (RFC 9068)"
	case "dpop+jwt":
		return "a DPoP proof (RFC 9449)"
	case "logout+jwt":
		return "a logout token"
	case "secevent+jwt":
		return "a security event token (RFC 8417)"
	case "kb+jwt":
		return "a key binding token (RFC 9901)"
	case "oauth-authz-req+jwt":
		return "a signed authorization request (RFC 9101)"
	case "client-authentication+jwt":
		return "a client assertion"
	case "token-introspection+jwt":
		return "a signed introspection answer (RFC 9701)"
	case "entity-statement+jwt":
		return "an entity statement of OpenID Federation"
	}
	return ""
}

// describeCoded explains values that are codes, lists of names, or durations.
func describeCoded(name string, v *Value) string {
	text, isText := v.Text()
	switch name {
	case "scope", "scp":
		scopes, ok := v.Texts()
		if isText {
			scopes = strings.Fields(text)
		}
		if ok && len(scopes) > 0 {
			return plural(int64(len(scopes)), "scope", "scopes") + ": " + strings.Join(scopes, ", ")
		}
	case "amr":
		return methods(v)
	case "appidacr", "azpacr":
		return map[string]string{"0": "public client", "1": "client with a secret", "2": "client with a certificate"}[text]
	case "acct":
		return map[string]string{"0": "member of the tenant", "1": "guest"}[v.Raw]
	case "real_user_status":
		return map[string]string{"0": "not supported", "1": "unknown", "2": "likely a real person"}[v.Raw]
	case "max_age", "ttl", "exi", "uptime", "cdniets":
		if n, ok := wholeSeconds(v); ok {
			return secondsInWords(n)
		}
	case "cnf":
		return confirmation(v)
	case "aud":
		if v.Kind == Array {
			return plural(int64(len(v.Items)), "audience", "audiences")
		}
	case "email_verified", "phone_number_verified":
		if isText {
			return "a text instead of true or false"
		}
	}
	return ""
}

func wholeSeconds(v *Value) (int64, bool) {
	if v.Kind != Number {
		return 0, false
	}
	n, err := strconv.ParseInt(v.Raw, 10, 64)
	return n, err == nil && n >= 0
}

// methods explains authentication methods (RFC 8176 2).
func methods(v *Value) string {
	names, _ := v.Texts()
	words := make([]string, 0, len(names))
	for _, name := range names {
		words = append(words, orElse(method(name), name))
	}
	return strings.Join(words, ", ")
}

func method(amr string) string {
	switch amr {
	case "pwd":
		return "password"
	case "otp":
		return "one-time password"
	case "mfa":
		return "several factors"
	case "mca":
		return "several channels"
	case "sms":
		return "text message"
	case "tel":
		return "telephone call"
	case "hwk":
		return "key in hardware"
	case "swk":
		return "key in software"
	case "pin":
		return "PIN"
	case "pop":
		return "proof of possession of a key"
	case "face":
		return "face"
	case "fpt":
		return "fingerprint"
	case "iris":
		return "iris scan"
	case "retina":
		return "retina scan"
	case "vbm":
		return "voice"
	case "kba":
		return "knowledge questions"
	case "geo":
		return "location"
	case "rba":
		return "risk assessment"
	case "sc":
		return "smart card"
	case "user":
		return "user presence"
	case "wia":
		return "Windows login"
	case "rsa":
		return "RSA key"
	case "fed":
		return "login at another provider"
	case "ngcmfa":
		return "several factors (Entra)"
	}
	return ""
}

// confirmation says what the presenter of the token must own (RFC 7800 3.1, RFC 8705 3.1, RFC 9449 6.1).
func confirmation(v *Value) string {
	switch {
	case v.Get("jkt") != nil:
		return "bound to a DPoP key"
	case v.Get("x5t#S256") != nil:
		return "bound to a client certificate (mutual TLS)"
	case v.Get("jwk") != nil:
		return "bound to " + describeJWK(v.Get("jwk"))
	case v.Get("kid") != nil:
		return "bound to a key that both sides know"
	}
	return ""
}

func describeTime(v *Value, now time.Time) string {
	if problem := timeProblem(v); problem != "" {
		return problem
	}
	t, _ := NumericDate(v)
	if now.IsZero() {
		return dateInWords(t)
	}
	return dateInWords(t) + ", " + relative(t, now)
}

func describeJWK(v *Value) string {
	if v == nil || v.Kind != Object {
		return ""
	}
	k := parseKey(0, "", v)
	if k.Err != "" {
		return "a key that can't be used: " + k.Err
	}
	text := k.Name()
	if k.Thumbprint != "" {
		text += ", thumbprint " + k.Thumbprint
	}
	return text
}

// describeHash tells the size of a hash; half hashes have 16, 24 or 32 bytes.
func describeHash(v *Value) string {
	text, ok := v.Text()
	if !ok {
		return ""
	}
	room := make([]byte, len(text)*3/4)
	n, flaw := decodeBase64(room, text)
	if flaw != nil {
		return "no base64url: " + flaw.Message
	}
	return plural(int64(n), "byte", "bytes")
}
