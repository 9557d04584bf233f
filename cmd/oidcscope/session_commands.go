package main

import (
	"net/http"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/flows"
)

func newUserInfo(sys *system, common *shared) *cobra.Command {
	return newSessionCommand(sys, common, sessionCommand{
		use: "userinfo [ISSUER|PROFILE|SESSION]", short: "Ask the provider for the claims about the person",
		long: "Calls the userinfo endpoint with the access token. A signed answer is verified.",
		example: `  oidcscope userinfo work
  oidcscope userinfo https://idp.example --access-token env:TOKEN
  oidcscope userinfo https://idp.example --client-id my-app --print userinfo.email`,
		args: atMostOne("one issuer or profile"), anonymous: true, live: true,
		flow: func(s *flows.Session, _ []string) (flows.Flow, error) {
			return flows.FetchUserInfo(s), wantToken(s, flows.AccessToken)
		},
	})
}

func newRefresh(sys *system, common *shared) *cobra.Command {
	return newSessionCommand(sys, common, sessionCommand{
		use: "refresh [ISSUER|PROFILE|SESSION]", short: "Get new tokens with the refresh token",
		long:    "Redeems the refresh token, and checks a new ID token against the one before.",
		example: `  oidcscope refresh https://idp.example --client-id my-app --refresh-token env:TOKEN --print access_token`,
		args:    atMostOne("one issuer or profile"),
		renews:  true,
		flow: func(s *flows.Session, _ []string) (flows.Flow, error) {
			return flows.Refresh(s), wantToken(s, flows.RefreshToken)
		},
	})
}

func newIntrospect(sys *system, common *shared) *cobra.Command {
	which := ""
	return newSessionCommand(sys, common, sessionCommand{
		use: "introspect [ISSUER|PROFILE|SESSION]", short: "Ask the provider whether a token is still good",
		long: `Asks the provider about the access token (RFC 7662). The client has to authenticate.

Exit code 0: the token is active; 1: it is not, or the provider refused to say.`,
		example: `  oidcscope introspect https://idp.example --client-id api --client-secret env:SECRET --access-token env:TOKEN
  oidcscope introspect https://idp.example --client-id api --client-secret env:SECRET --token refresh_token --refresh-token -`,
		args:  atMostOne("one issuer or profile"),
		flags: func(cmd *cobra.Command) { registerWhich(cmd, &which) },
		flow: func(s *flows.Session, _ []string) (flows.Flow, error) {
			name, err := whichToken(s, which, flows.AccessToken, flows.RefreshToken)
			return flows.Introspect(s, name), err
		},
		verdict: func(s *flows.Session) error {
			if s.Introspection == nil || !s.Introspection.Active {
				return withCode(exitBad, nil)
			}
			return nil
		},
	})
}

func newRevoke(sys *system, common *shared) *cobra.Command {
	which := ""
	return newSessionCommand(sys, common, sessionCommand{
		use: "revoke [ISSUER|PROFILE|SESSION]", short: "Tell the provider to forget a token",
		long:    "Revokes the refresh token, or the access token where there is no other (RFC 7009).",
		example: `  oidcscope revoke https://idp.example --client-id my-app --refresh-token env:TOKEN`,
		args:    atMostOne("one issuer or profile"),
		flags:   func(cmd *cobra.Command) { registerWhich(cmd, &which) },
		flow: func(s *flows.Session, _ []string) (flows.Flow, error) {
			name, err := whichToken(s, which, flows.RefreshToken, flows.AccessToken)
			return flows.Revoke(s, name), err
		},
		after: dropRevoked,
	})
}

func newLogout(sys *system, common *shared) *cobra.Command {
	back, revokeOnly := "", false
	return newSessionCommand(sys, common, sessionCommand{
		use: "logout [ISSUER|PROFILE|SESSION]", short: "Log out at the provider, in the browser",
		long: `Sends the browser to the provider to end the login there (OpenID Connect RP-Initiated
Logout). With --post-logout-redirect-uri it waits for the browser to come back.

A session that was kept is ended: its tokens are revoked first, the refresh token before
the access token, and it is forgotten at the end, also when the provider can't be reached
or refuses: what was not revoked is told then, and the exit code is not 0. --revoke-only
leaves the browser alone, which stays logged in at the provider.`,
		example: `  oidcscope logout work
  oidcscope logout https://idp.example --client-id my-app --id-token env:TOKEN`,
		args: atMostOne("one issuer or profile"),
		flags: func(cmd *cobra.Command) {
			cmd.Flags().BoolVar(&revokeOnly, "revoke-only", false, "revoke and forget the tokens of a kept session, and leave the browser logged in")
			cmd.Flags().StringVar(&back, "post-logout-redirect-uri", "", "registered `URI` on this machine that the browser comes back to")
		},
		configure: func(cfg *flows.Config) { cfg.PostLogoutRedirectURI = back },
		flow: func(s *flows.Session, _ []string) (flows.Flow, error) {
			if revokeOnly {
				return flows.EndSession(s, false), nil
			}
			return flows.Logout(s), nil
		},
		kept:  func(s *flows.Session) flows.Flow { return flows.EndSession(s, !revokeOnly) },
		after: endKept,
	})
}

func newCall(sys *system, common *shared) *cobra.Command {
	in, data, issuer := flows.CallInput{}, "", ""
	var header []string
	return newSessionCommand(sys, common, sessionCommand{
		use: "call URL", short: "Call an interface with the access token, and explain a refusal",
		long: `Sends a request with the access token, and a DPoP proof where the token is bound to a key.
What the interface says in WWW-Authenticate when it refuses is explained. Redirects are
not followed: the token is for the address that was named.`,
		example: `  oidcscope call https://api.example/orders --access-token env:TOKEN
  oidcscope call https://api.example/orders --session work
  oidcscope call https://api.example/orders --session work -X PUT -H 'Accept: text/csv' --data @order.json
  oidcscope call https://api.example/orders --issuer https://idp.example --client-id my-app --dpop`,
		args:   exactlyOne("the address to call"),
		issuer: func([]string) string { return issuer },
		bare:   true,
		live:   true,
		flags: func(cmd *cobra.Command) {
			f := cmd.Flags()
			f.StringVarP(&in.Method, "method", "X", "", "`METHOD` of the request (default GET, or POST with --data)")
			f.StringArrayVarP(&header, "header", "H", nil, "header `FIELD` as \"Name: value\" (repeatable); Authorization is the token's")
			f.StringVar(&data, "data", "", "body of the request, or @FILE (`DATA`)")
			f.StringVar(&issuer, "issuer", "", "`ISSUER` or profile to log in to first, when no token is given")
		},
		flow: func(s *flows.Session, args []string) (flows.Flow, error) {
			var err error
			if in.Body, err = textOrFile("--data", data); err != nil {
				return flows.Flow{}, err
			}
			in.URL, in.Header = args[0], http.Header{}
			for _, text := range header {
				name, value, err := flows.HeaderField(text)
				if err != nil {
					return flows.Flow{}, usage("for example -H 'Accept: text/csv'", "--header: %w", err)
				}
				in.Header.Add(name, value)
			}
			return flows.Call(s, in), wantToken(s, flows.AccessToken)
		},
	})
}

func registerWhich(cmd *cobra.Command, which *string) {
	cmd.Flags().StringVar(which, "token", "", "`NAME` of the token it is about: access_token or refresh_token")
}

// whichToken chooses the token: the one that was named, else the first of the preferred that there is.
func whichToken(s *flows.Session, name string, preferred ...flows.TokenName) (flows.TokenName, error) {
	switch which := flows.TokenName(name); which {
	case flows.AccessToken, flows.RefreshToken:
		return which, wantToken(s, which)
	case "":
	default:
		return "", usage("", "--token: want access_token or refresh_token, got %q", name)
	}
	for _, which := range preferred {
		if !s.Token(which).IsZero() {
			return which, nil
		}
	}
	return preferred[0], wantToken(s, preferred[0])
}

// wantToken refuses to go on without a token.
func wantToken(s *flows.Session, which flows.TokenName) error {
	if !s.Token(which).IsZero() {
		return nil
	}
	flag := map[flows.TokenName]string{flows.AccessToken: "--access-token", flows.RefreshToken: "--refresh-token", flows.IDToken: "--id-token"}[which]
	return usage(flag+" env:NAME", "want a session with %s, it has none", which)
}
