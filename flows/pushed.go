package flows

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
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
