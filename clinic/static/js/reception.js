// Four comforts of the desk's day; the page is whole without them.
const day = document.querySelector("#day");
const said = document.querySelector("[data-said]");
const dialog = document.querySelector("#move");
let carried = null; // the visit that is on its way to another time

const fill = (words, values) => Object.entries(values).reduce((text, [name, value]) => text.replace(name, value), words);
const free = () => [...day.querySelectorAll("[data-free]")].filter((cell) => cell.offsetParent !== null);
const columnName = (key) => day.querySelector(`[data-column-name="${CSS.escape(key)}"]`).firstChild.textContent.trim();
const timeOf = (cell) => cell.querySelector(".numbers").textContent;

// 1. The arrow keys go from one free time to the next: up and down in a column, left and right to the nearest beside it.
function neighbour(cell, key) {
  const cells = free();
  const keys = [...day.querySelectorAll("[data-column-name]")].map((head) => head.dataset.columnName);
  const mine = cells.filter((each) => each.dataset.column === cell.dataset.column);
  const at = Date.parse(cell.dataset.free);
  if (key === "ArrowUp" || key === "ArrowDown") return mine[mine.indexOf(cell) + (key === "ArrowDown" ? 1 : -1)];
  const step = key === "ArrowRight" ? 1 : -1;
  for (let place = keys.indexOf(cell.dataset.column) + step; keys[place]; place += step) {
    const there = cells.filter((each) => each.dataset.column === keys[place]);
    if (there.length) return nearest(there, at);
  }
  return undefined;
}

const nearest = (cells, at) =>
  cells.reduce((best, each) =>
    Math.abs(Date.parse(each.dataset.free) - at) < Math.abs(Date.parse(best.dataset.free) - at) ? each : best,
  );

function go(cell) {
  for (const each of day.querySelectorAll(".slot--target")) each.classList.remove("slot--target");
  cell.querySelector("a").focus();
  if (!carried) return;
  cell.classList.add("slot--target");
  said.textContent = fill(said.dataset.over, { TIME: timeOf(cell), COLUMN: columnName(cell.dataset.column) });
}

// 2. A visit is picked up with Enter or by its corner, and put down on a free time; what the clinic's server says counts.
function pickUp(visit) {
  const cells = free();
  if (!cells.length) {
    said.textContent = said.dataset.nowhere;
    return;
  }
  carried = visit;
  visit.classList.add("visit--picked");
  const mine = Number(visit.closest("tr").dataset.at) * 60000;
  const own = cells.filter((cell) => cell.dataset.column === visit.dataset.atColumn);
  go(nearest(own.length ? own : cells, mine));
  said.textContent = fill(said.dataset.picked, { NAME: visit.dataset.name });
}

function letGo() {
  for (const each of day.querySelectorAll(".slot--target")) each.classList.remove("slot--target");
  const visit = carried;
  carried = null;
  if (!visit) return;
  visit.classList.remove("visit--picked");
  said.textContent = fill(said.dataset.left, { NAME: visit.dataset.name, FROM: visit.dataset.from });
  visit.querySelector("[data-pick]").focus();
}

function putDown(cell) {
  const form = dialog.querySelector("form");
  const words = form.querySelector("[data-words]");
  const to = `${timeOf(cell)}, ${columnName(cell.dataset.column)}`;
  form.action = `${carried.dataset.move}?practitioner=${encodeURIComponent(cell.dataset.column)}`;
  form.elements.starts.value = cell.dataset.free;
  form.elements.revision.value = carried.dataset.revision;
  words.textContent = fill(words.dataset.words, { NAME: carried.dataset.name, FROM: carried.dataset.from, TO: to });
  dialog.showModal();
}

dialog.querySelector("[data-keep]").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", letGo);

day.addEventListener("keydown", (event) => {
  const pick = event.target.closest("[data-pick]");
  const cell = event.target.closest("[data-free]");
  const isPress = event.key === "Enter" || event.key === " ";
  if (pick && isPress && pick.closest("[data-move]")) {
    event.preventDefault();
    pickUp(pick.closest("[data-move]"));
  } else if (carried && event.key === "Escape") {
    event.preventDefault();
    letGo();
  } else if (cell && carried && isPress) {
    event.preventDefault();
    putDown(cell);
  } else if (cell && event.key.startsWith("Arrow")) {
    event.preventDefault();
    const next = neighbour(cell, event.key);
    if (next) go(next);
  }
});

day.addEventListener("dragstart", (event) => {
  const visit = event.target.closest?.("[data-move]");
  if (!visit) return;
  carried = visit;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", visit.dataset.name);
});
day.addEventListener("dragover", (event) => {
  const cell = event.target.closest("[data-free]");
  if (!carried || !cell) return;
  event.preventDefault();
  for (const each of day.querySelectorAll(".slot--target")) if (each !== cell) each.classList.remove("slot--target");
  cell.classList.add("slot--target");
});
day.addEventListener("drop", (event) => {
  const cell = event.target.closest("[data-free]");
  if (!carried || !cell) return;
  event.preventDefault();
  putDown(cell);
});
day.addEventListener("dragend", () => {
  if (!dialog.open) letGo();
});

// One free time of each column is on the way of the Tab key; the arrow keys find the others.
function dress() {
  const seen = new Set();
  for (const cell of day.querySelectorAll("[data-free]")) {
    cell.querySelector("a").tabIndex = seen.has(cell.dataset.column) ? -1 : 0;
    seen.add(cell.dataset.column);
  }
  for (const visit of day.querySelectorAll("[data-move]")) visit.draggable = true;
}
dress();

// 3. The grid opens at the present hour, with what has just been above it.
const grid = () => day.querySelector(".day-grid");
const present = grid()?.querySelector(".is-now");
if (present) grid().scrollTop = present.offsetTop - grid().clientHeight / 3;

// 4. Every twenty seconds the day is asked whether it has changed, while the page is in view; nobody stays signed in by it.
const updated = document.querySelector("[data-updated]");
const stale = document.querySelector("[data-stale]");
let etag = day.dataset.etag;
let newer = null;
let asking = null;

function tellTime(date) {
  const time = new Intl.DateTimeFormat("en-GB", { timeZone: day.dataset.zone, hour: "2-digit", minute: "2-digit" });
  updated.textContent = updated.dataset.updated.replace("TIME", time.format(date));
  const rows = [...day.querySelectorAll("[data-at]")];
  const now = rows.filter((row) => Number(row.dataset.at) * 60000 <= date).at(-1);
  if (!day.querySelector(".is-now")) return;
  for (const row of rows) row.classList.toggle("is-now", row === now);
}

function show() {
  const { scrollTop = 0, scrollLeft = 0 } = grid() ?? {};
  day.innerHTML = newer;
  grid()?.scrollTo(scrollLeft, scrollTop);
  newer = null;
  stale.hidden = true;
  dress();
}
stale.querySelector("[data-show]").addEventListener("click", show);

async function ask() {
  if (document.hidden) return;
  let answer;
  try {
    answer = await fetch(day.dataset.poll, {
      headers: { "X-Poll": "1", "If-None-Match": etag },
      redirect: "manual",
      cache: "no-store",
    });
  } catch {
    return; // the line is down; the next time asks again
  }
  if (answer.status !== 200 && answer.status !== 304) {
    clearInterval(asking);
    document.querySelector("[data-signed-out]").hidden = false;
    return;
  }
  if (answer.status === 200) {
    newer = await answer.text();
    etag = answer.headers.get("ETag");
    const isBusy = carried || dialog.open || day.contains(document.activeElement);
    stale.hidden = !isBusy;
    if (!isBusy) show();
  }
  tellTime(new Date(answer.headers.get("Date")));
}
asking = setInterval(ask, 20000);
document.addEventListener("visibilitychange", ask);
