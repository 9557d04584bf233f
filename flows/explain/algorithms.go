package explain

// algorithms are the names that stand in alg and enc (RFC 7518, RFC 8037, RFC 8812, RFC 9864, RFC 9964) and in
// code_challenge_method, as terms: one of each family, its relatives lead to it as well.
func algorithms() []term {
	alg, enc := []string{"alg", "TOK-023"}, []string{"enc", "alg"}
	return []term{
		{"RS256", []string{"RS384", "RS512", "RSASSA-PKCS1-v1_5"}, "Signature with an RSA key, PKCS #1 v1.5 padding, and SHA-2 of the length in its name. What every OpenID provider must offer. 2048 bits or more.", "RFC 7518 3.3", alg},
		{"PS256", []string{"PS384", "PS512", "RSASSA-PSS"}, "Signature with an RSA key and PSS padding, which has a proof of security; the salt is as long as the hash.", "RFC 7518 3.5", alg},
		{"ES256", []string{"ES384", "ES512", "ES256K", "ECDSA"}, "Signature with a key on one curve: P-256 for ES256, P-384, P-521 for ES512, secp256k1 for ES256K. r and s stand side by side, not as DER.", "RFC 7518 3.4, RFC 8812", []string{"alg", "TOK-047"}},
		{"EdDSA", []string{"Ed25519", "Ed448"}, "Signature on an Edwards curve. EdDSA does not say on which one; the names Ed25519 and Ed448 do, and replace it.", "RFC 8037, RFC 9864", []string{"alg", "TOK-022"}},
		{"HS256", []string{"HS384", "HS512", "HMAC"}, "No signature but a MAC: whoever can check it can also make it. The secret has to be as long as the hash, and random.", "RFC 7518 3.2", []string{"alg", "TOK-025", "TOK-026", "algorithm confusion"}},
		{"ML-DSA-44", []string{"ML-DSA-65", "ML-DSA-87", "post-quantum signature"}, "Signature that quantum computers are not expected to break; its keys have the type AKP.", "RFC 9964", alg},
		{"RSA-OAEP", []string{"RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512"}, "The content's key is encrypted to an RSA key. Anybody who has the public key can make such a token.", "RFC 7518 4.3", []string{"alg", "TOK-087"}},
		{"RSA1_5", nil, "The content's key is encrypted to an RSA key in the old way, whose errors give the plaintext away bit by bit. Not to be used.", "RFC 7518 4.2", []string{"TOK-021"}},
		{"ECDH-ES", []string{"ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW"}, "Sender and receiver agree on a key: the sender makes a key pair for one message and sends its public half as epk.", "RFC 7518 4.6", []string{"epk", "TOK-088"}},
		{"A256KW", []string{"A128KW", "A192KW", "A128GCMKW", "A192GCMKW", "A256GCMKW", "AES key wrap"}, "The content's key is wrapped with a key that both sides share.", "RFC 7518 4.4, 4.7", []string{"alg"}},
		{"dir", []string{"direct encryption"}, "Both sides share the content's key itself; the encrypted key is empty.", "RFC 7518 4.5", []string{"alg"}},
		{"PBES2-HS256+A128KW", []string{"PBES2-HS384+A192KW", "PBES2-HS512+A256KW", "PBES2"}, "The key comes from a password, stretched p2c times. A very high p2c is an attack on who decrypts.", "RFC 7518 4.8", []string{"p2c", "TOK-084", "TOK-085"}},
		{"A256GCM", []string{"A128GCM", "A192GCM", "AES-GCM"}, "Encrypts and authenticates the content: IV of 96 bits, never twice with one key, tag of 128 bits.", "RFC 7518 5.3", enc},
		{"A128CBC-HS256", []string{"A192CBC-HS384", "A256CBC-HS512"}, "Encrypts with AES-CBC and authenticates with HMAC; half of the key is for each.", "RFC 7518 5.2", enc},
		{"S256", []string{"code_challenge_method S256", "plain challenge"}, "The code challenge is the SHA-256 of the verifier, base64url without padding. The other method, plain, sends the verifier itself and protects little.", "RFC 7636 4.2", []string{"code_challenge_method", "PKCE"}},
	}
}
