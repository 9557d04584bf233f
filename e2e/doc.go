// Package e2e looks at the built program from outside, as a person would: the binary in a terminal (tmux), a real browser
// (Chromium, driven over WebDriver), and providers that no one here wrote: Dex and the example of zitadel/oidc, built from the modules in dex and zitadel,
// and panva's oidc-provider, a certified and strict one, which npm installs by the lock file in panva into a temporary folder.
//
//	go test -tags e2e ./e2e
//
// It needs tmux, chromium, chromium-driver, node (20 or later) and npm on the PATH; .ci/run sees to that. Nothing leaves the loopback interface but
// what go and npm fetch.
// When a story fails, the screens it saw are printed as text.
//
// The packages below are the hands: tmux runs a program in a terminal, webdriver clicks in a browser, pictures makes
// the pictures of docs/pictures. None of them is linked into the program.
package e2e
