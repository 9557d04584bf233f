package flows

import (
	"context"
	"crypto/subtle"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// expectation is what the browser must bring back.
type expectation struct {
	state       string
	issuer      string
	issRequired bool                                    // the provider announces that it always sends iss (RFC 9207 3)
	wants       []string                                // parameters that the response type promises: "code", "id_token", "access_token"; none for a logout
	carrier     string                                  // "query", "fragment", "form_post": how the answer comes
	jarm        func(raw string) (url.Values, *Problem) // opens a signed answer, in the engine's goroutine; nil when it is not to be signed
}

// expected tells what the answer to the request under way must be like.
func (s *state) expected(ctx context.Context) expectation {
	x := expectation{state: s.login.state, issuer: s.metadata.Issuer, issRequired: s.metadata.IssInAuthResponse}
	var signed bool
	x.carrier, signed = carrierOf(s.cfg.ResponseMode, s.login.responseType)
	if signed {
		x.jarm = func(raw string) (url.Values, *Problem) { return s.openJARM(ctx, raw) }
	}
	x.wants = promised(s.login.responseType)
	return x
}

// carrierOf says how an answer comes back: by the mode that is asked for, else by the default of the response type
// (OAuth 2.0 Multiple Response Types 3, 5; JARM 2.3.4).
func carrierOf(mode, responseType string) (carrier string, signed bool) {
	carrier, signed = strings.CutSuffix(mode, suffixJWT)
	if mode == modeJWT {
		carrier, signed = "", true
	}
	if carrier == "" {
		carrier = modeQuery
		if responseType != "code" && responseType != "" {
			carrier = modeFragment
		}
	}
	return carrier, signed
}

// judge opens an answer and says what is wrong with it.
func (x expectation) judge(q url.Values) callbackAnswer {
	a := callbackAnswer{params: q}
	if x.jarm == nil {
		a.problem = x.check(q)
		return a
	}
	a.signed = q.Get("response")
	switch {
	case len(q["response"]) > 1:
		a.problem = problem(ProblemCheck, "each parameter once", "response came twice", "RFC 6749 3.1")
	case a.signed == "" && normaliseQuery(q) != nil: // a provider that fails before it knows how to answer
		a.problem = x.check(q)
	case a.signed == "":
		a.problem = problem(ProblemCheck, "a signed answer, as it was asked for", "an answer without response", "JARM 2.3")
	default:
		if a.params, a.problem = x.jarm(a.signed); a.problem == nil {
			a.problem = x.check(a.params)
		}
	}
	return a
}

// check judges the parameters of an authorization answer: first whether it is an answer to our request at all (state),
// then whether it comes from the provider we asked (iss), then what it says.
func (x expectation) check(q url.Values) *Problem {
	for _, name := range []string{"code", "state", "iss", "error", "id_token", "access_token"} {
		if len(q[name]) > 1 {
			return problem(ProblemCheck, "each parameter once", name+" came twice", "RFC 6749 3.1")
		}
	}
	oauth := normaliseQuery(q)
	if p := x.checkState(q, oauth); p != nil {
		return p
	}
	if iss, came := q["iss"]; came && !x.sameIssuer(iss[0]) && !x.twiceEncoded(iss[0]) {
		return different(x.issuer, iss[0], "RFC 9207 2.4")
	}
	switch {
	case oauth != nil:
		return refused(x.wanted(), oauth, "RFC 6749 4.1.2.1", nil)
	case x.isLogout():
		return nil
	case x.issRequired && !q.Has("iss") && q.Get("id_token") == "": // an ID token names the issuer as well (RFC 9207 2.4)
		return problem(ProblemCheck, "the iss parameter, which the provider announces", "an answer without it", "RFC 9207 2.4")
	}
	for _, name := range x.wants {
		if q.Get(name) == "" {
			return problem(ProblemAnswer, x.wanted(), "an answer without "+name+" and error"+beside(q), "RFC 6749 4.1.2")
		}
	}
	return nil
}

// beside names what an answer holds instead, apart from what every answer has.
func beside(q url.Values) string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if name != "state" && name != "iss" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return ", only " + excerpt([]byte(strings.Join(names, ", ")), 120)
}

// wanted says what the answer should hold.
func (x expectation) wanted() string {
	if len(x.wants) == 1 && x.wants[0] == "code" {
		return "a code"
	}
	return strings.Join(x.wants, " and ")
}

// checkState compares in constant time. An error without any state is let through: some providers leave it out, and it
// can do no more than end this login.
func (x expectation) checkState(q url.Values, oauth *OAuthError) *Problem {
	got, came := q["state"]
	if !came {
		if oauth != nil || x.state == "" {
			return nil
		}
		return problem(ProblemCheck, x.ownState(), "an answer without state", x.stateRef())
	}
	if subtle.ConstantTimeCompare([]byte(got[0]), []byte(x.state)) != 1 {
		return problem(ProblemCheck, x.ownState(),
			fmt.Sprintf("another one (%d characters): an old browser tab, or an answer that somebody else started", len(got[0])), x.stateRef())
	}
	return nil
}

// isLogout reports whether it is the way back from a logout that is waited for.
func (x expectation) isLogout() bool { return len(x.wants) == 0 }

func (x expectation) ownState() string {
	if x.isLogout() {
		return "the state of this logout"
	}
	return "the state of this login"
}

func (x expectation) stateRef() string {
	if x.isLogout() {
		return "OpenID Connect RP-Initiated Logout 3"
	}
	return "RFC 6749 10.12"
}

// twiceEncoded reports whether iss is ours, encoded once more than it has to be, as Glewlwyd posts it.
func (x expectation) twiceEncoded(iss string) bool {
	decoded, err := url.QueryUnescape(iss)
	return err == nil && decoded != iss && x.issuer != "" && decoded == x.issuer
}

// sameIssuer compares iss with the issuer of the document; a document for several tenants has only a template.
func (x expectation) sameIssuer(iss string) bool {
	return x.issuer == "" || iss == x.issuer || matchesTemplate(x.issuer, iss)
}
