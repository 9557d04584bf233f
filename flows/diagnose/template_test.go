package diagnose

import "testing"

// What a provider said stays one word in a command that the person may paste.
func TestFillValue(t *testing.T) {
	for _, c := range []struct {
		text, fact, want string
		whole            bool
	}{
		{"oidcscope doctor {x}", "https://idp.example/realms/a", "oidcscope doctor https://idp.example/realms/a", true},
		{"oidcscope doctor {x}", "https://idp.example/$(id)", "oidcscope doctor 'https://idp.example/$(id)'", true},
		{"curl -i {x}", "https://idp.example/a?b=c&d=e", "curl -i 'https://idp.example/a?b=c&d=e'", true},
		{"curl -i {x}", "it's", `curl -i 'it'\''s'`, true},
		{"curl -i {x}", "--output /etc/x", "", false},
		{`--scope "openid {x}"`, "read `id` $HOME \"; id", `--scope "openid read id HOME ; id"`, true},
		{"--auth-method {x}", "client_secret_post", "--auth-method client_secret_post", true},
		{"{x}", "http://127.0.0.1/callback?a=b&c", "http://127.0.0.1/callback?a=b&c", true}, // no command: to be entered as it is
		{"oidcscope doctor {y}", "", "", false},
	} {
		got, whole := fillValue(c.text, map[string]string{"x": c.fact})
		if whole != c.whole || whole && got != c.want {
			t.Errorf("%q with %q gives %q, %v; want %q", c.text, c.fact, got, whole, c.want)
		}
	}
}
