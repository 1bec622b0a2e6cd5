// The timeline: what is doubtful, tracks, edits and the threshold over the same stretch of time.

// biome-ignore lint/correctness/noUnusedVariables: the other parts use it
const times = (() => {
  let shown = [0, 1];
  let part = null;
  let asked = 0;
  const marks = { start: null, end: null };
  const lanesOfTracks = 6;

  const across = (time) => ((time - shown[0]) / (shown[1] - shown[0])) * 100;
  const isShown = ([start, end]) => end >= shown[0] && start <= shown[1];

  // Shows a stretch of time at once with what is known, then with what the server knows of it.
  async function show(start, end) {
    const length = within(end - start, 0.5, whole.end - whole.start);
    const first = within(start, whole.start, whole.end - length);
    shown = [first, first + length];
    draw();
    const number = ++asked;
    const isWhole = length >= whole.end - whole.start;
    const better = isWhole
      ? whole
      : await (await ask(`/timeline?from=${first.toFixed(6)}&to=${(first + length).toFixed(6)}`)).json();
    if (number !== asked) return;
    part = better;
    draw();
  }

  function zoom(factor) {
    const center = frame.now?.time ?? (shown[0] + shown[1]) / 2;
    const length = (shown[1] - shown[0]) * factor;
    return show(center - length / 2, center + length / 2);
  }

  const follows = (time) => {
    if (time >= shown[0] && time <= shown[1]) return;
    const length = shown[1] - shown[0];
    show(time - length / 10, time + (length * 9) / 10);
  };

  function bar(style, start, end, label, act) {
    const made = make("button", { type: "button", className: style, title: label, "aria-label": label });
    const left = within(across(start), 0, 100);
    made.style.left = `${left}%`;
    made.style.width = `${within(across(end), 0, 100) - left}%`;
    made.addEventListener("click", act);
    return made;
  }

  // One for each person, far from that of the next.
  const colorOf = (person) =>
    `hsl(${(Object.keys(edits.now.people).indexOf(person) * 137 + 50) % 360} 85% 60%)`;

  // Each in the first lane that is free by then; what finds none is counted.
  function lanes(found) {
    const ends = new Array(lanesOfTracks).fill(Number.NEGATIVE_INFINITY);
    const bars = [];
    for (const track of [...found].sort((a, b) => a.start - b.start)) {
      const lane = ends.findIndex((end) => end <= track.start);
      if (lane < 0) continue;
      ends[lane] = track.end;
      const time = [track.start, track.end];
      const side = tracks.sideOf(track.track, time);
      const person = tracks.personOf(track.track, time);
      const name = person === undefined ? `${track.track}` : `${track.track} ${person}`;
      const label = `Track ${name}, ${clock(track.start)} to ${clock(track.end)}: ${sides[side] ?? "as found"}`;
      const made = bar(sides[side] ?? "found", track.start, track.end, label, () =>
        tracks.visit(`${track.track}@${track.start}`),
      );
      made.textContent = name;
      if (person !== undefined) made.style.borderLeft = `5px solid ${colorOf(person)}`;
      made.classList.toggle("chosen", shapes.chosen?.track === track.track);
      made.style.top = `${lane * 18}px`;
      bars.push(made);
    }
    return { bars, count: Math.max(1, ends.filter((end) => end > Number.NEGATIVE_INFINITY).length) };
  }

  function edited() {
    const ofRegion = (region, index) =>
      bar(sides[region.do], region.from, region.to, `Region ${index + 1}, ${sides[region.do]}`, () => {
        frame.seek(region.from);
        shapes.choose({ region: index });
      });
    const ofSpan = (span) =>
      bar("span", span.from, span.to, panels.spanWords(span), () => frame.seek(span.from));
    const { regions, spans } = edits.now;
    return [
      ...spans.filter((span) => isShown([span.from, span.to])).map(ofSpan),
      ...regions.flatMap((region, index) =>
        isShown([region.from, region.to]) ? [ofRegion(region, index)] : [],
      ),
    ];
  }

  function draw() {
    if (!part) return;
    const doubts = whole.spans.filter((span) => isShown([span.start, span.end]));
    $("doubts").replaceChildren(
      ...doubts.map((span) =>
        bar(`doubt ${span.reason}`, span.start, span.end, panels.doubtWords(span), () => panels.visit(span)),
      ),
    );
    const packed = lanes(part.tracks.filter((track) => isShown([track.start, track.end])));
    $("lanes").replaceChildren(...packed.bars);
    $("lanes").style.height = `${packed.count * 18}px`;
    $("edited").replaceChildren(...edited());
    const kind = whole.end >= 120 ? "clock" : "seconds";
    const inside = (spans) => spans.filter(isShown);
    charts.plot($("curve"), {
      time: charts.timeScale(kind, ...shown),
      scale: charts.valueScale(
        0,
        Math.max(0.5, ...part.threshold.filter(Boolean).flatMap((p) => p.slice(1))),
      ),
      lines: [
        {
          name: "threshold",
          points: part.threshold.filter((p) => !p || (p[0] >= shown[0] && p[0] <= shown[1])),
        },
      ],
      shades: [
        { style: "absent", spans: inside(part.absent) },
        { style: "missed", spans: inside(part.missed) },
      ],
      cuts: part.cuts.filter((at) => at >= shown[0] && at <= shown[1]),
    });
    place();
  }

  // Playhead and selection lie over the lanes, whose place the curve's area shows.
  function place() {
    const ground = $("curve").querySelector(".area");
    const card = $("playhead").parentElement;
    if (!ground) return;
    const [outer, inner] = [card.getBoundingClientRect(), ground.getBoundingClientRect()];
    const left = (time) => inner.left - outer.left + (across(time) / 100) * inner.width;
    const time = frame.now?.time ?? whole.start;
    $("playhead").style.left = `${left(time)}px`;
    $("playhead").hidden = !isShown([time, time]);
    const { start, end } = marks;
    $("selection").hidden = start === null || end === null || !isShown([start, end]);
    if (!$("selection").hidden) {
      const from = left(Math.max(start, shown[0]));
      $("selection").style.left = `${from}px`;
      $("selection").style.width = `${left(Math.min(end, shown[1])) - from}px`;
    }
    $("seek").min = shown[0];
    $("seek").max = shown[1];
    $("seek").value = time;
    $("seek").setAttribute("aria-valuetext", clock(time));
  }

  // Sets the in or the out mark; one that would end before it begins takes the other away.
  function mark(name, time) {
    marks[name] = time;
    if (marks.start !== null && marks.end !== null && marks.end <= marks.start)
      marks[name === "start" ? "end" : "start"] = null;
    $("in").textContent = marks.start === null ? "–" : clock(marks.start);
    $("out").textContent = marks.end === null ? "–" : clock(marks.end);
    tell("marks");
    place();
  }

  function clear() {
    marks.start = null;
    marks.end = null;
    mark("start", null);
  }

  // The scene that a time is in.
  function scene(time) {
    const next = whole.cuts.findIndex((at) => at > time + 1e-6);
    const count = next < 0 ? whole.cuts.length : next;
    return [whole.cuts[count - 1] ?? whole.start, (whole.cuts[count] ?? whole.end) - 2e-6];
  }

  on("moment", (moment) => {
    follows(moment.time);
    place();
  });
  on("edits", draw);
  on("chosen", draw);
  addEventListener("resize", place);
  $("seek").addEventListener("input", () => frame.seek(Number($("seek").value)));
  $("zoom-in").addEventListener("click", () => zoom(0.5));
  $("zoom-out").addEventListener("click", () => zoom(2));
  $("zoom-all").addEventListener("click", () => show(whole.start, whole.end));
  $("mark-in").addEventListener("click", () => mark("start", frame.now.time));
  $("mark-out").addEventListener("click", () => mark("end", frame.now.end));
  $("mark-none").addEventListener("click", clear);

  return {
    show,
    zoom,
    scene,
    mark,
    marks,
    begin() {
      part = whole;
      show(whole.start, whole.end);
    },
  };
})();
