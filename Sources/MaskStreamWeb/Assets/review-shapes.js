// What lies over the frame: subjects to choose, regions to draw, to move and to pull.

// biome-ignore lint/correctness/noUnusedVariables: the other parts use it
const shapes = (() => {
  const svg = $("overlay");
  const blank = document.getElementById("drawing").content.firstElementChild;
  let size = [16, 9];
  // What is chosen: {track}, {region} by its number, or null.
  let chosen = null;
  // What is being done with the pointer: a corner or a region on its way, or points of a new polygon.
  let drag = null;
  let points = [];

  const tool = () => document.querySelector("[name=tool]:checked").value;
  const side = () => document.querySelector("[name=side]:checked").value;

  function pick(name, value) {
    const radio = document.querySelector(`[name=${name}][value=${value}]`);
    radio.checked = true;
    radio.dispatchEvent(new Event("change"));
  }

  function element(tag, attributes, text) {
    const made = document.createElementNS(blank.namespaceURI, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (text) made.textContent = text;
    return made;
  }

  const source = (shape) =>
    `M${regions
      .corners(shape)
      .map(([x, y]) => `${x} ${y}`)
      .join("L")}z`;

  function choose(next) {
    chosen = next;
    draw();
    tell("chosen", chosen);
  }

  // The pointer's place in pixels of the frame, inside of it.
  function place(event) {
    const box = svg.getBoundingClientRect();
    return [
      within(((event.clientX - box.left) / box.width) * size[0], 0, size[0]),
      within(((event.clientY - box.top) / box.height) * size[1], 0, size[1]),
    ];
  }

  function subject(found) {
    const [x, y, width, height] = found.box;
    const scene = times.scene(frame.now.time);
    const state = tracks.sideOf(found.track, scene);
    const proposal = tracks.proposalOf(found.track, scene);
    const facts = [
      found.track,
      tracks.personOf(found.track, scene),
      found.label,
      proposal && tracks.proposalWords(proposal, true),
    ];
    const isChosen = chosen?.track === found.track;
    const name = `Subject ${found.track}${found.label ? `, ${found.label}` : ""}`;
    const group = element("g", {
      class: `subject ${sides[state] ?? "found"}${isChosen ? " chosen" : ""}`,
      tabindex: 0,
      role: "button",
      "aria-pressed": isChosen,
      "aria-label": `${name}: ${state ? sides[state] : "as found"}`,
      "data-track": found.track,
    });
    group.append(
      element("rect", { x, y, width, height }),
      element("text", { x: x + 4, y: Math.max(y - 5, 14) }, facts.filter(Boolean).join(" ")),
    );
    return group;
  }

  function region(item, index, time) {
    const shape = drag?.region === index ? drag.shape : regions.shape(item, time);
    const isChosen = chosen?.region === index;
    const name = `Region ${index + 1}, ${sides[item.do]}`;
    const group = element("g", {
      class: `region ${sides[item.do]}${isChosen ? " chosen" : ""}`,
      tabindex: 0,
      role: "button",
      "aria-pressed": isChosen,
      "aria-label": name,
      "data-region": index,
    });
    group.append(element("path", { d: source(shape) }));
    if (isChosen)
      for (const [corner, [x, y]] of regions.corners(shape).entries())
        group.append(element("circle", { cx: x, cy: y, r: size[0] / 110, "data-corner": corner }));
    return group;
  }

  function draw() {
    const moment = frame.now;
    if (!moment || !whole) return;
    size = whole.size;
    svg.setAttribute("viewBox", `0 0 ${size[0]} ${size[1]}`);
    const focus = svg.contains(document.activeElement) ? document.activeElement.dataset : null;
    const found = moment.subjects.filter((one) => typeof one.track === "number").map(subject);
    const drawn = edits.now.regions.flatMap((item, index) =>
      regions.isAt(item, moment.time) ? [region(item, index, moment.time)] : [],
    );
    const fresh = [];
    if (drag?.isNew) fresh.push(element("path", { class: `fresh ${sides[side()]}`, d: source(drag.shape) }));
    if (points.length)
      fresh.push(element("polyline", { class: `fresh ${sides[side()]}`, points: points.join(" ") }));
    svg.replaceChildren(...found, ...drawn, ...fresh);
    svg.setAttribute("class", tool());
    if (focus?.track) svg.querySelector(`[data-track="${focus.track}"]`)?.focus();
    if (focus?.region) svg.querySelector(`[data-region="${focus.region}"]`)?.focus();
  }

  // How long a new region lasts: from in to out, else as long as what is doubtful here, else two seconds
  // or up to the next scene.
  function extent() {
    const { time } = frame.now;
    const { start, end } = times.marks;
    if (start !== null && end !== null) return [start, end];
    const doubt = whole.spans.find((span) => span.start <= time && time <= span.end);
    if (doubt) return [doubt.start, doubt.end];
    const cut = whole.cuts.find((at) => at > time) ?? whole.end;
    return [time, Math.min(time + 2, cut)];
  }

  function add(name, shape) {
    const [from, to] = extent();
    edits.addRegion({ [name]: regions.rounded(shape), from, to, do: side() });
    points = [];
    pick("tool", "select");
    choose({ region: edits.now.regions.length - 1 });
  }

  function set(index, shape) {
    edits.setRegion(index, regions.moved(edits.now.regions[index], frame.now.time, regions.rounded(shape)));
  }

  svg.addEventListener("pointerdown", (event) => {
    if (!frame.now || event.button > 0) return;
    frame.pause();
    const at = place(event);
    if (tool() === "polygon") {
      points.push(at);
      return draw();
    }
    const target = event.target.closest("g");
    if (tool() === "box") {
      drag = { isNew: true, from: at, shape: [...at, 0, 0] };
    } else if (target?.dataset.region) {
      const index = Number(target.dataset.region);
      const shape = regions.shape(edits.now.regions[index], frame.now.time);
      const corner = event.target.dataset.corner;
      drag = { region: index, from: at, before: shape, shape, corner: corner && Number(corner) };
      choose({ region: index });
    } else {
      choose(target ? { track: Number(target.dataset.track) } : null);
    }
    if (drag) svg.setPointerCapture(event.pointerId);
  });

  svg.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const [x, y] = place(event);
    const [x0, y0] = drag.from;
    if (drag.isNew) drag.shape = [Math.min(x, x0), Math.min(y, y0), Math.abs(x - x0), Math.abs(y - y0)];
    else if (drag.corner !== undefined) drag.shape = regions.pulled(drag.before, drag.corner, x, y);
    else drag.shape = regions.shifted(drag.before, x - x0, y - y0);
    drag.hasMoved = true;
    draw();
  });

  svg.addEventListener("pointerup", () => {
    const ended = drag;
    drag = null;
    if (ended?.isNew && ended.shape[2] >= 4 && ended.shape[3] >= 4) add("box", ended.shape);
    else if (ended?.hasMoved && !ended.isNew) set(ended.region, ended.shape);
    else draw();
  });

  svg.addEventListener("dblclick", finish);

  function finish() {
    if (tool() === "polygon" && points.length > 2) add("polygon", points);
    // Without a pointer a box begins in the middle.
    else if (tool() === "box" && frame.now)
      add("box", [size[0] * 0.4, size[1] * 0.4, size[0] * 0.2, size[1] * 0.2]);
  }

  function cancel() {
    points = [];
    drag = null;
    pick("tool", "select");
    choose(null);
  }

  // Arrows move the chosen region a hundredth of the frame, or its last corner.
  function nudge(dx, dy, changesSize) {
    if (chosen?.region === undefined) return;
    const [x, y] = [(dx * size[0]) / 100, (dy * size[1]) / 100];
    const before = regions.shape(edits.now.regions[chosen.region], frame.now.time);
    if (!changesSize) return set(chosen.region, regions.shifted(before, x, y));
    const [cornerX, cornerY] = regions.corners(before)[2];
    set(chosen.region, regions.pulled(before, 2, cornerX + x, cornerY + y));
  }

  svg.addEventListener("focusin", ({ target }) => {
    const { track, region } = target.dataset;
    if (track !== undefined && chosen?.track !== Number(track)) choose({ track: Number(track) });
    if (region !== undefined && chosen?.region !== Number(region)) choose({ region: Number(region) });
  });
  for (const choice of document.querySelectorAll("[name=tool],[name=side]"))
    choice.addEventListener("change", draw);
  on("moment", draw);
  on("edits", () => {
    if (chosen?.region >= edits.now.regions.length) choose(null);
    draw();
  });

  return {
    choose,
    pick,
    finish,
    cancel,
    nudge,
    get chosen() {
      return chosen;
    },
  };
})();
