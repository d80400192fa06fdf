// What the pages do with a script: nothing that they cannot do without one.
import "htmx.org/dist/htmx.js";
import { announce } from "./announce.js";
import "./choices.js";
import "./collect.js";
import "./offline-start.js";
import "./voice.js";

document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.detail.elt;
  const said = part.querySelector?.("[data-announce]")?.textContent.trim();
  const isOld = part.matches(".time-left") && said === document.getElementById("status")?.textContent;
  if (said && !isOld) announce(said);
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

// What is wrong gets the focus also where a browser knows `autofocus` for fields only.
document.getElementById("feil")?.focus();

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

// Leaving quickly: the session ends, the page is emptied at once, and the history forgets it.
document.addEventListener("click", (event) => {
  const leave = event.target.closest?.("[data-quick-exit]");
  if (!leave) return;
  event.preventDefault();
  if (leave.form) navigator.sendBeacon(leave.form.action, new FormData(leave.form));
  const elsewhere = leave.dataset.quickExit || leave.href;
  document.documentElement.replaceChildren();
  location.replace(elsewhere);
});

// A private page that the browser kept for the back button is asked for anew: after logging out it shows nothing.
addEventListener("pageshow", (event) => {
  if (!event.persisted || !document.querySelector(".header--private")) return;
  document.documentElement.replaceChildren();
  location.reload();
});

/** Tells whether something was written or chosen in a form since it was shown. */
function isTouched(form) {
  return [...form.querySelectorAll("input, textarea, option")].some((field) => field.matches("option")
    ? field.selected !== field.defaultSelected
    : field.value !== field.defaultValue || field.checked !== field.defaultChecked);
}

// The session is over: a page that is being written on stays for the one who writes; any other goes from the screen.
document.addEventListener("htmx:afterSettle", (event) => {
  if (!event.detail.elt.querySelector?.("[data-over]")) return;
  if (![...document.querySelectorAll("main .form")].some(isTouched)) location.replace(location.pathname + location.search);
});

// «I am still here»: the page is fetched, which keeps the session alive, and what is being written stays.
document.addEventListener("click", (event) => {
  const stay = event.target.closest?.("[data-stay]");
  if (!stay) return;
  event.preventDefault();
  fetch(stay.href, { cache: "no-store" }).then((answer) => {
    if (!answer.ok || answer.redirected) return location.assign(stay.href);
    stay.closest(".time-left").replaceChildren();
    document.getElementById("innhold").focus({ preventScroll: true });
    announce(stay.dataset.stay);
  }, () => location.assign(stay.href));
});
