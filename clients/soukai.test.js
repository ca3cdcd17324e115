// soukai-solid, an object mapper: apps work with models, it makes the requests.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldType, bootModels, setEngine } from 'soukai';
import { SolidContainer, SolidDocument, SolidEngine, bootSolidModels, defineSolidModelSchema } from 'soukai-solid';
import { fetchAs, pod, webid } from './world.js';

const maria = await fetchAs('maria');
const ana = await fetchAs('dr-ana');

class Movie extends defineSolidModelSchema({
  rdfContexts: { schema: 'https://schema.org/' },
  rdfsClass: 'Movie',
  timestamps: false,
  fields: {
    title: { type: FieldType.String, rdfProperty: 'schema:name' },
    released: { type: FieldType.Date, rdfProperty: 'schema:datePublished' },
    tags: { type: FieldType.Array, items: { type: FieldType.String }, rdfProperty: 'schema:keywords' },
  },
}) {}

class Diary extends defineSolidModelSchema({
  rdfContexts: { schema: 'https://schema.org/' },
  rdfsClass: 'Note',
  history: true,
  fields: { text: { type: FieldType.String, rdfProperty: 'schema:text' } },
}) {}

bootSolidModels();
bootModels({ Movie, Diary });
setEngine(new SolidEngine(maria));

const home = `${pod}movies/`;

test('models are created, found, changed and deleted', async () => {
  const movie = await Movie.at(home).create({ title: 'Spirited Away', released: new Date('2001-07-20T00:00:00Z'), tags: ['bath', 'dragon'] });
  assert.ok(movie.url.startsWith(home), movie.url);
  const found = await Movie.find(movie.url);
  assert.equal(found.title, 'Spirited Away');
  assert.equal(found.released.toISOString(), '2001-07-20T00:00:00.000Z');
  assert.deepEqual([...found.tags].sort(), ['bath', 'dragon']);

  await found.update({ title: 'Sen to Chihiro', tags: ['dragon', 'river'] });
  const again = await Movie.find(movie.url);
  assert.equal(again.title, 'Sen to Chihiro');
  assert.deepEqual([...again.tags].sort(), ['dragon', 'river']);
  await again.delete();
  assert.equal(await Movie.find(movie.url), null);
});

test('models are listed out of a container', async () => {
  const shelf = `${pod}shelf/`;
  for (const title of ['Totoro', 'Ponyo', 'Kiki']) await Movie.at(shelf).create({ title });
  const all = await Movie.from(shelf).all();
  assert.deepEqual(all.map((movie) => movie.title).sort(), ['Kiki', 'Ponyo', 'Totoro']);
});

test('containers are models too, with a name', async () => {
  const container = await SolidContainer.at(pod).create({ name: 'Soukai box' });
  assert.equal(container.url, `${pod}soukai-box/`);
  const found = await SolidContainer.find(container.url);
  assert.equal(found.name, 'Soukai box');
  const inside = await Movie.at(container.url).create({ title: 'Inside' });
  const full = await SolidContainer.find(container.url);
  assert.deepEqual(full.resourceUrls, [inside.url.split('#')[0]]);
  await full.update({ name: 'Soukai chest' });
  assert.equal((await SolidContainer.find(container.url)).name, 'Soukai chest');
  await inside.delete();
  await (await SolidContainer.find(container.url)).delete();
  assert.equal(await SolidContainer.find(container.url), null);
});

test('a history of changes is kept beside a model', async () => {
  const diary = await Diary.at(`${pod}diary/`).create({ text: 'one' });
  await diary.update({ text: 'two' });
  await diary.update({ text: 'three' });
  const found = await Diary.find(diary.url);
  assert.equal(found.text, 'three');
  assert.ok(found.operations.length >= 3, `${found.operations.length} operations`);
});

test('access is read and changed', async () => {
  const movie = await Movie.at(home).create({ title: 'Shared' });
  const asAna = () => new SolidEngine(ana).readOne(home, movie.url.split('#')[0]).then(() => true, () => false);
  const asPublic = async () => (await fetch(movie.url)).status;
  assert.equal(await asPublic(), 401);
  await movie.fetchPublicPermissionsIfMissing();
  assert.equal(movie.isPublic, false);
  await movie.updatePublicPermissions(['read']);
  assert.equal(await asPublic(), 200);
  assert.equal(await asAna(), true);
  await movie.updatePublicPermissions([]);
  assert.equal(await asPublic(), 401);
  assert.ok(webid('maria'));
});

test('an app registers its container in a type index and finds it again', async () => {
  const profile = await (await maria(webid('maria'), { headers: { Accept: 'text/turtle' } })).text();
  const index = profile.match(/<([^>]*publicTypeIndex[^>]*)>/)?.[1] ?? `${pod}settings/publicTypeIndex.ttl`;
  const registered = new URL(index, `${pod}profile/card`).href;
  const container = await SolidContainer.at(pod).create({ name: 'Registered' });
  await container.register(registered, Movie);
  const found = await SolidContainer.fromTypeIndex(registered, Movie);
  assert.deepEqual(found.map((one) => one.url), [container.url]);
  const movie = await Movie.at(container.url).create({ title: 'Registered too' });
  await new SolidDocument({ url: movie.url.split('#')[0] }, true).register(registered, Movie);
  assert.equal((await SolidDocument.fromTypeIndex(registered, Movie)).length, 1);
});
