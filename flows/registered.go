package flows

import (
	"context"
	"net/http"

	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// ReadRegistration asks how a client is registered now (RFC 7592 2.1). The session is that of [Register].
func ReadRegistration(s *Session) Flow {
	return registeredFlow(s, "Read the registration", "RFC 7592", "2.1",
		"A client that registered itself can look at its registration with the token it was given for that. The provider may hand out a new token with each answer, and the old one is then used up.",
		func(ctx context.Context, st *state) error {
			e, err := st.manage(ctx, "registration", http.MethodGet, s.Registration.URI, s.Registration.Token, nil)
			if err != nil {
				return err
			}
			return st.takeRegistration(e, "RFC 7592 2.1")
		})
}

// DeleteRegistration deletes a client that registered itself (RFC 7592 2.3). Run returns a session without Registration.
func DeleteRegistration(s *Session) Flow {
	return registeredFlow(s, "Delete the registration", "RFC 7592", "2.3",
		"A client that is no longer used should not stay behind. With it go its secret, and at most providers the tokens that were issued to it.",
		func(ctx context.Context, st *state) error {
			e, err := st.manage(ctx, "registration", http.MethodDelete, s.Registration.URI, s.Registration.Token, nil)
			if err != nil {
				return err
			}
			if oauth := normalise(e.Response); oauth != nil {
				return refusedOrOdd("the client to be deleted", oauth, "RFC 7592 2.3", e)
			}
			if e.Response.Status != http.StatusNoContent {
				st.found(rule.Info, "deletion-status", "the answer is "+e.Response.Reason+", not 204", "", "RFC 7592 2.3")
			}
			st.session.Registration = nil
			st.session.Config.ClientID, st.session.Config.ClientSecret = "", secret.Text{}
			st.note = "the client is gone"
			return nil
		})
}

func registeredFlow(s *Session, title, spec, section, why string, run func(context.Context, *state) error) Flow {
	step := Step{
		ID: "registration", Title: title, Arrow: "registration access token", From: Client, To: Provider, Why: why,
		Refs: []rule.Ref{{Spec: spec, Section: section, URL: "https://www.rfc-editor.org/rfc/rfc7592#section-" + section}},
		run: func(ctx context.Context, st *state) error {
			r := s.Registration
			if r == nil || r.URI == "" || r.Token.IsZero() {
				return problem(ProblemConfig, "a registration with registration_client_uri and registration_access_token", "none", "RFC 7592 3")
			}
			if !isWebAddress(r.URI) {
				return problem(ProblemAnswer, "registration_client_uri: an http(s) address", r.URI, "RFC 7592 3")
			}
			st.secrets.Add(r.Token.Reveal())
			st.resume(s)
			return run(ctx, st)
		},
	}
	return Flow{ID: "registration", Title: "Client registration", Summary: why, Refs: step.Refs, Steps: overSession(s, step), prior: s, anonymous: true}
}
