package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
)

// A field of --print is the name of a member of the token response (id_token, access_token, refresh_token, token_type, scope,
// expires_in, or one of the provider's own), userinfo, or a path into a token: TOKEN.claims.NAME or
// TOKEN.header.NAME, and on into objects with further dots. A string is printed as it is, anything else as JSON.

// checkField refuses a path that no login could answer, before the login.
func checkField(field string) error {
	token, rest, isPath := strings.Cut(field, ".")
	if !isPath {
		return nil
	}
	part, name, _ := strings.Cut(rest, ".")
	if (token == string(flows.UserInfo) || token == string(flows.IntrospectionAnswer)) && rest != "" {
		return nil
	}
	if part != "claims" && part != "header" || name == "" {
		return usage("for example --print id_token.claims.sub", "--print: want TOKEN.claims.NAME or TOKEN.header.NAME, got %q", field)
	}
	return nil
}

// fieldOf finds the value in what a login left.
func fieldOf(session *flows.Session, field string) (string, error) {
	if session == nil {
		return "", fmt.Errorf("--print %s: the run left no tokens", field)
	}
	if r := session.Registration; r != nil {
		return pick(r.Raw, strings.Split(field, "."), field)
	}
	if value, ok := member(session, field); ok {
		return value, nil
	}
	token, rest, _ := strings.Cut(field, ".")
	if token == string(flows.UserInfo) && rest != "" {
		claims := json.RawMessage(session.Tokens.UserInfo)
		if report := session.Reports[flows.UserInfo]; report != nil { // it came as a token
			claims = speaking(report).Payload
		}
		return pick(claims, strings.Split(rest, "."), field)
	}
	if token == string(flows.IntrospectionAnswer) && rest != "" && session.Introspection != nil {
		return pick(session.Introspection.Raw, strings.Split(rest, "."), field)
	}
	part, name, isPath := strings.Cut(rest, ".")
	report := session.Reports[flows.TokenName(token)]
	if rest == "" && session.Introspection != nil {
		return "", fmt.Errorf("--print %s: the run left no %q; a member of the introspection answer is introspection.%s", field, token, token)
	}
	if !isPath || report == nil {
		return "", fmt.Errorf("--print %s: the token response has no %q", field, token)
	}
	document := report.Header
	if part == "claims" {
		report = speaking(report)
		document = report.Payload
	}
	return pick(document, claimPath(report, part, name), field)
}

// speaking gives the token whose claims count: the one inside an encrypted one.
func speaking(r *inspect.Report) *inspect.Report {
	for r.Inner != nil {
		r = r.Inner
	}
	return r
}

// claimPath splits a path at its dots, unless a claim has that very name: claims are often named by addresses.
func claimPath(r *inspect.Report, part, name string) []string {
	claims := r.Claims
	if part == "header" {
		claims = r.Headers
	}
	for _, c := range claims {
		if c.Name == name {
			return []string{name}
		}
	}
	return strings.Split(name, ".")
}

// member finds a member of the token response.
func member(session *flows.Session, name string) (string, bool) {
	t := session.Tokens
	var value string
	switch name {
	case "id_token":
		value = t.ID.Reveal()
	case "access_token":
		value = t.Access.Reveal()
	case "refresh_token":
		value = t.Refresh.Reveal()
	case "token_type":
		value = t.TokenType
	case "scope":
		value = t.Scope
	case "userinfo":
		value = string(bytes.TrimSpace(t.UserInfo))
	case "expires_in":
		if !t.ExpiresAt.IsZero() {
			value = fmt.Sprint(int64(t.ExpiresAt.Sub(session.At).Round(time.Second).Seconds()))
		}
	default:
		value = t.Extra[name]
	}
	return value, value != ""
}

// pick follows a path of member names into a JSON document.
func pick(document json.RawMessage, path []string, field string) (string, error) {
	for _, name := range path {
		var object map[string]json.RawMessage
		if json.Unmarshal(document, &object) != nil || object[name] == nil {
			return "", fmt.Errorf("--print %s: there is no %q", field, name)
		}
		document = object[name]
	}
	var text string
	if json.Unmarshal(document, &text) == nil {
		return text, nil
	}
	var b bytes.Buffer
	if err := json.Compact(&b, document); err != nil {
		return "", err
	}
	return b.String(), nil
}
