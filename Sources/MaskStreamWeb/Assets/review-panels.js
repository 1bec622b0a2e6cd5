// The lists beside the frame: what to look at, what is chosen, the edits, and rendering.

// biome-ignore lint/correctness/noUnusedVariables: the other parts use it
const panels = (() => {
  const reasons = {
    lost: "Track lost and found again",
    gap: "Nobody found in between",
    brief: "Found for a moment only",
    nobody: "Nobody found",
    miss: "No map: masked whole",
    damaged: "Damaged: masked whole",
  };
  let visited = -1;
  let rendering = null;

  const spanOf = (from, to) => `${clock(from)} – ${clock(to)}`;
  const doubtWords = (span) =>
    `${reasons[span.reason]}${typeof span.track === "number" ? ` (${span.track})` : ""}, ${spanOf(span.start, span.end)}`;
  const spanWords = (span) => {
    const what = [];
    if (span.mask) what.push("masked whole");
    if (span.threshold !== undefined) what.push(`threshold ${span.threshold}`);
    if (span.fill !== undefined) what.push(`fill ${span.fill}`);
    return `${what.join(", ")}, ${spanOf(span.from, span.to)}`;
  };

  const button = (text, act, properties = {}) => {
    const made = make("button", { type: "button", textContent: text, ...properties });
    made.addEventListener("click", act);
    return made;
  };

  function visit(span) {
    visited = whole.spans.indexOf(span);
    frame.seek(span.start);
    for (const [index, item] of [...$("doubt-list").children].entries())
      item.querySelector("button")?.setAttribute("aria-current", index === visited);
    $("doubt-list").children[visited]?.scrollIntoView({ block: "nearest" });
  }

  function next(step) {
    const index = within(visited + step, 0, whole.spans.length - 1);
    if (whole.spans[index]) visit(whole.spans[index]);
  }

  function listDoubts() {
    const more = whole.doubtful - whole.spans.length;
    $("doubt-count").textContent = String(whole.doubtful);
    $("doubt-list").replaceChildren(
      ...whole.spans.map((span) => {
        const made = button("", () => visit(span), { className: `row ${span.reason}` });
        made.append(
          make("b", { textContent: reasons[span.reason] }),
          make("span", { className: "quiet", textContent: spanOf(span.start, span.end) }),
        );
        return make("li", {}, made);
      }),
    );
    if (!whole.spans.length)
      $("doubt-list").append(make("li", { className: "quiet", textContent: "Nothing." }));
    if (more > 0)
      $("doubt-list").append(make("li", { className: "quiet", textContent: `and ${more} shorter ones` }));
  }

  // Two or three buttons of which one is pressed.
  function sideButtons(label, choices, now, act) {
    const group = make("div", { className: "sides", role: "group", "aria-label": label });
    for (const [side, text] of choices) {
      const isNow = (now ?? null) === side;
      const made = button(text, () => act(side), { "aria-pressed": isNow });
      group.append(made);
    }
    return group;
  }

  function choose() {
    const chosen = shapes.chosen;
    if (chosen?.track !== undefined) return [trackPanel(chosen.track)];
    if (chosen?.region !== undefined) return [regionPanel(chosen.region)];
    return [
      make("p", {
        className: "quiet",
        textContent: "Choose a subject or a region in the frame, or draw one.",
      }),
    ];
  }

  function trackPanel(track) {
    const choices = [
      [null, "As found"],
      ["keep", "Keep"],
      ["hide", "Hide"],
    ];
    const name = `Track ${track}`;
    const { time } = frame.now;
    const side = edits.sideOf(track, ...times.scene(time));
    const parts = [
      make("p", {}, make("b", { textContent: name })),
      sideButtons(name, choices, side, (next) => edits.track(track, next, time)),
    ];
    if (side === "keep") parts.push(...confirmParts(track, time));
    return make("div", {}, ...parts);
  }

  // A kept track is shown until nobody knows whether it still is the same; then somebody looks again.
  function confirmParts(track, time) {
    const words = `Shown from ${edits.now.tracks[track].confirmed.map((at) => clock(at)).join(", ")} on, each time until it is lost, leaps or comes near another.`;
    return [
      make("p", { className: "quiet", textContent: words }),
      button("It is the same here", () => edits.track(track, "keep", time)),
    ];
  }

  function regionPanel(index) {
    const region = edits.now.regions[index];
    const name = `Region ${index + 1}`;
    const set = (change) => edits.setRegion(index, { ...region, ...change });
    const time = () => frame.now?.time ?? region.from;
    const keys = regions.keyframes(region);
    const choices = [
      ["hide", "Hide"],
      ["keep", "Keep"],
    ];
    return make(
      "div",
      {},
      make(
        "p",
        {},
        make("b", { textContent: name }),
        make("span", { className: "quiet", textContent: ` ${spanOf(region.from, region.to)}` }),
      ),
      sideButtons(name, choices, region.do, (next) => set({ do: next })),
      make(
        "div",
        { className: "pills" },
        button("Begins here", () => time() < region.to && set({ from: time() })),
        button("Ends here", () => time() > region.from && set({ to: time() })),
        button("Remove", () => edits.removeRegion(index)),
      ),
      make("p", {
        className: "quiet",
        textContent: `Keyframes (${keys.length}); drag the region at another time`,
      }),
      make(
        "ul",
        { className: "keyframes" },
        ...keys.map((key) =>
          make(
            "li",
            {},
            button(clock(key.at), () => frame.seek(key.at)),
            keys.length > 1
              ? button("×", () => edits.setRegion(index, regions.withoutKey(region, key.at)), {
                  "aria-label": `Remove the keyframe at ${clock(key.at)}`,
                })
              : "",
          ),
        ),
      ),
    );
  }

  function listEdits() {
    const { tracks, regions: drawn, spans } = edits.now;
    const row = (text, go, remove) =>
      make(
        "li",
        { className: "edit" },
        button(text, go, { className: "row" }),
        button("×", remove, { "aria-label": `Remove: ${text}` }),
      );
    const rows = [
      ...Object.keys(tracks).map((track) =>
        row(
          `Track ${track}: ${sides[tracks[track].do ?? tracks[track]]}`,
          () => {
            const [time] = tracks[track].confirmed ?? [];
            if (time !== undefined) frame.seek(time);
            shapes.choose({ track: Number(track) });
          },
          () => edits.track(track, null),
        ),
      ),
      ...drawn.map((region, index) =>
        row(
          `Region ${index + 1}: ${sides[region.do]}, ${spanOf(region.from, region.to)}`,
          () => {
            frame.seek(region.from);
            shapes.choose({ region: index });
          },
          () => edits.removeRegion(index),
        ),
      ),
      ...spans.map((span, index) =>
        row(
          spanWords(span),
          () => frame.seek(span.from),
          () => edits.removeSpan(index),
        ),
      ),
    ];
    $("edit-count").textContent = rows.length ? String(rows.length) : "";
    $("edit-list").replaceChildren(...rows);
  }

  const marked = () => {
    const { start, end } = times.marks;
    return start !== null && end !== null ? { from: start, to: end } : null;
  };

  function showMarks() {
    for (const part of $("span-form").elements) part.disabled = !marked();
  }

  // How far rendering is; asked for twice a second while it is under way.
  async function follow() {
    try {
      rendering = await (await ask("/rendering")).json();
    } catch (error) {
      announce(failure(error));
      await sleep(1500);
    }
    if (!rendering) return;
    const { state, output, fraction, eta, message } = rendering;
    const isRunning = state === "running";
    $("output").textContent = output ?? "Start review with -o OUT to render from here.";
    $("progress").hidden = !isRunning;
    $("progress").value = fraction;
    const rest = typeof eta === "number" ? `, ${clock(eta, 0)} to go` : "";
    $("rendering").textContent = isRunning ? `${Math.round(fraction * 100)} %${rest}` : message;
    $("rendering").className = state === "failed" ? "alert" : "";
    $("render").textContent = isRunning ? "Stop" : "Render";
    $("render").disabled = !output;
    if (!isRunning) return;
    await sleep(500);
    return follow();
  }

  $("render").addEventListener("click", async () => {
    try {
      await sendJSON("/rendering", "POST", { run: rendering?.state !== "running" });
    } catch (error) {
      announce(failure(error));
    }
    follow();
  });
  $("span-mask").addEventListener("click", () => marked() && edits.addSpan({ ...marked(), mask: "whole" }));
  $("span-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = $("span-threshold").value;
    if (marked() && text) edits.addSpan({ ...marked(), threshold: Number(text) });
  });

  const show = () => {
    $("chosen").replaceChildren(...choose());
    listEdits();
  };
  on("chosen", show);
  on("edits", show);
  on("marks", showMarks);
  showMarks();

  return { listDoubts, doubtWords, spanWords, visit, next, follow };
})();
