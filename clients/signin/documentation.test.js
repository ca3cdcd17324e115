// The programs of doc/apps.md, as they stand there.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { issuer, maria, script } from './house.js';

const page = await readFile(new URL('../../doc/apps.md', import.meta.url), 'utf8');
const programs = new Map([...page.matchAll(/```js\n(\/\/ (\S+)[\s\S]*?)```/g)].map(([, text, name]) => [name, text]));
const env = { ...process.env, ISSUER: issuer, POD: maria.pod, CLIENT_ID: script.id, CLIENT_SECRET: script.secret };

/** Runs one of them beside the libraries, and gives what it prints. */
async function run(name, more, ...args) {
  const folder = await mkdtemp(new URL('./documentation-', import.meta.url).pathname);
  try {
    await writeFile(`${folder}/${name}`, programs.get(name));
    return (await promisify(execFile)('node', [`${folder}/${name}`, ...args], { env: { ...env, ...more } })).stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a script with a library', async () => {
  assert.match(await run('pulse.mjs'), /^201 /);
});

test('a script that signs for curl', async () => {
  const url = maria.pod + 'notes/hello.txt';
  const send = async (method, body) => {
    const lines = (await run('dpop.mjs', {}, method, url + '?x=1')).trim().split('\n').map((line) => line.split(': '));
    return fetch(url, { method, body, headers: { ...Object.fromEntries(lines), ...(body && { 'content-type': 'text/plain' }) } });
  };
  assert.equal((await send('PUT', 'Hello')).status, 201);
  assert.equal(await (await send('GET')).text(), 'Hello');
  await assert.rejects(run('dpop.mjs', { CLIENT_SECRET: 'another' }, 'GET', url), /the client's secret is not good/);
});
