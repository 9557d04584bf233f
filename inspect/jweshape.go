package inspect

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/oidcscope/oidcscope/internal/jose"
)

// shape says what in the parts of an encrypted token can't be right, before any key is used: libraries were talked into long
// computations, and private keys out of their owners, by such tokens (RFC 8725 2.5, rfc8725bis 2.10).
func (o *opening) shape() string {
	alg, h := o.d.Alg, o.to.Header
	_, iv, tag := jose.EncSizes(o.d.Enc)
	size := func(name string) int {
		if p := o.tok.Part(name); p != nil {
			return len(p.Bytes)
		}
		return 0
	}
	direct := alg == "dir" || alg == "ECDH-ES"
	switch {
	case direct && o.to.EncryptedKey.Text != "":
		return fmt.Sprintf("with %s there is no encrypted key, and this token has one (RFC 7516 5.2 step 10)", alg)
	case !direct && o.to.EncryptedKey.Text == "":
		return fmt.Sprintf("%s needs an encrypted key, and this token has none", clip(alg, 40))
	case size("iv") != iv:
		return fmt.Sprintf("%s needs an IV of %d bytes, this one has %d", o.d.Enc, iv, size("iv"))
	case size("tag") != tag:
		return fmt.Sprintf("%s needs a tag of %d bytes, this one has %d", o.d.Enc, tag, size("tag"))
	case strings.HasPrefix(alg, "PBES2-"):
		return passwordShape(h)
	case strings.HasPrefix(alg, "ECDH-ES"):
		if problem := OneTimeKeyProblem(h.Get("epk")); problem != "" {
			return "epk " + problem
		}
	case strings.HasSuffix(alg, "GCMKW"):
		if n := textBytes(h.Get("iv")); n != 12 {
			return fmt.Sprintf("%s needs an iv of 12 bytes in the header, this one has %d (RFC 7518 4.7.1.1)", alg, n)
		}
		if n := textBytes(h.Get("tag")); n != 16 {
			return fmt.Sprintf("%s needs a tag of 16 bytes in the header, this one has %d (RFC 7518 4.7.1.2)", alg, n)
		}
	}
	if zip := h.Get("zip"); zip != nil {
		if name, _ := zip.Text(); name != "DEF" {
			return "zip is not DEF, the only compression that is defined (RFC 7516 4.1.3)"
		}
		if n := size("ciphertext"); n > jose.MaxInflated {
			return fmt.Sprintf("%d bytes of compressed text: more than %d are not inflated", n, jose.MaxInflated)
		}
	}
	return ""
}

// passwordShape keeps the sender from choosing how long the receiver computes.
func passwordShape(h *Value) string {
	count := h.Get("p2c")
	n, err := uint64(0), error(nil)
	if count == nil || count.Kind != Number {
		return "p2c is no number: nobody can tell how many rounds the password takes (RFC 7518 4.8.1.2)"
	}
	if n, err = strconv.ParseUint(count.Raw, 10, 64); err != nil {
		return fmt.Sprintf("p2c is %s, wanted a whole number", clip(count.Raw, 40))
	}
	switch {
	case n < jose.MinIterations:
		return fmt.Sprintf("p2c is %d, at least %d are wanted (RFC 7518 4.8.1.2)", n, jose.MinIterations)
	case n > jose.MaxIterations:
		return fmt.Sprintf("p2c is %d: more than %d rounds are not computed (rfc8725bis 3.13)", n, jose.MaxIterations)
	case textBytes(h.Get("p2s")) < 8:
		return fmt.Sprintf("the salt p2s has %d bytes, at least 8 are wanted (RFC 7518 4.8.1.1)", textBytes(h.Get("p2s")))
	}
	return ""
}

// textBytes gives the size of a base64url text, or -1 when it is none.
func textBytes(v *Value) int {
	text, ok := v.Text()
	if !ok {
		return -1
	}
	n, flaw := decodeBase64(make([]byte, len(text)*3/4), text)
	if flaw != nil {
		return -1
	}
	return n
}

// OneTimeKeyProblem says why the sender's one-time key (epk) can't be used, or "". A point off the curve gives the receiver's
// key away bit by bit (RFC 8725 2.5).
func OneTimeKeyProblem(epk *Value) string {
	if epk == nil {
		return "is missing: there is no one-time key of the sender"
	}
	if epk.Kind != Object {
		return "is " + epk.Kind.String() + ", wanted a key"
	}
	if crv, _ := epk.Get("crv").Text(); crv == "X448" {
		return "" // can't be computed with here, so it can't do harm
	}
	switch k := parseKey(0, "", epk); {
	case k.Err != "":
		return "can't be used: " + k.Err
	case k.KTY != "EC" && k.Crv != "X25519":
		return fmt.Sprintf("is a key of type %q, which agrees on nothing", clip(k.KTY, 40))
	}
	return ""
}
