package inspect

// headerRows are the header parameters of the JOSE registry, and some that issuers add.
var headerRows = [...]row{
	{"alg", "string", "Algorithm that protects the token (signature, MAC or key management)", "RFC 7515 4.1.1; RFC 7516 4.1.1"},
	{"enc", "string", "JWE: algorithm that encrypts the content", "RFC 7516 4.1.2"},
	{"zip", "string", "JWE: compression used before encryption; only DEF exists", "RFC 7516 4.1.3"},
	{"jku", "uri", "URL of a key set said to hold the signing key; never fetch it blindly", "RFC 7515 4.1.2"},
	{"jwk", "jwk", "Public key carried inside the token itself; proves nothing alone", "RFC 7515 4.1.3"},
	{"kid", "string", "Name of the key that signed, for looking it up in the key set", "RFC 7515 4.1.4"},
	{"x5u", "uri", "URL of the certificate for the key", "RFC 7515 4.1.5"},
	{"x5c", "array", "Certificate chain, standard base64 DER, leaf first", "RFC 7515 4.1.6"},
	{"x5t", "hash", "SHA-1 fingerprint of the certificate", "RFC 7515 4.1.7"},
	{"x5t#S256", "hash", "SHA-256 fingerprint of the certificate", "RFC 7515 4.1.8"},
	{"typ", "string", "Media type of the whole token: what kind of token this is", "RFC 7515 4.1.9; RFC 8725 3.11"},
	{"cty", "string", "Media type of the content; JWT means another token is inside", "RFC 7515 4.1.10"},
	{"crit", "array", "Names of extensions the receiver must understand or refuse the token", "RFC 7515 4.1.11"},
	{"b64", "bool", "false: the payload is not base64url-encoded; not allowed in JWTs", "RFC 7797 3"},
	{"epk", "jwk", "JWE with ECDH-ES: sender's one-time public key", "RFC 7518 4.6.1.1"},
	{"apu", "string", "JWE with ECDH-ES: information about the sender, base64url", "RFC 7518 4.6.1.2"},
	{"apv", "string", "JWE with ECDH-ES: information about the receiver, base64url", "RFC 7518 4.6.1.3"},
	{"iv", "string", "JWE with AES-GCM key wrap: nonce for wrapping the key", "RFC 7518 4.7.1.1"},
	{"tag", "string", "JWE with AES-GCM key wrap: authentication tag of the wrapped key", "RFC 7518 4.7.1.2"},
	{"p2s", "string", "JWE with password: salt, base64url, at least 8 bytes", "RFC 7518 4.8.1.1"},
	{"p2c", "number", "JWE with password: number of hash rounds; huge values are an attack", "RFC 7518 4.8.1.2"},
	{"iss", "string", "JWE: copy of the issuer claim in the clear", "RFC 7519 5.3"},
	{"sub", "string", "JWE: copy of the subject claim in the clear", "RFC 7519 5.3"},
	{"aud", "string-or-array", "JWE: copy of the audience claim in the clear", "RFC 7519 5.3"},
	{"url", "uri", "ACME: URL the signed request is sent to", "RFC 8555 6.4.1"},
	{"nonce", "string", "ACME: replay nonce of the server. In Entra tokens: mark of tokens for Microsoft APIs only", "RFC 8555 6.5.2; Entra"},
	{"ppt", "string", "PASSporT extension in use (telephony)", "RFC 8225 8.1"},
	{"svt", "array", "Signature validation tokens attached to the signature", "RFC 9321"},
	{"iheSSId", "string", "IHE submission set identifier (health documents)", "IHE"},
	{"jwt", "string", "OpenID4VP: token attached to a signed request", "OpenID4VP"},
	{"client_id", "string", "OpenID4VP: client identifier for a signed request", "OpenID4VP"},
	{"trust_chain", "array", "OpenID Federation: chain of entity statements up to a trust anchor", "OpenID Federation 1.0 4.3"},
	{"peer_trust_chain", "array", "OpenID Federation: trust chain of the other party", "OpenID Federation 1.0"},
	{"ver", "number", "Some issuers: version of their token layout", "vendor"},
	{"org.apereo.cas.services.RegisteredService", "string", "CAS: number of the service the token is for", "CAS"},
}

// encryptionRows are parameters that speak of the receiver's key where a token is encrypted, not of a signer's.
var encryptionRows = [...]row{
	{"jku", "uri", "URL of a key set said to hold the key that the token is encrypted to", "RFC 7516 4.1.4"},
	{"kid", "string", "Name of the receiver's key that the token is encrypted to", "RFC 7516 4.1.6"},
}

// ofEncryption gives the row of a header parameter of an encrypted token; other without one of its own.
func ofEncryption(name string, other *row) *row {
	for i := range encryptionRows {
		if encryptionRows[i].name == name {
			return &encryptionRows[i]
		}
	}
	return other
}
