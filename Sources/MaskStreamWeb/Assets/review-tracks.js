// Tracks in the edits: what is done to them, which of them are one person, and what the analysis proposes.
//
// A track's number counts in its scene. `3@12.5` is track 3 of the scene at 12.5 s, and is kept from then on.

// biome-ignore lint/correctness/noUnusedVariables: the other parts use it
const tracks = (() => {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  function named(name) {
    const [number, at] = name.split("@").map(Number);
    return { number, at };
  }

  const isIn = (at, [start, end]) => at >= start - 1e-6 && at <= end + 1e-6;
  const sceneOf = (name) => times.scene(named(name).at);
  // Whether a name is that of a track in some time; a number alone is so always.
  function isNamed(name, number, time) {
    const track = named(name);
    return track.number === number && (track.at === undefined || isIn(track.at, time));
  }

  // What the edits say of a track itself, hidden before kept.
  function ownSide(number, time) {
    const found = Object.entries(edits.now.tracks)
      .filter(
        ([name, edit]) =>
          isNamed(name, number, time) && (edit.confirmed?.some((at) => isIn(at, time)) ?? true),
      )
      .map(([, edit]) => edit.do ?? edit);
    return found.includes("hide") ? "hide" : found[0];
  }

  const personOf = (number, time) =>
    Object.keys(edits.now.people).find((person) =>
      edits.now.people[person].some((name) => isNamed(name, number, time)),
    );

  const sideOfPerson = (members) =>
    members.map((name) => ownSide(named(name).number, sceneOf(name))).find(Boolean);

  // What a track is set to between two times, itself or with its person; undefined where it is as found.
  function sideOf(number, time) {
    const own = ownSide(number, time);
    const person = own ? undefined : personOf(number, time);
    return person === undefined ? own : sideOfPerson(edits.now.people[person]);
  }

  // The edits of tracks without what is in force for one in its scene.
  function freed(all, name) {
    const [number, scene] = [named(name).number, sceneOf(name)];
    const left = {};
    for (const [other, edit] of Object.entries(all)) {
      const later = edit.confirmed?.filter((at) => !isIn(at, scene));
      if (!isNamed(other, number, scene)) left[other] = edit;
      else if (later?.length) left[other] = { ...edit, confirmed: later };
    }
    return left;
  }

  // Sets what is done to a track, and with it to its person. Kept again is made sure of again.
  function set(number, side, at) {
    const scene = times.scene(at);
    const name = `${number}@${at}`;
    const before = sideOf(number, scene) ?? null;
    const person = personOf(number, scene);
    const members = edits.now.people[person] ?? [];
    if (side === before && side !== "keep") return;
    if (side === before && !ownSide(number, scene))
      return setPerson(person, [...new Set([...members, name])]);
    let all = edits.now.tracks;
    if (side !== before) all = [name, ...members].reduce(freed, all);
    if (side === "keep") {
      const confirmed = [...new Set([...(all[number]?.confirmed ?? []), at])].sort((a, b) => a - b);
      all = { ...all, [number]: { do: "keep", confirmed } };
    }
    // Where there is one scene only, the number says all.
    if (side === "hide")
      all = { ...all, [whole.cuts.some((cut) => cut > whole.start) ? name : number]: "hide" };
    edits.change({ tracks: all });
  }

  // When somebody has made sure of a track that is kept.
  function moments(number, time) {
    const own = edits.now.tracks[number]?.confirmed?.filter((at) => isIn(at, time));
    if (own?.length) return own;
    const all = [...Object.keys(edits.now.tracks), ...(edits.now.people[personOf(number, time)] ?? [])];
    return all
      .filter((name) => name.includes("@") && isNamed(name, number, time))
      .map((name) => named(name).at);
  }

  function setPerson(person, members, more = {}) {
    const { [person]: _, ...others } = edits.now.people;
    edits.change({ people: members.length > 1 ? { ...others, [person]: members } : others, ...more });
  }

  const unused = () => {
    for (let count = 0; ; count++)
      for (const letter of letters)
        if (!(letter + (count || "") in edits.now.people)) return letter + (count || "");
  };

  // What is proposed and nobody has confirmed or refused, in the order of time.
  const open = () =>
    whole.proposals.filter(
      ({ track }) =>
        !edits.now.refused.includes(track) && personOf(named(track).number, sceneOf(track)) === undefined,
    );
  const proposalOf = (number, time) => open().find(({ track }) => isNamed(track, number, time));

  // Somebody has made sure that a track is the proposed one: seen at a time, from which on it may be kept.
  function confirm(number, at) {
    const proposal = proposalOf(number, times.scene(at));
    if (!proposal) return;
    const earlier = named(proposal.continues);
    const person = personOf(earlier.number, sceneOf(proposal.continues));
    const members = edits.now.people[person] ?? [proposal.continues];
    setPerson(person ?? unused(), [...members, `${number}@${at}`]);
  }

  function refuse(number, at) {
    const proposal = proposalOf(number, times.scene(at));
    if (proposal) edits.change({ refused: [...edits.now.refused, proposal.track] });
  }

  // Takes a track out of its person; what was done to the person stays done to the others.
  function split(number, at) {
    const scene = times.scene(at);
    const person = personOf(number, scene);
    const members = edits.now.people[person] ?? [];
    const left = members.filter((name) => !isNamed(name, number, scene));
    const side = sideOfPerson(members);
    const refused = whole.proposals
      .filter(({ track }) => isNamed(track, number, scene))
      .map(({ track }) => track);
    const isDone = !side || !left.length || sideOfPerson(left);
    setPerson(person, left, {
      tracks: isDone ? edits.now.tracks : { ...edits.now.tracks, [left[0]]: side },
      refused: [...new Set([...edits.now.refused, ...refused])],
    });
  }

  function remove(name) {
    const { [name]: _, ...others } = edits.now.tracks;
    edits.change({ tracks: others });
  }

  // A track to choose as soon as its frame is on show: until then its number may be that of another.
  let coming = null;
  const isShown = (at) => frame.now && at >= frame.now.time - 1e-6 && at < frame.now.end - 1e-6;

  function arrive() {
    if (!coming || (coming.at !== undefined && !isShown(coming.at))) return;
    const { number } = coming;
    coming = null;
    shapes.choose({ track: number });
  }

  function visit(name) {
    shapes.choose(null);
    coming = named(name);
    if (coming.at !== undefined) frame.seek(coming.at);
    arrive();
  }

  on("moment", arrive);
  on("chosen", (other) => {
    if (other) coming = null;
  });

  // Goes to the next proposal that is open, from the last one to the first.
  function next() {
    const now = [frame.now.time, shapes.chosen?.track ?? 0];
    const isLater = ({ track }) => {
      const { number, at } = named(track);
      return at > now[0] + 1e-6 || (at > now[0] - 1e-6 && number > now[1]);
    };
    const all = open();
    const found = all.find(isLater) ?? all[0];
    if (found) visit(found.track);
    else announce("No track is left that may go on with an earlier one.");
  }

  const words = (name) => {
    const { number, at } = named(name);
    return at === undefined ? `track ${number}` : `track ${number} at ${clock(at)}`;
  };
  // `may be track 1 at 0:00.00, 0.86`; in short `may be 1, 0.86`.
  function proposalWords({ continues, similarity }, isShort) {
    const { number } = named(continues);
    const person = personOf(number, sceneOf(continues));
    const who = isShort ? [person ?? number] : [person, words(continues)].filter(Boolean);
    return `may be ${who.join(", ")}, ${similarity.toFixed(2)}`;
  }

  return {
    set,
    sideOf,
    moments,
    personOf,
    proposalOf,
    proposalWords,
    words,
    confirm,
    refuse,
    split,
    remove,
    removePerson: (person) => setPerson(person, []),
    visit,
    next,
  };
})();
