package flows

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// maxPaste bounds what is read of a paste, in bytes.
const maxPaste = 64 << 10

// parsePaste reads what a person copied from the browser's address bar: the whole address, or its query, or its fragment,
// with what terminals and mail programs do to it. It returns the parameters of an authorization answer, or says what the
// text is instead.
func parsePaste(text string) (url.Values, error) {
	if len(text) > maxPaste {
		return nil, fmt.Errorf("want the address that the browser ended on, got %d bytes of text", len(text))
	}
	text = strings.Trim(strings.Join(strings.Fields(text), ""), `"'<>`+"`")
	if text == "" {
		return nil, errors.New("want the address that the browser ended on, got nothing")
	}
	query := text
	if i := strings.IndexAny(text, "?#"); i >= 0 {
		query = text[i+1:]
	}
	// A fragment after a query holds the answer when the query does not; Facebook appends "#_=_" to good queries.
	query, fragment, _ := strings.Cut(query, "#")
	params := answerParams(query)
	if params == nil {
		params = answerParams(fragment)
	}
	if params == nil {
		return nil, describePaste(text, query)
	}
	return params, nil
}

// answerParams reads parameters; nil when they are not those of an authorization answer.
func answerParams(query string) url.Values {
	params, err := url.ParseQuery(query)
	if err != nil {
		return nil
	}
	for _, name := range []string{"code", "error", "id_token", "access_token", "response"} {
		if params.Get(name) != "" {
			return params
		}
	}
	return nil
}

// describePaste says what a text is that is not the answer.
func describePaste(text, query string) error {
	params, err := url.ParseQuery(query)
	isAddress := strings.Contains(text, "://")
	switch {
	case err != nil:
		return fmt.Errorf("the pasted text can't be read: %w", err)
	case params.Has("client_id") || params.Has("response_type"):
		return errors.New("this is the address of the login page; want the address that the browser ends on after the login")
	case isAddress:
		return errors.New("this address holds neither code nor error; want the address that the browser ends on after the login")
	case params.Has("state"):
		return errors.New("there is a state but no code; want the whole address")
	case !strings.Contains(text, "="):
		return errors.New("this may be the code alone, but the state is needed too; want the whole address, or code=…&state=…")
	default:
		return errors.New("this holds neither code nor error; want the whole address, or code=…&state=…")
	}
}
