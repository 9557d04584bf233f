package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/cmd/oidcscope/internal/plain"
	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// clientFlags are what a client proves itself with, beside a secret.
type clientFlags struct {
	key, keyID, keyAlg string
	audience           string
	cert, certKey      string
	decryptKey         string
}

func (o *clientFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.key, "client-key", "", "`FILE` with the client's private key (PEM, JWK), for private_key_jwt, --jar and jwt-bearer")
	f.StringVar(&o.keyID, "client-key-id", "", "`KID` in what is signed with the key (default that of the JWK)")
	f.StringVar(&o.keyAlg, "client-key-alg", "", "`ALG` to sign with (default the first that fits the key and is announced)")
	f.StringVar(&o.audience, "assertion-audience", "", "`AUDIENCE` of what the client signs (default the issuer)")
	f.StringVar(&o.decryptKey, "decrypt-key", "", "`FILE` with the private keys (PEM, JWK, JWKS) that open what the provider encrypts\nto this client: ID token, userinfo, signed answers (default --client-key)")
	f.StringVar(&o.cert, "cert", "", "`FILE` with the client's certificate in PEM, for tls_client_auth and bound tokens")
	f.StringVar(&o.certKey, "key", "", "`FILE` with the private key of --cert (default: it stands in the same file)")
}

// maxClientKey bounds a file with keys or certificates, in bytes.
const maxClientKey = 1 << 20

// apply reads the files into the configuration.
func (o *clientFlags) apply(cfg *flows.Config) error {
	cfg.ClientKeyID, cfg.ClientKeyAlg, cfg.AssertionAudience = o.keyID, o.keyAlg, o.audience
	var certificate secret.Text
	for _, file := range []struct {
		flag, path string
		into       *secret.Text
	}{{"--client-key", o.key, &cfg.ClientKey}, {"--decrypt-key", o.decryptKey, &cfg.DecryptKey}, {"--cert", o.cert, &certificate}, {"--key", o.certKey, &cfg.Transport.ClientCertKeyPEM}} {
		if file.path == "" {
			continue
		}
		text, err := readBounded(file.path, maxClientKey)
		if err != nil {
			return usage("", "%s: %w", file.flag, err)
		}
		*file.into = secret.New(text)
	}
	if o.certKey != "" && o.cert == "" {
		return usage("--client-key is the key for assertions", "--key belongs to --cert, which is not given")
	}
	if !certificate.IsZero() {
		cfg.Transport.ClientCertPEM = []byte(certificate.Reveal())
	}
	return nil
}

// references resolves references to secrets, and asks for them where that is wanted.
type references struct {
	sys   *system
	keys  *keyboard
	notes *plain.Printer
	bare  string  // the warning about a secret that stands bare, when it is not on the command line
	quiet bool    // a bare secret needs no warning: it comes from where it was kept
	kept  *keeper // where keyring:NAME may be too, when an encrypted file takes the place of the keyring; nil: the keyring alone
}

// secret resolves one reference; what names the secret.
func (r references) secret(ctx context.Context, what, reference string) (secret.Text, error) {
	warn := r.notes.Warn
	switch {
	case r.quiet:
		warn = func(string) {}
	case r.bare != "":
		warn = func(string) { r.notes.Warn(r.bare) }
	}
	value, err := config.Secret(ctx, reference, config.Sources{
		What: what, LookupEnv: r.sys.lookupEnv, Warn: warn,
		Ask:     func() (string, error) { return r.keys.secret(ctx, what, r.notes.Note) },
		Keyring: r.keptSecret,
	})
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return value, cause
		}
		return value, usage("", "%w", err)
	}
	return value, nil
}

// all resolves several references in their order.
func (r references) all(ctx context.Context, wanted []reference) error {
	for _, w := range wanted {
		value, err := r.secret(ctx, w.what, w.given)
		if err != nil {
			return err
		}
		if !value.IsZero() {
			*w.into = value
		}
	}
	return nil
}

// reference is a flag that names a secret, and where the secret goes.
type reference struct {
	what, given string
	into        *secret.Text
}
