// The lists beside the frame: what to look at, the edits, and rendering.

// biome-ignore lint/correctness/noUnusedVariables: the other parts use it
const panels = (() => {
  const reasons = {
    found: "Still found in the output",
    lost: "Track lost and found again",
    gap: "Nobody found in between",
    brief: "Found for a moment only",
    nobody: "Nobody found",
    miss: "No map: masked whole",
    damaged: "Damaged: masked whole",
  };
  let visited = -1;
  let rendering = null;

  const doubtWords = (span) =>
    `${reasons[span.reason]}${typeof span.track === "number" ? ` (${span.track})` : ""}, ${spanOf(span.start, span.end)}`;
  const spanWords = (span) => {
    const what = [];
    if (span.mask) what.push("masked whole");
    if (span.threshold !== undefined) what.push(`threshold ${span.threshold}`);
    if (span.fill !== undefined) what.push(`fill ${span.fill}`);
    return `${what.join(", ")}, ${spanOf(span.from, span.to)}`;
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

  function listEdits() {
    const { tracks: named, people, regions: drawn, spans } = edits.now;
    const row = (text, go, remove) =>
      make(
        "li",
        { className: "edit" },
        button(text, go, { className: "row" }),
        button("×", remove, { "aria-label": `Remove: ${text}` }),
      );
    const rows = [
      ...Object.entries(people).map(([person, members]) =>
        row(
          `${person}: ${members.map(tracks.words).join(", ")}`,
          () => tracks.visit(members[0]),
          () => tracks.removePerson(person),
        ),
      ),
      ...Object.entries(named).map(([name, edit]) => {
        const text = tracks.words(name);
        return row(
          `${text[0].toUpperCase()}${text.slice(1)}: ${sides[edit.do ?? edit]}`,
          () => {
            const [time] = edit.confirmed ?? [];
            tracks.visit(time === undefined || name.includes("@") ? name : `${name}@${time}`);
          },
          () => tracks.remove(name),
        );
      }),
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

  async function again() {
    whole = await (await ask("/timeline")).json();
    listDoubts();
    tell("edits");
  }

  // How far rendering is; asked for twice a second while it is under way.
  async function follow() {
    const wasRunning = rendering?.state === "running";
    try {
      rendering = await (await ask("/rendering")).json();
      // A second look may have found something in the output.
      if (wasRunning && rendering.state !== "running") await again();
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

  on("edits", listEdits);
  on("marks", showMarks);
  showMarks();

  return { listDoubts, doubtWords, spanWords, visit, next, follow };
})();
