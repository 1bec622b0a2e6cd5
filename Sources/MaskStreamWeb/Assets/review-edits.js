// The edits: what is in force, what is on its way to the server, and the way back.
//
// A change is shown at once and sent with the tag of the edits that it replaces. Where somebody else
// was faster theirs are shown, and the own ones are what Undo brings back: nothing is lost.

// biome-ignore lint/correctness/noUnusedVariables: the other parts use it
const edits = (() => {
  const none = { tracks: {}, people: {}, refused: [], regions: [], spans: [] };
  let now = none;
  let stored = none;
  let tag = null;
  let past = [];
  let future = [];
  let isSending = false;

  const words = { saved: ["Saved", "good"], saving: ["Saving", "warn"], lost: ["Not saved", "bad"] };

  function show(state) {
    const [word, style] = words[state];
    $("saved").textContent = word;
    $("saved").className = `badge ${style}`;
    $("undo").disabled = !past.length;
    $("redo").disabled = !future.length;
  }

  function use(next) {
    now = next;
    show(now === stored ? "saved" : "saving");
    tell("edits");
    send();
  }

  async function load() {
    const response = await ask("/edits");
    stored = { ...none, ...(await response.json()) };
    tag = response.headers.get("ETag");
    now = stored;
    show("saved");
    tell("edits");
  }

  // Only the newest edits are sent; the next wait for the tag of those before.
  async function send() {
    if (isSending) return;
    isSending = true;
    while (now !== stored) {
      const sent = now;
      try {
        const response = await sendJSON("/edits", "PUT", sent, { "If-Match": tag });
        tag = response.headers.get("ETag");
        stored = sent;
        announce("");
      } catch (error) {
        await recover(error);
      }
    }
    isSending = false;
    show("saved");
    tell("saved");
  }

  async function recover(error) {
    show("lost");
    try {
      if (error.status === 412) {
        past.push(now);
        future = [];
        await load();
        announce("The edits were changed elsewhere and are shown now. Undo brings yours back.");
      } else if (error.status === 422) {
        now = stored;
        past.pop();
        tell("edits");
        announce(error.message);
      } else {
        announce(failure(error));
        await sleep(2000);
      }
    } catch {
      await sleep(2000);
    }
  }

  function change(next) {
    past = [...past.slice(-199), now];
    future = [];
    use({ ...now, ...next });
  }

  function undo() {
    if (!past.length) return;
    future.push(now);
    use(past.pop());
  }

  function redo() {
    if (!future.length) return;
    past.push(now);
    use(future.pop());
  }

  const without = (list, index) => list.filter((_, other) => other !== index);
  const replaced = (list, index, item) => list.map((other, at) => (at === index ? item : other));

  addEventListener("beforeunload", (event) => {
    if (now !== stored) event.preventDefault();
  });
  $("undo").addEventListener("click", undo);
  $("redo").addEventListener("click", redo);

  return {
    load,
    undo,
    redo,
    change,
    get now() {
      return now;
    },
    addRegion: (region) => change({ regions: [...now.regions, region] }),
    setRegion: (index, region) => change({ regions: replaced(now.regions, index, region) }),
    removeRegion: (index) => change({ regions: without(now.regions, index) }),
    addSpan: (span) => change({ spans: [...now.spans, span] }),
    removeSpan: (index) => change({ spans: without(now.spans, index) }),
  };
})();
