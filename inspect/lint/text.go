package lint

import (
	"fmt"

	"github.com/oidcscope/oidcscope/inspect"
)

// InspectText inspects every token of a text, one report each in the order of the text, never none. Tokens that stand together
// are used together: the access token of an answer for the at_hash of the ID token beside it, or for the ath of a DPoP proof.
// What names a token there says which kind it is, unless ctx does.
func InspectText(text string, keys *inspect.KeySet, ctx inspect.Context) []*inspect.Report {
	found := inspect.FindTokens(text)
	if len(found) > 1 && ctx.AccessToken == "" {
		ctx.AccessToken = accessTokenOf(found)
	}
	reports := make([]*inspect.Report, len(found))
	for i, f := range found {
		own, reason := ctx, ""
		if profile := profileNamed(f.Name); profile != "" && (ctx.Profile == "" || ctx.Profile == inspect.ProfileAuto) {
			own.Profile, reason = profile, fmt.Sprintf("it was found as %s", f.Where)
		}
		r := InspectToken(f.Token, keys, own)
		if reason != "" {
			r.TypeReason = reason
		}
		if f.Where != "" || len(found) > 1 {
			r.Found = &inspect.Place{Offset: f.Offset, Where: f.Where}
		}
		reports[i] = r
	}
	return reports
}

func accessTokenOf(found []inspect.Found) string {
	for _, f := range found {
		if f.Name == "access_token" || f.Name == "accessToken" || f.Name == "authorization" {
			return f.Token.Raw
		}
	}
	return ""
}

// profileNamed gives the kind of token that a parameter of that name holds. Of an access token the name does not say which
// layout it has, if any.
func profileNamed(name string) inspect.Profile {
	switch name {
	case "id_token", "id_token_hint", "idToken":
		return inspect.ProfileIDToken
	case "logout_token":
		return inspect.ProfileLogout
	case "client_assertion":
		return inspect.ProfileClientAssertion
	case "dpop":
		return inspect.ProfileDPoP
	}
	return ""
}
