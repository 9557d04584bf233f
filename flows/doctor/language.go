package doctor

import "strings"

// languages are the two-letter codes of ISO 639-1, as the IANA language subtag registry has them, in a row; old codes that are
// still met (in, iw, ji) are among them.
const languages = "aaabaeafakamanarasavayazbabebgbhbibmbnbobrbscacechcocrcscucvcydadedvdzeeeleneoeseteufafffifjfofrfygagdglgngugvhahehihohrhthuhyhziaidieigiiikinioisitiuiwjajijvkakgkikjkkklkmknkokrks" +
	"kukvkwkylalblglilnloltlulvmgmhmimkmlmnmomrmsmtmynanbndnengnlnnnonrnvnyocojomorospapiplpsptqurmrnrorurwsascsdsesgshsiskslsmsnsosqsrssstsusvswtatetgthtitktltntotrtstttwtyugukuruzvevivowawoxhyiyozazhzu"

// badLanguage says why a text is no language tag (BCP 47, RFC 5646 2.1), as far as it can be seen without the whole registry.
func badLanguage(tag string) string {
	parts := strings.Split(tag, "-")
	first := strings.ToLower(parts[0])
	for _, p := range parts {
		if p == "" || len(p) > 8 || strings.ContainsFunc(p, func(r rune) bool { return !alphanumeric(r) }) {
			if strings.Contains(tag, "_") {
				return "the parts of a language tag are joined by hyphens"
			}
			return "no language tag"
		}
	}
	switch {
	case len(first) == 2 && !knownLanguage(first):
		return "no language has this code"
	case len(first) == 1 && first != "x" && first != "i", len(first) == 4:
		return "no language tag"
	}
	return ""
}

func knownLanguage(code string) bool {
	for i := 0; i+1 < len(languages); i += 2 {
		if languages[i:i+2] == code {
			return true
		}
	}
	return false
}

func alphanumeric(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}
