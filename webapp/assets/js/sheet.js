// The sheet by keyboard: the sign before a box presses it, and the arrows lead from task to task. Without this it is a
// plain form; what is pressed is never sent by itself.
import { excludeInOneTap } from "./one-tap.js";

const SIGNS = "1234567890abcdefghijklmnopqrstuvwxyz";
const form = document.querySelector("[data-sheet]");
const tasks = [...form.querySelectorAll("[data-row]")];
const boxes = (task) => task.querySelectorAll(".chip input");

excludeInOneTap(form);
document.querySelector("[data-keys]").hidden = false;
for (const task of tasks) {
  boxes(task).forEach((box, at) => {
    const sign = Object.assign(document.createElement("kbd"), { textContent: SIGNS[at] ?? "" });
    sign.setAttribute("aria-hidden", "true");
    box.setAttribute("aria-keyshortcuts", SIGNS[at] ?? "");
    box.after(sign);
  });
}

form.addEventListener("keydown", (event) => {
  const target = event.target, key = event.key;
  const task = target.closest("[data-row]");
  if (!task || target.matches("textarea, [type=text]") || event.ctrlKey || event.altKey || event.metaKey) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  const box = key.length === 1 ? boxes(task)[SIGNS.indexOf(key.toLowerCase())] : undefined;
  const next = step && boxes(tasks[tasks.indexOf(task) + step] ?? task)[0];
  if (!box && !next) return;
  event.preventDefault();
  if (next) next.focus();
  else {
    box.focus();
    box.click();
  }
});
