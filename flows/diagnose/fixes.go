package diagnose

// Fixes that several providers share. What differs between them, the place in their administration and the form in which
// they want a value, comes from the preset.

func addRedirect() fix {
	return enter("add this redirect URI under {at_redirect|the client's settings}; it is compared to the character", "{register_uri}")
}

func sameRedirect() fix {
	return enter("send the same redirect URI to the token endpoint as to the authorization endpoint, to the character", "{redirect_uri}")
}

func checkClientID() fix {
	return enter("compare the client id with the one under {at_client|the provider's list of clients}", "{client_id}")
}

func newSecret() fix {
	return do("make a new secret under {at_secret|the client's settings}, and use its value at once")
}

func switchMethod() fix {
	return enter("let the client authenticate in the way that it is registered for{further_methods|}", "--auth-method {other_method}")
}

func allowGrant() fix {
	return enter("allow the grant under {at_grant|the client's settings}", "{grant_type}")
}

func allowScope() fix {
	return enter("allow the scope under {at_scope|the client's settings}, or stop asking for it", "{missing_scope}")
}

func fewerScopes() fix { return enter("try with the smallest set", `--scope "openid"`) }

func restart() fix { return do("start the login again, and redeem its code once, at once") }

func signIn() fix { return do("log in again: a new login gives a new refresh token") }

func oneUser() fix {
	return do("let one process refresh, and keep the new refresh token of every answer before the old one is forgotten")
}

func oneVerifier() fix {
	return do("keep the code verifier of the request that was opened, and send that one; the challenge is its SHA-256 as base64url without padding")
}

func sendChallenge() fix {
	return enter("send a code challenge with the authorization request", "code_challenge_method=S256")
}

func assignUser() fix { return do("let this person use the app: {at_user|the app's users}") }

func askAdmin() fix { return do("ask an administrator of the tenant to approve the app") }

func askConsent() fix {
	return enter("log in interactively and ask for the consent again", "--param prompt=consent")
}

func noSilence() fix {
	return do("leave prompt=none out, so that the provider may ask the person")
}

func keepPolling() fix {
	return do("nothing is wrong: keep asking, one interval between two requests, until the person is done")
}

func newDeviceCode() fix { return do("start the device login again: a new code is needed") }

func readLog() fix {
	return do("read {at_log|the server's log}: it says more than the answer does")
}

// waitFor names the time that the provider asks for, where it does.
func waitFor() fix {
	return enter("wait as long as the provider asks for (Retry-After), then try again", "{retry_after}")
}

func syncClock() fix {
	f := do("set the clock of this machine by network time ({clock|compare it with the Date header of an answer})")
	f.moot = "clocks_agree"
	return f
}
