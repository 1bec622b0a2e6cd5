// What is in the page only where viewers may change the run; it follows watch.js.

let wanted = null,
  isSending = false,
  touched = -1e9;

async function send(command) {
  touched = performance.now();
  try {
    const response = await fetch(`/control?stream=${stream}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(command),
    });
    if (!response.ok) {
      touched = -1e9;
      announce((await response.text()).trim(), 5000);
    }
  } catch {
    touched = -1e9;
  }
  shared.wake();
}

// Only the newest value of a slide is sent, and the last one always.
async function slide() {
  if (isSending) return;
  isSending = true;
  while (wanted !== null) {
    const threshold = wanted;
    wanted = null;
    await send({ threshold });
    await sleep(80);
  }
  isSending = false;
}

function offer(select, all, chosen) {
  select.parentElement.hidden = all.length < 2;
  if (select.dataset.all !== JSON.stringify(all)) {
    select.dataset.all = JSON.stringify(all);
    select.replaceChildren(...all.map((name) => new Option(name, name)));
  }
  if (document.activeElement !== select) select.value = chosen;
}

shared.showControls = (status) => {
  steering.disabled = state === "ended" || state === "switching";
  $("pause").textContent = state === "paused" ? "Resume" : "Pause";
  offer($("fill"), status.fills, status.fill);
  offer($("profile"), status.profiles, status.profile);
  // What was just set is on its way; the response may still describe the state before.
  if (performance.now() - touched < 1500) return;
  $("adapt").checked = status.adapts;
  const slider = $("threshold");
  slider.min = status.bounds.min;
  slider.max = status.bounds.max;
  slider.value = status.threshold;
  $("threshold-now").textContent = number(status.threshold, 3);
  $("least").textContent = `${number(status.bounds.min, 2)} shows more`;
  $("most").textContent = `masks more ${number(status.bounds.max, 2)}`;
};

if (steering) {
  $("threshold").addEventListener("input", () => {
    wanted = Number($("threshold").value);
    touched = performance.now();
    $("threshold-now").textContent = number(wanted, 3);
    $("adapt").checked = false;
    slide();
  });
  $("adapt").addEventListener("change", () => send({ adapt: $("adapt").checked }));
  $("fill").addEventListener("change", () => send({ fill: $("fill").value }));
  $("profile").addEventListener("change", () => send({ profile: $("profile").value }));
  $("pause").addEventListener("click", () => send({ pause: state !== "paused" }));
  $("controls").addEventListener("submit", (event) => event.preventDefault());
}
