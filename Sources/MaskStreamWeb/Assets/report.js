// Draws the report's timeline from the data in the page.

(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const time = charts.timeScale(data.kind, data.start, data.end);
  const drawn = data.charts.map((chart) => {
    const figure = document.querySelector(`#timeline .${chart.id}`);
    const scale = chart.range && charts.valueScale(...chart.range, chart.unit);
    const whole = { ...chart, time, scale, shades: data.shades, cuts: data.cuts };
    charts.plot(figure, whole);
    return [figure, whole];
  });
  charts.follow(drawn);
})();
