package inspect

import (
	"encoding/json"
	"fmt"
)

// maxTries bounds how many keys are tried on one signature.
const maxTries = 100

// maxWork bounds what is computed for one token, in microseconds by [cost]: keys and signatures multiply.
const maxWork = 50_000

// cost estimates how long one try of a key takes, in microseconds: RSA by the square of its size, curves as measured, and the
// hash of what was signed.
func cost(k *Key, size int) int {
	hash := size / 500
	switch {
	case k.KTY == "RSA":
		return hash + 30*k.Bits/2048*k.Bits/2048
	case k.Crv == "P-384":
		return hash + 500
	case k.Crv == "P-521":
		return hash + 1200
	case k.KTY == "oct":
		return hash + 2
	}
	return hash + 80
}

// verifyEach judges every signature by itself (RFC 7515 5.2). The sum is verified when at least one signature is and none is
// wrong; that others could not be checked, for want of their keys, is noted.
func verifyEach(tok *Token, keys *KeySet, budget *int) Verdict {
	each := make([]Verdict, len(tok.Signatures))
	count := map[Status]int{}
	for i, s := range tok.Signatures {
		if i > 0 && *budget <= 0 {
			each[i] = Verdict{Status: Refused, Reason: "not checked: the signatures before it took too long"}
		} else if problem := differentB64(tok, s); problem != "" {
			each[i] = Verdict{Status: Refused, Reason: problem}
		} else if problem := shared(tok); problem != nil {
			each[i] = Verdict{Status: Refused, Reason: problem.Message}
		} else {
			each[i] = verifyOne(s, keys, budget)
		}
		count[each[i].Status]++
	}
	v := each[0]
	for _, s := range []Status{Invalid, Verified} { // the worst that is known counts, then the best
		if count[s] == 0 {
			continue
		}
		for i := range each {
			if each[i].Status == s {
				v = each[i]
				break
			}
		}
		break
	}
	v.Each = each
	switch n := len(each); {
	case n == 1:
	case v.Status == Invalid:
		v.Reason = fmt.Sprintf("%d of %d signatures do not hold: %s", count[Invalid], n, v.Reason)
	case v.Status == Verified && count[Verified] < n:
		v.Notes = append(v.Notes, fmt.Sprintf("%d of %d signatures are verified, the others could not be checked", count[Verified], n))
	case v.Status == Verified:
		v.Notes = append(v.Notes, fmt.Sprintf("all %d signatures are verified", n))
	}
	return v
}

// shared gives a fault of what all signatures have in common.
func shared(tok *Token) *Fault {
	for i := range tok.Faults {
		if f := &tok.Faults[i]; f.In == "token" && (f.Code == FaultForm || f.Code == FaultDuplicate || !f.Code.Peculiar()) {
			return f
		}
	}
	return nil
}

// differentB64 wants one reading of the payload for all signatures (RFC 7797 3).
func differentB64(tok, s *Token) string {
	if tok.Signatures[0].Protected.Get("b64").IsFalse() != s.Protected.Get("b64").IsFalse() {
		return "b64 differs between the signatures, so they are over different payloads (RFC 7797 3)"
	}
	return ""
}

// signatureReports puts the verdicts beside the headers they are about.
func signatureReports(each []Verdict, tok *Token) []SignatureReport {
	if len(each) == 0 {
		return nil
	}
	all := make([]SignatureReport, len(each))
	for i := range each {
		all[i] = SignatureReport{Verdict: each[i], Protected: rawOf(tok.Signatures[i].Protected), Unprotected: rawOf(tok.Signatures[i].Unprotected)}
	}
	return all
}

// SignatureReport is one signature of a JWS in JSON: its verdict, and the headers it goes with as they were sent.
type SignatureReport struct {
	Verdict
	Protected   json.RawMessage `json:"protected,omitempty"`
	Unprotected json.RawMessage `json:"unprotected,omitempty"`
}
