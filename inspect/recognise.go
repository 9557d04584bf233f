package inspect

import "strings"

// recognise names the form of the token and decodes it as far as this package opens that form.
func (t *Token) recognise() {
	switch {
	case t.Raw == "":
		t.add("token", fault(FaultEmpty, 0, "nothing to read"))
	case t.Raw[0] == '{':
		t.jsonForm()
	case isPASETO(t.Raw):
		t.Kind = PASETO
		t.pasetoParts()
	case t.compact():
	case isOpaque(t.Raw):
		t.Kind = Opaque
	}
}

// jsonForm recognises the JSON serializations by the members that RFC 7515 7.2 and RFC 7516 7.2 tell them apart by.
func (t *Token) jsonForm() {
	doc := ScanJSON(t.Raw)
	for _, f := range doc.Faults {
		t.add("token", f)
	}
	if doc.Root == nil {
		return
	}
	has := func(name string) bool { return doc.Root.Get(name) != nil }
	switch {
	case has("ciphertext"):
		t.Kind = JWEJSON
		t.jweJSON(doc)
	case has("signatures"): // the payload may be detached (RFC 7515 F)
		t.Kind = JWSGeneral
		t.jwsJSON(doc)
	case has("signature"):
		t.Kind = JWSFlattened
		t.jwsJSON(doc)
	default:
		t.add("token", fault(FaultForm, 0, "a JSON object, but no token: %s", looksLike(doc.Root)))
		return
	}
	if has("signatures") && has("signature") || has("ciphertext") && (has("signature") || has("signatures")) || has("recipients") && has("encrypted_key") {
		t.add("token", fault(FaultForm, 0, "members of two serializations: two readers may see two tokens"))
	}
}

// looksLike says what a JSON object without a token in it probably is.
func looksLike(v *Value) string {
	switch {
	case v.Get("keys") != nil:
		return `it looks like a key set ("keys")`
	case v.Get("kty") != nil:
		return `it looks like a key ("kty")`
	case v.Get("id_token") != nil || v.Get("access_token") != nil:
		return "it looks like a token response; inspect the tokens in it one by one"
	case v.Get("authorization_endpoint") != nil || v.Get("issuer") != nil && v.Get("jwks_uri") != nil:
		return "it looks like a discovery document"
	case v.Get("iss") != nil || v.Get("sub") != nil || v.Get("exp") != nil:
		return "it looks like decoded claims; the signed token is needed"
	case v.Get("error") != nil:
		return "it looks like an error answer"
	}
	return `wanted "payload" with "signature" or "signatures", or "ciphertext"`
}

// isPASETO matches "v1." to "v4." with a purpose (PASETO specification, 01-Protocol-Versions).
func isPASETO(s string) bool {
	return len(s) > 3 && s[0] == 'v' && s[1] >= '1' && s[1] <= '4' && s[2] == '.' &&
		(strings.HasPrefix(s[3:], "local.") || strings.HasPrefix(s[3:], "public."))
}

func (t *Token) pasetoParts() {
	offset := 0
	for i, text := range strings.SplitN(t.Raw, ".", 4) {
		t.Parts = append(t.Parts, Part{Name: []string{"version", "purpose", "payload", "footer"}[i], Text: text, Offset: offset})
		offset += len(text) + 1
	}
}

// isOpaque accepts what may stand in an Authorization header after the scheme (RFC 6750 2.1), and the few other
// characters that real opaque tokens have.
func isOpaque(s string) bool {
	for i := range len(s) {
		if c := s[i]; sextets[c] == 0xff && strings.IndexByte(".~+/=:|!*%@$", c) < 0 {
			return false
		}
	}
	return true
}
