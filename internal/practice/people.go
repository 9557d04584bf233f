package practice

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// acrPassword is the one level of assurance: a password was typed, though none was checked.
const acrPassword goidc.ACR = "urn:oidcscope:practice:password"

// person is someone who can log in.
type person struct {
	Login, Name, GivenName, FamilyName, Email, Phone string
	Roles                                            []string
}

func people() []person {
	return []person{
		{"alice", "Alice Example", "Alice", "Example", "alice@example.com", "+1 555 0100", []string{"admin", "editor"}},
		{"bob", "Bob Example", "Bob", "Example", "bob@example.com", "+1 555 0101", []string{"reader"}},
	}
}

func personByLogin(login string) (person, bool) {
	login = strings.ToLower(strings.TrimSpace(login))
	for _, someone := range people() {
		if login == someone.Login || login == someone.Email {
			return someone, true
		}
	}
	return person{}, false
}

// scope is what can be asked for, the claims that come with it (OpenID Connect Core 5.4), and how the consent page says it.
type scope struct {
	id, words string
	claims    []string
}

func scopeTable() []scope {
	return []scope{
		{"openid", "Know that it is you: an identifier that is yours here", []string{"sub"}},
		{"profile", "See your name, user name, language and roles", []string{
			"name", "given_name", "family_name", "preferred_username", "locale", "zoneinfo", "updated_at", "roles"}},
		{"email", "See your e-mail address", []string{"email", "email_verified"}},
		{"address", "See your postal address", []string{"address"}},
		{"phone", "See your telephone number", []string{"phone_number", "phone_number_verified"}},
		{"offline_access", "Stay signed in: get new tokens without asking you again", nil},
		{"practice:read", "Read from the practice API", nil},
		{"practice:write", "Write to the practice API", nil},
	}
}

func scopeIDs() []string {
	var ids []string
	for _, s := range scopeTable() {
		ids = append(ids, s.id)
	}
	return ids
}

func scopes() []goidc.Scope {
	var list []goidc.Scope
	for _, id := range scopeIDs() {
		list = append(list, goidc.NewScope(id))
	}
	return list
}

func supportedClaims() []string {
	claims := []string{"auth_time", "amr", "acr"}
	for _, s := range scopeTable() {
		claims = append(claims, s.claims...)
	}
	return slices.DeleteFunc(claims, func(name string) bool { return name == "sub" })
}

// claim gives the value of one claim about a person.
func (someone person) claim(name string) any {
	switch name {
	case "name":
		return someone.Name
	case "given_name":
		return someone.GivenName
	case "family_name":
		return someone.FamilyName
	case "preferred_username":
		return someone.Login
	case "locale":
		return "en"
	case "zoneinfo":
		return "Europe/Paris"
	case "updated_at":
		return 1767225600 // 2026-01-01
	case "roles":
		return someone.Roles
	case "email":
		return someone.Email
	case "email_verified":
		return true
	case "phone_number":
		return someone.Phone
	case "phone_number_verified":
		return false
	case "address":
		return map[string]string{"street_address": "1 Example Street", "locality": "Paris", "country": "FR"}
	}
	return nil
}

// What a login leaves in the store of its session, and so of its grant.
const (
	storeAuthTime = "auth_time"
	storeSID      = "sid"
)

// idTokenClaims are the claims beyond those of the protocol. Claims of the scopes are put into the ID token too, as most
// providers do; OpenID Connect Core 5.4 would have them at the userinfo endpoint only.
func idTokenClaims(_ context.Context, g *goidc.Grant) map[string]any {
	var asked map[string]goidc.ClaimObjectInfo
	if g.AuthParams.Claims != nil {
		asked = g.AuthParams.Claims.IDToken
	}
	claims := claimsFor(g, asked)
	maps.Copy(claims, loginClaims(g))
	return claims
}

func userInfoClaims(_ context.Context, g *goidc.Grant) map[string]any {
	var asked map[string]goidc.ClaimObjectInfo
	if g.AuthParams.Claims != nil {
		asked = g.AuthParams.Claims.UserInfo
	}
	return claimsFor(g, asked)
}

// accessTokenClaims adds what RFC 9068 2.2 asks for and go-oidc does not know.
func (p *Provider) accessTokenClaims(_ context.Context, t *goidc.Token, g *goidc.Grant) map[string]any {
	claims := loginClaims(g)
	delete(claims, storeSID)
	delete(claims, "amr")
	if len(t.Resources) == 0 {
		claims["aud"] = p.issuer
	}
	if someone, ok := personByLogin(g.Subject); ok && hasScope(g.Scopes, "profile") {
		claims["roles"] = someone.Roles
	}
	return claims
}

// loginClaims tell when and how the person logged in; empty when no person did.
func loginClaims(g *goidc.Grant) map[string]any {
	at, ok := g.Store[storeAuthTime]
	if !ok {
		return map[string]any{}
	}
	return map[string]any{
		"auth_time": at,
		"amr":       []goidc.AMR{goidc.AMRPassword},
		"acr":       acrPassword,
		storeSID:    g.Store[storeSID],
	}
}

// claimsFor gives the claims of the granted scopes and those asked for one by one (OpenID Connect Core 5.5).
func claimsFor(g *goidc.Grant, asked map[string]goidc.ClaimObjectInfo) map[string]any {
	claims := map[string]any{}
	someone, ok := personByLogin(g.Subject)
	if !ok {
		return claims
	}
	names := slices.Collect(maps.Keys(asked))
	for _, s := range scopeTable() {
		if hasScope(g.Scopes, s.id) {
			names = append(names, s.claims...)
		}
	}
	for _, name := range names {
		if value := someone.claim(name); value != nil {
			claims[name] = value
		}
	}
	return claims
}
