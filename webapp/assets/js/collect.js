// To-do points of a page: each can be put into the plan of this device, and taken out again.
import { announce } from "./announce.js";
import { MOST, add, change, onChange, point, read } from "./plan-store.js";

function offerCollecting(box) {
  const { from, title } = box.dataset;
  const buttons = [...box.querySelectorAll("[data-point]")].map((line) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "ds-button todo__add";
    button.dataset.variant = "secondary";
    line.closest("li").append(" ", button);
    const found = point({ text: line.textContent.replaceAll("\u00a0", " "), from, title: title.slice(0, MOST.title) });
    button.addEventListener("click", () => toggle(button, found));
    return { button, found };
  });
  const foot = box.querySelector(".todo__foot");
  const all = foot.querySelector("button");
  foot.hidden = false;

  const say = (state) => {
    const words = { full: box.dataset.full, forbidden: box.dataset.forbidden, unreadable: box.dataset.unreadable }[state];
    const fault = foot.querySelector(".todo__fault");
    fault.textContent = words || "";
    fault.hidden = !words;
    announce(words || box.dataset.changed);
  };
  const isIn = (found, points) => points.some((other) => other.text === found.text && other.from === found.from);
  function toggle(button, found) {
    const isThere = isIn(found, read().points);
    const { state } = isThere
      ? change((now) => now.filter((other) => other.text !== found.text || other.from !== found.from))
      : add([found]);
    show();
    say(state);
  }
  function show() {
    const { state, points } = read();
    for (const { button, found } of buttons) {
      const isThere = state === "ok" && isIn(found, points);
      button.textContent = isThere ? box.dataset.remove : box.dataset.add;
      button.classList.toggle("is-in", isThere);
      const about = document.createElement("span");
      about.className = "ds-sr-only";
      about.textContent = ` (${found.text})`;
      button.append(about);
    }
    all.hidden = buttons.length < 2 || buttons.every(({ found }) => isIn(found, points));
  }
  all.addEventListener("click", () => { const { state } = add(buttons.map(({ found }) => found)); show(); say(state); if (all.hidden) foot.querySelector("a").focus(); });
  onChange(show);
  show();
}

document.querySelectorAll("[data-collect]").forEach(offerCollecting);
