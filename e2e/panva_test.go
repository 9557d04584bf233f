//go:build e2e

package e2e

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// panva is a running oidc-provider, a certified provider in another language than ours: what it refuses is refused with reason,
// and what it accepts nobody may call a fault.
type panva struct {
	issuer, dir string
	person      *person
}

// panvaSecret is that of all its clients; HS256 wants it long.
const panvaSecret = "a secret of enough characters for HS256, 0123456789"

// startPanva installs the provider at the versions that its lock file names, and runs it. Node and npm have to be there.
func startPanva(t *testing.T) *panva {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"package.json", "package-lock.json", "provider.mjs"} {
		data, err := os.ReadFile(filepath.Join("panva", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	install := exec.CommandContext(t.Context(), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	makeKeys(t, dir)

	_, port, _ := net.SplitHostPort(freeAddr(t))
	p := &panva{issuer: "https://localhost:" + port, dir: dir, person: newPerson(t, filepath.Join(dir, "ca.pem"))}
	var log bytes.Buffer
	cmd := exec.Command("node", "provider.mjs", port, dir)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "CLIENT_SECRET="+panvaSecret)
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() {
			t.Logf("what oidc-provider wrote:\n%s", log.String())
		}
	})
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		conn, err := net.Dial("tcp", net.JoinHostPort("localhost", port))
		if err == nil {
			conn.Close()
			return p
		}
		if time.Now().After(end) {
			t.Fatalf("oidc-provider does not answer: %v", err)
		}
	}
}

// run runs a command at the provider as the events of --json tell it, and has the person go wherever a run sends them.
func (p *panva) run(t *testing.T, args ...string) told {
	t.Helper()
	command := slices.Concat(args[:1], []string{p.issuer}, args[1:], []string{"--ca-file", p.file("ca.pem")})
	return p.person.run(t, []string{"PANVA_SECRET=" + panvaSecret}, command...)
}

func (p *panva) file(name string) string { return filepath.Join(p.dir, name) }

// judged makes the provider answer for itself: what is certified must not be told of an error.
func (p *panva) judged(t *testing.T) {
	o := newOpener(t)
	env := cleanEnv(t, o.env(), "PANVA_SECRET="+panvaSecret)
	t.Run("doctor", func(t *testing.T) {
		t.Parallel()
		if r := program(t, env, nil, "doctor", p.issuer, "--ca-file", p.file("ca.pem"), "--plain"); r.status != 0 || !strings.Contains(r.stdout, "0 errors") {
			t.Errorf("want no error, got status %d", r.status)
		}
	})
	t.Run("probe", func(t *testing.T) {
		t.Parallel()
		stop := p.person.visits(t, o)
		// Left out: the development pages may be framed.
		r := program(t, env, nil, "probe", p.issuer, "--ca-file", p.file("ca.pem"), "--client-id", "public", "--yes", "--plain", "--only",
			"redirect-path,plain-challenge,wrong-verifier,code-twice,code-twice-revokes,dpop-as-bearer,dpop-other-key,dpop-htu,dpop-old,dpop-replay,refresh-reuse,logout-redirect")
		stop()
		if r.status != 0 || !strings.Contains(r.stdout, "✓ 12 passed") {
			t.Errorf("want all probes passed, got status %d", r.status)
		}
	})
}

// TestPanva goes through what the provider can do, by every way to authenticate. All of it has to work, with nothing to complain of.
func TestPanva(t *testing.T) {
	p := startPanva(t)
	p.judged(t)
	client := func(command, id string, more ...string) []string {
		return append([]string{command, "--client-id", id, "--client-secret", "env:PANVA_SECRET"}, more...)
	}
	bare := func(command, id string, more ...string) []string {
		return append([]string{command, "--client-id", id}, more...)
	}
	signed := []string{"--cert", p.file("signed.pem"), "--key", p.file("signed.key")}
	self := []string{"--cert", p.file("self.pem"), "--key", p.file("self.key")}
	rsaKey, ecKey := []string{"--client-key", p.file("rsa.key")}, []string{"--client-key", p.file("ec.key")}
	offline := []string{"--scope", "openid email offline_access", "--prompt", "consent"}
	resource := []string{"--scope", "api:read", "--resource", "https://api.example"}
	opened := []string{"--decrypt-key", p.file("rsa.key"), "--scope", "openid"}

	const idToken, same = "signature verified with RS256", "sub is that of the ID token"
	for name, c := range map[string]struct {
		args []string
		want []string // of the notes and the tokens that are verified
	}{
		"public":                  {bare("login", "public", offline...), []string{"came: access_token, expires_in, id_token, refresh_token", idToken, same}},
		"client_secret_basic":     {client("login", "basic", "--scope", "openid"), []string{idToken, same}},
		"client_secret_post":      {client("login", "post", "--auth-method", "client_secret_post", "--scope", "openid"), []string{idToken, same}},
		"client_secret_jwt":       {client("login", "hmac", "--auth-method", "client_secret_jwt", "--scope", "openid"), []string{idToken}},
		"private_key_jwt, EC":     {bare("login", "key", slices.Concat(ecKey, []string{"--scope", "openid"})...), []string{idToken}},
		"private_key_jwt, RSA":    {bare("login", "key", slices.Concat(rsaKey, []string{"--par", "--scope", "openid"})...), []string{"the reference is good once", idToken}},
		"tls_client_auth":         {bare("login", "signed", slices.Concat(signed, offline)...), []string{idToken, same}},
		"self-signed certificate": {bare("login", "self", slices.Concat(self, offline, []string{"--auth-method", "self_signed_tls_client_auth"})...), []string{idToken, same}},
		"bound to a certificate":  {client("login", "bound", slices.Concat(self, resource, []string{"--scope", "openid"})...), []string{"bound to our certificate", "access_token RS256"}},
		"bound to a key":          {client("login", "dpop", append(resource, "--dpop", "--scope", "openid")...), []string{"bound to our DPoP key", "access_token RS256"}},
		"DPoP and userinfo":       {bare("login", "public", append(offline, "--dpop", "--par")...), []string{"the reference is good once", idToken, same}},
		"PAR":                     {client("login", "par", "--par", "--scope", "openid"), []string{"the reference is good once", idToken}},
		"JAR":                     {client("login", "jar", append(ecKey, "--jar", "--scope", "openid")...), []string{"signed with ES256", idToken}},
		"JAR, encrypted":          {client("login", "jar", append(rsaKey, "--jar-encrypt", "--par", "--scope", "openid")...), []string{"encrypted with RSA-OAEP", idToken}},
		"JARM":                    {client("login", "basic", "--response-mode", "jwt", "--scope", "openid"), []string{"the answer is signed by the provider", idToken}},
		"JARM, encrypted":         {client("login", "jarm", append(opened, "--response-mode", "form_post.jwt")...), []string{"the answer is signed by the provider", idToken}},
		"form_post":               {client("login", "basic", "--response-mode", "form_post", "--scope", "openid"), []string{idToken}},
		"hybrid":                  {client("login", "basic", "--flow", "hybrid", "--response-type", "code id_token token", "--scope", "openid"), []string{"same issuer and subject as the one from the browser", same}},
		"hybrid, JARM":            {client("login", "basic", "--flow", "hybrid", "--response-type", "code id_token", "--response-mode", "jwt", "--scope", "openid"), []string{"the answer is signed by the provider", same}},
		"implicit":                {bare("login", "public", "--flow", "implicit", "--response-type", "id_token token", "--scope", "openid"), []string{idToken, same}},
		"implicit, form_post":     {bare("login", "public", "--flow", "implicit", "--response-type", "id_token", "--response-mode", "form_post", "--scope", "openid"), []string{idToken}},
		"claims, max_age":         {client("login", "basic", "--scope", "openid", "--max-age", "60", "--claims", `{"id_token":{"email":{"essential":true}}}`), []string{idToken}},
		"authorization_details":   {client("login", "rar", append(resource, "--scope", "openid", "--authorization-details", `[{"type":"payment"}]`)...), []string{"came: access_token, authorization_details", "access_token RS256"}},
		"encrypted":               {client("login", "encrypted", opened...), []string{"opened with RSA-OAEP-256", "userinfo ES256", same}},
		"PS256":                   {client("login", "PS256", "--scope", "openid"), []string{"id_token PS256"}},
		"ES256":                   {client("login", "ES256", "--scope", "openid"), []string{"id_token ES256"}},
		"EdDSA":                   {client("login", "EdDSA", "--scope", "openid"), []string{"id_token EdDSA"}},
		"Ed25519":                 {client("login", "Ed25519", "--scope", "openid"), []string{"id_token Ed25519"}},
		"HS256":                   {client("login", "HS256", "--scope", "openid"), []string{"id_token HS256"}},
		"client credentials":      {client("login", "basic", append(resource, "--flow", "client-credentials")...), []string{"access_token RS256"}},
		"device":                  {bare("login", "public", "--flow", "device", "--scope", "openid offline_access"), []string{idToken, same}},
		"device, DPoP":            {client("login", "basic", "--flow", "device", "--dpop", "--scope", "openid"), []string{idToken, same}},
		"CIBA":                    {client("login", "basic", "--flow", "ciba", "--login-hint", "alice", "--scope", "openid"), []string{"the person is being asked", idToken}},
		"refresh":                 {client("refresh", "basic", offline...), []string{"the refresh token was rotated", "11 checks passed"}},
		"refresh, DPoP":           {bare("refresh", "public", append(offline, "--dpop")...), []string{"the refresh token was rotated", idToken}},
		"introspection":           {client("introspect", "basic", offline...), []string{"introspect: active"}},
		"introspection, encrypted": {client("introspect", "encrypted", append(opened, "--prompt", "consent")...),
			[]string{"active; the answer is signed, and the signature holds; it was encrypted to this client"}},
		"revocation": {client("revoke", "basic", append(offline, "--token", "refresh_token")...), []string{"the provider accepted it"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p.run(t, c.args...).tells(t, c.want...)
		})
	}

	for name, c := range map[string]struct {
		args []string
		want string // the diagnosis
	}{
		"wrong secret":       {bare("login", "basic", "--client-secret", "cmd:echo wrong", "--scope", "openid"), "SPEC-invalid_client-secret"},
		"no secret":          {bare("login", "basic", "--scope", "openid"), "SPEC-invalid_client-public"},
		"wrong key":          {bare("login", "key", "--client-key", p.file("self.key"), "--scope", "openid"), "CL-ASSERTION"},
		"wrong certificate":  {bare("login", "signed", slices.Concat(self, []string{"--scope", "openid"})...), "SPEC-invalid_client-certificate"},
		"no PKCE":            {bare("login", "public", "--pkce", "off", "--scope", "openid"), "WORD-pkce-required"},
		"no PAR":             {client("login", "par", "--scope", "openid"), "WORD-par-required"},
		"no JAR":             {client("login", "jar", "--scope", "openid"), "WORD-jar-required"},
		"no DPoP":            {client("login", "dpop", "--scope", "openid"), "SPEC-invalid_grant-own"},
		"no key to open":     {client("login", "encrypted", "--scope", "openid"), "CL-ENCRYPTED"},
		"silent, logged out": {client("login", "basic", "--prompt", "none", "--scope", "openid"), "SPEC-login_required"},
		"CIBA, refused":      {client("login", "basic", "--flow", "ciba", "--login-hint", "alice", "--binding-message", "refuse", "--scope", "openid"), "SPEC-access_denied-ciba"},
		"CIBA, nobody":       {client("login", "basic", "--flow", "ciba", "--login-hint", "mallory", "--scope", "openid"), "SPEC-unknown_user_id"},
		"response type":      {client("login", "basic", "--flow", "implicit", "--response-type", "token", "--scope", "openid"), "SPEC-unsupported_response_type"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if r := p.run(t, c.args...); r.status != 1 || r.ok || r.diagnosis != c.want {
				t.Errorf("want status 1 and %s, got %d and %s: %s", c.want, r.status, r.diagnosis, r.got)
			}
		})
	}
}
