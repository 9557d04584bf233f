package token

import "github.com/oidcscope/oidcscope/inspect"

// document reports on an answer that is JSON and no token: the userinfo endpoint's. There is nothing to verify in it.
func document(raw string) *inspect.Report {
	doc := inspect.ScanJSON(raw)
	tok := &inspect.Token{Raw: raw, Kind: inspect.Unknown, Payload: doc.Root, PayloadJSON: doc, Faults: doc.Faults}
	return inspect.Judge(tok, inspect.Verdict{}, inspect.Context{Profile: inspect.ProfileJWT})
}
