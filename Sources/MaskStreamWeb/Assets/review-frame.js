// The frame on show: which one, its image, and how it moves.

// biome-ignore lint/correctness/noUnusedVariables: the other parts use it
const frame = (() => {
  const canvas = $("picture");
  let moment = null;
  let wanted = null;
  // What is on its way.
  let asked = null;
  let isAsking = false;
  let rate = 0;
  let isStale = false;
  // When playing began, in milliseconds of the page, and at which second of the video.
  let began = { at: 0, time: 0 };

  const view = () => document.querySelector("[name=view]:checked")?.value ?? "masked";

  // Goes to `{frame}` or `{at}`; of several requests the newest counts.
  function go(place) {
    wanted = place;
    follow();
  }

  async function follow() {
    if (isAsking) return;
    isAsking = true;
    while (wanted) {
      const place = wanted;
      asked = place;
      wanted = null;
      try {
        const query = "frame" in place ? `frame=${place.frame}` : `at=${place.at.toFixed(6)}`;
        const found = await (await ask(`/moment?${query}`)).json();
        if (!isStale && moment && found.frame === moment.frame) continue;
        isStale = false;
        const response = await ask(`/picture?frame=${found.frame}&view=${view()}`);
        const image = await createImageBitmap(await response.blob());
        draw(image);
        moment = found;
        tell("moment", moment);
      } catch (error) {
        if (error.status === 409) {
          pause();
        } else {
          $("none").hidden = false;
          $("none").textContent = failure(error);
          pause();
          if (!error.status) await sleep(2000);
        }
      }
    }
    asked = null;
    isAsking = false;
  }

  function draw(image) {
    if (canvas.width !== image.width || canvas.height !== image.height) {
      canvas.width = image.width;
      canvas.height = image.height;
      $("viewer").style.setProperty("--aspect", image.width / image.height);
    }
    canvas.getContext("2d").drawImage(image, 0, 0);
    image.close();
    $("none").hidden = true;
  }

  function again() {
    if (!moment) return;
    isStale = true;
    go(wanted ?? asked ?? { frame: moment.frame });
  }

  function step(frames) {
    pause();
    if (!moment) return;
    const from = (wanted ?? asked)?.frame ?? moment.frame;
    go({ frame: within(from + frames, 0, whole.frames - 1) });
  }

  function seek(time) {
    if (rate) began = { at: performance.now(), time };
    go({ at: within(time, whole.start, whole.end) });
  }

  function pause() {
    play(0);
  }

  function play(next) {
    const isMoving = rate !== 0;
    rate = next;
    $("play").textContent = rate ? "Pause" : "Play";
    $("play").setAttribute("aria-pressed", rate !== 0);
    $("speed").textContent = rate === 0 || rate === 1 ? "" : `${rate} ×`;
    began = { at: performance.now(), time: moment?.time ?? 0 };
    if (rate && !isMoving) requestAnimationFrame(advance);
  }

  function advance(now) {
    if (!rate) return;
    const time = began.time + ((now - began.at) / 1000) * rate;
    if (time > whole.end || time < whole.start) {
      seek(time);
      return pause();
    }
    if (!isAsking) go({ at: time });
    requestAnimationFrame(advance);
  }

  // Again in the same direction is twice as fast; the other direction begins slowly.
  const faster = (sign) => play(rate * sign > 0 ? within(rate * 2, -8, 8) : sign);

  on("saved", again);
  on("moment", () => {
    $("clock").textContent = clock(moment.time);
    const facts = [`frame ${moment.frame}`, `threshold ${moment.threshold.toFixed(3)}`];
    if (moment.miss) facts.push(`${moment.miss}: masked whole`);
    $("facts").textContent = facts.join(" · ");
  });
  for (const choice of document.querySelectorAll("[name=view]")) choice.addEventListener("change", again);
  $("play").addEventListener("click", () => play(rate ? 0 : 1));
  $("back").addEventListener("click", () => step(-1));
  $("forth").addEventListener("click", () => step(1));

  return {
    go,
    seek,
    step,
    pause,
    faster,
    toggle: () => play(rate ? 0 : 1),
    get now() {
      return moment;
    },
  };
})();
