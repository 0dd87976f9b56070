// Runs before a page's own scripts. The page's clock stands, and its timers wait, until time is let
// pass: then each timer fires at its time, one after the other, and what it asks for over the network
// is answered in no time at all. The clock moves by whole steps, as that of a machine does which has
// much to do: timers within one fire at its end. Calls of the API carry the page's time.
(() => {
  let now = Date.now();
  let last = 0;
  let inFlight = 0;
  const timers = new Map();
  const start = (run, delay, every, args) => {
    timers.set(++last, { at: now + Math.max(0, delay || 0), every, run: () => run(...args) });
    return last;
  };
  Date.now = () => now;
  const later = window.setTimeout;
  window.setTimeout = (run, delay, ...args) => start(run, delay, 0, args);
  window.setInterval = (run, delay, ...args) => start(run, delay, Math.max(1, delay || 0), args);
  window.clearTimeout = window.clearInterval = (id) => timers.delete(id);

  const count = (promise) => {
    inFlight += 1;
    return promise.finally(() => (inFlight -= 1));
  };
  const fetched = window.fetch;
  window.fetch = (request, options) => {
    const url = new URL(request.url ?? request, location.href);
    if (!url.pathname.startsWith("/api/")) return count(fetched(request, options));
    url.searchParams.set("now", now);
    return count(fetched(request.url ? new Request(url, request) : url, options));
  };
  const text = Response.prototype.text;
  Response.prototype.text = function () {
    return count(text.call(this));
  };

  // All that waits to run without a timer has its turn.
  const channel = new MessageChannel();
  const turn = () =>
    new Promise((done) => {
      channel.port1.onmessage = done;
      channel.port2.postMessage(0);
    });
  window.letPass = async (time, step = 1) => {
    const end = now + time;
    for (;;) {
      await turn();
      while (inFlight > 0) await new Promise((done) => later.call(window, done, 1));
      await turn();
      let due;
      for (const [id, timer] of timers) {
        if (timer.at <= end && (!due || timer.at < due.timer.at)) due = { id, timer };
      }
      if (!due) break;
      now = Math.max(now, Math.ceil(due.timer.at / step) * step);
      if (due.timer.every) due.timer.at = now + due.timer.every;
      else timers.delete(due.id);
      due.timer.run();
    }
    now = end;
  };
})();
