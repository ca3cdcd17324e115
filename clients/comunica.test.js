// Comunica, which answers SPARQL queries over documents of a pod and follows their links.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { QueryEngine } from '@comunica/query-sparql-solid';
import { fetchAs, grant, pod, webid } from './world.js';

const maria = await fetchAs('maria');
const ana = await fetchAs('dr-ana');
const silvia = await fetchAs('silvia');

const labs = `${pod}health/labs/`;
const prefixes = 'PREFIX ex: <https://example.org/lab#> PREFIX ldp: <http://www.w3.org/ns/ldp#> ';

/** All bindings of a query, by an engine that has no cache from before. */
async function ask(fetch, sources, query) {
  const stream = await new QueryEngine().queryBindings(prefixes + query, { sources, fetch });
  return (await stream.toArray()).map((row) => Object.fromEntries([...row].map(([name, term]) => [name.value, term.value])));
}

before(async () => {
  for (const [name, value] of [['monday', 5.4], ['tuesday', 6.1], ['friday', 11.8]]) {
    const body = `@prefix ex: <https://example.org/lab#>. <#it> a ex:Glucose; ex:day "${name}"; ex:value ${value}; ex:of <${webid('maria')}>.`;
    const answer = await maria(`${labs}${name}`, { method: 'PUT', headers: { 'Content-Type': 'text/turtle' }, body });
    assert.equal(answer.status, 201);
  }
});

test('a granted container is listed and its members queried', async () => {
  const members = await ask(ana, [labs], `SELECT ?member WHERE { <${labs}> ldp:contains ?member } ORDER BY ?member`);
  assert.deepEqual(members.map((row) => row.member), ['friday', 'monday', 'tuesday'].map((name) => labs + name));
  const high = await ask(ana, members.map((row) => row.member), 'SELECT ?day ?value WHERE { ?it a ex:Glucose; ex:day ?day; ex:value ?value. FILTER(?value > 6) } ORDER BY ?value');
  assert.deepEqual(high, [{ day: 'tuesday', value: '6.1' }, { day: 'friday', value: '11.8' }]);
});

test('a query goes over container and documents together', async () => {
  const sources = [labs, `${labs}monday`, `${labs}friday`];
  const rows = await ask(ana, sources, `SELECT ?doc ?size ?value WHERE { <${labs}> ldp:contains ?doc. ?doc <http://www.w3.org/ns/posix/stat#size> ?size. ?it ex:value ?value. FILTER(STRSTARTS(STR(?it), STR(?doc))) } ORDER BY ?value`);
  assert.deepEqual(rows.map((row) => row.value), ['5.4', '11.8']);
});

test('nothing is read beside the grant, nor by others, nor by the public', async () => {
  await assert.rejects(ask(ana, [`${pod}health/vitals/`], 'SELECT * WHERE { ?s ?p ?o }'), /403/);
  await assert.rejects(ask(silvia, [labs], 'SELECT * WHERE { ?s ?p ?o }'), /403/);
  await assert.rejects(ask(fetch, [labs], 'SELECT * WHERE { ?s ?p ?o }'), /401/);
});

test('the owner writes by SPARQL Update', async () => {
  const doc = `${pod}comunica/note`;
  const update = (query) => new QueryEngine().queryVoid(prefixes + query, { sources: [doc], destination: doc, fetch: maria });
  await maria(doc, { method: 'PUT', headers: { 'Content-Type': 'text/turtle' }, body: '<#it> <https://example.org/lab#text> "one".' });
  await update(`INSERT DATA { <${doc}#it> ex:text "two" }`);
  await update(`DELETE DATA { <${doc}#it> ex:text "one" }`);
  assert.deepEqual(await ask(maria, [doc], 'SELECT ?text WHERE { ?it ex:text ?text }'), [{ text: 'two' }]);
  await update('DELETE { ?it ex:text ?old } INSERT { ?it ex:text "three" } WHERE { ?it ex:text ?old }');
  assert.deepEqual(await ask(maria, [doc], 'SELECT ?text WHERE { ?it ex:text ?text }'), [{ text: 'three' }]);
});

test('a document that is not there is made by an update', async () => {
  const doc = `${pod}comunica/new`;
  await new QueryEngine().queryVoid(`${prefixes} INSERT DATA { <${doc}#it> ex:text "made" }`, { sources: [], destination: doc, fetch: maria });
  assert.deepEqual(await ask(maria, [doc], 'SELECT ?text WHERE { ?it ex:text ?text }'), [{ text: 'made' }]);
});

after(async () => {
  // The grant is taken back: the next query finds nothing.
  assert.equal((await maria(grant, { method: 'DELETE' })).status, 204);
  await assert.rejects(ask(ana, [labs], 'SELECT * WHERE { ?s ?p ?o }'), /403/);
});
