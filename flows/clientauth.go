package flows

import "net/url"

// basicEncoding explains a refused client whose credentials change when they are form-encoded. RFC 6749 2.3.1 asks for
// that before HTTP Basic encodes them, and not every provider decodes it: with such a secret only one of the two works.
func (s *state) basicEncoding(oauth *OAuthError) *Diagnosis {
	secret := s.cfg.ClientSecret.Reveal()
	if oauth.Code != "invalid_client" || s.metadata.authMethod(s.cfg) != AuthBasic ||
		url.QueryEscape(secret) == secret && url.QueryEscape(s.cfg.ClientID) == s.cfg.ClientID {
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
