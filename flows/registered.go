package flows

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// ReadRegistration asks how a client is registered now (RFC 7592 2.1). The session is that of [Register].
func ReadRegistration(s *Session) Flow { return registeredFlow(s, readStep(s)) }

// UpdateRegistration changes how a client is registered (RFC 7592 2.2). The members of changes, a JSON object, take the place of what
// is registered; null takes one away. What is registered is read first, because an update replaces the whole.
func UpdateRegistration(s *Session, changes []byte) Flow {
	update := registeredStep(s, "update", "Change the registration", "2.2",
		"An update replaces the whole registration: what is left out is taken away. So all that is registered goes along, with the changes, but not what only the provider may say: "+
			"the token and address for managing the client, and the times of its issue. The provider answers with what it made of it.",
		func(ctx context.Context, st *state, r *Registration) error {
			wanted, err := updated(r, changes)
			if err != nil {
				return err
			}
			e, err := st.manage(ctx, "registration", http.MethodPut, r.URI, r.Token, wanted)
			if err != nil {
				return err
			}
			return st.takeRegistration(e, wanted, "RFC 7592 2.2")
		})
	return registeredFlow(s, readStep(s), update)
}

// DeleteRegistration deletes a client that registered itself (RFC 7592 2.3). Run returns a session without Registration.
func DeleteRegistration(s *Session) Flow {
	return registeredFlow(s, registeredStep(s, "registration", "Delete the registration", "2.3",
		"A client that is no longer used should not stay behind. With it go its secret, and at most providers the tokens that were issued to it.",
		func(ctx context.Context, st *state, r *Registration) error {
			e, err := st.manage(ctx, "registration", http.MethodDelete, r.URI, r.Token, nil)
			if err != nil {
				return err
			}
			if oauth := normalise(e.Response, new(reading)); oauth != nil {
				return refusedOrOdd("the client to be deleted", oauth, "RFC 7592 2.3", e)
			}
			if e.Response.Status != http.StatusNoContent {
				st.found(rule.Info, "deletion-status", "the answer is "+e.Response.Reason+", not 204", "", "RFC 7592 2.3")
			}
			st.session.Registration = nil
			st.session.Config.ClientID, st.session.Config.ClientSecret = "", secret.Text{}
			st.note = "the client is gone"
			return nil
		}))
}

func readStep(s *Session) Step {
	return registeredStep(s, "registration", "Read the registration", "2.1",
		"A client that registered itself can look at its registration with the token it was given for that. The provider may hand out a new token with each answer, and the old one is then used up.",
		func(ctx context.Context, st *state, r *Registration) error {
			e, err := st.manage(ctx, "registration", http.MethodGet, r.URI, r.Token, nil)
			if err != nil {
				return err
			}
			return st.takeRegistration(e, nil, "RFC 7592 2.1")
		})
}

// registeredStep is a step with the token that the newest answer gave.
func registeredStep(s *Session, id, title, section, why string, run func(context.Context, *state, *Registration) error) Step {
	return Step{
		ID: id, Title: title, Arrow: "registration access token", From: Client, To: Provider, Why: why,
		Refs: []rule.Ref{{Spec: "RFC 7592", Section: section, URL: "https://www.rfc-editor.org/rfc/rfc7592#section-" + section}},
		run: func(ctx context.Context, st *state) error {
			st.resume(s)
			r := st.session.Registration
			if r == nil || r.URI == "" || r.Token.IsZero() {
				return problem(ProblemConfig, "a registration with registration_client_uri and registration_access_token", "none", "RFC 7592 3")
			}
			if !isWebAddress(r.URI) {
				return problem(ProblemAnswer, "registration_client_uri: an http(s) address", r.URI, "RFC 7592 3")
			}
			st.secrets.Add(r.Token.Reveal())
			return run(ctx, st, r)
		},
	}
}

// registeredFlow needs nothing of the provider but the address of the registration.
func registeredFlow(s *Session, steps ...Step) Flow {
	last := steps[len(steps)-1]
	return Flow{ID: "registration", Title: "Client registration", Summary: last.Why, Refs: last.Refs, Steps: steps, prior: s, anonymous: true, bare: true}
}

// updated is the whole registration as it shall be.
func updated(r *Registration, changes []byte) ([]byte, error) {
	var all, given map[string]json.RawMessage
	if err := json.Unmarshal(r.Raw, &all); err != nil {
		return nil, problem(ProblemAnswer, "client information as a JSON object", excerpt(r.Raw, 60), "RFC 7592 3")
	}
	if err := json.Unmarshal(changes, &given); err != nil || given == nil {
		return nil, problem(ProblemConfig, "changed client metadata as a JSON object", excerpt(changes, 60), "RFC 7591 2")
	}
	for name, value := range given {
		all[name] = value
		if string(value) == "null" {
			delete(all, name)
		}
	}
	for _, name := range []string{"registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at"} {
		delete(all, name) // RFC 7592 2.2: must not be sent
	}
	wanted := object{{"client_id", r.ClientID}}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if name != "client_id" {
			wanted = append(wanted, member{name, all[name]})
		}
	}
	return wanted.json(), nil
}
