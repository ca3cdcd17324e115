// A broker, made with oidc-provider, as broker_test.go starts it and says how it is to be. It writes its URL when it
// listens, and ends when nobody holds its input any more. Anybody may say there who they are, how they proved it and when.
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { calculateJwkThumbprint } from 'jose';
import Provider from 'oidc-provider';

if (!process.env.SKRIN_BROKER) throw new Error('run this by: go test ./clients');

const { redirect, secret, key, alg, signs, push, possession, level } = JSON.parse(process.env.SKRIN_BROKER);

/** Who the house is here: by a secret, or by the public half of its key (PEM). */
async function introduced() {
  if (!alg) return { client_secret: secret, token_endpoint_auth_method: 'client_secret_basic' };
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  return {
    token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: alg,
    jwks: { keys: [{ ...jwk, alg, use: 'sig', kid: await calculateJwkThumbprint(jwk) }] },
  };
}

const made = (kind, options) => ({ ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }), use: 'sig' });

const scope = 'openid profile';

const configuration = async () => ({
  clients: [{
    client_id: 'skrin', redirect_uris: [redirect], grant_types: ['authorization_code'], response_types: ['code'],
    id_token_signed_response_alg: signs, dpop_bound_access_tokens: possession, ...(await introduced()),
  }],
  jwks: { keys: [signs === 'ES256' ? made('ec', { namedCurve: 'P-256' }) : made('rsa', { modulusLength: 2048 })] },
  cookies: { keys: ['of this run alone'] },
  acrValues: [level],
  claims: { openid: ['sub'], profile: ['name'] },
  conformIdTokenClaims: false, // a broker's tokens have the name in them
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: false },
    pushedAuthorizationRequests: { enabled: push, requirePushedAuthorizationRequests: push },
    dPoP: { enabled: possession, nonceSecret: possession ? Buffer.alloc(32, 7) : undefined, requireNonce: () => possession },
  },
  findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId, name: `${accountId} at the broker` }) }),
  async loadExistingGrant({ oidc }) { // nobody is asked what the house may know
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope(scope);
    await grant.save();
    return grant;
  },
  interactions: { url: (_, { uid }) => `/ask/${uid}` },
});

const page = `<form method="post" action=""><input name="who"><input name="level"><input name="ago"><button>It is me</button></form>
<form method="post" action=""><button name="no" value="1">No</button></form>`;

/** Asks the person, and takes what they say. */
async function ask(provider, request, response) {
  const details = await provider.interactionDetails(request, response);
  if (request.method !== 'POST') return response.setHeader('content-type', 'text/html').end(page);
  const said = new URLSearchParams(await text(request));
  const ts = Math.floor(Date.now() / 1000) - Number(said.get('ago'));
  const result = said.has('no')
    ? { error: 'access_denied', error_description: `canary ${details.uid}` }
    : { login: { accountId: said.get('who'), acr: said.get('level'), ts } };
  return provider.interactionFinished(request, response, result);
}

const server = createServer();
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(url, await configuration());
for (const event of ['authorization.error', 'grant.error', 'pushed_authorization_request.error', 'server_error']) {
  provider.on(event, (_, error) => console.error(event, error.error, error.error_description, error.error_detail ?? ''));
}
const answer = provider.callback();
server.on('request', (request, response) => {
  if (!request.url.startsWith('/ask/')) return answer(request, response);
  ask(provider, request, response).catch((error) => response.writeHead(500).end(String(error)));
});
process.stdin.resume().on('end', () => process.exit());
console.log(url);
