package doctor

// Fact is something that rules need: an answer, a document, a thing that is known or not. Each is settled exactly once in a
// run: it is there, it could not be had (the rules that need it are not reached), or there is nothing of that kind (they are
// not applicable).
type Fact string

const (
	factDocument   Fact = "document"            // a discovery document whose JSON could be read
	factAnswer     Fact = "answer"              // the answer that discovery gave, whatever it is
	factText       Fact = "text"                // the bytes of a discovery document
	factPlaces     Fact = "places"              // all places of the document were asked
	factAgain      Fact = "again"               // the document was fetched once more
	factUnderscore Fact = "underscore"          // the misspelt place was asked
	factPlainHTTP  Fact = "plain-http"          // the document was asked for over http
	factAddresses  Fact = "addresses"           // each address of the host was asked
	factOldTLS     Fact = "old-tls"             // a handshake with old versions was tried
	factPages      Fact = "pages"               // the pages for people were asked
	factKeysAnswer Fact = "keys-answer"         // the answer of jwks_uri
	factKeysText   Fact = "keys-text"           // the bytes of a key set
	factKeys       Fact = "keys"                // a key set
	factKeysAgain  Fact = "keys-again"          // the key set was fetched once more
	factTravel     Fact = "travel"              // all public documents were fetched, for what holds for every connection
	factAuthorize  Fact = "probe-authorize"     // authorization endpoint without parameters
	factForeign    Fact = "probe-foreign"       // authorization endpoint with a client and a redirect URI that don't exist
	factTokenPost  Fact = "probe-token"         // token endpoint with an empty form
	factTokenGet   Fact = "probe-token-get"     // token endpoint by GET
	factTokenCORS  Fact = "probe-token-cors"    // token endpoint's preflight
	factUserInfo   Fact = "probe-userinfo"      // userinfo without a token
	factDevice     Fact = "probe-device"        // device authorization with a client that does not exist
	factIntrospect Fact = "probe-introspection" // introspection without credentials
	factRevoke     Fact = "probe-revocation"    // revocation without credentials
	factEndSession Fact = "probe-end-session"   // logout without a hint
	factPAR        Fact = "probe-par"           // pushed authorization request without credentials
	factRegister   Fact = "probe-registration"  // registration without a token
	factLocal      Fact = "local"               // what this machine says about the redirect URI
)

// facts lists all, so that a fact that nobody settles is seen.
var facts = [...]Fact{factDocument, factAnswer, factText, factPlaces, factAgain, factUnderscore, factPlainHTTP, factAddresses, factOldTLS, factPages,
	factKeysAnswer, factKeysText, factKeys, factKeysAgain, factTravel, factAuthorize, factForeign, factTokenPost, factTokenGet, factTokenCORS, factUserInfo,
	factDevice, factIntrospect, factRevoke, factEndSession, factPAR, factRegister, factLocal}

// standing is how a fact stands.
type standing struct {
	settled bool
	absent  bool   // could not be had
	nothing bool   // nothing of that kind exists
	reason  string // for both
}

func there() standing                { return standing{settled: true} }
func lacking(reason string) standing { return standing{settled: true, absent: true, reason: reason} }
func nothing(reason string) standing { return standing{settled: true, nothing: true, reason: reason} }

// needs writes the Needs of a rule: facts, then rules.
func needs(f Fact, rules ...string) []string { return append([]string{string(f)}, rules...) }
