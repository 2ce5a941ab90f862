'use strict';
// What the script of every page begins with: its words, and tables that are sorted by a column.
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const strings = read('strings-json');
const say = (key, values = {}) =>
  strings[key].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

const compare = (a, b) => {
  if (a === null || b === null) return (a === null) - (b === null);
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
};
const keyOf = (row, column) => {
  const cell = row.cells[column];
  if (cell.dataset.sort === undefined) return cell.textContent.trim();
  return cell.dataset.sort === '' ? null : Number(cell.dataset.sort);
};
const turn = (heading, row) => {
  const first = heading.dataset.first ?? 'descending';
  const other = first === 'descending' ? 'ascending' : 'descending';
  const now = heading.getAttribute('aria-sort') === first ? other : first;
  for (const own of row.cells) if (own.hasAttribute('aria-sort')) own.setAttribute('aria-sort', 'none');
  heading.setAttribute('aria-sort', now);
  return now === 'ascending' ? 1 : -1;
};
for (const table of document.querySelectorAll('table.sortable')) {
  const row = table.tHead.rows[0];
  row.addEventListener('click', (event) => {
    const button = event.target.closest('button.sort');
    if (!button) return;
    const heading = button.closest('th');
    const sign = turn(heading, row);
    const body = table.tBodies[0];
    const keyed = [...body.rows].map((own) => [keyOf(own, heading.cellIndex), own]);
    // What has no value stays below, whichever way is up.
    keyed.sort(([a], [b]) => (a === null || b === null ? compare(a, b) : sign * compare(a, b)));
    body.append(...keyed.map(([, own]) => own));
  });
}
// Long tables are shortened until they are asked for whole.
for (const button of document.querySelectorAll('button.more-rows')) {
  const table = document.getElementById(button.getAttribute('aria-controls'));
  const toggle = (short) => {
    table.classList.toggle('short', short);
    button.setAttribute('aria-expanded', String(!short));
    button.textContent = short ? say('show_all', { n: table.tBodies[0].rows.length }) : say('show_fewer');
  };
  button.hidden = false;
  toggle(true);
  button.addEventListener('click', () => toggle(!table.classList.contains('short')));
}
document.documentElement.classList.add('scripted');
