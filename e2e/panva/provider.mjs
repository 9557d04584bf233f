// panva's oidc-provider, a certified provider, with nearly everything it can do switched on: node provider.mjs PORT DIR
//
// DIR holds what the test made: ca.pem, server.pem and server.key, and the public halves of the clients' keys as rsa.pem,
// ec.pem, signed.pem (a certificate by the authority) and self.pem (one that the client made itself). The pages are the provider's own
// development pages: any name logs in.
import { createPublicKey, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { errors, Provider } from 'oidc-provider';

const [port, dir] = process.argv.slice(2);
const issuer = `https://localhost:${port}`;
const read = (name) => readFileSync(`${dir}/${name}`);
const publicKey = (name, members) => ({ ...createPublicKey(read(name)).export({ format: 'jwk' }), ...members });
const ownKey = (type, options, members) => ({ ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }), ...members });

const secret = process.env.CLIENT_SECRET;
const redirects = ['http://127.0.0.1/callback'];
const device = 'urn:ietf:params:oauth:grant-type:device_code';
const ciba = 'urn:openid:params:grant-type:ciba';
const responses = ['code', 'id_token', 'code id_token', 'id_token token', 'code token', 'code id_token token'];
const encryption = publicKey('rsa.pem', { kid: 'opens', use: 'enc' });
const jwks = { keys: [publicKey('rsa.pem', { kid: 'rsa', use: 'sig' }), publicKey('ec.pem', { kid: 'ec', use: 'sig' }), encryption] };

const confidential = (id, more) => ({
  client_id: id, client_secret: secret, application_type: 'native', redirect_uris: redirects, post_logout_redirect_uris: redirects,
  grant_types: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials', device, ciba], response_types: responses,
  backchannel_token_delivery_mode: 'poll', ...more,
});
const clients = [
  confidential('basic'),
  confidential('post', { token_endpoint_auth_method: 'client_secret_post' }),
  confidential('hmac', { token_endpoint_auth_method: 'client_secret_jwt' }),
  confidential('key', { token_endpoint_auth_method: 'private_key_jwt', jwks }),
  confidential('public', { client_secret: undefined, token_endpoint_auth_method: 'none', backchannel_token_delivery_mode: undefined, grant_types: ['authorization_code', 'implicit', 'refresh_token', device] }),
  confidential('signed', { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_san_dns: 'client.example' }),
  confidential('self', { token_endpoint_auth_method: 'self_signed_tls_client_auth', jwks: { keys: [publicKey('self.pem', { kid: 'self', x5c: [new X509Certificate(read('self.pem')).raw.toString('base64')] })] } }),
  confidential('bound', { tls_client_certificate_bound_access_tokens: true, response_types: ['code'] }),
  confidential('dpop', { dpop_bound_access_tokens: true, response_types: ['code'] }),
  confidential('par', { require_pushed_authorization_requests: true }),
  confidential('jar', { require_signed_request_object: true, jwks }),
  confidential('rar', { authorization_details_types: ['payment'] }),
  confidential('jarm', { authorization_signed_response_alg: 'PS256', authorization_encrypted_response_alg: 'RSA-OAEP', jwks }),
  confidential('encrypted', {
    id_token_encrypted_response_alg: 'RSA-OAEP-256', id_token_encrypted_response_enc: 'A256GCM',
    userinfo_signed_response_alg: 'ES256', userinfo_encrypted_response_alg: 'RSA-OAEP', introspection_signed_response_alg: 'ES256',
    introspection_encrypted_response_alg: 'RSA-OAEP', jwks,
  }),
  ...['PS256', 'ES256', 'EdDSA', 'Ed25519', 'HS256'].map((alg) => confidential(alg, { id_token_signed_response_alg: alg })),
];

async function approve(ctx, request, account, client) {
  const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  grant.addOIDCScope(request.scope);
  await provider.backchannelResult(request, request.params.binding_message === 'refuse' ? new errors.AccessDenied() : await grant.save());
}

const provider = new Provider(issuer, {
  clients,
  cookies: { keys: ['e2e'] },
  jwks: {
    keys: [ownKey('rsa', { modulusLength: 2048 }, { use: 'sig' }), ownKey('ec', { namedCurve: 'P-256' }, { use: 'sig' }), ownKey('ed25519', {}, { use: 'sig' }),
      ownKey('rsa', { modulusLength: 2048 }, { use: 'enc' })],
  },
  claims: { openid: ['sub'], email: ['email'] },
  scopes: ['openid', 'offline_access', 'api:read'],
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@example.com` }) }),
  responseTypes: responses,
  clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none', 'tls_client_auth', 'self_signed_tls_client_auth'],
  enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA', 'HS256'] },
  rotateRefreshToken: true,
  features: {
    claimsParameter: { enabled: true },
    clientCredentials: { enabled: true },
    ciba: {
      enabled: true,
      processLoginHint: (ctx, hint) => (hint === 'alice' ? hint : undefined),
      triggerAuthenticationDevice: approve,
      validateRequestContext() {},
      verifyUserCode() {},
    },
    deviceFlow: { enabled: true },
    dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
    encryption: { enabled: true },
    introspection: { enabled: true },
    jwtIntrospection: { enabled: true },
    jwtResponseModes: { enabled: true },
    jwtUserinfo: { enabled: true },
    mTLS: {
      enabled: true,
      certificateBoundAccessTokens: true,
      selfSignedTlsClientAuth: true,
      tlsClientAuth: true,
      getCertificate: (ctx) => ctx.socket.getPeerX509Certificate()?.toString(),
      certificateAuthorized: (ctx) => ctx.socket.authorized,
      certificateSubjectMatches: (ctx, property, expected) => property === 'tls_client_auth_san_dns' && ctx.socket.getPeerX509Certificate().checkHost(expected) !== undefined,
    },
    registration: { enabled: true },
    registrationManagement: { enabled: true },
    requestObjects: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({ scope: 'api:read', accessTokenFormat: 'jwt' }),
    },
    revocation: { enabled: true },
    richAuthorizationRequests: {
      enabled: true,
      types: { payment: { validate() {} } },
      authorizationDetailsForGrantSource: (ctx) => JSON.parse(ctx.oidc.params.authorization_details ?? 'null') ?? undefined,
      authorizationDetailsForAccessToken: (ctx, token, source) => source.rar,
      authorizationDetailsForIntrospection: (ctx, token) => token.rar,
    },
  },
});
for (const event of ['server_error', 'grant.error', 'authorization.error', 'userinfo.error', 'introspection.error', 'pushed_authorization_request.error', 'backchannel_authentication.error']) {
  provider.on(event, (ctx, error) => console.error(event, error.message, error.error_description, error.error_detail));
}

createServer({ key: read('server.key'), cert: read('server.pem'), ca: read('ca.pem'), requestCert: true, rejectUnauthorized: false }, provider.callback())
  .listen(port, 'localhost', () => console.log('listening'));
