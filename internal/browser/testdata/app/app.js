// Notebook: a small app as others would write it, which keeps pages of text in
// its user's pod. It knows the server by nothing but Solid's protocols.
import { EVENTS, Session } from '@inrupt/solid-client-authn-browser';
import { getPodUrlAll, getSolidDataset, getThing, getUrl } from '@inrupt/solid-client';

const session = new Session({}, 'notebook');
const at = (id) => document.getElementById(id);
const say = (text) => { at('said').value = text; };

// Where the pages lie: the first storage that the profile names.
let storage;

/** The issuer that a WebID's document names, or the place itself when it is no WebID. */
async function issuerOf(place) {
  if (!new URL(place).hash) return place;
  const profile = await getSolidDataset(place);
  return getUrl(getThing(profile, place), 'http://www.w3.org/ns/solid/terms#oidcIssuer');
}

async function enter() {
  const client = document.querySelector('meta[name=client]').content;
  const whose = client ? { clientId: client } : { clientName: 'Notebook' };
  await session.login({ oidcIssuer: await issuerOf(at('place').value), redirectUrl: location.origin + location.pathname, ...whose });
}

const page = () => new URL(at('page').value, storage).href;

async function read() {
  const answer = await session.fetch(page());
  at('text').value = answer.ok ? await answer.text() : '';
  say(`read: ${answer.status}`);
}

async function write() {
  const answer = await session.fetch(page(), { method: 'PUT', headers: { 'Content-Type': 'text/plain' }, body: at('text').value });
  say(`written: ${answer.status}`);
}

async function leave() {
  await session.logout({ logoutType: 'app' });
  await show();
}

const end = () => session.logout({ logoutType: 'idp', postLogoutUrl: location.origin + location.pathname });

/** Does something that somebody asked for, and tells when it goes wrong. */
const act = (what) => (event) => {
  event.preventDefault();
  say('');
  Promise.resolve(what(event)).catch((error) => say(`failed: ${error.message}`));
};

async function show() {
  const { isLoggedIn, webId } = session.info;
  if (isLoggedIn) [storage] = await getPodUrlAll(webId, { fetch: session.fetch });
  at('who').value = isLoggedIn ? webId : 'nobody';
}

at('enter').addEventListener('submit', act(enter));
at('note').addEventListener('submit', act((event) => (event.submitter.value === 'read' ? read() : write())));
at('leave').addEventListener('click', act(leave));
at('end').addEventListener('click', act(end));

session.events.on(EVENTS.SESSION_RESTORED, () => say('restored'));
session.events.on(EVENTS.SESSION_EXTENDED, () => say('extended'));
session.events.on(EVENTS.SESSION_EXPIRED, () => { say('expired'); show(); });
session.events.on(EVENTS.ERROR, (code, text) => say(`refused: ${code}: ${text}`));

await session.handleIncomingRedirect({ restorePreviousSession: true });
await show();
