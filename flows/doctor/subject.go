package doctor

import (
	"net/netip"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/preset"
	"github.com/oidcscope/oidcscope/inspect"
)

// Subject is what the rules judge: what was asked, what came back, and what is known beside it. A member is to be read only
// by rules that need the fact it belongs to.
type Subject struct {
	Asked   string // the issuer that was asked for; empty when only documents were given
	Derived bool   // Asked was made of the address of a document, which does not tell a slash at the end
	Profile Profile
	Preset  *preset.Preset // nil: not recognised
	Now     time.Time
	Offline bool
	Skipped bool // certificates are not verified

	Doc        *Document
	Answer     *Answer
	Places     []PlaceAnswer
	Again      *Answer
	Underscore *Answer
	PlainHTTP  *Answer
	Addresses  []AddressAnswer
	OldTLS     *Answer
	Pages      []PageAnswer

	KeysAnswer *Answer
	KeysAgain  *Answer
	KeysText   []byte
	Set        *inspect.KeySet
	Keys       []Key

	All    []*Answer // every one so far, probes included
	Probes map[Fact]*Answer

	Client   *Client
	Token    *inspect.Token
	Previous *Subject
	Machine  Machine
	Local    Local
}

// PlaceAnswer is what one of the well-known places answered.
type PlaceAnswer struct {
	flows.Place
	Answer *Answer
	Doc    *Document // nil unless it was a discovery document
}

// AddressAnswer is what one address of the issuer's host answered.
type AddressAnswer struct {
	Address netip.Addr
	Answer  *Answer
}

// PageAnswer is what a page for people answered.
type PageAnswer struct {
	Member string
	Answer *Answer
}

// Local is what this machine says about the client's redirect URI.
type Local struct {
	Localhost []netip.Addr // what the name localhost means here, in order
	Listen    error        // why its port can't be listened at
}
