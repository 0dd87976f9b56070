// Runs before the WebAssembly is there and before anything is painted: shows the theme, reads where
// the status API is, and asks for what the address names, so that the answer arrives while the
// program still compiles. A page that nobody sees asks nothing.
(() => {
  const program = document.documentElement.dataset.program;
  const other = /^\/(wall|compare|account)\/?$/.exec(location.pathname);
  if (!program && other) {
    // A host that answers every address with index.html: these are programs of their own.
    window.portalStart = { config: new Promise(() => {}) };
    location.replace(`/${other[1]}.html${location.search}${location.hash}`);
    return;
  }

  // No theme is the system's.
  const THEMES = ["", "light", "dark"];
  const html = document.documentElement;
  const showTheme = (theme) => {
    if (!THEMES.includes(theme)) theme = "";
    html.dataset.theme = theme;
    for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
      const own = meta.dataset.theme;
      meta.media = theme ? (theme === own ? "all" : "not all") : `(prefers-color-scheme: ${own})`;
    }
    document.querySelector("meta[name=color-scheme]").content = theme || "light dark";
  };
  // A browser that keeps nothing lets the choice last as long as the page.
  const kept = (use) => {
    try {
      return use(localStorage);
    } catch {}
  };
  showTheme(new URLSearchParams(location.search).get("theme") ?? kept((store) => store.theme));
  const nextTheme = () => {
    showTheme(THEMES[(THEMES.indexOf(html.dataset.theme) + 1) % THEMES.length]);
    kept((store) => store.setItem("theme", html.dataset.theme));
    // What the viewer chose goes before what the address once said.
    const address = new URL(location);
    address.searchParams.delete("theme");
    history.replaceState(history.state, "", address);
  };
  // Another tab of this browser has chosen.
  addEventListener("storage", ({ key, newValue }) => key === "theme" && showTheme(newValue));

  // What the server has put into the page, so that nothing of it needs to be asked.
  const given = (what) => document.getElementById(`given-${what}`);
  const config = given("config")
    ? Promise.resolve(JSON.parse(given("config").textContent))
    : fetch("/config.json")
        .then((answer) => (answer.ok ? answer.json() : {}))
        .catch(() => ({}));
  // What the style sheet shows to some only: to people with an account, where people can sign in.
  config.then(({ viewer, signIn }) => {
    html.dataset.viewer = viewer?.kind ?? "";
    if (signIn) html.dataset.signIn = "";
  });
  // Whoever signs in comes back to this very place, and to where the page was scrolled to.
  const place = `scroll ${location.pathname}`;
  addEventListener(
    "click",
    ({ target }) => {
      const link = target.closest?.(".sign-in");
      if (!link) return;
      link.href = `/sign-in?return=${encodeURIComponent(location.pathname + location.search)}`;
      kept(() => sessionStorage.setItem(`scroll ${location.pathname}`, scrollY));
    },
    true,
  );
  const scrolled = kept(() => sessionStorage.getItem(place));
  if (scrolled) {
    sessionStorage.removeItem(place);
    // Not before the page is that long.
    new ResizeObserver((_, observer) => {
      if (html.scrollHeight < +scrolled + innerHeight) return;
      scrollTo(0, scrolled);
      observer.disconnect();
    }).observe(html);
  }
  // A turn to hold a request that the server lets wait: a browser has few connections to a server, so
  // all tabs together hold few, and those that are seen don't wait for those that are not. A turn is
  // a function that gives it back; null where all are taken.
  const turn = () =>
    new Promise((resolve) => {
      // Without a secure origin there are no locks.
      if (!navigator.locks) return resolve(() => {});
      const take = ([name, ...others]) => {
        if (!name) return resolve(null);
        navigator.locks
          .request(name, { ifAvailable: true }, (lock) => {
            if (lock) return new Promise((giveBack) => resolve(giveBack));
            take(others);
          })
          .catch(() => resolve(null));
      };
      take(document.hidden ? ["hidden"] : ["seen-1", "seen-2", "seen-3"]);
    });

  // Resolves in a task of its own: long work in several tasks lets the browser draw and hear in
  // between. A timer would wait for seconds where nobody sees the page.
  const task = () =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      port2.postMessage(0);
    });

  // Shows in the skeleton how far a session is, before the program can. What has no word in
  // index.html is left to the program, and with it all the rest.
  const preview = ({ answer, body, receivedAt }) => {
    const [page, main, states] = ["#preview", "#skeleton main", "#states"].map((css) => document.querySelector(css));
    if (!answer.ok || !main) return;
    const { sessionId, documentId, sourceType, overallStatus, agents } = JSON.parse(body);
    if (![sessionId, documentId ?? "", sourceType ?? ""].every((text) => typeof text === "string")) return;
    const word = (kind, status) => states.content.querySelector(`[data-${kind}="${CSS.escape(status)}"]`).cloneNode(true);
    const drawn = page.content.cloneNode(true);
    drawn.querySelector("h1").textContent = documentId || sessionId;
    drawn.querySelector(".mono").textContent = sessionId;
    const source = drawn.querySelector(".tag");
    source.after(word("overall-status", overallStatus));
    if (sourceType) source.textContent = sourceType;
    else source.remove();
    for (const lane of drawn.querySelectorAll("[data-preview]")) {
      const state = word("agent-status", agents[lane.dataset.preview].status);
      lane.classList.toggle("lane-idle", state.matches(".is-waiting, .is-skipped"));
      lane.querySelector(".lane-name").prepend(state.querySelector("svg"));
      lane.querySelector(".preview-state").append(state);
    }
    // As in 14:03:22; a formatter would take longer than all the rest.
    [drawn.querySelector("time").textContent] = new Date(receivedAt).toTimeString().split(" ");
    main.replaceChildren(drawn);
  };
  // The last part of index.html is there, and nothing of it has been painted yet.
  const parsed = new Promise((resolve) =>
    new MutationObserver((_, observer) => {
      if (!document.getElementById("portal")) return;
      observer.disconnect();
      resolve();
    }).observe(html, { childList: true, subtree: true }),
  );

  if (!program && location.pathname === "/") {
    parsed.then(() => document.querySelector("#skeleton main")?.prepend(document.getElementById("search").content));
  }

  window.portalStart = { config, nextTheme, turn, task };
  const shown = session();
  const first = program === "wall" ? overview() : (shown ?? recent());
  if (first && !document.hidden) {
    // A page that comes from the status API itself says so: no need to wait for the configuration.
    const { statusApi = config.then((config) => config.statusApi ?? "") } = html.dataset;
    window.portalStart.first = Promise.resolve(statusApi).then((api) => {
      const url = `${api}/api/workflow/${first}`;
      if (given("status")) return cameWithThePage(url, given("status"));
      const sentAt = Date.now();
      return fetch(url)
        .then(async (answer) => ({ url, sentAt, answer, body: await answer.text(), receivedAt: Date.now() }))
        .catch(() => undefined);
    });
    if (!program && shown) {
      // What is wrong with an answer, the program says.
      const seen = Promise.all([window.portalStart.first, parsed])
        .then(([first]) => preview(first))
        .catch(() => {})
        .then(() => new Promise(requestAnimationFrame))
        .then(task);
      window.portalStart.previewed = Promise.race([seen, new Promise((resolve) => setTimeout(resolve, 500))]);
    }
  }
  // By the page's own times: what is in it was so before it arrived.
  function cameWithThePage(url, { dataset: { etag, date }, textContent: body }) {
    const { requestStart, responseStart } = performance.getEntriesByType("navigation")[0];
    const [sentAt, receivedAt] = [requestStart, responseStart].map((at) => Date.now() - performance.now() + at);
    return { url, sentAt, receivedAt, body, answer: new Response(null, { headers: { etag, date } }) };
  }
  function session() {
    const session = /^\/sessions\/([^/]+)\/?$/.exec(location.pathname);
    return session && `${session[1]}/status`;
  }
  function recent() {
    const isFiltered = /[?&](q|status|source|since|until|cursor)=/.test(location.search);
    return location.pathname === "/" && !isFiltered ? "recent?limit=50" : null;
  }
  function overview() {
    const source = /[?&]source=(bank|counterparty)(&|$)/i.exec(location.search);
    return source ? `overview?sourceType=${source[1].toUpperCase()}` : "overview";
  }
})();
