package flows

import "context"

// EndSession ends a session for good: its refresh token and its access token are revoked, and with browser the person is sent to the
// provider to log out there. What the provider has no endpoint for is passed over. Run returns the session with its Revoked; what is missing
// there could not be revoked.
func EndSession(s *Session, browser bool) Flow {
	revoke := func(which TokenName, id string) Step {
		step := revokeStep(s, which)
		step.ID, step.Title, step.Optional = id, "Revoke the "+map[TokenName]string{RefreshToken: "refresh token", AccessToken: "access token"}[which], true
		run := step.run
		step.run = func(ctx context.Context, st *state) error {
			st.resume(s)
			switch {
			case s.Token(which).IsZero():
				return skip("the session has no " + string(which))
			case st.metadata.forClient(st.cfg, "revocation_endpoint", st.metadata.RevocationEndpoint) == "":
				return skip("the provider announces no revocation_endpoint: the token stays good until it expires")
			}
			return run(ctx, st)
		}
		return step
	}
	logout := logoutStep(s)
	logout.Optional = true
	sent := logout.run
	logout.run = func(ctx context.Context, st *state) error {
		if st.metadata.EndSessionEndpoint == "" {
			return skip("the provider announces no end_session_endpoint: the browser stays logged in there")
		}
		return sent(ctx, st)
	}
	steps := []Step{revoke(RefreshToken, "revoke_refresh"), revoke(AccessToken, "revoke_access")} // the refresh token first: it is worth more
	f := Flow{ID: "logout", Title: "Logout", Summary: "Revokes the tokens of a session.", Refs: steps[0].Refs, prior: s}
	if browser {
		steps = append(steps, logout)
		f.Summary, f.Refs = "Revokes the tokens of a session and ends the login at the provider.", append(f.Refs, logout.Refs...)
	}
	f.Steps = overSession(s, steps...)
	return f
}
