extension WatchScript {
    /// Status and pictures.
    ///
    /// Two kinds of loops run while a stream is followed: one asks how it fares, one for each view
    /// asks for the next picture. All end with the run, and wait while nobody looks at the page.
    static let watching = #"""

        (() => {
        const $ = id => document.getElementById(id);
        const figures = [...document.querySelectorAll('[data-view]')];
        const choices = [...document.querySelectorAll('[name=view]')];
        const tabs = [...document.querySelectorAll('[data-stream]')];
        const steering = $('steering');
        const states = {running: ['Running', 'good'], paused: ['Paused', 'warn'],
          switching: ['Changing profile', 'warn'], ended: ['Ended', '']};
        let stream = 0, following = new AbortController(), state = '', epoch = 0, isFrozen = false;
        let toldUntil = 0, wake = () => {};

        // The token has become a cookie; it has no place in the history.
        history.replaceState(null, '', location.pathname + location.hash);

        const sleep = (ms, signal) => new Promise(done => {
          const end = () => {
            clearTimeout(timer);
            if (signal) signal.removeEventListener('abort', end);
            done();
          };
          const timer = setTimeout(end, ms);
          if (signal) signal.addEventListener('abort', end);
        });

        async function ask(path, signal) {
          const answer = await fetch(path, {cache: 'no-store', redirect: 'error',
            signal: AbortSignal.any([signal, AbortSignal.timeout(10000)])});
          if (!answer.ok) throw answer.status;
          return answer;
        }

        function seen(signal) {
          if (!document.hidden) return null;
          return new Promise(done => {
            document.addEventListener('visibilitychange', done, {once: true});
            signal.addEventListener('abort', done, {once: true});
          });
        }

        // Screen readers speak what is told, so it changes only when there is something new.
        function tell(text, ms = 0) {
          if (!ms && performance.now() < toldUntil) return;
          toldUntil = performance.now() + ms;
          if ($('notice').textContent !== text) $('notice').textContent = text;
        }

        function put(id, text, note) {
          $(id).textContent = text;
          if (note !== undefined) $(id + '-note').textContent = note || '\u00a0';
        }

        const number = (value, places) => typeof value === 'number' ? value.toFixed(places) : '–';
        const count = value => String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f');
        const clock = t => (t < 0 ? '−' : '') + Math.floor(Math.abs(t) / 60) + ':' +
          (Math.abs(t) % 60).toFixed(1).padStart(4, '0');
        const ms = value => number(value, value < 10 ? 1 : 0);

        function show(status) {
          state = status.state;
          const [word, style] = states[state];
          $('state').textContent = word;
          $('state').className = 'badge ' + style;
          $('input').textContent = status.input;
          document.title = `${status.input} · maskstream watch`;
          $('about').textContent = `profile ${status.profile}`;
          $('at').textContent = status.frame === undefined ? ''
            : `frame ${count(status.frame)} at ${clock(status.time)}`;
          put('t-threshold', number(status.threshold, 3), status.adapts ? 'adapts by itself' : 'held');
          put('t-kept', curves.share(status.kept), 'of the picture');
          put('t-fps', number(status.fps, 1), 'a second');
          const late = status.latency;
          put('t-latency', late ? ms(late.p50) + ' ms' : '–',
            late ? `p95 ${ms(late.p95)} ms` : 'files have none');
          put('t-dropped', count(status.dropped), `of ${count(status.captured)} · ${count(status.late)} late`);
          put('t-missed', count(status.missed), 'masked whole');
          showSubjects(status);
          curves.add(status.samples);
          curves.draw(status.bounds);
          if (steering) showControls(status);
        }

        function showSubjects(status) {
          $('primary').textContent = status.primary;
          const shown = status.subjects.slice(0, 8);
          $('subjects').replaceChildren(...shown.map(subject => {
            const item = document.createElement('li');
            const add = (tag, text, style) => {
              const part = item.appendChild(document.createElement(tag));
              if (text !== null) part.textContent = text;
              if (style) part.className = style;
              return part;
            };
            const has = typeof subject.confidence === 'number';
            const age = typeof subject.age === 'number' ? ` · ${number(subject.age, 1)} s ago` : '';
            add('bdi', subject.label || 'no verdict yet');
            add('span', (has ? number(subject.confidence, 2) : '') + age, 'value');
            if (has) {
              const meter = add('meter', null);
              meter.value = subject.confidence;
              meter.setAttribute('aria-hidden', 'true');
            }
            return item;
          }));
          const more = status.subjects.length - shown.length;
          if (!shown.length || more > 0) {
            const item = $('subjects').appendChild(document.createElement('li'));
            item.className = 'quiet';
            item.textContent = more > 0 ? `and ${more} more` : 'None in sight.';
          }
        }

        async function follow(signal) {
          let since = null, isLost = false;
          while (!signal.aborted) {
            await seen(signal);
            try {
              const answer = await ask(`/status?stream=${stream}` +
                (since === null ? '' : `&since=${since}`), signal);
              const status = await answer.json();
              if (signal.aborted) return;
              if (since !== null && !(status.frame >= since)) { epoch++; curves.clear(); }
              since = status.frame === undefined ? null : status.frame;
              if (isLost) { epoch++; isLost = false; }
              show(status);
              tell(state === 'ended' ? 'The run has ended. Below is what it showed last.' : '');
              if (state === 'ended') return;
            } catch (error) {
              if (signal.aborted) return;
              isLost = true;
              $('state').textContent = 'No answer';
              $('state').className = 'badge bad';
              if (steering) steering.disabled = true;
              tell(error === 401
                ? 'The token of this page is no longer right: open the address that maskstream has printed.'
                : 'maskstream does not answer. Trying again every two seconds.');
            }
            await Promise.race([sleep(isLost ? 2000 : 500, signal), new Promise(r => { wake = r; })]);
          }
        }

        async function look(figure, signal) {
          const view = figure.dataset.view, canvas = figure.querySelector('canvas');
          let after = null, since = epoch;
          while (!signal.aborted && !figure.hidden) {
            await seen(signal);
            if (isFrozen) { await sleep(100, signal); continue; }
            if (since !== epoch) { after = null; since = epoch; }
            const began = performance.now();
            try {
              const answer = await ask(`/picture?stream=${stream}&view=${view}` +
                (after === null ? '' : `&after=${after}`), signal);
              if (answer.status === 200) {
                const picture = await createImageBitmap(await answer.blob());
                if (signal.aborted || isFrozen) continue;
                after = Number(answer.headers.get('Maskstream-Frame'));
                if (canvas.width !== picture.width || canvas.height !== picture.height) {
                  canvas.width = picture.width;
                  canvas.height = picture.height;
                }
                canvas.getContext('2d').drawImage(picture, 0, 0);
                picture.close();
                figure.dataset.frame = after;
                figure.querySelector('.when').textContent = 'frame ' + count(after);
              } else if (state === 'ended') {
                return;
              }
            } catch (error) {
              if (!signal.aborted) await sleep(1000, signal);
            }
            // Twenty-five pictures a second are enough to look at.
            await sleep(Math.max(0, 40 - (performance.now() - began)), signal);
          }
        }

        function choose(number) {
          following.abort();
          following = new AbortController();
          stream = number;
          state = '';
          curves.clear();
          tabs.forEach((tab, index) => tab.setAttribute('aria-current', index === number));
          if (tabs.length) history.replaceState(null, '', '#' + number);
          $('snapshot').href = `/snapshot?stream=${number}`;
          figures.forEach(figure => {
            delete figure.dataset.frame;
            figure.querySelector('.when').textContent = '';
            const canvas = figure.querySelector('canvas');
            canvas.width = canvas.width;
          });
          follow(following.signal);
          arrange();
        }

        // A view that is not shown is not asked for.
        function arrange() {
          for (const figure of figures) {
            const isShown = choices.some(c => c.checked && c.value === figure.dataset.view);
            figure.hidden = !isShown;
            if (isShown && figure.looking !== following.signal) {
              figure.looking = following.signal;
              const signal = figure.looking;
              look(figure, signal).then(() => {
                if (figure.looking === signal) figure.looking = null;
              });
            }
          }
          document.querySelector('.pictures').classList
            .toggle('one', choices.filter(c => c.checked).length === 1);
        }

        choices.forEach(choice => choice.addEventListener('change', arrange));
        tabs.forEach((tab, index) => tab.addEventListener('click', () => choose(index)));
        $('freeze').addEventListener('click', () => {
          isFrozen = !isFrozen;
          $('freeze').setAttribute('aria-pressed', isFrozen);
        });

        """#
}
