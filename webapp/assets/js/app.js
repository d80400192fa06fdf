// What the pages do with a script: nothing that they cannot do without one.
import "htmx.org/dist/htmx.js";
import "./voice.js";

/** Says to a screen reader what has changed; going back may have put a new element in the old one's place. */
function announce(text) {
  const status = document.getElementById("status");
  if (!status) return;
  status.textContent = "";
  requestAnimationFrame(() => { status.textContent = text; });
}

document.addEventListener("htmx:afterSettle", (event) => {
  const said = event.detail.elt.querySelector?.("[data-announce]");
  if (said) announce(said.textContent.trim());
});

// The address follows what is asked; the other languages are links to that address.
document.addEventListener("htmx:pushedIntoHistory", () => {
  for (const link of document.querySelectorAll(".language-switch a")) link.search = location.search;
});

// A refused form comes back with its faults: show it (htmx leaves 4xx alone by itself).
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// A request that fails is said aloud, and the plain way is taken: the same form without htmx.
document.addEventListener("htmx:sendError", (event) => {
  const form = event.detail.elt.closest("form");
  if (form && event.detail.elt === form) form.submit();
});
document.addEventListener("htmx:responseError", (event) => {
  const form = event.detail.elt.closest("form");
  if (form && event.detail.elt === form) form.submit();
});

// Suggestions go away with Escape, and with them nothing that was typed.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const field = event.target.closest?.(".search-field");
  const list = field?.querySelector(".search-field__suggestions");
  if (list) list.replaceChildren();
});

// Leaving quickly: the page is emptied at once, and the history forgets it.
document.addEventListener("click", (event) => {
  const leave = event.target.closest?.("[data-quick-exit]");
  if (!leave) return;
  event.preventDefault();
  document.documentElement.replaceChildren();
  location.replace(leave.href);
});
