// What all parts of the review page share: elements, messages between the parts, requests, words.

// biome-ignore-all lint/correctness/noUnusedVariables: for the parts that follow

const $ = (id) => document.getElementById(id);
const parts = new EventTarget();
const tell = (name, detail) => parts.dispatchEvent(new CustomEvent(name, { detail }));
const on = (name, act) => parts.addEventListener(name, (event) => act(event.detail));

// The timeline of the whole, once it is there.
// biome-ignore lint/style/useConst: set when the timeline has come
let whole = null;

async function ask(path, options = {}) {
  const response = await fetch(path, {
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(60000),
    ...options,
  });
  if (!response.ok) {
    const error = new Error((await response.text()).trim());
    error.status = response.status;
    throw error;
  }
  return response;
}

const sendJSON = (path, method, value, headers = {}) =>
  ask(path, {
    method,
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(value),
  });

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// Screen readers read the notice out, so it changes only when there is something new.
function announce(text) {
  if ($("notice").textContent !== text) $("notice").textContent = text;
}

const failure = (error) =>
  error.status === 401
    ? "The token of this page is no longer right: open the address that maskstream has printed."
    : error.status
      ? error.message
      : "maskstream does not answer. Trying again.";

function clock(seconds, places = 2) {
  const sign = seconds < 0 ? "−" : "";
  const whole = Math.round(Math.abs(seconds) * 10 ** places) / 10 ** places;
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = (whole % 60).toFixed(places).padStart(places ? places + 3 : 2, "0");
  return hours ? `${sign}${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${sign}${minutes}:${rest}`;
}

// A new element with its properties and children; texts stay texts.
function make(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-")) made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children);
  return made;
}

function button(text, act, properties = {}) {
  const made = make("button", { type: "button", textContent: text, ...properties });
  made.addEventListener("click", act);
  return made;
}

const spanOf = (from, to) => `${clock(from)} – ${clock(to)}`;
const sides = { keep: "kept", hide: "hidden" };
const within = (value, low, high) => Math.min(Math.max(value, low), high);
