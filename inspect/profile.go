package inspect

// Profile is the kind of token that the checks assume.
type Profile string

const (
	ProfileAuto            Profile = "auto" // guess it
	ProfileJWS             Profile = "jws"  // any payload
	ProfileJWT             Profile = "jwt"
	ProfileIDToken         Profile = "id_token"
	ProfileAccess          Profile = "access_token"  // a JWT of a vendor's own layout
	ProfileATJWT           Profile = "at_jwt"        // RFC 9068
	ProfileRefresh         Profile = "refresh_token" // guessed only: a refresh token is nobody's business but its issuer's
	ProfileLogout          Profile = "logout_token"
	ProfileDPoP            Profile = "dpop"
	ProfileClientAssertion Profile = "client_assertion"
	ProfileRequestObject   Profile = "request_object"
	ProfileSET             Profile = "set" // security event token, RFC 8417
	ProfileSDJWT           Profile = "sd_jwt"
	ProfileKB              Profile = "kb_jwt"
	ProfileJARM            Profile = "jarm"     // signed authorization response
	ProfileUserinfo        Profile = "userinfo" // signed userinfo answer
)
