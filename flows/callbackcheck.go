package flows

import (
	"crypto/subtle"
	"fmt"
	"net/url"
)

// expectation is what the answer of an authorization request must be like.
type expectation struct {
	state       string
	issuer      string
	issRequired bool // the provider announces that it always sends iss (RFC 9207 3)
}

func (s *state) expected() expectation {
	return expectation{state: s.login.state, issuer: s.metadata.Issuer, issRequired: s.metadata.IssInAuthResponse}
}

// check judges the parameters of an authorization answer: first whether it is an answer to our request at all (state),
// then whether it comes from the provider we asked (iss), then what it says.
func (x expectation) check(q url.Values) *Problem {
	for _, name := range []string{"code", "state", "iss", "error"} {
		if len(q[name]) > 1 {
			return problem(ProblemCheck, "each parameter once", name+" came twice", "RFC 6749 3.1")
		}
	}
	oauth := normaliseQuery(q)
	if p := x.checkState(q, oauth); p != nil {
		return p
	}
	if iss, came := q["iss"]; came && !x.sameIssuer(iss[0]) {
		return different(x.issuer, iss[0], "RFC 9207 2.4")
	}
	switch {
	case oauth != nil:
		return refused("a code", oauth, "RFC 6749 4.1.2.1", nil)
	case x.issRequired && !q.Has("iss"):
		return problem(ProblemCheck, "the iss parameter, which the provider announces", "an answer without it", "RFC 9207 2.4")
	case q.Get("code") == "":
		return problem(ProblemAnswer, "a code", "an answer without code and error", "RFC 6749 4.1.2")
	}
	return nil
}

// checkState compares in constant time. An error without any state is let through: some providers leave it out, and it
// can do no more than end this login.
func (x expectation) checkState(q url.Values, oauth *OAuthError) *Problem {
	got, came := q["state"]
	if !came {
		if oauth != nil {
			return nil
		}
		return problem(ProblemCheck, "the state of this login", "an answer without state", "RFC 6749 10.12")
	}
	if subtle.ConstantTimeCompare([]byte(got[0]), []byte(x.state)) != 1 {
		return problem(ProblemCheck, "the state of this login",
			fmt.Sprintf("another one (%d characters): an old browser tab, or an answer that somebody else started", len(got[0])), "RFC 6749 10.12")
	}
	return nil
}

// sameIssuer compares iss with the issuer of the document; a document for several tenants has only a template.
func (x expectation) sameIssuer(iss string) bool {
	return iss == x.issuer || matchesTemplate(x.issuer, iss)
}
