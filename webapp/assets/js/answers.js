// Answering: what excludes each other, and answers that stay in the page while there is no net. Nothing is stored.
import { excludeInOneTap } from "./one-tap.js";

const form = document.querySelector("[data-answers]");
const notice = form.querySelector("[data-unsent]");
let isWaiting = false, timer = 0;

excludeInOneTap(form);

/** Tells whether the site answers: a telephone may say that it has a net where there is none. */
const isThere = () => fetch("/healthz", { method: "HEAD", cache: "no-store" }).then((answer) => answer.ok, () => false);

/** Sends the form as the browser itself does, where there is a net; else says so, and waits until there is. */
async function send() {
  clearTimeout(timer);
  isWaiting = !await isThere();
  notice.hidden = !isWaiting;
  if (!form.isConnected) return;
  if (isWaiting) timer = setTimeout(send, 5000);
  else HTMLFormElement.prototype.submit.call(form);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  form.querySelector("[name=handling]").value = event.submitter?.value || "";
  send();
});
addEventListener("online", () => { if (isWaiting) send(); });

// What waits would be gone with the page; whoever leaves quickly is not held back.
addEventListener("beforeunload", (event) => { if (isWaiting && form.isConnected) event.preventDefault(); });
