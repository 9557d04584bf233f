package predict

// logoutRows are the browser's visit to log out, and its way back. Nobody but the person at the browser sees what the provider
// thinks of a visit that leads nowhere.
func logoutRows() []row {
	at, back := []Endpoint{AtLogout}, []Endpoint{AtLogoutReturn}
	all := []Kind{Dropped, Changed, Added}
	const spec = "OpenID Connect RP-Initiated Logout "
	name := func(names ...string) []string { return names }
	return []row{
		{id: "logout-return-changed", at: at, kind: []Kind{Changed, Added}, name: name("post_logout_redirect_uri"), outcome: Refused, silent: true,
			text: "an address that is not registered must not be opened: the provider may log out, but must not send the browser there", ref: spec + "2, 3",
			missed: "it sends browsers to addresses that were not registered (open redirect)"},
		{id: "logout-return-dropped", at: at, kind: []Kind{Dropped}, name: name("post_logout_redirect_uri"), outcome: Refused, silent: true,
			text: "the provider logs out, and does not know where to send the browser: nothing comes back", ref: spec + "2", missed: "it took an address that it was not given"},
		{id: "logout-state-changed", at: at, kind: []Kind{Dropped, Changed}, name: name("state"), outcome: CheckFails,
			text: "the provider gives back whatever state it gets; the answer then does not carry ours, and must be refused here", ref: spec + "2, 3"},
		{id: "logout-hint-changed", at: at, kind: []Kind{Changed}, name: name("id_token_hint"), outcome: Refused, silent: true,
			text: "the provider never issued this ID token: it must not act on it, and should ask the person or show an error", ref: spec + "2, 4",
			missed: "it logs out by a hint that it never issued"},
		{id: "logout-hint-dropped", at: at, kind: []Kind{Dropped}, name: name("id_token_hint"), outcome: Undetermined,
			text: "without the hint anybody could have made this link: the provider should ask the person first", ref: spec + "2, 6"},
		{id: "logout-client", at: at, kind: []Kind{Changed}, name: name("client_id"), outcome: Refused, silent: true,
			text: "client_id must be that for which the ID token was issued: the provider must not accept the request", ref: spec + "2", missed: "it does not compare the client with the hint"},
		{id: "logout-client-dropped", at: at, kind: []Kind{Dropped}, name: name("client_id"), outcome: Undetermined,
			text: "with an ID token as a hint the provider knows the client by that; without either it knows no address to send the browser back to", ref: spec + "2"},
		{id: "logout-hints", at: at, kind: all, name: name("logout_hint", "ui_locales"), outcome: Accepted, text: "a hint need not be followed: the logout must go on", ref: spec + "2", missed: "a hint must not matter"},
		{id: "logout-unknown", at: at, kind: []Kind{Added}, outcome: Accepted, text: "a parameter that the provider does not know must be ignored", ref: "RFC 6749 3.1", missed: "unknown parameters must be ignored"},
		{id: "logout-return-state", at: back, kind: all, name: name("state"), outcome: CheckFails,
			text: "an answer without our state is not an answer to this logout: it must be refused here", ref: spec + "3"},
		{id: "logout-return-added", at: back, kind: []Kind{Added}, when: func(s situation) bool { return s.Name != "error" && s.Name != "iss" }, outcome: Unharmed,
			text: "a parameter that the client does not know must be ignored", ref: "RFC 6749 4.1.2"},
	}
}
