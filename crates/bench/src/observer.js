// Runs in a page before anything of its own, and notes what happens there and when.
(() => {
  const bench = {
    // Milliseconds since the navigation began.
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
  let seen = false;

  // The task after a frame's callbacks runs when the frame has been drawn.
  const drawn = (then) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = then;
      port2.postMessage(null);
    });
  const look = () => {
    const agents = [...document.querySelectorAll("[data-agent]")];
    if (!seen && agents.length > 0) {
      seen = true;
      drawn(() => (bench.agentsAt = performance.now()));
    }
    if (expected && agents.some((agent) => agent.textContent.includes(expected.text))) {
      const { resolve } = expected;
      expected = null;
      drawn(() => resolve(Date.now()));
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });

  const { instantiateStreaming } = WebAssembly;
  WebAssembly.instantiateStreaming = async (...given) => {
    const made = await instantiateStreaming(...given);
    bench.compiledAt = performance.now();
    return made;
  };
  window.bench = bench;
})();
