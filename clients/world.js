// What the Go test hands over, in SKRIN_WORLD: the server, Maria's pod, the grant
// by which Dr Ana reads its health/labs/, and where everybody gets their tokens.
import { createHash, randomUUID } from 'node:crypto';
import { SignJWT, calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';

if (!process.env.SKRIN_WORLD) throw new Error('run this by: go test ./clients');

const world = JSON.parse(process.env.SKRIN_WORLD);

export const { base, pod, grant } = world;

/** The WebID of somebody: 'maria' (who owns the pod), 'dr-ana' or 'silvia'. */
export const webid = (name) => world.people[name].webid;

/** A fetch that asks as somebody, as their app would: with a key of its own and a proof for each request. */
export async function fetchAs(name) {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  const answer = await fetch(`${world.people[name].tokens}?jkt=${await calculateJwkThumbprint(jwk)}`);
  const token = await answer.text();
  if (!answer.ok) throw new Error(token);
  const ath = createHash('sha256').update(token).digest('base64url');
  return async (input, init) => {
    const request = new Request(input, init);
    const htu = request.url.split(/[?#]/)[0];
    const proof = await new SignJWT({ htm: request.method, htu, ath, jti: randomUUID() })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
      .setIssuedAt()
      .sign(privateKey);
    const headers = new Headers(request.headers);
    headers.set('Authorization', `DPoP ${token}`);
    headers.set('DPoP', proof);
    return fetch(new Request(request, { headers }));
  };
}
