// Draws the charts of the report and of the watch page: quantities over time, and rows of events.
// A drawing is 1000 units wide and 100 high and is stretched; its scales stand beside it as text, so
// that they stay legible at any width.

// biome-ignore lint/correctness/noUnusedVariables: report.js and watch.js follow it
const charts = (() => {
  const drawing = document.getElementById("drawing").content.firstElementChild;
  const sharp = (value) => String(Math.round(value * 10) / 10);

  // Round marks that cover a range of values, three to six of them.
  function valueScale(least, most, unit = "") {
    const raw = Math.max(most - least, 1e-3) / 4;
    let magnitude = 1e-4;
    while (magnitude * 10 <= raw) magnitude *= 10;
    const step = [1, 2, 5, 10].map((n) => n * magnitude).find((s) => s >= raw) ?? raw;
    const first = Math.floor(least / step + 1e-9);
    const last = Math.max(first + 1, Math.ceil(most / step - 1e-9));
    const places = step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3;
    const ticks = [];
    for (let tick = first; tick <= last; tick++) {
      const text = (tick * step).toFixed(places);
      ticks.push({ at: tick * step, text: (Number(text) === 0 ? (0).toFixed(places) : text) + unit });
    }
    return { low: first * step, high: last * step, unit, ticks };
  }

  function clock(seconds, places) {
    const whole = Math.round(Math.abs(seconds) * 10 ** places) / 10 ** places;
    const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
    const rest = (whole % 60).toFixed(places).padStart(places ? places + 3 : 2, "0");
    const sign = seconds < 0 && whole > 0 ? "-" : "";
    return hours
      ? `${sign}${hours}:${String(minutes).padStart(2, "0")}:${rest}`
      : `${sign}${minutes}:${rest}`;
  }

  // A scale of time with round marks, six at most. Its kind is `seconds`, `clock` for minutes and
  // hours, or `image` where each frame is an image of its own and has its number for a time.
  function timeScale(kind, start, end) {
    const isFolder = kind === "image";
    const steps = [
      0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400,
      28800, 86400,
    ];
    const least = (end - start) / 6;
    const step = steps.find((s) => s >= least && (!isFolder || s >= 1)) ?? Math.ceil(least / 86400) * 86400;
    const places = step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
    const ticks = [];
    for (let n = Math.ceil(start / step); n * step <= end && ticks.length < 7; n++) {
      const at = n * step;
      const text = isFolder ? at.toFixed(0) : kind === "clock" ? clock(at, 0) : `${at.toFixed(places)} s`;
      ticks.push({ at, text });
    }
    const text = (t) =>
      isFolder ? `image ${Math.round(t)}` : kind === "clock" ? clock(t, 1) : `${t.toFixed(2)} s`;
    return { start, end, name: isFolder ? "image" : "video time", ticks, text };
  }

  const inside = (value) => Math.min(Math.max(value, 0), 1);
  const across = (time, at) => inside((at - time.start) / (time.end - time.start)) * 1000;
  const down = (scale, value) => (1 - inside((value - scale.low) / (scale.high - scale.low))) * 100;

  function element(style, text) {
    const made = document.createElement(style.startsWith("s:") ? "span" : "div");
    made.className = style.replace("s:", "");
    if (text) made.textContent = text;
    return made;
  }

  // An area with a drawing of paths, each a style and its source.
  function area(label, paths) {
    const svg = drawing.cloneNode(true);
    const blank = svg.firstElementChild;
    svg.setAttribute("aria-label", label);
    svg.replaceChildren(
      ...paths
        .filter(([, source]) => source)
        .map(([style, source]) => {
          const path = blank.cloneNode();
          path.setAttribute("class", style);
          path.setAttribute("d", source);
          return path;
        }),
    );
    const made = element("area");
    made.append(svg);
    return made;
  }

  // Points are [time, mean] or [time, mean, least, most]; null breaks the line.
  function linePaths(line, time, scale) {
    let path = "";
    let band = "";
    let run = [];
    const close = () => {
      if (run.length === 1) path += `L${run[0].x} ${run[0].y}`;
      if (run.length > 1 && run.some((p) => p.low !== p.high)) {
        const back = [...run].reverse().map((p) => `${p.x} ${p.low}`);
        band += `M${run.map((p) => `${p.x} ${p.high}`).join("L")}L${back.join("L")}z`;
      }
      run = [];
    };
    for (const point of line.points) {
      if (!point) {
        close();
        continue;
      }
      const [at, mean, least = mean, most = mean] = point;
      const x = sharp(across(time, at));
      const [y, low, high] = [mean, least, most].map((v) => sharp(down(scale, v)));
      path += `${run.length ? "L" : "M"}${x} ${y}`;
      run.push({ x, y, low, high });
    }
    close();
    return [
      ["band", band],
      ["line", path],
    ];
  }

  function dotPaths(line, time, scale) {
    const dots = line.points
      .filter(Boolean)
      .map(([at, mean]) => `M${sharp(across(time, at))} ${sharp(down(scale, mean))}h0`)
      .join("");
    return [
      [`dots ${line.name}`, dots],
      [`core ${line.name}`, dots],
    ];
  }

  // Spans of time as boxes of the drawing's full height.
  function boxes(spans, time) {
    return spans
      .map(([from, to]) => {
        const left = across(time, from);
        const width = sharp(Math.max(across(time, to) - left, 2));
        return `M${sharp(Math.min(left, 998))} 0h${width}v100h-${width}z`;
      })
      .join("");
  }

  function timeMarks(time) {
    const marks = element("xs");
    time.ticks.forEach((tick, index) => {
      const x = across(time, tick.at);
      const mark = element(
        `s:${x < 40 ? "first" : x > 960 ? "last" : index % 2 ? "odd" : "even"}`,
        tick.text,
      );
      mark.style.left = `${sharp(x / 10)}%`;
      marks.append(mark);
    });
    return [element("xt", time.name), marks];
  }

  function summary(line) {
    const points = line.points.filter(Boolean);
    if (!points.length) return `${line.name}: nothing.`;
    const text = (value) => value.toFixed(3);
    const least = Math.min(...points.map(([, mean, low = mean]) => low));
    const most = Math.max(...points.map(([, mean, , high = mean]) => high));
    const [first, last] = [points[0][1], points[points.length - 1][1]];
    return `${line.name}: ${text(first)} at the start, ${text(last)} at the end, from ${text(least)} to ${text(most)}.`;
  }

  // Fills a figure's plot: `lines` over a scale of values, or `rows` of spans.
  function plot(figure, chart) {
    const { time, scale, lines = [], rows = [], levels = [], shades = [], cuts = [] } = chart;
    const parts = rows.flatMap((row) => {
      const paths = row.groups.map((group) => [`box ${group.style}`, boxes(group.spans, time)]);
      return [element("lane", row.name), area(`${row.name} over ${time.name}`, paths)];
    });
    if (lines.length) {
      const values = element("ys");
      for (const tick of scale.ticks) {
        const mark = element("s:", tick.text);
        mark.style.top = `${sharp(down(scale, tick.at))}%`;
        values.append(mark);
      }
      const level = (value) => `M0 ${sharp(down(scale, value))}H1000`;
      const label = `${figure.querySelector("b").textContent} over ${time.name}. ${lines.map(summary).join(" ")}`;
      const drawn = area(label, [
        ...shades.map(({ style, spans }) => [style, boxes(spans, time)]),
        ["cuts", cuts.map((at) => `M${sharp(across(time, at))} 0V100`).join("")],
        ["grid", scale.ticks.map((tick) => level(tick.at)).join("")],
        ["level", levels.map(level).join("")],
        ...lines.flatMap((line) => (line.dotted ? dotPaths : linePaths)(line, time, scale)),
      ]);
      parts.push(values, drawn);
    }
    figure.querySelector(".plot").replaceChildren(...parts, ...timeMarks(time));
    for (const part of figure.querySelectorAll(".ys,.lane,.xt,.xs")) part.setAttribute("aria-hidden", true);
  }

  // What a chart shows at a time, in words.
  function words(chart, at) {
    const { time, scale, lines = [], rows = [] } = chart;
    const near = ((time.end - time.start) * 30) / 1000;
    const values = lines.flatMap((line) => {
      const points = line.points.filter(Boolean);
      if (!points.length) return [];
      const distance = (point) => Math.abs(point[0] - at);
      const best = points.reduce((one, other) => (distance(other) < distance(one) ? other : one));
      if (distance(best) > near) return [];
      const text = best[1].toFixed(scale.high > 2 ? 1 : 3) + scale.unit;
      return [lines.length > 1 ? `${line.name} ${text}` : text];
    });
    const groups = rows.flatMap((row) => row.groups);
    const isIn = (group) => group.spans.some(([from, to]) => from <= at && at <= to);
    return [...values, ...groups.filter(isIn).map((group) => group.name)];
  }

  // Shows the values under the pointer in the readouts of all charts, which share one scale of time.
  function follow(drawn) {
    const show = (share) => {
      for (const [figure, chart] of drawn) {
        for (const hair of figure.querySelectorAll(".hair")) {
          hair.hidden = share === null;
          if (share !== null) hair.style.left = `${share * 100}%`;
        }
        const { time } = chart;
        const at = share === null ? null : time.start + share * (time.end - time.start);
        figure.querySelector(".readout").textContent =
          at === null ? "" : [time.text(at), words(chart, at).join(", ")].filter(Boolean).join(" · ");
      }
    };
    for (const [figure] of drawn) {
      for (const ground of figure.querySelectorAll(".area")) {
        const hair = document.createElement("i");
        hair.className = "hair";
        hair.hidden = true;
        ground.append(hair);
        ground.addEventListener("pointermove", (event) => {
          const box = ground.getBoundingClientRect();
          show((event.clientX - box.left) / box.width);
        });
        ground.addEventListener("pointerleave", () => show(null));
      }
    }
  }

  return { valueScale, timeScale, plot, follow };
})();
