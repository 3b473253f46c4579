// Five comforts; every page works without them.

// 1. A failed form opens at its error summary.
document.querySelector("[data-focus]")?.focus();

// 2. A double press sends a form once. After a few seconds, or when the page comes back from the cache, it may go again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 5000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// 3. The minutes that a held time is still kept, on the server's clock; towards the end, a button that keeps it longer.
const SOON = 5;
function count(hold) {
  const keep = hold.querySelector("[data-keep]");
  const soon = hold.querySelector("[data-soon]");
  const ends = Date.parse(hold.dataset.holdUntil);
  const ahead = Date.now() - Date.parse(hold.dataset.now);
  const left = hold.querySelector("[data-minutes-left]");
  const show = () => {
    const minutes = Math.ceil((ends - Date.now() + ahead) / 60000);
    left.hidden = minutes < 1;
    left.textContent = left.dataset.minutesLeft.replace("N", minutes);
    hold.querySelector("[data-hold-ended]").hidden = minutes >= 1;
    if (keep && minutes <= SOON) {
      keep.hidden = false;
      soon.textContent = minutes < 1 ? "" : soon.dataset.soon;
    }
    if (minutes < 1 || !hold.isConnected) clearInterval(ticking);
  };
  const ticking = setInterval(show, 10000);
  show();
  keep?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await fetch(keep.action, { method: "POST", body: new FormData(keep) });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".hold");
    if (!fresh) return location.assign(answer.url);
    hold.replaceWith(fresh);
    fresh.tabIndex = -1;
    fresh.focus();
    count(fresh);
  });
}
for (const hold of document.querySelectorAll("[data-hold-until]")) count(hold);

// 4. What the device's own clock shows for a moment, where that is not what the clinic's shows.
for (const line of document.querySelectorAll("[data-device-time]")) {
  const how = { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const language = document.documentElement.lang.replace(/^en$/, "en-GB");
  const shown = (zone) => new Date(line.dataset.moment).toLocaleString(language, { ...how, ...zone });
  line.hidden = shown() === shown({ timeZone: line.dataset.zone });
  line.textContent = line.dataset.deviceTime.replace("THEN", shown());
}

// 5. A button that prints.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
