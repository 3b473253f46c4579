// A comfort of pages with pairs of photographs: one laid over the other, and a slider between. Without it they stand
// side by side.
for (const figure of document.querySelectorAll("[data-before-after]")) {
  const [press, slide] = [figure.querySelector(".before-after__press"), figure.querySelector(".before-after__slide")];
  const [button, range] = [press.querySelector("button"), slide.querySelector("input")];
  const move = () => figure.style.setProperty("--at", `${range.value}%`);
  press.hidden = false;
  button.addEventListener("click", () => {
    const over = figure.classList.toggle("before-after--over");
    slide.hidden = !over;
    button.setAttribute("aria-pressed", String(over));
    move();
  });
  range.addEventListener("input", move);
}
