// Package e2e looks at the built program from outside, as a person would: the binary in a terminal (tmux), a real browser
// (Chromium, driven over WebDriver), and providers that no one here wrote (Dex and the example of zitadel/oidc, built from the modules in dex and zitadel).
//
//	go test -tags e2e ./e2e
//
// It needs tmux, chromium and chromium-driver on the PATH; .ci/run installs them. Nothing leaves the loopback interface.
// When a story fails, the screens it saw are printed as text.
//
// The packages below are the hands: tmux runs a program in a terminal, webdriver clicks in a browser, pictures makes
// the pictures of docs/pictures. None of them is linked into the program.
package e2e
