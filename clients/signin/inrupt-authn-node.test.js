// @inrupt/solid-client-authn-node, which Solid's scripts and servers sign in with: a script's own credentials, the
// code flow as a registered client, a session from a refresh token, and signing out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVENTS, Session } from '@inrupt/solid-client-authn-node';
import { Browser, back, issuer, maria, script } from './house.js';

const diary = async (session) => {
  const answer = await session.fetch(maria.pod + 'diary');
  return answer.ok ? answer.text() : answer.status;
};

test('a script, by its id and secret', async () => {
  const session = new Session({ keepAlive: false });
  await session.login({ oidcIssuer: issuer, clientId: script.id, clientSecret: script.secret });
  assert.equal(session.info.isLoggedIn, true);
  assert.equal(session.info.webId, maria.webid);
  assert.equal(await diary(session), 'Dear diary');
  await session.logout();
  assert.equal(await diary(session), 401);
});

test('a script with another secret', async () => {
  const session = new Session({ keepAlive: false });
  await session.login({ oidcIssuer: issuer, clientId: script.id, clientSecret: 'another' }).catch(() => undefined);
  assert.equal(session.info.isLoggedIn, false);
});

/** A session that Maria let in through the pages, in this browser. */
async function letIn(options, browser) {
  const session = new Session({ keepAlive: false });
  let to;
  await session.login({ oidcIssuer: issuer, redirectUrl: back, handleRedirect: (url) => (to = url), ...options });
  return { session, back: () => browser.allow(to) };
}

test('an app that registers itself on the way', async () => {
  const { session, back } = await letIn({ clientName: 'Server' }, new Browser());
  await session.handleIncomingRedirect(await back());
  assert.equal(session.info.webId, maria.webid);
  assert.equal(await diary(session), 'Dear diary');
  await session.logout();
});

test('an app that is registered: the code flow, then a session from the refresh token, then signing out', async () => {
  const registered = await fetch(issuer + 'oidc/register', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      redirect_uris: [back], post_logout_redirect_uris: ['http://localhost:7000/bye'], grant_types: ['authorization_code', 'refresh_token'],
      client_name: 'Server', id_token_signed_response_alg: 'ES256', // the library takes the first that the issuer offers for agreed
    }),
  });
  const { client_id: clientId, client_secret: clientSecret } = await registered.json();
  const browser = new Browser();
  const { session, back: arrive } = await letIn({ clientId, clientSecret }, browser);
  let refreshToken;
  session.events.on(EVENTS.NEW_TOKENS, (tokens) => (refreshToken = tokens.refreshToken));
  await session.handleIncomingRedirect(await arrive());
  assert.equal(session.info.webId, maria.webid);
  assert.equal(await diary(session), 'Dear diary');
  assert.ok(refreshToken);

  const later = new Session({ keepAlive: false });
  await later.login({ oidcIssuer: issuer, clientId, clientSecret, refreshToken });
  assert.equal(later.info.webId, maria.webid);
  assert.equal(await diary(later), 'Dear diary');

  let out;
  await session.logout({ logoutType: 'idp', postLogoutUrl: 'http://localhost:7000/bye', handleRedirect: (url) => (out = url) });
  const end = (await browser.go(out)) ?? (await browser.send({}));
  assert.match(end, /^http:\/\/localhost:7000\/bye/);
});
