package probe

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
)

// grant is what a redemption brought.
type grant struct {
	bench               *flows.Bench // of the client it was issued to
	access, refresh, id string
	kind, scope         string
	answer              *record.Exchange
	dead                bool // nothing of it is left to revoke
}

// form makes a form of names and values by turns.
func form(pairs ...string) url.Values {
	f := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return f
}

// members gives the text members of a JSON answer.
func members(e *record.Exchange) map[string]string {
	var object map[string]any
	_ = json.Unmarshal(e.Response.Body.Data, &object) // what is no object has no members
	texts := map[string]string{}
	for name, value := range object {
		if text, ok := value.(string); ok {
			texts[name] = text
		}
	}
	return texts
}

// take keeps the tokens of an answer, so that they are revoked at the end; nil when there are none.
func (r *run) take(b *flows.Bench, e *record.Exchange, err error) *grant {
	if err != nil || e.Response == nil || !hasTokens(e) {
		return nil
	}
	m := members(e)
	g := &grant{bench: b, access: m["access_token"], refresh: m["refresh_token"], id: m["id_token"], kind: m["token_type"], scope: m["scope"], answer: e}
	r.kept = append(r.kept, g)
	return g
}

// redemption is the form that redeems the code of a visit (RFC 6749 4.1.3; RFC 7636 4.5).
func (v *visited) redemption() url.Values {
	return form("grant_type", "authorization_code", "code", v.code(), "redirect_uri", v.a.RedirectURI, "code_verifier", v.a.Verifier)
}

// redeem redeems the code of a visit, with a change.
func (r *run) redeem(b *flows.Bench, v *visited, change func(url.Values)) (*record.Exchange, error) {
	f := v.redemption()
	if change != nil {
		change(f)
	}
	return r.post(b, f)
}

// post sends a token request.
func (r *run) post(b *flows.Bench, f url.Values) (*record.Exchange, error) {
	return b.Post(r.ctx, "token", b.TokenEndpoint(), f)
}

// refuseCode redeems the code of a visit in a way that must be refused.
func (r *run) refuseCode(b *flows.Bench, kind Visit, change func(url.Values)) Verdict {
	v := r.visit(kind)
	if v.code() == "" {
		return v.noCode()
	}
	e, err := r.redeem(b, v, change)
	r.take(b, e, err)
	return refusal(e, err, "invalid_grant", "invalid_request")
}

// login is the proper login that many probes work with; the verdict says why there is none.
func (r *run) login() (*grant, Verdict) { return r.loginBy(First) }

// withRefresh is a proper login for what needs a refresh token.
func (r *run) withRefresh() (*grant, Verdict) {
	g, v := r.loginBy(Refreshing)
	if g != nil && g.refresh == "" {
		return nil, moot("the login brought no refresh token (scope offline_access asks for one)")
	}
	return g, v
}

// loginBy makes a visit, and redeems its code properly, once.
func (r *run) loginBy(kind Visit) (*grant, Verdict) {
	v := r.visit(kind)
	switch {
	case v.grant != nil:
		return v.grant, Verdict{}
	case v.code() == "":
		return nil, v.noCode()
	case v.verdict.Result != "":
		return nil, v.verdict
	}
	e, err := r.redeem(r.client, v, nil)
	if v.grant = r.take(r.client, e, err); v.grant != nil {
		return v.grant, Verdict{}
	}
	if err != nil {
		v.verdict = unsent(err)
	} else {
		v.verdict = missed("the code of a proper login could not be redeemed: %s", said(e))
	}
	return nil, v.verdict
}

// bearer sends a GET with an access token, or without one when it is empty.
func (r *run) bearer(purpose, address, token string, header ...string) (*record.Exchange, error) {
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json, application/jwt")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return r.client.Send(r.ctx, purpose, 0, req)
}

// anonymous sends a form without any authentication, a certificate in the handshake included (RFC 8705 2), to the endpoint for those who have none.
func (r *run) anonymous(purpose string, endpoint func(*flows.Metadata) string, f url.Values) (*record.Exchange, error) {
	nobody, err := r.stranger()
	if err != nil {
		return nil, err
	}
	defer nobody.Close()
	req, err := http.NewRequest(http.MethodPost, endpoint(nobody.Metadata()), strings.NewReader(f.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	return nobody.Send(r.ctx, purpose, 0, req)
}

// alive finds out whether an access token is still good: by userinfo, else by introspection. ok is false when neither can tell.
func (r *run) alive(g *grant) (alive, ok bool, how string) {
	m := r.client.Metadata()
	if m.UserInfoEndpoint != "" && hasScope(g.scopes(r), "openid") {
		e, err := g.bench.Call(r.ctx, "userinfo", m.UserInfoEndpoint, g.access)
		switch {
		case err != nil:
		case isSuccess(e):
			return true, true, "userinfo still answers it, " + said(e)
		case e.Response.Status == http.StatusUnauthorized:
			return false, true, "userinfo refuses it, " + said(e)
		}
	}
	if m.IntrospectionEndpoint != "" {
		e, err := g.bench.Post(r.ctx, "introspection", m.IntrospectionEndpoint, form("token", g.access))
		if active, told := isActive(e, err); told {
			return active, true, map[bool]string{true: "introspection says active", false: "introspection says not active"}[active]
		}
	}
	return false, false, ""
}

// scopes are those that were granted; an answer that names none means those that were asked for (RFC 6749 5.1).
func (g *grant) scopes(r *run) string {
	if g.scope != "" {
		return g.scope
	}
	return strings.Join(r.cfg.Client.Scopes, " ") + " openid"
}

func isActive(e *record.Exchange, err error) (active, told bool) {
	if !isGood(e, err) {
		return false, false
	}
	var answer struct {
		Active *bool `json:"active"`
	}
	if json.Unmarshal(e.Response.Body.Data, &answer) != nil || answer.Active == nil {
		return false, false
	}
	return *answer.Active, true
}

func hasScope(scopes, one string) bool { return slices.Contains(strings.Fields(scopes), one) }
