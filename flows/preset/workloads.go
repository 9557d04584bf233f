package preset

// workloads issue tokens to machines, or take such tokens from others. Nobody logs in there.
func workloads() []Preset {
	return []Preset{
		{
			ID: "kubernetes", Name: "Kubernetes", Aliases: []string{"k8s", "kube-apiserver", "kind", "openshift"}, Use: Workload,
			Issuers:    []string{"https://kubernetes.default.svc", "https://kubernetes.default.svc.cluster.local"},
			Places:     Places{User: "a ClusterRoleBinding to system:service-account-issuer-discovery", Client: "the API server's --service-account-issuer", Log: "the API server's audit log"},
			IssuerFact: checked("the document asks for authentication by default (401 or 403 to strangers), lists response type id_token only, has no token endpoint; published to a bucket it often comes as text/plain", "kubernetes/kubernetes#130781; recorded document of kind; Azure/azure-workload-identity"),
			signs: signs{hosts: []string{"kubernetes.default.svc"}, paths: []string{"/openid/v1/jwks"}, marks: []string{"\"kind\":\"status\""}, phrases: []string{"cannot get path", "system:anonymous", "system:serviceaccount", "kubernetes", "service-account-issuer",
				"the server has asked for the client to provide credentials", "kind: status"}},
		},
		{
			ID: "eks", Name: "Amazon EKS", Aliases: []string{"irsa"}, Family: "kubernetes", Use: Workload,
			Issuers:    []string{"https://oidc.eks.{region}.amazonaws.com/id/{id}"},
			IssuerFact: checked("authorization_endpoint is the text urn:kubernetes:programmatic_authorization, no address", "a recorded document of the same format (defn/dev); EKS itself is only known"),
			signs:      signs{phrases: []string{"oidc.eks."}},
		},
		{
			ID: "gke", Name: "Google Kubernetes Engine", Family: "kubernetes", Use: Workload,
			Issuers:    []string{"https://container.googleapis.com/v1/projects/{project}/locations/{location}/clusters/{cluster}"},
			IssuerFact: known("public"), signs: signs{hosts: []string{"container.googleapis.com"}},
		},
		{
			ID: "gcp-wif", Name: "Google Cloud workload identity federation", Aliases: []string{"gcp-sts", "google-sts", "wif"}, Use: RelyingSide,
			Endpoints:  []Endpoint{{"token_endpoint", "https://sts.googleapis.com/v1/token"}},
			Places:     Places{Client: "Google Cloud console > IAM > Workload Identity Federation > the pool > the provider", User: "the attribute condition of the provider and the principalSet binding", Log: "Cloud Audit Logs of sts.googleapis.com"},
			IssuerFact: known("token exchange (RFC 8693): compares the issuer to the character, checks the allowed audiences, fetches the key set publicly"),
			signs:      signs{hosts: []string{"sts.googleapis.com"}, phrases: []string{"the issuer in id token", "the audience in id token", "workload identity", "workloadidentitypools", "sts.googleapis.com", "error connecting to the given credential's issuer", "the given credential is rejected by the attribute condition"}},
		},
		{
			ID: "aws-sts", Name: "AWS STS", Aliases: []string{"sts", "aws", "assumerolewithwebidentity", "aws-iam"}, Use: RelyingSide,
			Endpoints:  []Endpoint{{"token_endpoint", "https://sts.amazonaws.com/"}},
			Places:     Places{Client: "AWS IAM > Identity providers > the provider > Audiences", User: "AWS IAM > Roles > the role > Trust relationships", Log: "AWS CloudTrail, event AssumeRoleWithWebIdentity"},
			IssuerFact: checked("the issuer's address must equal the one of the IAM identity provider, the audience must be listed there; answers in XML", "aws-actions/configure-aws-credentials#280; awslabs/amazon-eks-irsa-cfn#18"),
			signs: signs{hosts: []string{"sts.amazonaws.com"}, phrases: []string{"incorrect token audience", "no openidconnect provider found", "invalididentitytoken", "assumerolewithwebidentity", "sts.amazonaws.com", "idpcommunicationerror", "expiredtokenexception",
				"idprejectedclaim"}},
		},
		{
			ID: "github-actions", Name: "GitHub Actions", Aliases: []string{"gha", "actions"}, Use: Workload,
			Issuers:    []string{"https://token.actions.githubusercontent.com", "https://token.actions.githubusercontent.com/{enterprise}"},
			Places:     Places{Client: "the workflow's permissions: id-token: write", User: "the trust policy of the one who takes the token: sub and aud"},
			IssuerFact: checked("issues tokens only: neither authorization nor token endpoint; lists subject_types pairwise too; an enterprise may have a host or a path of its own", "recorded discovery document"),
			signs:      signs{hosts: []string{"token.actions.githubusercontent.com"}, phrases: []string{"actions_id_token_request_url", "id-token: write"}},
		},
		{
			ID: "spiffe", Name: "SPIFFE and SPIRE", Aliases: []string{"spire"}, Use: Workload,
			Issuers:    []string{"https://oidc-discovery.{domain}"},
			IssuerFact: checked("often ES256 only; keys without use and alg", "recorded key set; anitm90/spire-server"),
			signs:      signs{phrases: []string{"spiffe://"}},
		},
	}
}
