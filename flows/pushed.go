package flows

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/oidcscope/oidcscope/internal/rule"
)

// pushStep pushes the request to the provider before the browser goes there.
func pushStep() Step {
	return Step{
		ID: "par", Title: "Push the request", Arrow: "pushed request", From: Client, To: Provider,
		Why: "Everything that would stand in the browser's address bar is sent to the provider directly, and authenticated where the client can. In return comes a short reference, and the browser carries nothing else. " +
			"So nobody on the way, the person included, can read or change what is asked for, and a request that the provider would refuse is refused before a page is shown.",
		Refs: []rule.Ref{
			{Spec: "RFC 9126", Section: "2.1", URL: "https://www.rfc-editor.org/rfc/rfc9126#section-2.1"},
			{Spec: "RFC 9126", Section: "2.2", URL: "https://www.rfc-editor.org/rfc/rfc9126#section-2.2"},
		},
		run: func(ctx context.Context, s *state) error {
			if err := s.openCallback(ctx); err != nil {
				return err
			}
			return s.pushRequest(ctx)
		},
	}
}

// pushRequest sends the parameters, or the signed request alone (RFC 9126 3), and keeps the reference.
func (s *state) pushRequest(ctx context.Context) error {
	const ref = "RFC 9126 2.2"
	address, err := s.metadata.endpoint("pushed_authorization_request_endpoint",
		s.metadata.forClient(s.cfg, "pushed_authorization_request_endpoint", s.metadata.PAREndpoint), "RFC 9126 5")
	if err != nil {
		return err
	}
	form := s.authorizationParams()
	if s.login.requestObject != "" {
		form = url.Values{"request": {s.login.requestObject}}
	}
	form.Set("client_id", s.cfg.ClientID)
	s.predictExtra("pushed authorization request", s.metadata.AuthorizationEndpoint, s.requestParams(), s.authorizationParams())
	e, err := s.post(ctx, "pushed authorization request", address, form)
	if err != nil {
		return err
	}
	object, err := s.object(e, "answer to the pushed request", ref)
	if err != nil {
		return s.explainClient(err)
	}
	if e.Response.Status != http.StatusCreated {
		s.found(rule.Info, "par-status", "the answer is "+e.Response.Reason+", not 201", "", ref)
	}
	s.login.requestURI = dialect(object).text("request_uri")
	if s.login.requestURI == "" {
		return problem(ProblemAnswer, "an answer with request_uri", "only "+members(object), ref).about(e)
	}
	s.variable("request_uri", s.login.requestURI, "answer to the pushed request", "authorize")
	s.note = "the reference is good once"
	if lives, ok := seconds(dialect(object).text("expires_in")); ok {
		s.note += fmt.Sprintf(", for %s", lives)
		if lives < 5*time.Second { // "between 5 and 600 seconds"
			s.found(rule.Warn, "par-lifetime", fmt.Sprintf("the reference lives for %s only: a browser that opens a moment later comes too late", lives), "", ref)
		}
	} else {
		s.found(rule.Warn, "par-expires-in", "the answer has no expires_in, which is required", "", ref)
	}
	return nil
}

// requestObjectStep signs the request.
func requestObjectStep() Step {
	return Step{
		ID: "request_object", Title: "Sign the request", Arrow: "sign request", From: Client, To: Client,
		Why: "The parameters are put into a JWT that the client signs with its own key. So the provider knows that the request comes from this client and was not changed in the browser, " +
			"where anybody can edit an address. What stands beside the signed request in the address does not count. " +
			"When it is encrypted as well, to a key that the provider publishes, nobody on the way can read it either.",
		Refs: []rule.Ref{
			{Spec: "RFC 9101", Section: "4", URL: "https://www.rfc-editor.org/rfc/rfc9101#section-4"},
			{Spec: "OpenID Connect Core", Section: "6.1", URL: "https://openid.net/specs/openid-connect-core-1_0.html#RequestObject"},
		},
		run: func(ctx context.Context, s *state) error {
			if err := s.openCallback(ctx); err != nil {
				return err
			}
			return s.signRequest()
		},
	}
}

// signRequest makes the request object (RFC 9101 4). Members that are JSON are put in as JSON, not as text.
func (s *state) signRequest() error {
	if s.clientKey == nil {
		return problem(ProblemConfig, "the client's private key, to sign the request with", "none", "RFC 9101 4")
	}
	alg, err := s.clientKey.algFor(s.metadata.RequestObjectSigningAlgs)
	if err != nil {
		return err
	}
	id, err := s.jti()
	if err != nil {
		return err
	}
	now := s.cfg.Now()
	claims := object{
		{"iss", s.cfg.ClientID}, {"aud", s.metadata.Issuer}, {"iat", now.Unix()}, {"nbf", now.Unix()}, {"exp", now.Add(assertionLife).Unix()}, {"jti", id},
	}
	q := s.authorizationParams()
	for _, name := range slices.Sorted(maps.Keys(q)) {
		claims = append(claims, member{name, requestMember(name, q[name])})
	}
	signed, err := signJWT(s.clientKey.key, alg, s.clientKey.header("oauth-authz-req+jwt"), claims)
	if err != nil {
		return err
	}
	s.note = fmt.Sprintf("signed with %s, good for %s", alg, assertionLife/time.Second*time.Second)
	s.variable("request_claims", signed.claims, "made here: the parameters of the request", "authorize")
	s.login.requestObject = signed.token
	from := signed.from + " with " + s.clientKey.what
	if s.cfg.Request.EncryptJAR {
		s.secrets.Add(signed.token)
		if s.login.requestObject, err = s.encryptRequest(signed.token); err != nil {
			return err
		}
		from += ", then encrypted to the provider's key"
	}
	s.variable("request", s.login.requestObject, from, "authorize")
	return nil
}

// requestMember gives a parameter as a JSON value.
func requestMember(name string, values []string) any {
	if len(values) != 1 {
		return values
	}
	switch name {
	case "claims", "authorization_details":
		if json.Valid([]byte(values[0])) {
			return json.RawMessage(values[0])
		}
	case "max_age":
		if n, err := strconv.ParseInt(values[0], 10, 64); err == nil {
			return n
		}
	}
	return values[0]
}
