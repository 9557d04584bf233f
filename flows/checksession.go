package flows

import (
	"context"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// CheckSession looks at the tokens of a session that was kept, with the provider's keys as they are now. What it finds is in the
// Reports of the session that Run returns; an ID token that has expired meanwhile is no failure, as the login that it tells of was.
func CheckSession(s *Session) Flow {
	step := Step{
		ID: "tokens", Title: "Look at the kept tokens", Arrow: "check tokens", From: Client, To: Client,
		Why: "A session that was kept is taken up with the tokens it had. Their signatures are checked anew, with the keys that the provider publishes today: " +
			"a key that is gone means that the provider no longer stands for what it signed. Nothing is asked about the tokens, and none is sent.",
		Refs: []rule.Ref{{Spec: "OpenID Connect Core", Section: "10.1.1", URL: "https://openid.net/specs/openid-connect-core-1_0.html#RotateSigKeys"}},
		run: func(_ context.Context, st *state) error {
			st.resume(s)
			now := st.cfg.Now()
			for _, which := range []TokenName{IDToken, AccessToken, RefreshToken} {
				raw := s.Token(which)
				if raw.IsZero() {
					continue
				}
				known := inspect.Context{Now: now, Profile: inspect.ProfileAuto}
				if which == IDToken {
					token := inspect.Decode(raw.Reveal())
					known = inspect.Context{Now: now, Profile: inspect.ProfileIDToken, Issuer: tenantIssuer(st.metadata.Issuer, token), ClientID: st.cfg.ClientID,
						AccessToken: s.Tokens.Access.Reveal(), Algs: st.metadata.IDTokenSigningAlgs}
				}
				st.received(which, raw, known)
			}
			return nil
		},
	}
	return Flow{ID: "check", Title: "Kept session", Summary: "Takes up a kept session and checks its tokens with the provider's present keys.",
		Refs: step.Refs, Steps: overSession(s, step), prior: s}
}
