package inspect

import "time"

// ItemResult is how a checklist item ended.
type ItemResult string

const (
	ItemPass          ItemResult = "pass"
	ItemFail          ItemResult = "fail"
	ItemNotApplicable ItemResult = "not_applicable"
	ItemNotChecked    ItemResult = "not_checked"
)

// Item is one item of a specification's checklist, with the specification's own number.
type Item struct {
	Number  string     `json:"number"`  // "2"
	Subject string     `json:"subject"` // "iss"
	Title   string     `json:"title"`
	Result  ItemResult `json:"result"`
	Detail  string     `json:"detail,omitempty"`
	Ref     string     `json:"ref"`
}

// DefaultLeeway is what clocks may differ by when [Context] does not say.
const DefaultLeeway = time.Minute

const validation = "OpenID Connect Core 3.1.3.7"

// CheckIDToken goes through the ID token validation of OpenID Connect Core 3.1.3.7, items 1 to 13, and the hashes that tie
// the token to an access token and a code. Every item ends as pass, fail, not applicable, or not checked; the detail of the
// last says what would be needed.
func CheckIDToken(tok *Token, verdict Verdict, ctx Context) []Item {
	c := newChecklist(tok, &verdict, ctx)
	c.item("1", "encryption", "An encrypted token was decrypted", validation, c.encryption)
	c.item("2", "iss", "The issuer is the expected one, exactly", validation, c.needClaims(c.issuer))
	c.item("3", "aud", "The token is meant for this client", validation, c.needClaims(c.audience))
	c.item("4", "azp", "An extension that uses azp is followed", validation, c.needClaims(c.authorizedPartyExtension))
	c.item("5", "azp", "The authorized party is this client", validation, c.needClaims(c.authorizedParty))
	c.item("6", "signature", "The signature holds, with a key of the issuer", validation, c.signature)
	c.item("7", "alg", "The algorithm is the registered one", validation, c.algorithm)
	c.item("8", "alg", "A MAC was made with the client secret", validation, c.mac)
	c.item("9", "exp", "The token has not expired", validation, c.needClaims(c.expiry))
	c.item("10", "iat", "The token was issued not too far away from now", validation, c.needClaims(c.issuedAt))
	c.item("11", "nonce", "The nonce is the one that was sent", validation, c.needClaims(c.nonce))
	c.item("12", "acr", "The login has the level that was asked for", validation, c.needClaims(c.contextClass))
	c.item("13", "auth_time", "The login is recent enough", validation, c.needClaims(c.authTime))
	c.item("at_hash", "at_hash", "The access token belongs to this token", "OpenID Connect Core 3.1.3.8", c.needClaims(c.accessTokenHash))
	c.item("c_hash", "c_hash", "The code belongs to this token", "OpenID Connect Core 3.3.2.10", c.needClaims(c.codeHash))
	if c.claims.Get("nbf") != nil { // no item of the list, but of every JWT (RFC 7519 4.1.5)
		c.claim("nbf", "nbf", "It is valid already", "RFC 7519 4.1.5", c.notBefore)
	}
	return c.items
}

// newChecklist begins a list. tok may be nil when there is none to look at.
func newChecklist(tok *Token, verdict *Verdict, ctx Context) *checklist {
	if ctx.Leeway == 0 {
		ctx.Leeway = DefaultLeeway
	}
	c := &checklist{tok: tok, verdict: *verdict, ctx: ctx, items: make([]Item, 0, 15)}
	if tok != nil {
		c.claims = object(tok.Says())
	}
	return c
}

// Says gives what the token says: of an SD-JWT the claims with the disclosures put in (RFC 9901 7.1), else the payload.
func (t *Token) Says() *Value {
	if t.SD != nil && t.SD.Processed != nil {
		return t.SD.Processed.Root
	}
	return t.Payload
}

type checklist struct {
	tok     *Token
	verdict Verdict
	ctx     Context
	claims  *Value
	items   []Item
}

func (c *checklist) item(number, subject, title, ref string, judge func() (ItemResult, string)) {
	result, detail := judge()
	c.items = append(c.items, Item{number, subject, title, result, detail, ref})
}

func (c *checklist) needClaims(judge func() (ItemResult, string)) func() (ItemResult, string) {
	if c.claims != nil {
		return judge
	}
	return func() (ItemResult, string) {
		if c.tok.encrypted() && !c.tok.Opened {
			return ItemNotChecked, "the claims are encrypted"
		}
		return ItemNotChecked, "the claims can't be read"
	}
}
