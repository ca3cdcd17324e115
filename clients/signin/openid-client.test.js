// openid-client, which most servers in JavaScript sign people in with: discovery, the code flow with PKCE and DPoP,
// refresh, userinfo, revocation, registration, client credentials, and what it makes of our errors.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as oidc from 'openid-client';
import { Browser, back, client, issuer, maria, script } from './house.js';

const plain = { execute: [oidc.allowInsecureRequests] };

/** Begins a code flow; the result finishes it with the address that the app was sent to. */
async function begin(config, more = {}) {
  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  const nonce = oidc.randomNonce();
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: back, scope: 'openid webid offline_access', state, nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', ...more,
  });
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
  return { url: url.href, finish: (to, options) => oidc.authorizationCodeGrant(config, new URL(to), checks, undefined, options) };
}

const keys = async (config) => ({ DPoP: oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair()) });

const refused = (code) => (e) => e.error === code;

test('a client with a document: code flow, reading, refresh, revocation', async () => {
  const config = await oidc.discovery(new URL(issuer), client, undefined, oidc.None(), plain);
  const bound = await keys(config);
  const browser = new Browser();
  const { url, finish } = await begin(config);
  const first = await finish(await browser.allow(url), bound);
  assert.equal(first.claims().webid, maria.webid);
  assert.equal(first.token_type, 'dpop');

  const diary = (token) => oidc.fetchProtectedResource(config, token, new URL(maria.pod + 'diary'), 'GET', undefined, undefined, bound);
  assert.equal(await (await diary(first.access_token)).text(), 'Dear diary');
  assert.equal((await oidc.fetchUserInfo(config, first.access_token, first.claims().sub, bound)).webid, maria.webid);

  const second = await oidc.refreshTokenGrant(config, first.refresh_token, undefined, bound);
  assert.equal(await (await diary(second.access_token)).text(), 'Dear diary');
  await assert.rejects(oidc.refreshTokenGrant(config, second.refresh_token, undefined, await keys(config)), refused('invalid_grant'));

  await oidc.tokenRevocation(config, second.refresh_token);
  await assert.rejects(oidc.refreshTokenGrant(config, second.refresh_token, undefined, bound), refused('invalid_grant'));
  await assert.rejects(diary(second.access_token));
});

test('a client that registers, with a secret in the header or in the body', async () => {
  for (const [method, auth] of [['client_secret_basic', oidc.ClientSecretBasic()], ['client_secret_post', oidc.ClientSecretPost()]]) {
    const about = { redirect_uris: [back], client_name: 'Reader', token_endpoint_auth_method: method, grant_types: ['authorization_code', 'refresh_token'] };
    const config = await oidc.dynamicClientRegistration(new URL(issuer), about, auth, plain);
    const bound = await keys(config);
    const { url, finish } = await begin(config);
    const tokens = await finish(await new Browser().allow(url), bound);
    assert.equal(tokens.claims().aud.includes('solid'), true);
    const again = await oidc.refreshTokenGrant(config, tokens.refresh_token, undefined, await keys(config));
    assert.ok(again.access_token);
  }
});

test('a script of her own', async () => {
  const config = await oidc.discovery(new URL(issuer), script.id, script.secret, undefined, plain);
  const bound = await keys(config);
  const { access_token: token } = await oidc.clientCredentialsGrant(config, { scope: 'webid' }, bound);
  const answer = await oidc.fetchProtectedResource(config, token, new URL(maria.pod + 'diary'), 'GET', undefined, undefined, bound);
  assert.equal(await answer.text(), 'Dear diary');
  const wrong = await oidc.discovery(new URL(issuer), script.id, 'another', undefined, plain);
  await assert.rejects(oidc.clientCredentialsGrant(wrong, {}, bound), (e) => e.error === 'invalid_client' || e.cause?.some?.((c) => c.scheme === 'basic') || e.status === 401);
});

test('she says no; silently, nobody is signed in, and nothing is sent to a port of this machine unasked', async () => {
  const config = await oidc.discovery(new URL(issuer), client, undefined, oidc.None(), plain);
  const silent = await begin(config, { prompt: 'none' });
  await assert.rejects(silent.finish(await new Browser().go(silent.url)), refused('login_required'));
  const browser = new Browser();
  const no = await begin(config, { prompt: 'consent' });
  await assert.rejects(no.finish(await browser.allow(no.url, 'deny')), refused('access_denied'));
  const yes = await begin(config);
  await yes.finish(await browser.allow(yes.url), await keys(config));
  const again = await begin(config, { prompt: 'none' });
  await assert.rejects(again.finish(await browser.go(again.url)), refused('consent_required'));
});

test('signing out', async () => {
  const config = await oidc.discovery(new URL(issuer), client, undefined, oidc.None(), plain);
  const browser = new Browser();
  const { url, finish } = await begin(config);
  const tokens = await finish(await browser.allow(url), await keys(config));
  const out = oidc.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: 'http://localhost:7000/bye', state: 'x' });
  let to = await browser.go(out.href);
  if (!to) to = await browser.send({});
  assert.equal(to, 'http://localhost:7000/bye?state=x');
  const later = await begin(config, { prompt: 'none' });
  await assert.rejects(later.finish(await browser.go(later.url)), refused('login_required'));
});
