// Watches a stream: asks for its status and its frames, and draws both.
//
// Two kinds of loops run while a stream is followed: one asks for the status, one for each view asks
// for the next frame. All end with the run, and wait while nobody looks at the page.

// The curves of the last minute, from samples that come in pieces.
const curves = (() => {
  const span = 60;
  const figures = [...document.querySelectorAll("[data-curve]")];
  const isNumber = (value) => typeof value === "number";
  const share = (v) => `${(v * 100).toFixed(v < 0.1 && v > 0 ? 1 : 0)}\u00a0%`;
  const words = { threshold: (v) => v.toFixed(3), kept: share, confidence: (v) => v.toFixed(2) };
  let samples = [];

  function add(more) {
    const last = samples.length ? samples[samples.length - 1].frame : -1;
    if (more.length && more[0].frame <= last) samples = [];
    samples.push(...more);
    if (!samples.length) return;
    const end = samples[samples.length - 1].time;
    samples = samples.filter((s) => s.time > end - span && s.time <= end);
  }

  function scale(name) {
    let high = 1;
    if (name === "kept") {
      const most = Math.max(...samples.map((s) => s.kept));
      high = [0.02, 0.05, 0.1, 0.2, 0.5].find((t) => most <= t) || 1;
    }
    const text = name === "kept" ? share : (v) => v.toFixed(1);
    return { low: 0, high, ticks: [high, high / 2, 0].map((at) => ({ at, text: text(at) })) };
  }

  // A second and a half without a sample breaks the line.
  function points(name) {
    let before = null;
    return samples.flatMap((sample) => {
      if (!isNumber(sample[name])) {
        before = null;
        return [null];
      }
      const breaks = before !== null && sample.time - before >= 1.5;
      before = sample.time;
      return [...(breaks ? [null] : []), [sample.time, sample[name]]];
    });
  }

  function draw(bounds) {
    const end = samples.length ? samples[samples.length - 1].time : 0;
    const time = {
      start: end - span,
      end,
      name: "the last minute",
      ticks: [
        { at: end - span, text: "60 s ago" },
        { at: end, text: "now" },
      ],
    };
    for (const figure of figures) {
      const name = figure.dataset.curve;
      const values = samples.map((s) => s[name]).filter(isNumber);
      if (name === "confidence") figure.hidden = !values.length;
      const newest = samples.length ? samples[samples.length - 1][name] : null;
      figure.querySelector(".readout").textContent = isNumber(newest) ? words[name](newest) : "–";
      const levels = name === "threshold" ? [bounds.min, bounds.max].filter((b) => b > 0 && b < 1) : [];
      charts.plot(figure, { time, scale: scale(name), lines: [{ name, points: points(name) }], levels });
    }
  }

  function clear() {
    samples = [];
  }

  return { add, draw, share, clear };
})();

const $ = (id) => document.getElementById(id);
const figures = [...document.querySelectorAll("[data-view]")];
const choices = [...document.querySelectorAll("[name=view]")];
const tabs = [...document.querySelectorAll("[data-stream]")];
const steering = $("steering");
const states = {
  running: ["Running", "good"],
  paused: ["Paused", "warn"],
  switching: ["Changing profile", "warn"],
  ended: ["Ended", ""],
};
// The streams' numbers: those that are gone leave a gap.
const numbers = tabs.map((tab) => Number(tab.dataset.stream));
const firstNumber = Number(new URL($("snapshot").href).searchParams.get("stream"));
let stream = firstNumber,
  following = new AbortController(),
  state = "",
  epoch = 0,
  isFrozen = false;
let announcedUntil = 0;
// What control.js uses or replaces.
const shared = { wake: () => {}, showControls: () => {} };

const sleep = (ms, signal) =>
  new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      if (signal) signal.removeEventListener("abort", end);
      done();
    };
    const timer = setTimeout(end, ms);
    if (signal) signal.addEventListener("abort", end);
  });

async function request(path, signal) {
  const response = await fetch(path, {
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.any([signal, AbortSignal.timeout(10000)]),
  });
  if (!response.ok) throw response.status;
  return response;
}

function seen(signal) {
  if (!document.hidden) return null;
  return new Promise((done) => {
    document.addEventListener("visibilitychange", done, { once: true });
    signal.addEventListener("abort", done, { once: true });
  });
}

// Screen readers read the notice out, so it changes only when there is something new.
function announce(text, ms = 0) {
  if (!ms && performance.now() < announcedUntil) return;
  announcedUntil = performance.now() + ms;
  if ($("notice").textContent !== text) $("notice").textContent = text;
}

function put(id, text, note) {
  $(id).textContent = text;
  if (note !== undefined) $(`${id}-note`).textContent = note || "\u00a0";
}

const number = (value, places) => (typeof value === "number" ? value.toFixed(places) : "–");
const count = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
const clock = (t) =>
  `${(t < 0 ? "−" : "") + Math.floor(Math.abs(t) / 60)}:${(Math.abs(t) % 60).toFixed(1).padStart(4, "0")}`;
const ms = (value) => number(value, value < 10 ? 1 : 0);

function show(status) {
  state = status.state;
  const [word, style] = states[state];
  $("state").textContent = word;
  $("state").className = `badge ${style}`;
  $("input").textContent = status.input;
  document.title = `${status.input} · maskstream watch`;
  $("about").textContent = `profile ${status.profile}`;
  $("at").textContent =
    status.frame === undefined ? "" : `frame ${count(status.frame)} at ${clock(status.time)}`;
  put("t-threshold", number(status.threshold, 3), status.adapts ? "adapts by itself" : "held");
  put("t-kept", curves.share(status.kept), "of the frame");
  put("t-fps", number(status.fps, 1), "a second");
  const late = status.latency;
  put("t-latency", late ? `${ms(late.p50)} ms` : "–", late ? `p95 ${ms(late.p95)} ms` : "files have none");
  put("t-dropped", count(status.dropped), `of ${count(status.captured)} · ${count(status.late)} late`);
  put("t-missed", count(status.missed), "masked whole");
  showSubjects(status);
  curves.add(status.samples);
  curves.draw(status.bounds);
  shared.showControls(status);
}

function showSubjects(status) {
  $("primary").textContent = status.primary;
  const shown = status.subjects.slice(0, 8);
  $("subjects").replaceChildren(
    ...shown.map((subject) => {
      const item = document.createElement("li");
      const add = (tag, text, style) => {
        const part = item.appendChild(document.createElement(tag));
        if (text !== null) part.textContent = text;
        if (style) part.className = style;
        return part;
      };
      const has = typeof subject.confidence === "number";
      const age = typeof subject.age === "number" ? ` · ${number(subject.age, 1)} s ago` : "";
      const track = typeof subject.track === "number" ? `#${subject.track} ` : "";
      add("bdi", track + (subject.label || "no prediction yet"));
      add("span", (has ? number(subject.confidence, 2) : "") + age, "value");
      if (has) {
        const meter = add("meter", null);
        meter.value = subject.confidence;
        meter.setAttribute("aria-hidden", "true");
      }
      return item;
    }),
  );
  const more = status.subjects.length - shown.length;
  if (!shown.length || more > 0) {
    const item = $("subjects").appendChild(document.createElement("li"));
    item.className = "quiet";
    item.textContent = more > 0 ? `and ${more} more` : "None in sight.";
  }
}

async function follow(signal) {
  let since = null,
    isLost = false;
  while (!signal.aborted) {
    await seen(signal);
    try {
      const response = await request(
        `/status?stream=${stream}${since === null ? "" : `&since=${since}`}`,
        signal,
      );
      const status = await response.json();
      if (signal.aborted) return;
      if (since !== null && !(status.frame >= since)) {
        epoch++;
        curves.clear();
      }
      since = status.frame === undefined ? null : status.frame;
      if (isLost) {
        epoch++;
        isLost = false;
      }
      show(status);
      announce(state === "ended" ? "The run has ended. Below is what it showed last." : "");
      if (state === "ended") return;
    } catch (error) {
      if (signal.aborted) return;
      isLost = true;
      $("state").textContent = "No answer";
      $("state").className = "badge bad";
      if (steering) steering.disabled = true;
      announce(
        error === 401
          ? "The token of this page is no longer right: open the address that maskstream has printed."
          : error === 404
            ? "This input is no longer there: reload the page for those that are."
            : "maskstream does not answer. Trying again every two seconds.",
      );
    }
    await Promise.race([
      sleep(isLost ? 2000 : 500, signal),
      new Promise((r) => {
        shared.wake = r;
      }),
    ]);
  }
}

async function look(figure, signal) {
  const view = figure.dataset.view,
    canvas = figure.querySelector("canvas");
  let after = null,
    since = epoch;
  while (!signal.aborted && !figure.hidden) {
    await seen(signal);
    if (isFrozen) {
      await sleep(100, signal);
      continue;
    }
    if (since !== epoch) {
      after = null;
      since = epoch;
    }
    const began = performance.now();
    try {
      const response = await request(
        `/picture?stream=${stream}&view=${view}${after === null ? "" : `&after=${after}`}`,
        signal,
      );
      if (response.status === 200) {
        const picture = await createImageBitmap(await response.blob());
        if (signal.aborted || isFrozen) continue;
        after = Number(response.headers.get("Maskstream-Frame"));
        if (canvas.width !== picture.width || canvas.height !== picture.height) {
          canvas.width = picture.width;
          canvas.height = picture.height;
        }
        canvas.getContext("2d").drawImage(picture, 0, 0);
        picture.close();
        figure.dataset.frame = after;
        figure.querySelector(".when").textContent = `frame ${count(after)}`;
      } else if (state === "ended") {
        return;
      }
    } catch {
      if (!signal.aborted) await sleep(1000, signal);
    }
    // Twenty-five images a second are enough to look at.
    await sleep(Math.max(0, 40 - (performance.now() - began)), signal);
  }
}

function choose(number) {
  following.abort();
  following = new AbortController();
  stream = number;
  state = "";
  curves.clear();
  for (const tab of tabs) tab.setAttribute("aria-current", Number(tab.dataset.stream) === number);
  if (tabs.length) history.replaceState(null, "", `#${number}`);
  $("snapshot").href = `/snapshot?stream=${number}`;
  figures.forEach((figure) => {
    delete figure.dataset.frame;
    figure.querySelector(".when").textContent = "";
    const canvas = figure.querySelector("canvas");
    canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
  });
  follow(following.signal);
  arrange();
}

// A view that is not shown is not asked for.
function arrange() {
  for (const figure of figures) {
    const isShown = choices.some((c) => c.checked && c.value === figure.dataset.view);
    figure.hidden = !isShown;
    if (isShown && figure.looking !== following.signal) {
      figure.looking = following.signal;
      const signal = figure.looking;
      look(figure, signal).then(() => {
        if (figure.looking === signal) figure.looking = null;
      });
    }
  }
  document.querySelector(".pictures").classList.toggle("one", choices.filter((c) => c.checked).length === 1);
}

for (const choice of choices) choice.addEventListener("change", arrange);
for (const [index, tab] of tabs.entries()) tab.addEventListener("click", () => choose(numbers[index]));
$("freeze").addEventListener("click", () => {
  isFrozen = !isFrozen;
  $("freeze").setAttribute("aria-pressed", isFrozen);
});

// The token has become a cookie; it has no place in the history.
history.replaceState(null, "", location.pathname + location.hash);
const asked = Number(location.hash.slice(1) || NaN);
choose(numbers.includes(asked) ? asked : firstNumber);
