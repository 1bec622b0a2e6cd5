// What is chosen in the frame: a track with its person and what is proposed for it, or a region.

(() => {
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
    const scene = times.scene(frame.now.time);
    const person = tracks.personOf(track, scene);
    const name = person === undefined ? `Track ${track}` : `Track ${track}, ${person}`;
    const side = tracks.sideOf(track, scene);
    const parts = [
      make("p", {}, make("b", { textContent: name })),
      sideButtons(name, choices, side, (next) => tracks.set(track, next, frame.now.time)),
    ];
    if (side === "keep") parts.push(...confirmParts(track, scene));
    const proposal = tracks.proposalOf(track, scene);
    if (proposal) parts.push(...proposalParts(track, proposal));
    if (person !== undefined) parts.push(...personParts(track, person));
    return make("div", {}, ...parts);
  }

  function proposalParts(track, proposal) {
    const words = tracks.proposalWords(proposal);
    return [
      make("p", { id: "proposal", textContent: `${words[0].toUpperCase()}${words.slice(1)}` }),
      make(
        "div",
        { className: "pills" },
        button("The same", () => tracks.confirm(track, frame.now.time), { id: "same", title: "Y" }),
        button("Another", () => tracks.refuse(track, frame.now.time), { id: "another", title: "D" }),
        button("Look there", () => tracks.visit(proposal.continues)),
      ),
    ];
  }

  // What is done to a track of a person is done to all of them.
  function personParts(track, person) {
    const others = edits.now.people[person].map((name) =>
      make(
        "li",
        {},
        button(tracks.words(name), () => tracks.visit(name)),
      ),
    );
    return [
      make("p", { className: "quiet", textContent: `${person} is` }),
      make("ul", { className: "keyframes" }, ...others),
      button(`Not ${person}`, () => tracks.split(track, frame.now.time)),
    ];
  }

  // A kept track is shown until nobody knows whether it still is the same; then somebody looks again.
  function confirmParts(track, scene) {
    const moments = tracks.moments(track, scene).map((at) => clock(at));
    const shown = moments.join(", ") || "its first frame";
    const words = `Shown from ${shown} on, each time until it is lost, leaps or comes near another.`;
    return [
      make("p", { className: "quiet", textContent: words }),
      button("It is the same here", () => tracks.set(track, "keep", frame.now.time)),
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

  const show = () => $("chosen").replaceChildren(...choose());
  // In another scene a number is another track.
  let scene = null;
  on("moment", ({ time }) => {
    const [start] = times.scene(time);
    if (start === scene) return;
    scene = start;
    show();
  });
  on("chosen", show);
  on("edits", show);
})();
