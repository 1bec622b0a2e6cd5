// Regions in time: a box or a polygon that is in force from one time to another. Between two keyframes
// its corners move evenly, before the first and behind the last it stands still.

// biome-ignore lint/correctness/noUnusedVariables: the other parts use it
const regions = (() => {
  const kind = (region) => ("box" in (region.keyframes?.[0] ?? region) ? "box" : "polygon");

  // All keyframes in pixels: those that are written, or the one that stands for a region without any.
  function keyframes(region) {
    const name = kind(region);
    const keys = region.keyframes ?? [{ at: region.from, [name]: region[name] }];
    if (region.unit !== "shares") return keys;
    const scaled = (numbers) => numbers.map((v, n) => (Array.isArray(v) ? scaled(v) : v * whole.size[n % 2]));
    return keys.map((key) => ({ at: key.at, [name]: scaled(key[name]) }));
  }

  const isAt = (region, time) => region.from <= time && time < region.to;

  function shape(region, time) {
    const name = kind(region);
    const keys = keyframes(region);
    const next = keys.findIndex((key) => key.at > time);
    if (next === 0) return keys[0][name];
    if (next < 0) return keys[keys.length - 1][name];
    const [before, after] = [keys[next - 1], keys[next]];
    const weight = (time - before.at) / (after.at - before.at);
    const mix = (a, b) => (Array.isArray(a) ? a.map((value, n) => mix(value, b[n])) : a + (b - a) * weight);
    return mix(before[name], after[name]);
  }

  // The same region with other keyframes; a single one is written as a shape that stands still.
  function withKeys(region, keys) {
    const { box: _, polygon: __, keyframes: ___, unit: ____, ...rest } = region;
    const name = kind(region);
    return keys.length > 1 ? { ...rest, keyframes: keys } : { ...rest, [name]: keys[0][name] };
  }

  // The same region that has a shape at a time: one that moves gets a keyframe there.
  function moved(region, time, next) {
    const key = { at: time, [kind(region)]: next };
    const others = keyframes(region).filter((other) => Math.abs(other.at - time) > 1e-6);
    return withKeys(
      region,
      [...others, key].sort((a, b) => a.at - b.at),
    );
  }

  const withoutKey = (region, at) =>
    withKeys(
      region,
      keyframes(region).filter((key) => key.at !== at),
    );

  const corners = (shape) =>
    Array.isArray(shape[0])
      ? shape
      : [
          [shape[0], shape[1]],
          [shape[0] + shape[2], shape[1]],
          [shape[0] + shape[2], shape[1] + shape[3]],
          [shape[0], shape[1] + shape[3]],
        ];

  const shifted = (shape, dx, dy) =>
    Array.isArray(shape[0])
      ? shape.map(([x, y]) => [x + dx, y + dy])
      : [shape[0] + dx, shape[1] + dy, shape[2], shape[3]];

  // The shape with one of its corners elsewhere; a box stays one.
  function pulled(shape, corner, x, y) {
    if (Array.isArray(shape[0])) return shape.map((point, n) => (n === corner ? [x, y] : point));
    const [fixedX, fixedY] = corners(shape)[(corner + 2) % 4];
    return [Math.min(x, fixedX), Math.min(y, fixedY), Math.abs(x - fixedX), Math.abs(y - fixedY)];
  }

  const rounded = (shape) =>
    Array.isArray(shape[0]) ? shape.map(rounded) : shape.map((value) => Math.round(value));

  return { kind, keyframes, isAt, shape, moved, withoutKey, corners, shifted, pulled, rounded };
})();
