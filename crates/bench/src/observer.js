// Runs in a page before anything of its own, and notes what happens there and when.
(() => {
  const bench = {
    // Milliseconds since the navigation began: the first that says how far the agents are, and the
    // page itself.
    statesAt: null,
    agentsAt: null,
    compiledAt: null,
    // The time at which the expected text is on the screen, in milliseconds since 1970.
    met: null,
    expect(text) {
      bench.met = new Promise((resolve) => {
        expected = { text, resolve };
        look();
      });
    },
  };
  let expected = null;

  // The browser itself says when a text was painted that is marked before it is.
  const painted = (what, then) => {
    let isMarked = false;
    new PerformanceObserver((list) => {
      for (const { identifier, renderTime } of list.getEntries()) if (identifier === what) then(renderTime);
    }).observe({ type: "element", buffered: true });
    return (text) => {
      if (!isMarked) text?.setAttribute("elementtiming", what);
      isMarked ||= Boolean(text);
    };
  };
  const markStates = painted("states", (at) => (bench.statesAt = at));
  const markAgents = painted("agents", (at) => (bench.agentsAt = at));

  // The task after a frame's callbacks runs when the frame has been drawn.
  const drawn = (then) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = then;
      port2.postMessage(null);
    });
  const look = () => {
    // What is drawn out of sight is not seen yet.
    const agents = [...document.querySelectorAll("#portal:not([hidden]) [data-agent]")];
    markStates(document.querySelector("[data-preview] .state") ?? agents[0]?.querySelector(".agent-name"));
    markAgents(agents[0]?.querySelector(".agent-summary"));
    if (expected && agents.some((agent) => agent.textContent.includes(expected.text))) {
      const { resolve } = expected;
      expected = null;
      drawn(() => resolve(Date.now()));
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true, attributeFilter: ["hidden"] });

  const { compileStreaming } = WebAssembly;
  WebAssembly.compileStreaming = async (...given) => {
    const compiled = await compileStreaming(...given);
    bench.compiledAt = performance.now();
    return compiled;
  };
  window.bench = bench;
})();
