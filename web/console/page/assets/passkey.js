// Passkeys: a form with data-passkey="get" or "create" has the options of the
// ceremony in data-options. What the authenticator answers goes into the field
// "response", and the form is sent. All texts stand in the page, in its language.
"use strict";
(() => {
  const there = window.PublicKeyCredential && navigator.credentials;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (there) prepare(form);
    else without();
  }

  function without() {
    for (const e of document.querySelectorAll("[data-passkey-missing]")) e.hidden = false;
    for (const e of document.querySelectorAll("details.other")) e.open = true;
  }

  function prepare(form) {
    const go = form.querySelector("[data-passkey-go]");
    let waiting = null; // the request that the browser keeps open beside the field for the name
    go.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      waiting?.abort();
      say(form, "problem", "");
      say(form, "waiting", form.dataset.textWaiting);
      go.disabled = true;
      try {
        send(form, await ask(form, {}));
      } catch (error) {
        say(form, "waiting", "");
        say(form, "problem", reason(form, error));
        go.disabled = false;
        go.focus();
      }
    });
    if ("conditional" in form.dataset) offer();

    // Where the browser can, it offers passkeys beside the field for the name.
    async function offer() {
      try {
        if (!await PublicKeyCredential.isConditionalMediationAvailable?.()) return;
        waiting = new AbortController();
        send(form, await ask(form, { mediation: "conditional", signal: waiting.signal }));
      } catch { /* nobody took the offer */ }
    }
  }

  async function ask(form, how) {
    const options = JSON.parse(form.dataset.options);
    const asked = options.publicKey ?? options;
    if (form.dataset.passkey === "create") {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON?.(asked) ?? creation(asked);
      return navigator.credentials.create({ publicKey, ...how });
    }
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON?.(asked) ?? request(asked);
    return navigator.credentials.get({ publicKey, ...how });
  }

  function send(form, credential) {
    form.elements.namedItem("response").value = JSON.stringify(plain(credential));
    form.submit();
  }

  function reason(form, error) {
    switch (error?.name) {
      case "NotAllowedError":
      case "AbortError":
        return form.dataset.textCancelled;
      case "InvalidStateError":
        return form.dataset.textAlready;
    }
    return form.dataset.textFailed;
  }

  function say(form, where, text) {
    form.querySelector(`[data-passkey-${where}]`).textContent = text;
  }

  // What follows is for browsers that have passkeys and cannot read or write them as JSON.

  function creation(o) {
    return { ...o, challenge: bytes(o.challenge), user: { ...o.user, id: bytes(o.user.id) }, excludeCredentials: o.excludeCredentials?.map(descriptor) };
  }

  function request(o) {
    return { ...o, challenge: bytes(o.challenge), allowCredentials: o.allowCredentials?.map(descriptor) };
  }

  function descriptor(d) { return { ...d, id: bytes(d.id) }; }

  function bytes(text) {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  }

  function text(buffer) {
    return btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }

  function plain(credential) {
    if (credential.toJSON) return credential.toJSON();
    const answer = credential.response;
    const response = { clientDataJSON: text(answer.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (answer[name]) response[name] = text(answer[name]);
    }
    if (answer.getTransports) response.transports = answer.getTransports();
    return {
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
      authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  }
})();
