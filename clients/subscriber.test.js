// A subscriber with a plain WebSocket (the Solid Notifications Protocol, WebSocketChannel2023), and one that leaves the
// handshake to @solid-notifications/subscription.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SubscriptionClient } from '@solid-notifications/subscription';
import * as rdf from 'rdflib';
import WebSocket from 'ws';
import { fetchAs, grant, pod } from './world.js';

const notify = rdf.Namespace('http://www.w3.org/ns/solid/notifications#');
const channelType = notify('WebSocketChannel2023').value;
const maria = await fetchAs('maria');
const ana = await fetchAs('dr-ana');

const labs = `${pod}health/labs/`;
const turtle = { 'Content-Type': 'text/turtle' };
const put = async (url, text, headers = {}) => {
  const answer = await maria(url, { method: 'PUT', headers: { ...turtle, ...headers }, body: `<#it> <#says> "${text}".` });
  assert.ok(answer.ok, `${url}: ${answer.status}`);
};

/** Finds the subscription service as the specification says: from a resource to its storage description to the service. */
async function service(fetch, topic) {
  const link = (await fetch(topic, { method: 'HEAD' })).headers.get('Link');
  const description = link.match(/<([^>]*)>\s*;\s*rel="http:\/\/www\.w3\.org\/ns\/solid\/terms#storageDescription"/)[1];
  const answer = await fetch(description, { headers: { Accept: 'text/turtle' } });
  const store = rdf.graph();
  rdf.parse(await answer.text(), store, description, 'text/turtle');
  return store.any(null, notify('channelType'), notify('WebSocketChannel2023'))?.value;
}

async function subscribe(fetch, topic, more = {}) {
  const body = JSON.stringify({ '@context': ['https://www.w3.org/ns/solid/notification/v1'], type: channelType, topic, ...more });
  const answer = await fetch(offered, { method: 'POST', headers: { 'Content-Type': 'application/ld+json' }, body });
  return { status: answer.status, channel: answer.ok ? await answer.json() : undefined };
}

/** Opens a channel; hear waits for a notification of a kind, closed for the channel's end. */
async function listen(url) {
  const socket = new WebSocket(url);
  const [came, waiting] = [[], []];
  socket.on('message', (data) => {
    const message = JSON.parse(data.toString());
    const first = waiting.shift();
    if (first) first(message); else came.push(message);
  });
  const closed = new Promise((resolve) => socket.on('close', resolve));
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  const patience = (promise, what) => Promise.race([promise,
    new Promise((_, reject) => setTimeout(() => reject(new Error(`nothing came: ${what}`)), 20_000).unref())]);
  const next = () => patience(came.length ? came.shift() : new Promise((resolve) => waiting.push(resolve)), 'a notification');
  const hear = async (kind) => {
    for (;;) {
      const message = await next();
      if (types(message).includes(kind)) return message;
      assert.deepEqual(types(message), ['Update'], `${kind} was expected`); // a container changes with its members
    }
  };
  return { socket, came, hear, closed: () => patience(closed, 'the end of the channel') };
}

const types = (message) => [message.type].flat();
const offered = await service(maria, pod);

test('the service is found from any resource that one may read', async () => {
  assert.ok(offered, 'the storage description offers no WebSocketChannel2023');
  assert.equal(await service(ana, labs), offered);
});

test('the owner hears of what is made, changed and deleted', async () => {
  const [home, topic] = [`${pod}heard/`, `${pod}heard/letter`];
  await put(topic, 'one');
  const { channel } = await subscribe(maria, topic);
  assert.equal(channel.topic, topic);
  assert.ok(channel.receiveFrom.startsWith('ws'), channel.receiveFrom);
  const one = await listen(channel.receiveFrom);
  const all = await listen((await subscribe(maria, home)).channel.receiveFrom);

  await put(topic, 'two');
  const updated = await one.hear('Update');
  assert.equal(updated.object, topic);
  assert.ok(updated.published && updated.state && updated.id);

  await put(`${home}second`, 'new');
  const added = await all.hear('Add');
  assert.equal(added.object, `${home}second`);
  assert.equal(added.target, home);

  await maria(topic, { method: 'DELETE' });
  await one.hear('Delete');
  assert.equal((await all.hear('Remove')).object, topic);
  one.socket.close();
  all.socket.close();
});

test('nobody subscribes to what they may not read', async () => {
  assert.equal((await subscribe(ana, `${pod}heard/`)).status, 403);
  assert.equal((await subscribe(fetch, labs)).status, 401);
});

test('a library makes the handshake', async () => {
  const topic = `${pod}heard/by-library`;
  await put(topic, 'one');
  const channel = await new SubscriptionClient(maria).subscribe(topic, channelType);
  assert.equal(channel.topic, topic);
  const heard = await listen(channel.receiveFrom);
  await put(topic, 'two');
  await heard.hear('Update');
  heard.socket.close();
});

test('who was granted a container hears of it until the grant is taken back', async () => {
  const topic = `${labs}glucose`;
  await put(topic, '5.4');
  const heard = await listen((await subscribe(ana, topic)).channel.receiveFrom);
  await put(topic, '5.6');
  await heard.hear('Update');
  assert.equal((await maria(grant, { method: 'DELETE' })).status, 204);
  await heard.closed();
  await put(topic, '5.8');
  assert.deepEqual(heard.came, []);
});
