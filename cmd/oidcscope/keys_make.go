package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/file"
	"github.com/oidcscope/oidcscope/internal/jose"
	"github.com/oidcscope/oidcscope/internal/jsonout"
)

// makeOptions are the flags of keys make.
type makeOptions struct {
	bits        int
	curve       string
	kid         string
	use         string
	alg         string
	out         string
	form        string
	showSecrets bool
}

func newKeysMake(sys *system) *cobra.Command {
	o := makeOptions{}
	cmd := &cobra.Command{
		Use:   "make rsa|ec|ed25519|x25519|oct",
		Short: "Make a new key",
		Long: `Makes a private key or a shared secret and writes it to a new file that only you may
read. Standard output gets the public key as JWK. Without --out the private key itself
goes to standard output, and --show-secrets has to say so.`,
		Example: `  oidcscope keys make ec --out key.jwk
  oidcscope keys make rsa --bits 3072 --alg PS256 --out key.jwk > public.jwk
  oidcscope keys make oct --to jwk --show-secrets`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("usage: "+cmd.UseLine(), "want one kind of key: rsa, ec, ed25519, x25519 or oct, got %d arguments", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if !cmd.Flags().Changed("use") {
				o.use = ""
			}
			return runKeysMake(sys, &o, args[0])
		},
	}
	f := cmd.Flags()
	f.IntVar(&o.bits, "bits", 0, "size of an rsa key (default 2048) or a secret (default 256)")
	f.StringVar(&o.curve, "curve", "", "curve of an ec key: P-256, P-384 or P-521 (default P-256)")
	f.StringVar(&o.kid, "kid", "", "`NAME` of the key (default its thumbprint; of a secret, none)")
	f.StringVar(&o.use, "use", "sig", "what it is for: sig, enc, or none to leave it out (default of x25519: enc)")
	f.StringVar(&o.alg, "alg", "", "`ALG` that it is for, such as ES256, or RSA-OAEP-256 with --use enc")
	f.StringVar(&o.out, "out", "", "new `FILE` for the private key")
	f.StringVar(&o.form, "to", "jwk", "`FORM` of the private key: jwk, jwks or pem")
	f.BoolVar(&o.showSecrets, "show-secrets", false, "the private key may go to standard output")
	return cmd
}

func runKeysMake(sys *system, o *makeOptions, kind string) error {
	if err := checkForm(o.form); err != nil {
		return err
	}
	if o.out == "" && !o.showSecrets {
		return usage("name a new file with --out, or say --show-secrets", "a private key is not printed unless asked")
	}
	kind = kindOfKey(kind)
	if a := jose.Find(o.alg); a != nil { // the algorithm says what nobody has to say twice
		if kind == "ec" && o.curve == "" {
			o.curve = a.Curve
		}
		if kind == "oct" && o.bits == 0 && a.Symmetric() {
			o.bits = 8 * a.Hash.Size()
		}
	}
	material, err := jose.Make(kind, o.bits, o.curve)
	if err != nil {
		return usage("", "make a key: %w", err)
	}
	if err := o.purpose(material); err != nil {
		return err
	}
	members, err := material.JWK(true)
	if err != nil {
		return err
	}
	if o.kid == "" && material.Type() != "oct" { // the thumbprint of a secret would be something to test guesses with
		o.kid = material.Thumbprint()
	}
	for _, m := range []jose.Member{{Name: "kid", Value: o.kid}, {Name: "use", Value: o.use}, {Name: "alg", Value: o.alg}} {
		if m.Value != "" {
			members = append(members, m)
		}
	}
	var jwk []byte
	for i, m := range members {
		jwk = append(jwk, "{,"[min(i, 1)])
		jwk = jsonout.String(append(jsonout.String(jwk, m.Name), ':'), m.Value)
	}
	keys := inspect.ParseKeySet(append(jwk, '}'), "made", "").Keys
	text, _, err := keysText(keys, o.form, true)
	if err != nil {
		return usage("", "%w", err)
	}
	if o.out == "" {
		_, err = sys.stdout.Write(text)
		return err
	}
	if err := writeNew(o.out, text); err != nil {
		return usage("", "--out: %w", err)
	}
	public, _, err := keysText(keys, "jwk", false)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(sys.stdout, "%s", public)
	return err
}

// purpose settles what the key is for: its use follows from its algorithm, and from what a key of its kind can do (RFC 7517 4.2).
func (o *makeOptions) purpose(material *jose.Key) error {
	a, use := jose.Find(o.alg), "sig"
	switch {
	case o.alg == "" && material.Curve() == "X25519":
		use = "enc"
	case o.alg == "":
	case a != nil:
		if err := jose.Fits(a, material); err != nil {
			return usage("", "--alg: %w", err)
		}
	default:
		use = "enc"
		if err := jose.FitsDecryption(o.alg, "A128GCM", material); errors.Is(err, jose.ErrUnsupported) {
			return usage("", "--alg: want one of %v, or an algorithm of encryption such as RSA-OAEP-256, got %q", jose.Algorithms(), o.alg)
		} else if err != nil {
			return usage("", "--alg: %w", err)
		}
	}
	switch o.use {
	case "":
		o.use = use
	case "none":
		o.use = ""
	case "sig", "enc":
		if o.use != use && (o.alg != "" || material.Curve() == "X25519" || material.Curve() == "Ed25519") {
			return usage("", "--use: a key for %s is for %s, got %q", cmp.Or(o.alg, material.Curve()), use, o.use)
		}
	default:
		return usage("", "--use: want sig, enc or none, got %q", o.use)
	}
	return nil
}

// writeNew writes a file that was not there before and that nobody else may read.
func writeNew(path string, text []byte) error {
	return file.Write(path, false, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}
