(() => {
  // Runs that have every word of the filter stay.
  const words = document.getElementById('words');
  // Names are shown with spaces for underscores, and written either way.
  const folded = (text) => plain(text).replaceAll('_', ' ');
  if (!words) return;
  const status = document.getElementById('status');
  const rows = [...document.getElementById('runs').tBodies[0].rows].map((row) => [folded(row.textContent), row]);
  const filter = () => {
    const wanted = folded(words.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const [text, row] of rows) {
      row.hidden = !wanted.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    status.textContent = shown ? say('index.shown', { shown, total: rows.length }) : say('index.nothing');
  };
  words.addEventListener('input', filter);
  words.form.addEventListener('submit', (event) => event.preventDefault());
  filter();
})();
