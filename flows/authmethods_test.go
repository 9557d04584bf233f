package flows

import (
	"slices"
	"testing"

	"github.com/oidcscope/oidcscope/internal/secret"
)

// TestAuthMethods: what a client with this and that does first, and what it could do instead. A secret has no other purpose; a
// key may be there for signed requests only, a certificate for bound tokens only.
func TestAuthMethods(t *testing.T) {
	all := []string{"private_key_jwt", "tls_client_auth", "client_secret_jwt", "client_secret_basic", "client_secret_post", "none"}
	for name, c := range map[string]struct {
		secret, key, certificate, given bool
		announced                       []string
		want                            []AuthMethod
	}{
		"nothing":                 {announced: all, want: []AuthMethod{AuthNone}},
		"secret":                  {secret: true, announced: all, want: []AuthMethod{AuthBasic, AuthPost, AuthSecretJWT}},
		"secret, nothing said":    {secret: true, want: []AuthMethod{AuthBasic, AuthPost}},
		"secret, no document":     {secret: true, given: true, want: []AuthMethod{AuthPost, AuthBasic}},
		"secret, only keys":       {secret: true, announced: []string{"private_key_jwt"}, want: []AuthMethod{AuthBasic}},
		"key":                     {key: true, announced: all, want: []AuthMethod{AuthPrivateKeyJWT}},
		"key, not announced":      {key: true, announced: []string{"none"}, want: []AuthMethod{AuthNone}},
		"secret and key":          {secret: true, key: true, announced: all, want: []AuthMethod{AuthBasic, AuthPost, AuthSecretJWT, AuthPrivateKeyJWT}},
		"secret and certificate":  {secret: true, certificate: true, announced: all, want: []AuthMethod{AuthBasic, AuthPost, AuthSecretJWT, AuthTLS}},
		"certificate":             {certificate: true, announced: all, want: []AuthMethod{AuthTLS}},
		"secret where keys count": {secret: true, key: true, announced: []string{"private_key_jwt"}, want: []AuthMethod{AuthPrivateKeyJWT}},
	} {
		t.Run(name, func(t *testing.T) {
			m, cfg := Metadata{TokenEndpointAuthMethods: c.announced, given: c.given}, Config{}
			if c.secret {
				cfg.ClientSecret = secret.New("s")
			}
			if c.key {
				cfg.ClientKey = secret.New("k")
			}
			if c.certificate {
				cfg.Transport.ClientCertPEM = []byte("c")
			}
			if got := m.AuthMethods(cfg); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
