package flows

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// dialect is a JSON object whose members are read as text, whatever their type.
type dialect map[string]json.RawMessage

// reading reads bodies as JSON objects and remembers the newest: an answer is looked at for its secrets, for an error and for what
// it brings, and is read once for all three. The zero value is ready.
type reading struct {
	body []byte
	read dialect
	err  error
}

// object gives the members of a body that is a JSON object, else the error; a null has none.
func (r *reading) object(body []byte) (dialect, error) {
	if len(body) > 0 && len(body) == len(r.body) && &body[0] == &r.body[0] {
		return r.read, r.err
	}
	r.body, r.read = body, nil
	r.err = json.Unmarshal(body, &r.read)
	return r.read, r.err
}

// mayFail says whether an object can be an error although the status is none: only these two members tell (GitHub, Slack).
func (d dialect) mayFail() bool {
	_, errs := d["error"]
	_, ok := d["ok"]
	return errs || ok
}

// text gives a string as it is and a number as it is written; anything else is "".
func (d dialect) text(name string) string {
	raw, there := d[name]
	if !there {
		return ""
	}
	if plain, ok := plainString(raw); ok {
		return plain
	}
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		return n.String()
	}
	return ""
}

// plainString gives a JSON string that stands for itself: without escapes, in well-formed UTF-8. Most are so, and reading them with
// a decoder each costs more than the rest of an answer.
func plainString(raw json.RawMessage) (string, bool) {
	if len(raw) < 2 || raw[0] != '"' || bytes.IndexByte(raw, '\\') >= 0 || !utf8.Valid(raw) {
		return "", false
	}
	return string(raw[1 : len(raw)-1]), true
}

// folded lets Error and errorDescription be found as error and error_description, where those are not there.
func (d dialect) folded() dialect {
	proper := map[string]string{"error": "error", "errordescription": "error_description"}
	all := maps.Clone(d)
	for name, raw := range d {
		known := proper[strings.ToLower(strings.ReplaceAll(name, "_", ""))]
		if _, there := d[known]; known != "" && !there {
			all[known] = raw
		}
	}
	return all
}

// words gives the texts of a member that is a list, or an object of texts by language, in one.
func (d dialect) words(name string) string {
	if list := d.texts(name); list != nil {
		return strings.Join(list, "; ")
	}
	var by map[string]string
	if json.Unmarshal(d[name], &by) != nil {
		return ""
	}
	var all []string
	for _, key := range slices.Sorted(maps.Keys(by)) {
		all = append(all, by[key])
	}
	return strings.Join(all, "; ")
}

// item gives the first item of an array as text.
func (d dialect) item(name string) string {
	var items []json.RawMessage
	if json.Unmarshal(d[name], &items) != nil || len(items) == 0 {
		return ""
	}
	return dialect{"": items[0]}.text("")
}

// object gives a member that is an object; nil when it is none.
func (d dialect) object(name string) dialect {
	var inner dialect
	if json.Unmarshal(d[name], &inner) != nil {
		return nil
	}
	return inner
}

// problem gives the words of a problem document (RFC 9457), and of FastAPI, which has its detail alone.
func (d dialect) problem() string {
	title, detail := d.text("title"), d.text("detail")
	if title != "" && detail != "" {
		return title + ": " + detail
	}
	return first(detail, title)
}

// firstError gives the first object of an array named errors.
func (d dialect) firstError() dialect {
	var items []dialect
	if json.Unmarshal(d["errors"], &items) != nil || len(items) == 0 {
		return nil
	}
	return items[0]
}

// fault gives the object that Apigee's gateways answer with.
func (d dialect) fault() dialect {
	if f := d.object("fault"); f.text("faultstring") != "" {
		return f
	}
	return nil
}

// texts gives an array of texts; nil for anything else.
func (d dialect) texts(name string) []string {
	var items []string
	if json.Unmarshal(d[name], &items) != nil {
		return nil
	}
	return items
}

// messages gives Slack's response_metadata.messages in one text.
func (d dialect) messages() string {
	var metadata struct {
		Messages []string `json:"messages"`
	}
	if json.Unmarshal(d["response_metadata"], &metadata) != nil {
		return ""
	}
	return strings.Join(metadata.Messages, "; ")
}

// first gives the first text that is not empty.
func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// paramValue reads the value of an auth-param, quoted or not, and gives what follows it.
func paramValue(s string) (value, rest string) {
	switch {
	case strings.HasPrefix(s, "'"): // quoted in a way that RFC 9110 does not know
		if end := strings.IndexByte(s[1:], '\''); end >= 0 {
			return s[1 : 1+end], s[2+end:]
		}
		fallthrough
	case !strings.HasPrefix(s, `"`):
		value, rest, _ = strings.Cut(s, ",")
		return strings.TrimSpace(value), rest
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i++; i < len(s) {
				b.WriteByte(s[i])
			}
		case '"':
			return b.String(), s[i+1:]
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), ""
}

// markedNumber finds a mark that is followed by digits: AADSTS7000218.
func markedNumber(text, mark string) string {
	for i := strings.Index(text, mark); i >= 0; {
		end := i + len(mark)
		for end < len(text) && text[end] >= '0' && text[end] <= '9' {
			end++
		}
		if end > i+len(mark) {
			return text[i:end]
		}
		next := strings.Index(text[end:], mark)
		if next < 0 {
			break
		}
		i = end + next
	}
	return ""
}

// errorsKey finds ZITADEL's translation keys: Errors.AuthRequest.NotFound.
func errorsKey(text string) string {
	i := strings.Index(text, "Errors.")
	if i < 0 {
		return ""
	}
	key := text[i:]
	if end := strings.IndexFunc(key, func(r rune) bool { return r != '.' && !isLetter(r) }); end >= 0 {
		key = key[:end]
	}
	return strings.TrimRight(key, ".")
}

func isLetter(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }

// knownCode finds an OAuth error code among the words of a page or a plain text.
func knownCode(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return r != '_' && !isLetter(r) })
	for _, w := range words {
		switch w = strings.ToLower(w); w { // Spotify's pages shout them
		case "invalid_request", "unauthorized_client", "access_denied", "unsupported_response_type", "invalid_scope", "server_error",
			"temporarily_unavailable", "invalid_client", "invalid_grant", "unsupported_grant_type", "invalid_token",
			"insufficient_scope", "redirect_uri_mismatch", "invalid_redirect_uri", "login_required", "interaction_required",
			"consent_required", "account_selection_required", "invalid_request_uri", "invalid_request_object", "request_not_supported",
			"request_uri_not_supported", "registration_not_supported", "unmet_authentication_requirements", "invalid_target",
			"invalid_authorization_details", "invalid_dpop_proof", "use_dpop_nonce", "insufficient_user_authentication",
			"unsupported_token_type", "authorization_pending", "slow_down", "expired_token", "invalid_client_metadata",
			"invalid_software_statement", "deleted_client", "disabled_client", "org_internal", "redirect_mismatch", "admin_policy_enforced",
			"disallowed_useragent", "bad_verification_code", "incorrect_client_credentials", "bad_redirect_uri", "bad_client_secret",
			"device_flow_disabled", "invalid_state":
			return w
		}
	}
	return ""
}

func plainText(body []byte) string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(string(body[:min(len(body), maxErrorText)]), "�")), " ")
}

// errorInterval gives the interval that an error answer names (GitHub sends it with slow_down), or "".
func errorInterval(r *record.Response) string {
	var object map[string]json.RawMessage
	if json.Unmarshal(r.Body.Data, &object) != nil {
		return ""
	}
	return dialect(object).text("interval")
}

// maskEchoes hides what Casdoor repeats of a login in its descriptions: codes and PKCE values in brackets.
func maskEchoes(text string) string {
	for _, mark := range []string{"authorization code: [", "challengeAnswer: [", "CodeChallenge: [", "challenge: [", "verifier: ["} {
		i := strings.Index(text, mark)
		if i < 0 {
			continue
		}
		start := i + len(mark)
		if end := strings.IndexByte(text[start:], ']'); end > 0 {
			text = text[:start] + secret.Mask(text[start:start+end]) + text[start+end:]
		}
	}
	return text
}
