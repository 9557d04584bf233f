package flows

import (
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/inspect/lint"
	"github.com/oidcscope/oidcscope/internal/jose"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// Providers encrypt ID tokens, userinfo and other answers to a client that registered a key for it, and take encrypted requests
// when they publish one. What is encrypted is signed inside (OpenID Connect Core 10.2): that a token opens says who may read
// it, not who made it. So the checks are those of the token inside, and opening is never called verifying.

// parseDecryptKeys reads Config.DecryptKey, else Config.ClientKey; nil without either.
func parseDecryptKeys(c Config) (*inspect.KeySet, error) {
	given := first(c.DecryptKey.Reveal(), c.ClientKey.Reveal())
	if given == "" {
		return nil, nil
	}
	keys := inspect.ParseKeySet([]byte(given), "client", "")
	private := func(k inspect.Key) bool { return k.Err == "" && k.Material != nil && k.Material.Private() }
	if !c.DecryptKey.IsZero() && !slices.ContainsFunc(keys.Keys, private) {
		return nil, problem(ProblemConfig, "private keys to open encrypted tokens with, as PEM, JWK or JWKS", "none that can be used", "RFC 7517 4; RFC 7468")
	}
	for i := range keys.Keys { // a key that is given for opening opens, whatever else it says it is for
		if !c.DecryptKey.IsZero() {
			keys.Keys[i].Use, keys.Keys[i].Ops = "", nil
		}
	}
	return keys, nil
}

// openingKeys gives what may open a token: the client's private keys, and what its secret is as an encryption key.
func (s *state) openingKeys(tok *inspect.Token) *inspect.KeySet {
	key := sharedKey(headerText(tok, "alg"), headerText(tok, "enc"), s.cfg.ClientSecret.Reveal())
	if key == nil {
		return s.decryptKeys
	}
	return inspect.JoinKeySets(s.decryptKeys, inspect.SecretKeySet(key))
}

// sharedKey makes the encryption key of a client secret: the left part of its hash, as long as the algorithm needs it (OpenID
// Connect Core 10.2). It is nil for algorithms that take no shared key.
func sharedKey(alg, enc, clientSecret string) []byte {
	size := jose.SharedKeySize(alg, enc)
	switch {
	case size == 0 || clientSecret == "":
		return nil
	case size <= sha256.Size:
		sum := sha256.Sum256([]byte(clientSecret))
		return sum[:size]
	default:
		sum := sha512.Sum512([]byte(clientSecret))
		if size == sha512.Size384 {
			sum384 := sha512.Sum384([]byte(clientSecret))
			return sum384[:]
		}
		return sum[:size]
	}
}

// speaking gives the token whose claims count: of an encrypted one that opens here, the one inside.
func (s *state) speaking(raw secret.Text) *inspect.Token {
	return s.inside(inspect.Decode(raw.Reveal()))
}

// inside is speaking for a token that was decoded.
func (s *state) inside(tok *inspect.Token) *inspect.Token {
	for range inspect.MaxNesting {
		if tok.Kind != inspect.JWECompact || inspect.Decrypt(tok, s.openingKeys(tok), nil).Status != inspect.Opened {
			return tok
		}
		s.secrets.Add(string(tok.Bytes))
		inner := inspect.Decode(string(tok.Bytes))
		if inner.Kind != inspect.JWSCompact && inner.Kind != inspect.JWECompact {
			return tok // claims that are encrypted only
		}
		tok = inner
	}
	return tok
}

// innermost is speaking for a token that was inspected.
func innermost(r *inspect.Report) *inspect.Report {
	for r.Inner != nil {
		r = r.Inner
	}
	return r
}

// look inspects a token with every key that may verify or open it.
func (s *state) look(raw secret.Text, known inspect.Context) *inspect.Report {
	outer := inspect.Decode(raw.Reveal())
	if isEncrypted(outer.Kind) {
		known.DecryptKeys = s.openingKeys(outer)
	}
	return lint.InspectToken(outer, s.keysFor(s.inside(outer)), known)
}

func isEncrypted(kind inspect.Kind) bool {
	return kind == inspect.JWECompact || kind == inspect.JWEJSON
}

// unopened is the problem of an encrypted token that stays closed here; nil for one that opened, and one that is not encrypted.
func unopened(r *inspect.Report, what, ref string) *Problem {
	if !isEncrypted(r.Kind) || r.Encryption != nil && r.Encryption.Status == inspect.Opened {
		return nil
	}
	p := problem(ProblemAnswer, what+" that can be opened here", "an encrypted one ("+describeEncryption(r)+")", ref)
	p.Diagnosis = &Diagnosis{
		ID:      "CL-ENCRYPTED",
		Summary: "the provider encrypts to a key of the client, and no key that was given opens it",
		Causes:  []string{"the private key that belongs to the registered encryption key was not given", "the key that was given is another one"},
		Fixes:   []Fix{{Text: "give the private key", Value: "--decrypt-key FILE"}, {Text: "or have the provider send it signed only"}},
		Checked: []string{"the token's header, every key that was given"},
		Ref:     ref,
	}
	return p
}

func describeEncryption(r *inspect.Report) string {
	if r.Encryption == nil {
		return "not tried"
	}
	what := strings.Trim(r.Encryption.Alg+" "+r.Encryption.Enc, " ")
	if r.Encryption.KID != "" {
		what += fmt.Sprintf(", for the key %q", r.Encryption.KID)
	}
	return what + ": " + first(r.Encryption.Reason, string(r.Encryption.Status))
}

// openedNote says in a note that a token was encrypted.
func openedNote(r *inspect.Report) string {
	if !isEncrypted(r.Kind) {
		return ""
	}
	return "opened with " + r.Encryption.Alg + "; "
}

// encryptRequest encrypts the signed request to a key of the provider (RFC 9101 6.1): sign first, then encrypt, so that nobody can
// take the signature off and put it on a request of their own.
func (s *state) encryptRequest(signed string) (string, error) {
	key, alg, err := s.encryptionKey()
	if err != nil {
		return "", err
	}
	encs := s.metadata.RequestObjectEncryptionEncs
	enc := "A128CBC-HS256" // the default of request_object_encryption_enc (OpenID Connect Registration 2)
	for _, better := range []string{"A256GCM", "A128GCM", "A128CBC-HS256", "A256CBC-HS512"} {
		if slices.Contains(encs, better) {
			enc = better
			break
		}
	}
	header := map[string]string{"cty": "JWT"} // required of a JWT inside another (RFC 7519 5.2)
	if key.KID != "" {
		header["kid"] = key.KID
	}
	encrypted, err := jose.Encrypt(alg, enc, key.Material, header, []byte(signed))
	if err != nil {
		return "", problem(ProblemConfig, "a key of the provider to encrypt the request to", err.Error(), "RFC 9101 6.1")
	}
	s.note += fmt.Sprintf(", encrypted with %s and %s to the key %q", alg, enc, key.KID)
	return encrypted, nil
}

// encryptionAlgs are those that requests are encrypted with, the preferred first.
var encryptionAlgs = [...]string{"ECDH-ES+A256KW", "ECDH-ES+A128KW", "ECDH-ES", "RSA-OAEP-256", "RSA-OAEP"}

// encryptionKey chooses a published key of the provider, and the algorithm: what the key is for, then what the provider announces.
func (s *state) encryptionKey() (*inspect.Key, string, error) {
	const ref = "RFC 9101 6.1; OpenID Connect Core 10.2"
	announced := s.metadata.RequestObjectEncryptionAlgs
	if s.keys == nil {
		return nil, "", problem(ProblemConfig, "the provider's key set, to encrypt the request", "none was fetched", ref)
	}
	reason := errors.New("none of its keys is for encryption (use: enc)")
	for i := range s.keys.Keys {
		k := &s.keys.Keys[i]
		if k.Err != "" || k.Material == nil || k.Use != "enc" {
			continue
		}
		for _, alg := range encryptionAlgs {
			switch {
			case k.Alg != "" && k.Alg != alg || len(announced) > 0 && !slices.Contains(announced, alg):
				reason = fmt.Errorf("its key %q for encryption fits none of %s", k.KID, strings.Join(announced, ", "))
			case jose.FitsEncryption(alg, "A256GCM", k.Material) == nil:
				return k, alg, nil
			}
		}
	}
	return nil, "", problem(ProblemConfig, "a key of the provider to encrypt the request to", reason.Error(), ref)
}
