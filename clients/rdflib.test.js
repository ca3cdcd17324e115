// rdflib, the store with a fetcher and an updater under SolidOS and older apps.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as rdf from 'rdflib';
import { fetchAs, pod, webid } from './world.js';

const ACL = rdf.Namespace('http://www.w3.org/ns/auth/acl#');
const FOAF = rdf.Namespace('http://xmlns.com/foaf/0.1/');
const LDP = rdf.Namespace('http://www.w3.org/ns/ldp#');
const RDF = rdf.Namespace('http://www.w3.org/1999/02/22-rdf-syntax-ns#');
const SCHEMA = rdf.Namespace('https://schema.org/');

/** A store of its own for each look at the pod: rdflib remembers what it has fetched. */
function open(fetch) {
  const store = rdf.graph();
  const fetcher = rdf.fetcher(store, { fetch });
  const updater = new rdf.UpdateManager(store);
  return { store, fetcher, updater };
}

const maria = await fetchAs('maria');
const ana = await fetchAs('dr-ana');

const refused = (status) => (error) => (error.status ?? error.response?.status) === status || assert.fail(`${status} was expected: ${error}`);

/** What a document says now, in the words of a fresh store. */
async function values(fetch, doc, predicate) {
  const { store, fetcher } = open(fetch);
  await fetcher.load(doc);
  return store.each(rdf.sym(`${doc.value}#it`), predicate, null, doc).map((term) => term.value).sort();
}

test('a document is put, loaded, patched and deleted', async () => {
  const doc = rdf.sym(`${pod}rdflib/note`);
  const it = rdf.sym(`${doc.value}#it`);
  const { store, fetcher, updater } = open(maria);
  store.add(it, SCHEMA('text'), 'one', doc);
  store.add(it, SCHEMA('name'), rdf.lit('anteckning', 'sv'), doc);
  await fetcher.putBack(doc);
  assert.deepEqual(await values(maria, doc, SCHEMA('text')), ['one']);

  const second = open(maria);
  await second.fetcher.load(doc);
  assert.equal(second.updater.editable(doc), 'SPARQL');
  await second.updater.update([], [rdf.st(it, SCHEMA('text'), rdf.lit('two'), doc)]);
  await second.updater.update(second.store.statementsMatching(it, SCHEMA('text'), rdf.lit('one'), doc), [rdf.st(it, SCHEMA('text'), rdf.lit('three'), doc)]);
  assert.deepEqual(await values(maria, doc, SCHEMA('text')), ['three', 'two']);
  await assert.rejects(updater.update([rdf.st(it, SCHEMA('text'), rdf.lit('one'), doc)], []), /409/);

  await fetcher.delete(doc.value);
  await assert.rejects(open(maria).fetcher.load(doc), refused(404));
});

test('a document that is not there is made by a patch', async () => {
  const doc = rdf.sym(`${pod}rdflib/new/deep/note`);
  const it = rdf.sym(`${doc.value}#it`);
  await open(maria).updater.update([], [rdf.st(it, SCHEMA('text'), rdf.lit('made'), doc)]);
  assert.deepEqual(await values(maria, doc, SCHEMA('text')), ['made']);
});

test('blank nodes are added, found and taken away', async () => {
  const doc = rdf.sym(`${pod}rdflib/blank`);
  const it = rdf.sym(`${doc.value}#it`);
  const first = open(maria);
  const address = rdf.blankNode('address');
  await first.updater.update([], [
    rdf.st(it, SCHEMA('address'), address, doc),
    rdf.st(address, SCHEMA('addressLocality'), rdf.lit('Östersund'), doc),
    rdf.st(address, SCHEMA('postalCode'), rdf.lit('831 00'), doc),
  ]);
  const second = open(maria);
  await second.fetcher.load(doc);
  const node = second.store.any(it, SCHEMA('address'), null, doc);
  assert.equal(second.store.anyValue(node, SCHEMA('addressLocality'), null, doc), 'Östersund');
  await second.updater.update(second.store.statementsMatching(node, SCHEMA('postalCode'), null, doc), [rdf.st(node, SCHEMA('postalCode'), rdf.lit('831 30'), doc)]);
  const third = open(maria);
  await third.fetcher.load(doc);
  assert.equal(third.store.anyValue(third.store.any(it, SCHEMA('address'), null, doc), SCHEMA('postalCode'), null, doc), '831 30');
});

test('several documents are changed at once', async () => {
  const docs = ['a', 'b'].map((name) => rdf.sym(`${pod}rdflib/many/${name}`));
  await open(maria).updater.updateMany([], docs.map((doc) => rdf.st(rdf.sym(`${doc.value}#it`), SCHEMA('text'), rdf.lit('both'), doc)));
  for (const doc of docs) assert.deepEqual(await values(maria, doc, SCHEMA('text')), ['both']);
});

test('containers are made and listed', async () => {
  const { fetcher } = open(maria);
  await fetcher.createContainer(pod, 'rdflib-folder', '');
  const folder = rdf.sym(`${pod}rdflib-folder/`);
  await fetcher.webOperation('PUT', `${folder.value}words.txt`, { contentType: 'text/plain', body: 'plain words' });
  await fetcher.createIfNotExists(rdf.sym(`${folder.value}index.ttl`), 'text/turtle', '');
  const fresh = open(maria);
  await fresh.fetcher.load(folder);
  const members = fresh.store.each(folder, LDP('contains'), null, folder).map((term) => term.value).sort();
  assert.deepEqual(members, [`${folder.value}index.ttl`, `${folder.value}words.txt`]);
  assert.ok(fresh.store.holds(folder, RDF('type'), LDP('Container'), folder));
  assert.ok(fresh.fetcher.isContainer?.(folder) ?? true);
  for (const member of members) await fetcher.delete(member);
  await fetcher.delete(folder.value);
  await assert.rejects(open(maria).fetcher.load(folder), refused(404));
});

test('access is given through the linked ACL', async () => {
  const doc = rdf.sym(`${pod}rdflib/shared`);
  const owner = open(maria);
  await owner.updater.update([], [rdf.st(rdf.sym(`${doc.value}#it`), SCHEMA('text'), rdf.lit('for Ana'), doc)]);
  await owner.fetcher.load(doc, { force: true });
  const acl = owner.store.any(doc, rdf.sym('http://www.iana.org/assignments/link-relations/acl'));
  assert.ok(acl, 'rdflib found no ACL link');
  await assert.rejects(owner.fetcher.load(acl), refused(404));
  const rule = (name, who, modes) => {
    const s = rdf.sym(`${acl.value}#${name}`);
    return [rdf.st(s, RDF('type'), ACL('Authorization'), acl), rdf.st(s, ACL('agent'), rdf.sym(who), acl),
      rdf.st(s, ACL('accessTo'), doc, acl), ...modes.map((mode) => rdf.st(s, ACL('mode'), ACL(mode), acl))];
  };
  const forAna = rule('ana', webid('dr-ana'), ['Read']);
  await owner.updater.update([], [...rule('owner', webid('maria'), ['Read', 'Write', 'Control']), ...forAna]);
  assert.deepEqual(await values(ana, doc, SCHEMA('text')), ['for Ana']);

  const reader = open(ana);
  await reader.fetcher.load(doc);
  assert.equal(reader.updater.editable(doc), false, 'rdflib would let a reader write');
  await owner.updater.update(forAna, []);
  await assert.rejects(open(ana).fetcher.load(doc), refused(403));
});

test('a granted container is read', async () => {
  const doc = rdf.sym(`${pod}health/labs/glucose`);
  await open(maria).updater.update([], [rdf.st(rdf.sym(`${doc.value}#it`), SCHEMA('value'), rdf.lit('5.4'), doc)]);
  const reader = open(ana);
  const labs = rdf.sym(`${pod}health/labs/`);
  await reader.fetcher.load(labs);
  assert.deepEqual(reader.store.each(labs, LDP('contains'), null, labs).map((term) => term.value), [doc.value]);
  assert.deepEqual(await values(ana, doc, SCHEMA('value')), ['5.4']);
});

test('a profile is loaded and its name changed', async () => {
  const card = rdf.sym(`${pod}profile/card`);
  const me = rdf.sym(`${card.value}#me`);
  const { fetcher, store, updater } = open(maria);
  await fetcher.load(card);
  await updater.update(store.statementsMatching(me, FOAF('name'), null, card), [rdf.st(me, FOAF('name'), rdf.lit('Maria'), card)]);
  const fresh = open(maria);
  await fresh.fetcher.load(card);
  assert.equal(fresh.store.anyValue(me, FOAF('name'), null, card), 'Maria');
});
