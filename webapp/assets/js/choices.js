// How somebody wants to read: size, space between the lines, speed of the voice. Kept in this browser and nowhere else.
const KEY = "avklart-lesing";
const KNOWN = { size: ["1", "2", "3"], space: ["1", "2"], speed: ["0.75", "0.95", "1.3"] };
const root = document.documentElement;
let chosen = {};

/** Answers what is chosen, as far as we know what it means. */
export function choices() {
  try { chosen = JSON.parse(localStorage.getItem(KEY)) || {}; } catch { /* as it is in this page */ }
  return Object.fromEntries(Object.entries(KNOWN).map(([name, values]) => [name, values.includes(chosen?.[name]) ? chosen[name] : ""]));
}

/** Keeps a choice; answers whether it lasts. */
export function choose(name, value) {
  chosen = { ...choices(), [name]: value };
  try { localStorage.setItem(KEY, JSON.stringify(chosen)); return true; } catch { return false; }
}

function show(found = choices()) {
  for (const name of ["size", "space"]) {
    if (found[name] && found[name] !== "1") root.dataset[name] = found[name];
    else delete root.dataset[name];
    const button = document.getElementById(`lesing-${name}-${found[name] || "1"}`);
    if (button) button.checked = true;
  }
}

show();
addEventListener("storage", (event) => { if (event.key === KEY) show(); });
addEventListener("pageshow", (event) => { if (event.persisted) show(); });
for (const hidden of document.querySelectorAll("[data-reading]")) hidden.hidden = false;
document.querySelector("section[data-reading]")?.addEventListener("change", (event) => {
  const lasts = choose(event.target.dataset.choice, event.target.value);
  show({ ...choices(), ...chosen });
  event.currentTarget.querySelector("[data-kept]").hidden = !lasts;
  event.currentTarget.querySelector("[data-not-kept]").hidden = lasts;
});
