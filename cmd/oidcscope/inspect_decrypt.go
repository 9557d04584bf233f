package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/inspect"
)

// decryptOptions say what may open an encrypted token.
type decryptOptions struct {
	key      string
	password string
}

func (o *decryptOptions) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.key, "decrypt-key", "", "`FILE` with the keys to open an encrypted token with: private PEM, JWK or JWKS")
	f.StringVar(&o.password, "decrypt-password", "", "password to open an encrypted token with (PBES2): `VALUE|@FILE`")
}

// load puts keys and password into what is known about the token.
func (o *decryptOptions) load(known *inspect.Context) error {
	if o.key != "" {
		keys, err := fromFile(o.key, "--decrypt-key", "key")
		if err != nil {
			return err
		}
		known.DecryptKeys = keys
	}
	password := o.password
	if path, isFile := strings.CutPrefix(password, "@"); isFile {
		text, err := readBounded(path, maxKeys)
		if err != nil {
			return usage("", "--decrypt-password: %w", err)
		}
		password = strings.TrimRight(text, "\r\n")
	}
	known.Password = []byte(password)
	return nil
}
