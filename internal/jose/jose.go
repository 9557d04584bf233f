// Package jose is the only importer of jwx. It verifies over received bytes with raw keys, and never writes JSON through
// jwx (GHSA-4cf7-xm37-g63h) nor parses with it for display.
package jose

// Key is key material ready for use.
type Key struct {
	raw any // *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey, []byte, or the private forms
}
