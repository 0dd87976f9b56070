// Runs before the WebAssembly is there: reads where the status API is, and asks for the session
// that the address names, so that the answer arrives while the program still compiles. A page that
// nobody sees asks nothing.
(() => {
  const config = fetch("/config.json")
    .then((answer) => (answer.ok ? answer.json() : {}))
    .catch(() => ({}));
  const session = /^\/sessions\/([^/]+)\/?$/.exec(location.pathname);
  window.portalStart = { config };
  if (session && !document.hidden) {
    window.portalStart.first = config.then((config) => {
      const url = `${config.statusApi ?? ""}/api/workflow/${session[1]}/status`;
      const sentAt = Date.now();
      return fetch(url)
        .then(async (answer) => ({ url, sentAt, answer, body: await answer.text(), receivedAt: Date.now() }))
        .catch(() => undefined);
    });
  }
})();
