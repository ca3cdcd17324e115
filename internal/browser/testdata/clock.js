// The time of this page, which hurry(ms) moves on: what was to happen until then happens now.
(() => {
  const Real = Date, real = { set: setTimeout.bind(globalThis), clear: clearTimeout.bind(globalThis) };
  const waiting = new Map(); // timers that are far away: no test waits for them
  const far = 10_000;
  let ahead = 0;
  globalThis.Date = class Date extends Real {
    constructor(...parts) { parts.length ? super(...parts) : super(Real.now() + ahead); }
    static now() { return Real.now() + ahead; }
  };
  globalThis.setTimeout = (what, ms, ...with_) => {
    const id = real.set(() => { waiting.delete(id); what(...with_); }, ms);
    if (ms >= far) waiting.set(id, { due: Date.now() + ms, what: () => what(...with_) });
    return id;
  };
  globalThis.clearTimeout = (id) => { waiting.delete(id); real.clear(id); };
  globalThis.hurry = (ms) => {
    ahead += ms;
    for (const [id, timer] of [...waiting]) {
      if (timer.due > Date.now()) continue;
      clearTimeout(id);
      timer.what();
    }
  };
})();
