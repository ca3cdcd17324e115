// What the Go test hands over, in SKRIN_WORLD: a house with its issuer, Maria who
// lives there, a script of hers, and a client that has a document; and a browser
// for the pages, without scripts.
if (!process.env.SKRIN_WORLD) throw new Error('run this by: go test ./clients');

export const { issuer, client, back, maria, script } = JSON.parse(process.env.SKRIN_WORLD);

const unescape = (text) =>
  text.replace(/&#(\d+);/g, (_, n) => String.fromCodePoint(n)).replace(/&quot;/g, '"').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

const attributes = (tag) => Object.fromEntries([...tag.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)].map(([, name, value]) => [name, unescape(value ?? '')]));

/** A browser that keeps cookies, follows redirects inside of the house, and fills in forms. */
export class Browser {
  #cookies = new Map();

  /** Goes to an address. Gives where it was sent in the end: a URL outside of the house, or undefined on a page. */
  async go(url, init = {}) {
    for (let hops = 0; hops < 10; hops++) {
      const headers = { ...init.headers, cookie: [...this.#cookies].map(([n, v]) => `${n}=${v}`).join('; '), 'accept-language': 'en' };
      const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
      for (const line of answer.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
        if (/max-age=0/i.test(line)) this.#cookies.delete(name);
        else this.#cookies.set(name, value);
      }
      this.page = await answer.text();
      this.at = url;
      const to = answer.headers.get('location');
      if (!to) return undefined;
      url = new URL(to, url).href;
      if (!url.startsWith(issuer)) return url;
      init = {};
    }
    throw new Error(`sent in circles: ${url}`);
  }

  /** Sends the form that has all these fields or buttons, with these values. */
  async send(values) {
    for (const [, head, body] of this.page.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)) {
      const fields = new Map();
      const buttons = [];
      for (const [, kind, rest] of body.matchAll(/<(input|button|textarea)([^>]*)>/g)) {
        const a = attributes(rest);
        if (!a.name) continue;
        if (kind === 'button') buttons.push(a.name);
        else if (a.type !== 'radio' || 'checked' in a) fields.set(a.name, a.value ?? '');
      }
      if (!Object.keys(values).every((name) => fields.has(name) || buttons.includes(name))) continue;
      for (const [name, value] of Object.entries(values)) fields.set(name, value);
      const to = new URL(attributes(head).action, this.at).href;
      return this.go(to, {
        method: 'POST',
        body: new URLSearchParams([...fields]).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(issuer).origin },
      });
    }
    throw new Error(`no form with ${Object.keys(values)} at ${this.at}: ${this.page}`);
  }

  /** Lets an app in, as Maria: signs in where that is asked for. Gives where the app is sent. */
  async allow(url, answer = 'allow') {
    let to = await this.go(url);
    if (!to && /name="password"/.test(this.page)) to = await this.send({ name: maria.name, password: maria.password });
    if (!to) to = await this.send({ answer });
    return to;
  }
}
