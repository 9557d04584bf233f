package diagnose

import "github.com/oidcscope/oidcscope/flows/preset"

// Those that issue tokens to machines, or take such tokens.

func kubernetes() []row {
	return []row{
		{id: "K8-01", text: []pattern{"forbidden: user '{user}' cannot get path '{path}'", "cannot get path", "forbidden"}, mark: preset.Checked, source: "kubernetes/kubernetes#130781; siderolabs/talos#8336; apache/pulsar-site#555", what: "the API server keeps its discovery document from {user|this caller}", causes: []string{"the caller is not bound to the role system:service-account-issuer-discovery", "the role does not cover an address with a slash at the end"}, fixes: []fix{enter("bind the role", "kubectl create clusterrolebinding oidc-discovery --clusterrole=system:service-account-issuer-discovery --group=system:unauthenticated"), do("ask without a slash at the end: /.well-known/openid-configuration")}},
		{id: "K8-01", text: []pattern{"unauthorized", "asked for the client to provide credentials"}, mark: preset.Checked, source: "siderolabs/talos#8336", what: "the API server answers strangers with 401: it runs with anonymous-auth=false", causes: []string{"anonymous requests are switched off (anonymous-auth=false)", "the token that was sent is not accepted"}, fixes: []fix{do("send a service account's token, or allow anonymous requests and bind the role"), enter("the role", "system:service-account-issuer-discovery"), do("or publish document and keys elsewhere, and set --service-account-issuer to that address")}},
	}
}

func awsSTS() []row {
	return []row{
		{id: "AW-01", text: []pattern{"incorrect token audience"}, mark: preset.Checked, source: "awslabs/amazon-eks-irsa-cfn#18; aws/aws-sdk-net#3071", what: "the token's aud is not in the identity provider's audience list", causes: []string{"the audience is not listed at the IAM identity provider", "a version 2 token of Entra has the client id as aud, a version 1 token the App ID URI"}, fixes: []fix{enter("add the aud of the token: {at_client|IAM > Identity providers}", "sts.amazonaws.com")}},
		{id: "AW-02", text: []pattern{"no openidconnect provider found*for {issuer}", "no openidconnect provider found"}, mark: preset.Checked, source: "aws-actions/configure-aws-credentials#280", what: "the issuer is not registered as an IAM identity provider of this account, with exactly this URL", causes: []string{"the provider does not exist in this account", "its URL differs: a slash at the end, http, another path"}, fixes: []fix{enter("add it: IAM > Identity providers > Add provider > OpenID Connect", "{issuer}")}},
		{id: "AW-03", text: []pattern{"invalididentitytoken*could not be validated", "invalididentitytoken*verification key", "couldn't retrieve verification key", "idpcommunicationerror", "openidconnect provider's https certificate doesn't match"}, mark: preset.Checked, source: "external-secrets/external-secrets#6648", what: "AWS could not fetch or use the issuer's keys", causes: []string{"the issuer is not reachable from the internet", "its certificate's thumbprint changed", "the key set lacks the token's kid"}, fixes: []fix{do("publish the discovery document and the key set where AWS can reach them"), do("correct the thumbprint at the identity provider")}},
		{id: "AW-04", text: []pattern{"not authorized to perform sts:assumerolewithwebidentity", "not authorized to perform: sts:assumerolewithwebidentity"}, mark: preset.Checked, source: "aws-actions/configure-aws-credentials#280", what: "the role's trust policy does not let this token in", causes: []string{"the condition on sub or aud does not fit the token's", "the policy names another identity provider"}, fixes: []fix{do("compare the token's sub and aud with the conditions: {at_user|the role's trust relationships}")}},
		{id: "AW-05", text: []pattern{"expiredtoken", "token must not be accepted*expired", "token expired"}, mark: preset.Known, what: "the token has expired", causes: []string{"it was fetched too early", "the clock is wrong"}, fixes: []fix{do("fetch a new token just before the call"), syncClock()}},
		{id: "AW-06", text: []pattern{"invalididentitytoken"}, mark: preset.Known, what: "AWS does not accept the token", causes: []string{"it is no JWT, or damaged", "issuer, audience or signature don't fit the identity provider"}, fixes: []fix{enter("take it apart", "oidcscope inspect TOKEN")}},
	}
}

func gcpSTS() []row {
	return []row{
		{id: "GC-01", text: []pattern{"issuer in id token {issuer} does not match", "issuer in id token"}, mark: preset.Known, what: "the token's issuer is not the one of the workload identity provider", causes: []string{"it differs by a slash or scheme: the comparison is exact"}, fixes: []fix{enter("set the provider's issuer to the token's iss: {at_client|the pool's provider}", "{issuer}")}},
		{id: "GC-01", text: []pattern{"audience in id token"}, mark: preset.Known, what: "the token's audience is not one of the provider's", causes: []string{"aud is neither listed nor the provider's own name"}, fixes: []fix{do("add it to Allowed audiences: {at_client|the pool's provider}")}},
		{id: "GC-02", text: []pattern{"rejected by the attribute condition"}, mark: preset.Known, what: "the provider's attribute condition rejects the token", causes: []string{"a claim differs from what the condition wants"}, fixes: []fix{do("compare the claims with the condition: {at_user|the provider}")}},
		{id: "GC-03", text: []pattern{"error connecting to the given credential's issuer"}, mark: preset.Known, what: "Google could not fetch the issuer's document or keys", causes: []string{"the issuer is not reachable from the internet"}, fixes: []fix{do("publish them, or upload the key set to the provider")}},
	}
}
