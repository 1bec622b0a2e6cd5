extension WatchScript {
    /// The curves of the last minute, from samples that come in pieces.
    static let curves = #"""

        'use strict';
        const curves = (() => {
        const span = 60;
        let samples = [];
        const figures = [...document.querySelectorAll('[data-curve]')];
        const isNumber = value => typeof value === 'number';
        const share = v => (v * 100).toFixed(v < .1 && v > 0 ? 1 : 0) + '\u00a0%';
        const words = {threshold: v => v.toFixed(3), kept: share, confidence: v => v.toFixed(2)};

        function add(more) {
          const last = samples.length ? samples[samples.length - 1].frame : -1;
          if (more.length && more[0].frame <= last) samples = [];
          samples.push(...more);
          if (!samples.length) return;
          const end = samples[samples.length - 1].time;
          samples = samples.filter(s => s.time > end - span && s.time <= end);
        }

        // The least round number that all values stay below.
        function top(name) {
          if (name !== 'kept') return 1;
          const most = Math.max(...samples.map(s => s.kept));
          return [.02, .05, .1, .2, .5].find(t => most <= t) || 1;
        }

        function line(name, high) {
          const end = samples[samples.length - 1].time;
          let path = '', before = null;
          for (const sample of samples) {
            const value = sample[name];
            if (!isNumber(value)) { before = null; continue; }
            const joins = before !== null && sample.time - before < 1.5;
            const x = (1 - (end - sample.time) / span) * 1000;
            const y = 100 - Math.min(1, value / high) * 100;
            path += (joins ? 'L' : 'M') + x.toFixed(1) + ' ' + y.toFixed(1);
            before = sample.time;
          }
          return path;
        }

        function draw(bounds) {
          for (const figure of figures) {
            const name = figure.dataset.curve;
            const values = samples.map(s => s[name]).filter(isNumber);
            if (name === 'confidence') figure.hidden = !values.length;
            const find = part => figure.querySelector('.' + part);
            const high = top(name), told = words[name];
            const tick = name === 'kept' ? share : v => v.toFixed(1);
            find('top').textContent = tick(high);
            find('middle').textContent = tick(high / 2);
            find('bottom').textContent = tick(0);
            find('line').setAttribute('d', values.length ? line(name, high) : '');
            const newest = samples.length ? samples[samples.length - 1][name] : null;
            find('readout').textContent = isNumber(newest) ? told(newest) : '–';
            if (name === 'threshold')
              find('level').setAttribute('d', [bounds.min, bounds.max].filter(b => b > 0 && b < 1)
                .map(b => `M0 ${100 - b * 100}H1000`).join(''));
            if (values.length) {
              const [least, most] = [Math.min(...values), Math.max(...values)].map(told);
              figure.querySelector('svg').setAttribute('aria-label',
                figure.querySelector('b').textContent +
                ` over the last minute: from ${least} to ${most}`);
            }
          }
        }

        return {add, draw, share, clear() { samples = []; }};
        })();

        """#
}
