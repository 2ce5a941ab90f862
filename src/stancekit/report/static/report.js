(() => {
  const make = (tag, properties = {}, ...content) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...content);
    return node;
  };
  const percent = (thousandths) => `${Math.round(thousandths / 10)} %`;

  // The table of predictions, drawn from JSON a chunk at a time; data only ever becomes text.
  const CHUNK = 50;
  const form = document.getElementById('filters');
  const body = document.getElementById('rows');
  const status = document.getElementById('status');
  const more = document.getElementById('more');
  const section = document.getElementById('predictions');
  let data = null;
  let all = [];
  let found = [];
  let drawn = 0;
  let order = null;
  let folded = null;

  const chosen = (entry) => {
    if (data.multilabel) return data.labels.map((_, at) => at).filter((at) => 2 * entry.times[at] > entry.repeats);
    return [entry.times.indexOf(Math.max(...entry.times))];
  };
  const load = () => {
    if (data) return;
    data = read('predictions-json');
    for (const part of data.parts) {
      for (const [id, article, actor, target, gold, times, right, shares, text, spans, language] of part.rows) {
        const entry = { part: part.name, repeats: part.repeats, id, gold, times, right, shares, text, spans };
        entry.article = data.articles[article] ?? '';
        entry.actor = data.actors[actor] ?? '';
        entry.target = data.targets[target] ?? '';
        entry.language = data.languages[language] ?? '';
        entry.said = chosen(entry);
        entry.correct = entry.said.length === gold.length && entry.said.every((label, at) => label === gold[at]);
        entry.sure = !shares || !entry.said.length ? null : Math.max(...entry.said.map((label) => shares[label]));
        all.push(entry);
      }
    }
    for (const name of ['gold', 'predicted']) {
      const select = form.elements[name];
      data.labels.forEach((label, at) => select.append(make('option', { value: String(at), textContent: label })));
      if (data.multilabel) {
        data.labels.forEach((label, at) =>
          select.append(make('option', { value: `!${at}`, textContent: say('predictions.without', { label }) })));
      }
    }
    for (const name of ['actor', 'target']) {
      const names = [...new Set(all.map((entry) => entry[name]))].filter(Boolean).sort((a, b) => a.localeCompare(b));
      document.getElementById(`${name}-names`).append(...names.map((value) => make('option', { value })));
    }
  };
  const haystack = (entry) => {
    folded ??= data.texts.map(plain);
    return `${folded[entry.text] ?? ''} ${plain(`${entry.id} ${entry.article} ${entry.actor} ${entry.target}`)}`;
  };
  const carries = (value, has) => value === '' || (value[0] === '!' ? !has(Number(value.slice(1))) : has(Number(value)));
  const named = (wanted, name) => {
    if (!wanted) return true;
    return plain(name) === wanted || (!known.has(wanted) && plain(name).includes(wanted));
  };
  let known = new Set();
  const filter = () => {
    load();
    const value = (name) => form.elements[name]?.value ?? '';
    const words = plain(value('search')).split(/\s+/).filter(Boolean);
    const actor = plain(value('actor').trim());
    const target = plain(value('target').trim());
    known = new Set([...data.actors, ...data.targets].map(plain));
    const tests = {
      right: (entry) => entry.correct,
      wrong: (entry) => !entry.correct,
      unsteady: (entry) => entry.right > 0 && entry.right < entry.repeats,
    };
    const test = tests[value('right')] ?? (() => true);
    // In one of several repeats is enough, so that the examples of a cell are those that it counts. Of a label that
    // must be missing, one repeat without it is enough.
    const said = (entry) => {
      const wanted = value('predicted');
      if (wanted === '') return true;
      const label = Number(wanted.replace('!', ''));
      return wanted[0] === '!' ? entry.times[label] < entry.repeats : entry.times[label] > 0;
    };
    found = all.filter((entry) =>
      (value('part') === '' || entry.part === value('part')) &&
      carries(value('gold'), (label) => entry.gold.includes(label)) && said(entry) &&
      named(actor, entry.actor) && named(target, entry.target) && test(entry) &&
      (!words.length || (() => { const text = haystack(entry); return words.every((word) => text.includes(word)); })()));
    if (order) {
      found.sort((a, b) => {
        const [x, y] = [order.key(a), order.key(b)];
        return x === null || y === null ? compare(x, y) : order.sign * compare(x, y);
      });
    }
    body.replaceChildren();
    drawn = 0;
    draw();
  };
  const marked = (entry) => {
    const text = data.texts[entry.text];
    if (text === undefined) return [document.createTextNode(strings['text.hidden'])];
    const marks = [];
    if (entry.spans) {
      ['actor', 'target'].forEach((role, at) => {
        const [begin, end] = entry.spans.slice(2 * at, 2 * at + 2);
        if (begin >= 0) marks.push({ role, begin, end });
      });
    }
    const cuts = [...new Set([0, text.length, ...marks.flatMap(({ begin, end }) => [begin, end])])].sort((a, b) => a - b);
    return cuts.slice(1).map((end, at) => {
      const begin = cuts[at];
      const piece = text.slice(begin, end);
      const roles = marks.filter((mark) => mark.begin <= begin && end <= mark.end).map((mark) => mark.role);
      if (!roles.length) return document.createTextNode(piece);
      return make('mark', { className: roles.join(' '), title: roles.map((role) => strings[role]).join(', ') }, piece);
    });
  };
  const labels = (codes) => codes.map((code) => data.labels[code]).join(' | ') || strings.none;
  const spaced = (name) => name.replaceAll('_', ' ');
  const drawRow = (entry) => {
    const row = make('tr', { className: entry.correct ? 'right' : 'wrong' });
    const cell = (key, ...content) => {
      const node = make('td', {}, ...content);
      node.dataset.label = strings[key];
      node.className = `of-${key.split('.').pop()}`;
      row.append(node);
      return node;
    };
    const verdict = make('span', { className: 'badge' }, say(entry.correct ? 'predictions.right' : 'predictions.wrong'));
    const times = entry.repeats > 1 ? [make('small', {}, ` ${entry.right}/${entry.repeats}`)] : [];
    cell('predictions.right_wrong', verdict, ...times);
    const text = cell('predictions.text', ...marked(entry));
    if (entry.language && entry.text >= 0) text.lang = entry.language;
    if (data.actors.length) cell('actor', spaced(entry.actor));
    if (data.targets.length) cell('target', spaced(entry.target));
    cell('gold', labels(entry.gold));
    cell('predicted', labels(entry.said));
    if (all[0].shares) cell('predictions.probability', entry.sure === null ? '' : percent(entry.sure));
    const id = make('span', { className: 'id' }, entry.id);
    cell('predictions.id', id, ...(data.parts.length > 1 ? [make('small', {}, ` ${strings[`part.${entry.part}`]}`)] : []));
    return row;
  };
  const draw = () => {
    const next = found.slice(drawn, drawn + CHUNK);
    body.append(...next.map(drawRow));
    drawn += next.length;
    const left = found.length - drawn;
    more.hidden = !left;
    more.textContent = say('predictions.more', { n: Math.min(left, CHUNK) });
    status.textContent = found.length
      ? say('predictions.shown', { shown: drawn, matching: found.length, total: all.length })
      : say('predictions.nothing');
  };
  more.addEventListener('click', () => {
    const first = drawn;
    draw();
    const row = body.rows[first];
    if (row) { row.tabIndex = -1; row.focus({ preventScroll: true }); }
  });
  const keys = {
    right: (entry) => entry.right / entry.repeats,
    text: (entry) => data.texts[entry.text] ?? null,
    actor: (entry) => entry.actor || null,
    target: (entry) => entry.target || null,
    gold: (entry) => entry.gold[0] ?? null,
    predicted: (entry) => entry.said[0] ?? null,
    probability: (entry) => entry.sure,
    id: (entry) => entry.id,
  };
  const headings = document.getElementById('headings');
  headings.addEventListener('click', (event) => {
    const button = event.target.closest('button.sort');
    if (!button) return;
    order = { key: keys[button.dataset.key], sign: turn(button.closest('th'), headings) };
    filter();
  });
  let waiting = 0;
  form.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(filter));

  // A cell of a matrix asks for its examples.
  const ask = (wanted) => {
    load();
    form.reset();
    for (const [name, value] of Object.entries(wanted)) if (form.elements[name]) form.elements[name].value = value;
    filter();
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    section.scrollIntoView({ behavior: still ? 'auto' : 'smooth' });
    section.querySelector('h2').focus({ preventScroll: true });
  };
  document.addEventListener('click', (event) => {
    const cell = event.target.closest('button.cell');
    if (!cell) return;
    for (const other of document.querySelectorAll('button.cell[aria-pressed="true"]')) other.setAttribute('aria-pressed', 'false');
    cell.setAttribute('aria-pressed', 'true');
    const { part, gold, predicted, actor, target } = cell.dataset;
    ask(Object.fromEntries(Object.entries({ part, gold, predicted, actor, target }).filter(([, value]) => value !== undefined)));
  });

  // Nothing is read or drawn before somebody comes near it, or prints the page.
  const near = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) { near.disconnect(); if (!data) filter(); }
  }, { rootMargin: '800px' });
  near.observe(section);
  addEventListener('beforeprint', () => { if (!data) filter(); });
  const links = new Map([...document.querySelectorAll('nav a')].map((link) => [link.hash.slice(1), link]));
  const spy = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      for (const link of links.values()) link.removeAttribute('aria-current');
      links.get(entry.target.id)?.setAttribute('aria-current', 'true');
    }
  }, { rootMargin: '0px 0px -75% 0px' });
  for (const own of document.querySelectorAll('main section[id]')) spy.observe(own);
})();
