// The keyboard, as in an editor, and the beginning of everything.

(() => {
  const chosenSide = (side) => {
    const { track, region } = shapes.chosen ?? {};
    if (track !== undefined) tracks.set(track, side, frame.now.time);
    if (region !== undefined && side) edits.setRegion(region, { ...edits.now.regions[region], do: side });
  };
  const decide = (act) => {
    if (shapes.chosen?.track !== undefined) act(shapes.chosen.track, frame.now.time);
  };
  const remove = () => {
    if (shapes.chosen?.region !== undefined) edits.removeRegion(shapes.chosen.region);
    else chosenSide(null);
  };

  const keys = {
    " ": () => frame.toggle(),
    j: () => frame.faster(-1),
    k: () => frame.pause(),
    l: () => frame.faster(1),
    ArrowUp: () => panels.next(-1),
    ArrowDown: () => panels.next(1),
    Home: () => frame.seek(whole.start),
    End: () => frame.seek(whole.end),
    i: () => times.mark("start", frame.now.time),
    o: () => times.mark("end", frame.now.end),
    v: () => shapes.pick("tool", "select"),
    b: () => shapes.pick("tool", "box"),
    p: () => shapes.pick("tool", "polygon"),
    h: () => chosenSide("hide"),
    s: () => chosenSide("keep"),
    n: () => chosenSide(null),
    t: () => tracks.next(),
    y: () => decide(tracks.confirm),
    d: () => decide(tracks.refuse),
    Delete: remove,
    Backspace: remove,
    Enter: () => shapes.finish(),
    Escape: () => shapes.cancel(),
    "+": () => times.zoom(0.5),
    "=": () => times.zoom(0.5),
    "-": () => times.zoom(2),
    "?": () => $("keys").showModal(),
  };

  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  // A key that an element needs itself stays the element's.
  function isTaken(event) {
    const { target, key } = event;
    if ($("keys").open || target.matches("input[type=number]")) return true;
    const presses = target.matches("button,summary");
    if (presses && (key === " " || key === "Enter")) return true;
    return target.matches("input[type=radio]") && (key in arrows || key === " ");
  }

  function moved(event) {
    const arrow = arrows[event.key];
    if (!arrow) return false;
    if (event.target.dataset?.region !== undefined) shapes.nudge(...arrow, event.altKey);
    else if (arrow[0] && event.shiftKey) frame.seek(frame.now.time + arrow[0]);
    else if (arrow[0]) frame.step(arrow[0]);
    else return false;
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (!whole || !frame.now || isTaken(event)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.ctrlKey || event.metaKey) {
      if (key !== "z" && key !== "y") return;
      event.preventDefault();
      return key === "y" || event.shiftKey ? edits.redo() : edits.undo();
    }
    if (moved(event) || keys[key]) event.preventDefault();
    if (!arrows[key] || (arrows[key][1] && event.target.dataset?.region === undefined)) keys[key]?.();
  });
  $("help").addEventListener("click", () => $("keys").showModal());

  async function begin() {
    try {
      [whole] = await Promise.all([ask("/timeline").then((answer) => answer.json()), edits.load()]);
    } catch (error) {
      announce(failure(error));
      await sleep(2000);
      return begin();
    }
    announce("");
    panels.listDoubts();
    times.begin();
    panels.follow();
    if (whole.spans.length) panels.visit(whole.spans[0]);
    else frame.seek(whole.start);
  }

  // The token has become a cookie; it has no place in the history.
  history.replaceState(null, "", location.pathname);
  begin();
})();
