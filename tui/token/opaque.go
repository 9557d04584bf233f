package token

import (
	"fmt"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// fact is something that can be said about a token from its outside.
type fact struct{ name, value, note string }

// outsideFacts says what can be known of a text that only its issuer can read. None of it shows the text itself.
func outsideFacts(r *inspect.Report) []fact {
	f := r.Facts
	if f == nil {
		return []fact{{"length", fmt.Sprintf("%d characters", r.Size), ""}}
	}
	facts := []fact{{"length", fmt.Sprintf("%d characters", f.Length), ""}}
	add := func(name, value, note string) {
		if value != "" {
			facts = append(facts, fact{name, safe.Short(value, 400), note})
		}
	}
	if r.Kind == inspect.PASETO {
		add("version", f.Version, "")
		add("purpose", f.Purpose, pasetoPurpose(f.Purpose))
		add("payload", widget.Size(int64(f.Bytes)), "")
		add("message", f.Message, "readable by anyone; the signature is not checked here")
		add("footer", f.Footer, "signed, and readable by anyone")
		return facts
	}
	add("alphabet", f.Alphabet, "")
	add("form", f.Form, "")
	if f.Issuer != "" {
		add("begins like", f.Issuer, safe.Short(f.Prefix, 20)+"…")
	}
	if f.Bits > 0 {
		note := "if random; RFC 6749 10.10 asks for 128"
		if f.Bits < 128 {
			note = "fewer than the 128 of RFC 6749 10.10"
		}
		add("to guess", fmt.Sprintf("at most %d bits", f.Bits), note)
	}
	add("content", "known to the issuer alone", "it may tell by introspection (RFC 7662)")
	return facts
}

func pasetoPurpose(purpose string) string {
	if purpose == "local" {
		return "encrypted with a shared secret"
	}
	return "signed; readable by anyone, not checked here"
}

// partMeaning says what each part of a compact serialization is for. RFC 7515 3.1; RFC 7516 3.1.
func partMeaning(kind inspect.Kind, name string) string {
	if kind == inspect.JWECompact || kind == inspect.JWEJSON {
		switch name {
		case "header":
			return "readable by anyone: how the content is encrypted"
		case "encrypted_key":
			return "the content's key, encrypted for the receiver; empty for dir and ECDH-ES"
		case "iv":
			return "initialisation vector of the content encryption"
		case "ciphertext":
			return "the content; a signed token is often inside"
		case "tag":
			return "proves that header and content were not changed"
		}
	}
	return ""
}

// formName names a kind of token in words, for what this program recognises but can't open yet.
func formName(kind inspect.Kind) string {
	switch kind {
	case inspect.JWSCompact:
		return "JWT, signed (JWS compact)"
	case inspect.JWSFlattened:
		return "signed token, flattened JSON form (RFC 7515 7.2.2)"
	case inspect.JWSGeneral:
		return "signed token, general JSON form (RFC 7515 7.2.1)"
	case inspect.JWECompact:
		return "encrypted token (JWE compact)"
	case inspect.JWEJSON:
		return "encrypted token, JSON form (RFC 7516 7.2)"
	case inspect.SDJWT:
		return "selective disclosure JWT (RFC 9901)"
	case inspect.PASETO:
		return "PASETO token"
	case inspect.Opaque:
		return "opaque token"
	default:
		return "no token that is known here"
	}
}

// partFacts lists the parts with their sizes.
func partFacts(tok *inspect.Token) []fact {
	facts := make([]fact, 0, len(tok.Parts))
	for i := range tok.Parts {
		p := &tok.Parts[i]
		facts = append(facts, fact{safe.Text(p.Name), widget.Size(int64(len(p.Bytes))), partMeaning(tok.Kind, p.Name)})
	}
	return facts
}
