package flows

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// compareRegistration tells what the provider made of the wishes: it may change or leave out any of them, and a client that does not
// look fails later, far from the cause (RFC 7591 3.2.1).
func (s *state) compareRegistration(asked []byte, got map[string]json.RawMessage, ref string) {
	var wanted map[string]json.RawMessage
	if json.Unmarshal(asked, &wanted) != nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		answer, ok := got[name]
		switch {
		case secret.IsMember(name), !ok && isNothing(wanted[name]):
		case !ok:
			s.found(weight(name), "registration-dropped", fmt.Sprintf("the answer has no %s; asked for was %s", name, quoted(wanted[name])), "", ref)
		case !sameMetadata(name, wanted[name], answer):
			s.found(weight(name), "registration-changed", fmt.Sprintf("%s: asked for was %s, registered is %s", name, quoted(wanted[name]), quoted(answer)), "", ref)
		}
	}
	var added []string
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := wanted[name]; !ok && !slices.Contains(issuedMembers, name) {
			added = append(added, name+" "+quoted(got[name]))
		}
	}
	if len(added) > 0 {
		s.found(rule.Info, "registration-added", "set by the provider, not asked for: "+strings.Join(added, "; "), "", ref)
	}
}

// issuedMembers are what a registration answer always adds (RFC 7591 3.2.1, RFC 7592 3).
var issuedMembers = []string{"client_id", "client_secret", "client_id_issued_at", "client_secret_expires_at", "registration_access_token", "registration_client_uri"}

// weight is how much a change matters: without these the client can't log in as it is set up.
func weight(name string) rule.Severity {
	switch name {
	case "redirect_uris", "grant_types", "response_types", "token_endpoint_auth_method", "jwks", "jwks_uri", "scope":
		return rule.Warn
	}
	return rule.Info
}

// sameMetadata compares two values; lists and scopes are sets.
func sameMetadata(name string, a, b json.RawMessage) bool {
	x, y := metadataValue(name, a), metadataValue(name, b)
	return reflect.DeepEqual(x, y)
}

func metadataValue(name string, raw json.RawMessage) any {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return string(raw)
	}
	var words []string
	switch v := v.(type) {
	case string:
		if name != "scope" {
			return v
		}
		words = strings.Fields(v)
	case []any:
		for _, item := range v {
			text, ok := item.(string)
			if !ok {
				return v
			}
			words = append(words, text)
		}
	default:
		return v
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// isNothing reports whether a value says no more than its absence.
func isNothing(raw json.RawMessage) bool {
	return slices.Contains([]string{"[]", "{}", `""`, "null", "false"}, string(raw))
}

// quoted is a value in a finding, which is one line.
func quoted(raw json.RawMessage) string { return excerpt(raw, 120) }
