package inspect

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/internal/jose"
)

// The items of OpenID Connect Core 3.1.3.7, one function each, in their order.

func (c *checklist) encryption() (ItemResult, string) {
	switch {
	case c.tok.Opened, c.ctx.wrapped:
		return ItemPass, "it was encrypted, and was decrypted"
	case c.tok.encrypted():
		return ItemNotChecked, "the token is encrypted, and was not decrypted"
	}
	return ItemNotApplicable, "not encrypted"
}

// text reads a claim that has to be a text; the result is set when it is missing or something else.
func (c *checklist) text(name string) (string, ItemResult, string) {
	v := c.claims.Get(name)
	if v == nil {
		return "", ItemFail, "the token has no " + name
	}
	s, ok := v.Text()
	if !ok {
		return "", ItemFail, fmt.Sprintf("%s is %s, wanted a text", name, v.Kind)
	}
	return s, "", ""
}

func (c *checklist) issuer() (ItemResult, string) {
	iss, bad, detail := c.text("iss")
	switch {
	case bad != "":
		return bad, detail
	case c.ctx.Issuer == "":
		return ItemNotChecked, "no issuer to compare with was given"
	}
	return sameIssuer(c.ctx.Issuer, iss, c.claims)
}

// tenantTemplate stands in the discovery document of Entra's shared tenants, where an issuer should stand.
const tenantTemplate = "{tenantid}"

func sameIssuer(want, got string, claims *Value) (ItemResult, string) {
	if strings.Contains(want, tenantTemplate) {
		tid, ok := claims.Get("tid").Text()
		if !ok || tid == "" || strings.ContainsAny(tid, "/?#{}") {
			return ItemFail, fmt.Sprintf("the expected issuer %q has a place for the tenant, and the token has no usable tid to put there", want)
		}
		want = strings.ReplaceAll(want, tenantTemplate, tid)
		if want == got {
			return ItemPass, "with the tenant from tid put into the expected issuer"
		}
	}
	switch {
	case want == got:
		return ItemPass, ""
	case want == "https://accounts.google.com" && got == "accounts.google.com":
		return ItemPass, "without https://, as Google documents it"
	}
	return ItemFail, differ(want, got)
}

func (c *checklist) audience() (ItemResult, string) {
	v := c.claims.Get("aud")
	if v == nil {
		return ItemFail, "the token has no aud"
	}
	audiences, ok := v.Texts()
	switch {
	case !ok || len(audiences) == 0:
		return ItemFail, fmt.Sprintf("aud is %s, wanted a text or a list of texts", v.Kind)
	case c.ctx.ClientID == "":
		return ItemNotChecked, "no client id to compare with was given"
	case !slices.Contains(audiences, c.ctx.ClientID) && len(audiences) == 1:
		return ItemFail, "meant for another client: " + differ(c.ctx.ClientID, audiences[0])
	case !slices.Contains(audiences, c.ctx.ClientID):
		return ItemFail, fmt.Sprintf("%q is none of the %d audiences", c.ctx.ClientID, len(audiences))
	}
	var others []string
	for _, a := range audiences {
		if a != c.ctx.ClientID && !slices.Contains(c.ctx.Audiences, a) {
			others = append(others, fmt.Sprintf("%q", clip(a, 100)))
		}
	}
	if len(others) > 0 {
		return ItemPass, "also meant for " + strings.Join(others[:min(len(others), 5)], ", ") + "; whether those are trusted is for the client to know"
	}
	return ItemPass, ""
}

func (c *checklist) authorizedPartyExtension() (ItemResult, string) {
	if c.claims.Get("azp") == nil {
		return ItemNotApplicable, "no azp"
	}
	return ItemNotChecked, "what an extension demands of azp is not known here; item 5 compares it"
}

func (c *checklist) authorizedParty() (ItemResult, string) {
	if c.claims.Get("azp") == nil {
		return ItemNotApplicable, "no azp"
	}
	azp, bad, detail := c.text("azp")
	switch {
	case bad != "":
		return bad, detail
	case c.ctx.ClientID == "":
		return ItemNotChecked, "no client id to compare with was given"
	case azp != c.ctx.ClientID:
		return ItemFail, "issued to another client: " + differ(c.ctx.ClientID, azp)
	}
	return ItemPass, ""
}

func (c *checklist) signature() (ItemResult, string) {
	v := &c.verdict
	const direct = "came from the token endpoint over verified TLS, which may stand in for the signature"
	switch {
	case v.Status == Verified:
		detail := v.Alg
		if v.KID != "" {
			detail += fmt.Sprintf(" with the key %q", clip(v.KID, 80))
		}
		return ItemPass, detail
	case v.Status == Unsecured && c.ctx.Direct && strings.EqualFold(c.ctx.Alg, "none"):
		return ItemPass, "not signed, as registered; " + direct
	case v.Status == Unsecured, v.Status == Invalid, v.Status == Refused, v.KIDUnknown:
		return ItemFail, v.Reason
	case c.ctx.Direct:
		return ItemPass, "not verified (" + v.Reason + "); " + direct
	}
	return ItemNotChecked, v.Reason
}

func (c *checklist) algorithm() (ItemResult, string) {
	alg := c.verdict.Alg
	switch {
	case c.tok.Header == nil:
		return ItemNotChecked, "the header can't be read"
	case !c.tok.signed():
		return ItemNotChecked, "there is no signed token before it is decrypted"
	case c.ctx.Alg != "" && alg != c.ctx.Alg:
		return ItemFail, fmt.Sprintf("registered is %s, the token has %q", c.ctx.Alg, clip(alg, 40))
	case c.ctx.Alg != "":
		return ItemPass, alg + ", as registered"
	case strings.EqualFold(alg, "none"):
		return ItemFail, "alg none has to be registered expressly, and was not"
	case len(c.ctx.Algs) > 0 && !slices.Contains(c.ctx.Algs, alg):
		return ItemFail, fmt.Sprintf("the provider announces %s, the token has %q", strings.Join(c.ctx.Algs, ", "), clip(alg, 40))
	case len(c.ctx.Algs) > 0:
		return ItemPass, alg + ", which the provider announces"
	case alg == "RS256":
		return ItemPass, "RS256, the default"
	}
	return ItemNotChecked, fmt.Sprintf("%q is not the default RS256, and what was registered for the client is not known", clip(alg, 40))
}

func (c *checklist) mac() (ItemResult, string) {
	alg := jose.Find(c.verdict.Alg)
	if alg == nil || !alg.Symmetric() {
		return ItemNotApplicable, "no MAC"
	}
	audiences, _ := c.claims.Get("aud").Texts()
	switch {
	case c.verdict.Status == Verified && c.verdict.KeySource != "secret":
		return ItemNotChecked, "verified, but it is not known whether with the client secret"
	case c.verdict.Status == Verified && len(audiences) > 1:
		return ItemNotChecked, "verified with the secret given, but a MAC for several audiences is not defined"
	case c.verdict.Status == Verified:
		return ItemPass, "verified with the secret given"
	case c.verdict.Status == Unverified:
		return ItemNotChecked, "the client secret is needed"
	}
	return ItemFail, c.verdict.Reason
}

// time reads a time claim; the result is set when there is nothing to judge.
func (c *checklist) time(name string) (time.Time, ItemResult, string) {
	v := c.claims.Get(name)
	if v == nil {
		return time.Time{}, ItemFail, "the token has no " + name
	}
	if problem := timeProblem(v); problem != "" {
		return time.Time{}, ItemFail, name + " is " + problem
	}
	if c.ctx.Now.IsZero() {
		return time.Time{}, ItemNotChecked, "no clock was given"
	}
	t, _ := NumericDate(v)
	return t, "", ""
}

func (c *checklist) expiry() (ItemResult, string) {
	exp, bad, detail := c.time("exp")
	if bad != "" {
		return bad, detail
	}
	when := relative(exp, c.ctx.Now)
	switch {
	case c.ctx.Now.Before(exp):
		return ItemPass, "expires " + when
	case c.ctx.Now.Before(exp.Add(c.ctx.Leeway)):
		return ItemPass, "expired " + when + ", within the leeway of " + InWords(c.ctx.Leeway)
	}
	return ItemFail, "expired " + when
}

func (c *checklist) issuedAt() (ItemResult, string) {
	iat, bad, detail := c.time("iat")
	if bad != "" {
		return bad, detail
	}
	if iat.After(c.ctx.Now.Add(c.ctx.Leeway)) {
		return ItemFail, "issued " + relative(iat, c.ctx.Now) + ": one of the clocks is wrong"
	}
	return ItemPass, "issued " + relative(iat, c.ctx.Now)
}

func (c *checklist) nonce() (ItemResult, string) {
	there := c.claims.Get("nonce") != nil
	sent := c.ctx.NonceSent || c.ctx.Nonce != ""
	switch {
	case !there && c.ctx.Previous != nil:
		return ItemNotApplicable, "a refreshed token should have none (OpenID Connect Core 12.2)"
	case c.ctx.Previous != nil && !sent:
		return ItemNotApplicable, "after a refresh it is compared with that of the token before (OpenID Connect Core 12.2)"
	case !there && sent:
		return ItemFail, "a nonce was sent and the token has none: it may belong to another login"
	case !there:
		return ItemNotApplicable, "no nonce was sent"
	case c.ctx.Nonce == "":
		return ItemNotChecked, "which nonce was sent is not known"
	}
	nonce, bad, detail := c.text("nonce")
	switch {
	case bad != "":
		return bad, detail
	case nonce != c.ctx.Nonce:
		return ItemFail, "the token belongs to another login: " + differ(c.ctx.Nonce, nonce)
	}
	return ItemPass, ""
}

func (c *checklist) contextClass() (ItemResult, string) {
	if len(c.ctx.ACR) == 0 {
		return ItemNotApplicable, "no level was asked for"
	}
	acr, bad, detail := c.text("acr")
	switch {
	case bad != "":
		return bad, detail
	case !slices.Contains(c.ctx.ACR, acr):
		return ItemFail, fmt.Sprintf("asked for %s, got %q", strings.Join(c.ctx.ACR, " or "), clip(acr, 100))
	}
	return ItemPass, fmt.Sprintf("%q", clip(acr, 100))
}

func (c *checklist) authTime() (ItemResult, string) {
	if c.ctx.MaxAge == nil {
		return ItemNotApplicable, "no max_age was sent"
	}
	at, bad, detail := c.time("auth_time")
	if bad != "" {
		return bad, detail
	}
	if c.ctx.Now.Sub(at) > *c.ctx.MaxAge+c.ctx.Leeway {
		return ItemFail, fmt.Sprintf("logged in %s, at most %s was asked for", relative(at, c.ctx.Now), InWords(*c.ctx.MaxAge))
	}
	return ItemPass, "logged in " + relative(at, c.ctx.Now)
}
