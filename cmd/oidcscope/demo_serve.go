package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/file"
	"github.com/oidcscope/oidcscope/internal/practice"
)

// serve serves the practice provider until ctx ends.
func serve(ctx context.Context, sys *system, common *shared, o *demoOptions, settings practice.Options) error {
	provider, err := start(ctx, settings)
	if err != nil {
		return err
	}
	defer provider.Close()
	var files []keyFile
	if o.writeKeys != "" {
		if files, err = writeClientKeys(o.writeKeys, provider); err != nil {
			return usage("", "--write-keys: %w", err)
		}
	}
	if o.run.output.json {
		err = announceJSON(sys, provider)
	} else {
		err = announce(sys, common, provider, files)
	}
	if err != nil {
		return err
	}
	<-ctx.Done()
	return context.Cause(ctx)
}

// served is the answer of demo --serve --json, on one line.
type served struct {
	Issuer    string         `json:"issuer"`
	MutualTLS string         `json:"mtls,omitempty"` // where the endpoints are that ask for a certificate
	CA        string         `json:"ca,omitempty"`   // PEM, to trust them
	Clients   []servedClient `json:"clients"`

	Resource string `json:"resource"`                   // that tokens can be asked for (RFC 8707)
	Details  string `json:"authorization_details_type"` // RFC 9396
	ACR      string `json:"acr"`
}

type servedClient struct {
	ClientID     string   `json:"client_id"`
	ClientSecret string   `json:"client_secret,omitempty"` // made for this run, good for nothing else
	ClientKey    string   `json:"client_jwk,omitempty"`
	DecryptKey   string   `json:"decrypt_jwk,omitempty"`
	Cert         string   `json:"cert,omitempty"` // PEM
	CertKey      string   `json:"cert_key,omitempty"`
	AuthMethod   string   `json:"token_endpoint_auth_method"`
	Scopes       []string `json:"scopes"`
}

func announceJSON(sys *system, provider *practice.Provider) error {
	answer := served{Issuer: provider.Issuer(), MutualTLS: provider.MutualTLS(), CA: string(provider.AuthorityPEM()),
		Resource: practice.API, Details: practice.OrderType, ACR: practice.ACR}
	for _, c := range provider.Clients() {
		answer.Clients = append(answer.Clients, servedClient{c.ID, c.Secret.Reveal(), c.Key.Reveal(), c.DecryptKey.Reveal(),
			string(c.Certificate), c.CertificateKey.Reveal(), c.Method, c.Scopes})
	}
	return writeJSON(sys.stdout, answer)
}

func announce(sys *system, common *shared, provider *practice.Provider, files []keyFile) error {
	out := sys.answer(common.noColor)
	clients := provider.Clients()
	rows := make([][2]string, 0, 2*len(clients))
	for _, c := range clients {
		method := c.Method
		if method == string(flows.AuthNone) {
			method = "public client, no secret"
		}
		rows = append(rows, [2]string{c.ID, method})
		if !c.Secret.IsZero() {
			rows = append(rows, [2]string{"", "secret " + c.Secret.Reveal()})
		}
		for _, f := range files {
			if f.client == c.ID && c.Secret.IsZero() { // a secret stands above
				rows = append(rows, [2]string{"", f.flag + " " + f.path})
			}
		}
	}
	out.Emphasis("Practice provider  ", provider.Issuer())
	out.Table("Clients", rows)
	out.Table("Try", append([][2]string{
		{"login", "oidcscope login " + provider.Issuer() + " --client-id " + clients[0].ID},
		{"password", "alice or bob with the password " + practice.Password + ", for --flow password"},
		{"probe", "oidcscope probe " + provider.Issuer() + " --client-id practice-strict"},
		{"discovery", provider.Issuer() + "/.well-known/openid-configuration"},
	}, tryKeys(provider, files)...))
	secret := "--client-secret SECRET"
	out.Table("What fits", [][2]string{
		{"scopes", strings.Join(clients[0].Scopes, " ")},
		{"resource", "--resource " + practice.API},
		{"details", "--authorization-details '[{\"type\":\"" + practice.OrderType + "\"}]'"},
		{"acr", "--acr-values " + practice.ACR},
		{"post", "--client-id practice-post --auth-method client_secret_post " + secret},
		{"secret JWT", "--client-id practice-secret-jwt --auth-method client_secret_jwt " + secret},
		{"front channel", "--flow implicit and --flow hybrid need a client with a secret or a key: practice and practice-strict are refused"},
	})
	out.Note("")
	out.Note("It keeps everything in memory. ctrl+c stops it.")
	return out.Err()
}

// keyFile is a file of a client's keys, and the flag of login that takes it.
type keyFile struct{ client, flag, path string }

// writeClientKeys writes what the clients prove themselves with, and the certificate to trust, into a folder. They are good for this
// run of the provider only, and nobody but the user may read them.
func writeClientKeys(folder string, provider *practice.Provider) ([]keyFile, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	var files []keyFile
	write := func(client, flag, name, text string) error {
		if text == "" {
			return nil
		}
		path := filepath.Join(folder, name)
		files = append(files, keyFile{client, flag, path})
		return file.Write(path, true, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		})
	}
	err := write("", "--ca-file", "ca.pem", string(provider.AuthorityPEM()))
	for _, c := range provider.Clients() {
		secret := ""
		if !c.Secret.IsZero() {
			secret = c.Secret.Reveal() + "\n"
		}
		for _, f := range []struct{ flag, name, text string }{{"--client-secret file:", c.ID + ".secret", secret}, {"--client-key", c.ID + ".jwk", c.Key.Reveal()},
			{"--decrypt-key", c.ID + "-decrypt.jwk", c.DecryptKey.Reveal()}, {"--cert", c.ID + ".pem", string(c.Certificate) + c.CertificateKey.Reveal()}} {
			if err == nil {
				err = write(c.ID, f.flag, f.name, f.text)
			}
		}
	}
	return files, err
}

// tryKeys says how to use the clients whose keys were written, or how to get at them.
func tryKeys(provider *practice.Provider, files []keyFile) [][2]string {
	if len(files) == 0 {
		return [][2]string{{"keys", "the clients with keys and certificates: --write-keys FOLDER writes them"}}
	}
	login := "oidcscope login " + provider.Issuer() + " --client-id "
	rows := [][2]string{}
	ca := ""
	for _, f := range files {
		switch {
		case f.client == "":
			ca = " --ca-file " + f.path
		case f.flag == "--client-key" && f.client == "practice-key":
			rows = append(rows, [2]string{"key", login + f.client + " --jar --client-key " + f.path})
		case f.client == "practice-tls":
			rows = append(rows, [2]string{"mutual TLS", login + f.client + " --cert " + f.path + ca})
		}
	}
	return rows
}
