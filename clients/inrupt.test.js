// @inrupt/solid-client, by which most apps read and write pods.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as solid from '@inrupt/solid-client';
import { fetchAs, pod, webid } from './world.js';

const schema = (name) => `https://schema.org/${name}`;
const maria = { fetch: await fetchAs('maria') };
const ana = { fetch: await fetchAs('dr-ana') };

const refused = (status) => (error) => error.statusCode === status || assert.fail(`${status} was expected: ${error}`);

function note(url, text) {
  const thing = solid.buildThing({ url: `${url}#it` })
    .addUrl('http://www.w3.org/1999/02/22-rdf-syntax-ns#type', schema('Note'))
    .addStringNoLocale(schema('text'), text)
    .addStringWithLocale(schema('name'), 'anteckning', 'sv')
    .addInteger(schema('position'), 7)
    .addDatetime(schema('dateCreated'), new Date('2026-03-01T08:00:00Z'))
    .build();
  return solid.setThing(solid.createSolidDataset(), thing);
}

const textOf = (dataset, url) => solid.getStringNoLocale(solid.getThing(dataset, `${url}#it`), schema('text'));

test('a dataset is created, read, changed and deleted', async () => {
  const url = `${pod}notes/first`;
  await solid.saveSolidDatasetAt(url, note(url, 'one'), maria);
  let dataset = await solid.getSolidDataset(url, maria);
  assert.equal(textOf(dataset, url), 'one');
  const thing = solid.getThing(dataset, `${url}#it`);
  assert.equal(solid.getStringWithLocale(thing, schema('name'), 'sv'), 'anteckning');
  assert.equal(solid.getInteger(thing, schema('position')), 7);
  assert.equal(solid.getDatetime(thing, schema('dateCreated')).toISOString(), '2026-03-01T08:00:00.000Z');

  dataset = solid.setThing(dataset, solid.setStringNoLocale(thing, schema('text'), 'two'));
  dataset = await solid.saveSolidDatasetAt(url, dataset, maria); // a PATCH of what changed
  dataset = solid.setThing(dataset, solid.addStringNoLocale(solid.getThing(dataset, `${url}#it`), schema('text'), 'three'));
  await solid.saveSolidDatasetAt(url, dataset, maria); // one that only inserts
  dataset = await solid.getSolidDataset(url, maria);
  assert.deepEqual(solid.getStringNoLocaleAll(solid.getThing(dataset, `${url}#it`), schema('text')).sort(), ['three', 'two']);

  dataset = await solid.saveSolidDatasetAt(url, solid.removeThing(dataset, `${url}#it`), maria); // one that only deletes
  assert.equal(solid.getThingAll(await solid.getSolidDataset(url, maria)).length, 0);
  await solid.deleteSolidDataset(url, maria);
  await assert.rejects(solid.getSolidDataset(url, maria), refused(404));
});

test('two who change the same triple hear of it', async () => {
  const url = `${pod}notes/race`;
  await solid.saveSolidDatasetAt(url, note(url, 'one'), maria);
  const [a, b] = [await solid.getSolidDataset(url, maria), await solid.getSolidDataset(url, maria)];
  const changed = (dataset, text) => solid.setThing(dataset, solid.setStringNoLocale(solid.getThing(dataset, `${url}#it`), schema('text'), text));
  await solid.saveSolidDatasetAt(url, changed(a, 'two'), maria);
  await assert.rejects(solid.saveSolidDatasetAt(url, changed(b, 'three'), maria), (error) => [409, 412].includes(error.statusCode));
});

test('a new dataset does not overwrite another', async () => {
  const url = `${pod}notes/once`;
  await solid.saveSolidDatasetAt(url, note(url, 'one'), maria);
  await assert.rejects(solid.saveSolidDatasetAt(url, note(url, 'two'), maria), refused(412));
});

test('containers are made, filled, listed and deleted', async () => {
  const home = `${pod}inrupt/`;
  await solid.createContainerAt(home, maria);
  const dataset = await solid.saveSolidDatasetInContainer(home, note(`${home}x`, 'in it'), { ...maria, slugSuggestion: 'wished' });
  assert.equal(solid.getSourceUrl(dataset), `${home}wished`);
  const inner = await solid.createContainerInContainer(home, { ...maria, slugSuggestion: 'inner' });
  assert.equal(solid.getSourceUrl(inner), `${home}inner/`);
  const file = await solid.saveFileInContainer(home, new Blob(['plain words'], { type: 'text/plain' }), { ...maria, slug: 'words.txt' });
  assert.equal(solid.getSourceUrl(file), `${home}words.txt`);

  const listing = await solid.getSolidDataset(home, maria);
  assert.ok(solid.isContainer(listing));
  assert.deepEqual(solid.getContainedResourceUrlAll(listing).sort(), [`${home}inner/`, `${home}wished`, `${home}words.txt`]);
  await assert.rejects(solid.deleteContainer(home, maria), refused(409));
  await solid.deleteContainer(`${home}inner/`, maria);
  await solid.deleteSolidDataset(`${home}wished`, maria);
  await solid.deleteFile(`${home}words.txt`, maria);
  await solid.deleteContainer(home, maria);
  await assert.rejects(solid.getSolidDataset(home, maria), refused(404));
});

test('files keep their bytes and type', async () => {
  const url = `${pod}files/deep/photo.png`;
  const bytes = new Uint8Array(70_000).map((_, i) => i % 251);
  await solid.overwriteFile(url, new Blob([bytes], { type: 'image/png' }), maria);
  await solid.overwriteFile(url, new Blob([bytes], { type: 'image/png' }), maria);
  const file = await solid.getFile(url, maria);
  assert.equal(solid.getContentType(file), 'image/png');
  assert.deepEqual(new Uint8Array(await file.arrayBuffer()), bytes);
  const info = await solid.getResourceInfo(url, maria);
  assert.ok(solid.isRawData(info));
  assert.equal(solid.getSourceUrl(info), url);
});

test('access is given and taken by ACL', async () => {
  const url = `${pod}shared/letter`;
  await solid.saveSolidDatasetAt(url, note(url, 'dear Ana'), maria);
  await assert.rejects(solid.getSolidDataset(url, ana), refused(403));
  await assert.rejects(solid.getSolidDataset(url), refused(401));

  const withAcl = await solid.getSolidDatasetWithAcl(url, maria);
  assert.ok(!solid.hasResourceAcl(withAcl) && solid.hasFallbackAcl(withAcl) && solid.hasAccessibleAcl(withAcl));
  let rules = solid.createAclFromFallbackAcl(withAcl);
  rules = solid.setAgentResourceAccess(rules, webid('maria'), { read: true, append: true, write: true, control: true });
  rules = solid.setAgentResourceAccess(rules, webid('dr-ana'), { read: true, append: true, write: false, control: false });
  await solid.saveAclFor(withAcl, rules, maria);

  const seen = await solid.getSolidDataset(url, ana);
  assert.equal(textOf(seen, url), 'dear Ana');
  assert.deepEqual(solid.getEffectiveAccess(seen).user, { read: true, append: true, write: false });
  assert.deepEqual(solid.getEffectiveAccess(seen).public, { read: false, append: false, write: false });
  const more = solid.setThing(seen, solid.addStringNoLocale(solid.getThing(seen, `${url}#it`), schema('text'), 'dear Maria'));
  await solid.saveSolidDatasetAt(url, more, ana); // inserts alone
  const less = solid.setThing(seen, solid.removeAll(solid.getThing(seen, `${url}#it`), schema('text')));
  await assert.rejects(solid.saveSolidDatasetAt(url, less, ana), refused(403));

  const again = await solid.getSolidDatasetWithAcl(url, maria);
  assert.ok(solid.hasResourceAcl(again));
  assert.deepEqual(solid.getAgentAccess(again, webid('dr-ana')), { read: true, append: true, write: false, control: false });
  await solid.deleteAclFor(again, maria);
  await assert.rejects(solid.getSolidDataset(url, ana), refused(403));
});

test('access is given and taken by the universal interface', async () => {
  const url = `${pod}shared/photo`;
  await solid.overwriteFile(url, new Blob(['...'], { type: 'image/png' }), maria);
  await solid.universalAccess.setAgentAccess(url, webid('dr-ana'), { read: true }, maria);
  await solid.getFile(url, ana);
  assert.equal((await solid.universalAccess.getAgentAccess(url, webid('dr-ana'), maria)).read, true);
  await solid.universalAccess.setPublicAccess(url, { read: true }, maria);
  await solid.getFile(url);
  await solid.universalAccess.setPublicAccess(url, { read: false }, maria);
  await solid.universalAccess.setAgentAccess(url, webid('dr-ana'), { read: false }, maria);
  await assert.rejects(solid.getFile(url, ana), refused(403));
  await assert.rejects(solid.getFile(url), refused(401));
});

test('a whole container is shared', async () => {
  const home = `${pod}album/`;
  await solid.createContainerAt(home, maria);
  const container = await solid.getSolidDatasetWithAcl(home, maria);
  let rules = solid.createAclFromFallbackAcl(container);
  rules = solid.setAgentResourceAccess(rules, webid('dr-ana'), { read: true, append: false, write: false, control: false });
  rules = solid.setAgentDefaultAccess(rules, webid('dr-ana'), { read: true, append: false, write: false, control: false });
  await solid.saveAclFor(container, rules, maria);
  await solid.saveSolidDatasetAt(`${home}one`, note(`${home}one`, 'shared'), maria);
  assert.deepEqual(solid.getContainedResourceUrlAll(await solid.getSolidDataset(home, ana)), [`${home}one`]);
  assert.equal(textOf(await solid.getSolidDataset(`${home}one`, ana), `${home}one`), 'shared');
  await assert.rejects(solid.saveSolidDatasetAt(`${home}two`, note(`${home}two`, 'no'), ana), refused(403));
});

test('a granted container is read, and nothing beside it', async () => {
  const url = `${pod}health/labs/glucose`;
  await solid.saveSolidDatasetAt(url, note(url, '5.4'), maria);
  assert.equal(textOf(await solid.getSolidDataset(url, ana), url), '5.4');
  assert.deepEqual(solid.getContainedResourceUrlAll(await solid.getSolidDataset(`${pod}health/labs/`, ana)), [url]);
  await assert.rejects(solid.getSolidDataset(`${pod}health/vitals/`, ana), refused(403));
  await assert.rejects(solid.saveSolidDatasetAt(`${pod}health/labs/mine`, note(url, 'no'), ana), refused(403));
});

test('a pod knows its owner', async () => {
  const root = await solid.getResourceInfo(pod, maria);
  assert.ok(root.internal_resourceInfo.linkedResources['http://www.w3.org/ns/solid/terms#owner']?.includes(webid('maria')));
});

test('an app finds the pod from the WebID alone', async () => {
  assert.deepEqual(await solid.getPodUrlAll(webid('maria')), [pod]); // by nobody in particular
  const card = await solid.getSolidDataset(webid('maria'), maria);
  const me = solid.getThing(card, webid('maria'));
  const preferences = solid.getUrl(me, 'http://www.w3.org/ns/pim/space#preferencesFile');
  const settings = solid.getThing(await solid.getSolidDataset(preferences, maria), webid('maria'));
  const index = solid.getUrl(settings, 'http://www.w3.org/ns/solid/terms#privateTypeIndex');
  assert.ok(solid.getThingAll(await solid.getSolidDataset(index, maria)).length > 0);
  await assert.rejects(solid.getSolidDataset(index, ana), refused(403));
});

test('the inbox takes letters and shows them to its owner alone', async () => {
  const card = await solid.getSolidDataset(webid('maria'), maria);
  const inbox = solid.getUrl(solid.getThing(card, webid('maria')), 'http://www.w3.org/ns/ldp#inbox');
  assert.ok(inbox, 'the profile names no inbox');
  const sent = await solid.saveSolidDatasetInContainer(inbox, note('https://letters.example/1', 'hello'), ana);
  await assert.rejects(solid.getSolidDataset(inbox, ana), refused(403));
  const listing = await solid.getSolidDataset(inbox, maria);
  assert.deepEqual(solid.getContainedResourceUrlAll(listing), [solid.getSourceUrl(sent)]);
  await solid.deleteSolidDataset(solid.getSourceUrl(sent), maria);
});
