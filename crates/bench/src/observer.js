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
  let statesSeen = false;
  let agentsSeen = false;

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
    if (!statesSeen && (agents.length > 0 || document.querySelector("[data-preview] .state"))) {
      statesSeen = true;
      drawn(() => (bench.statesAt = performance.now()));
    }
    if (!agentsSeen && agents.length > 0) {
      agentsSeen = true;
      drawn(() => (bench.agentsAt = performance.now()));
    }
    if (expected && agents.some((agent) => agent.textContent.includes(expected.text))) {
      const { resolve } = expected;
      expected = null;
      drawn(() => resolve(Date.now()));
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true, attributeFilter: ["hidden"] });

  const { instantiateStreaming } = WebAssembly;
  WebAssembly.instantiateStreaming = async (...given) => {
    const made = await instantiateStreaming(...given);
    bench.compiledAt = performance.now();
    return made;
  };
  window.bench = bench;
})();
