package version

import (
	"regexp"
	"testing"
)

func TestUserAgentIsAToken(t *testing.T) {
	defer func(old string) { Release = old }(Release)
	for release, want := range map[string]string{
		"1.2.3": "oidcscope/1.2.3", "v1.2.3": "oidcscope/1.2.3", "(devel)": "oidcscope/devel",
		"v0.0.0-20261122-abc+dirty": "oidcscope/0.0.0-20261122-abc+dirty", "1\r\nX: y": "oidcscope/1Xy",
	} {
		if Release = release; UserAgent() != want {
			t.Errorf("%q gives %q, want %q", release, UserAgent(), want)
		}
	}
	Release = ""
	if !regexp.MustCompile(`^oidcscope/[!#$%&'*+.^_|~0-9A-Za-z-]+$`).MatchString(UserAgent()) {
		t.Errorf("a build without a release names itself %q", UserAgent())
	}
}
