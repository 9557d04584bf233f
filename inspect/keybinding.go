package inspect

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// KeyBindingAge is how old a key binding token may be (RFC 9901 7.3); the leeway is on top of it.
const KeyBindingAge = 5 * time.Minute

// holderKey gives the key that the holder has to prove to have: cnf.jwk of the processed claims (RFC 7800 3.2).
func (t *Token) holderKey() *KeySet {
	if t.SD == nil || t.SD.Processed == nil {
		return nil
	}
	jwk := t.SD.Processed.Root.Get("cnf").Get("jwk")
	if jwk == nil {
		return nil
	}
	return ParseKeySet([]byte(jwk.Raw), "cnf", "")
}

// checkKeyBinding goes through RFC 9901 7.3 step 5. It returns the report of the key binding token, nil without one, and the
// checklist items. Without a cnf nobody can say whose key it would be.
func (t *Token) checkKeyBinding(ctx Context) (*Report, []Item) {
	c := &keyBinding{tok: t.SD.KeyBinding, of: t, ctx: ctx}
	if c.tok != nil {
		own := ctx
		own.Profile, own.Payload = ProfileKB, nil
		if keys := t.holderKey(); keys != nil {
			c.verdict = Verify(c.tok, keys)
		} else {
			c.verdict = Verdict{Status: Unverified, Alg: "", Reason: "the token names no key of its holder (cnf, RFC 9901 4.1.2)"}
		}
		c.report = Brief(c.tok, c.verdict, own)
		c.report.explain(c.tok, c.verdict, own)
	}
	list := newChecklist(c.tok, &c.verdict, ctx)
	const ref = "RFC 9901 7.3"
	list.item("5", "key binding", "The holder proves to have the key", ref, c.present)
	list.item("5.b", "signature", "It is signed with the key in cnf", ref, c.when(c.signature))
	list.item("5.c", "typ", "It says what it is: kb+jwt", ref, c.when(c.typ))
	list.item("5.d", "iat", "It was made just now", ref, c.when(c.age(list)))
	list.item("5.e", "nonce", "It answers this request (nonce)", ref, c.when(c.nonce))
	list.item("5.e", "aud", "It was made for this verifier", ref, c.when(c.audience))
	list.item("5.f", "sd_hash", "It is for these disclosures, no more and no fewer", ref, c.when(c.hash))
	return c.report, list.items
}

// KeyBindingProblem says why the proof of the holder is missing or does not hold, or "" (RFC 9901 7.3). Without a key in cnf, and
// when nothing was asked for, there is nothing to say.
func KeyBindingProblem(tok *Token, ctx Context) string {
	if tok.SD == nil || tok.holderKey() == nil && !ctx.expectsKeyBinding() {
		return ""
	}
	_, items := tok.checkKeyBinding(ctx)
	for i := range items {
		if items[i].Result == ItemFail {
			return items[i].Subject + ": " + items[i].Detail
		}
	}
	return ""
}

type keyBinding struct {
	tok     *Token
	of      *Token
	ctx     Context
	verdict Verdict
	report  *Report
}

// Expected reports that a key binding token has to be there: it was asked for, or something was sent that only it can answer.
func (ctx *Context) expectsKeyBinding() bool {
	return ctx.KeyBinding || ctx.Nonce != "" || ctx.NonceSent
}

func (c *keyBinding) present() (ItemResult, string) {
	switch {
	case c.tok != nil:
		return ItemPass, "a key binding token is there"
	case c.ctx.expectsKeyBinding():
		return ItemFail, "a proof by the holder was asked for, and there is none: whoever has a copy can show it"
	case c.of.SD.Processed != nil && c.of.SD.Processed.Root.Get("cnf") != nil:
		return ItemNotApplicable, "none was asked for; the token is bound to a key, as its holder keeps it"
	}
	return ItemNotApplicable, "none was asked for"
}

func (c *keyBinding) when(judge func() (ItemResult, string)) func() (ItemResult, string) {
	return func() (ItemResult, string) {
		if c.tok == nil {
			return ItemNotApplicable, "there is no key binding token"
		}
		return judge()
	}
}

func (c *keyBinding) signature() (ItemResult, string) {
	switch c.verdict.Status {
	case Verified:
		return ItemPass, c.verdict.Alg
	case Unverified:
		if !c.ctx.expectsKeyBinding() {
			return ItemNotChecked, c.verdict.Reason
		}
	}
	return ItemFail, orElse(c.verdict.Reason, "it is not verified")
}

func (c *keyBinding) typ() (ItemResult, string) {
	typ, _ := c.tok.Header.Get("typ").Text()
	if mediaName(typ) != "kb+jwt" {
		return ItemFail, fmt.Sprintf("typ is %q", clip(typ, 60))
	}
	return ItemPass, ""
}

func (c *keyBinding) age(list *checklist) func() (ItemResult, string) {
	return func() (ItemResult, string) { return list.fresh("iat", KeyBindingAge) }
}

func (c *keyBinding) nonce() (ItemResult, string) {
	nonce, ok := c.tok.Payload.Get("nonce").Text()
	switch {
	case !ok:
		return ItemFail, "the key binding token has no nonce (RFC 9901 4.3)"
	case c.ctx.Nonce == "":
		return ItemNotChecked, "which nonce was sent is not known"
	case nonce != c.ctx.Nonce:
		return ItemFail, differ(c.ctx.Nonce, nonce)
	}
	return ItemPass, ""
}

func (c *keyBinding) audience() (ItemResult, string) {
	aud, ok := c.tok.Payload.Get("aud").Text()
	wanted := c.ctx.Audiences
	if len(wanted) == 0 && c.ctx.ClientID != "" {
		wanted = []string{c.ctx.ClientID}
	}
	switch {
	case !ok:
		return ItemFail, "the key binding token has no aud that is a text (RFC 9901 4.3)"
	case len(wanted) == 0:
		return ItemNotChecked, "no verifier to compare with was given"
	case !slices.Contains(wanted, aud):
		return ItemFail, fmt.Sprintf("made for %q, wanted %s", clip(aud, 100), strings.Join(wanted, " or "))
	}
	return ItemPass, ""
}

func (c *keyBinding) hash() (ItemResult, string) {
	got, ok := c.tok.Payload.Get("sd_hash").Text()
	want := digest(c.of.SD.Alg, c.of.SD.presented)
	switch {
	case !ok:
		return ItemFail, "the key binding token has no sd_hash (RFC 9901 4.3)"
	case want == "":
		return ItemNotChecked, fmt.Sprintf("the hash %q is not known here", clip(c.of.SD.Alg, 40))
	case got != want:
		return ItemFail, "it was made for other disclosures: " + differ(want, got)
	}
	return ItemPass, ""
}
