package flows

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// explainClient adds to a refusal what the way the client authenticates may have to do with it.
func (s *state) explainClient(err error) error {
	p, ok := errors.AsType[*Problem](err)
	if !ok || p.OAuth == nil || p.Diagnosis != nil {
		return err
	}
	silent := p.OAuth.Code == "" && p.OAuth.Status == http.StatusUnauthorized
	wordless := p.OAuth.Shape == shapeEmpty && (p.OAuth.Status == http.StatusBadRequest || p.OAuth.Status == http.StatusForbidden)
	if p.OAuth.Code != "invalid_client" && !silent && !wordless {
		return err
	}
	switch method := s.metadata.authMethod(s.cfg); {
	case method == AuthBasic:
		if p.Diagnosis = s.basicEncoding(); p.Diagnosis != nil && wordless { // anything may be the matter; this is the one that can be seen
			p.Diagnosis.Summary = "the provider refused without a word, and the client's id or secret holds characters that are encoded in client_secret_basic"
			p.Diagnosis.Causes = append(p.Diagnosis.Causes, "or another parameter of the request is refused: the code, the redirect URI, the verifier")
		}
	case wordless:
	case method.usesAssertion() && s.cfg.AssertionAudience == "":
		p.Diagnosis = s.assertionRefused(method)
	}
	return err
}

// basicEncoding explains a refused client whose credentials change when they are form-encoded. RFC 6749 2.3.1 asks for
// that before HTTP Basic encodes them, and not every provider decodes it: with such a secret only one of the two works.
func (s *state) basicEncoding() *Diagnosis {
	secret := s.cfg.ClientSecret.Reveal()
	if url.QueryEscape(secret) == secret && url.QueryEscape(s.cfg.ClientID) == s.cfg.ClientID {
		return nil
	}
	return &Diagnosis{
		ID:      "CL-BASIC",
		Summary: "the client's authentication failed, and its id or secret holds characters that are encoded in client_secret_basic",
		Causes: []string{
			"the secret or the client id is wrong",
			"the provider does not decode the credentials, as RFC 6749 2.3.1 asks; then this secret can't work with client_secret_basic",
		},
		Fixes: []Fix{
			{Text: "send the secret in the body", Value: "--auth-method client_secret_post"},
			{Text: "or have a secret made of letters, digits, '-', '.', '_' and '~' only"},
		},
		Checked: []string{"the credentials as sent, before and after encoding"},
		Ref:     "RFC 6749 2.3.1",
	}
}

// skewThatMatters is a difference of clocks that makes assertions fail: providers allow for less, or for little more.
const skewThatMatters = 15 * time.Second

// assertionRefused explains a refused assertion. Providers differ in the audience they want, and say so rarely.
func (s *state) assertionRefused(method AuthMethod) *Diagnosis {
	known, compare := "the public key that is registered for the client is another one, or is not the one that kid names", "compare the registered key with the one in use"
	if method == AuthSecretJWT {
		known, compare = "the client secret is wrong", "compare the registered secret with the one in use"
	}
	d := &Diagnosis{
		ID:      "CL-ASSERTION",
		Summary: "the provider did not accept the assertion that the client signed",
		Causes: []string{
			known,
			"the provider wants its token endpoint as the audience, where this program names the issuer",
			"the client is registered for another authentication method than " + string(method) + ", or another algorithm",
			"the clocks differ by more than the provider allows",
		},
		Fixes: []Fix{
			{Text: compare},
			{Text: "name the token endpoint as the audience", Value: "--assertion-audience " + s.metadata.TokenEndpoint},
		},
		Ref: "RFC 7523 3",
	}
	if s.skewKnown && s.skew.Abs() >= skewThatMatters {
		far := fmt.Sprintf("the two clocks are %s apart, by the Date field of an answer", s.skew.Abs().Round(time.Second))
		d.Causes = append([]string{far + ": the assertion looks expired, or not yet good"}, d.Causes[:len(d.Causes)-1]...)
		d.Fixes = append([]Fix{{Text: "set the clock of this machine by network time, or have the provider's set"}}, d.Fixes...)
	}
	for _, other := range s.metadata.AuthMethods(s.cfg) {
		if other != method && other != AuthNone {
			d.Fixes = append(d.Fixes, Fix{Text: "or let the client authenticate in the way that it is registered for", Value: "--auth-method " + string(other)})
			break
		}
	}
	return d
}
