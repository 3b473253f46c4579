// Four comforts; every page works without them.

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

// 3. The minutes that a held time is still kept, on the server's clock.
for (const hold of document.querySelectorAll("[data-hold-until]")) {
  const ends = Date.parse(hold.dataset.holdUntil);
  const ahead = Date.now() - Date.parse(hold.dataset.now);
  const left = hold.querySelector("[data-minutes-left]");
  const show = () => {
    const minutes = Math.ceil((ends - Date.now() + ahead) / 60000);
    left.hidden = minutes < 1;
    left.textContent = left.dataset.minutesLeft.replace("N", minutes);
    hold.querySelector("[data-hold-ended]").hidden = minutes >= 1;
    if (minutes < 1) clearInterval(ticking);
  };
  const ticking = setInterval(show, 10000);
  show();
}

// 4. A button that prints.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
