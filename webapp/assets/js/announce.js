/** Says to a screen reader what has changed; going back may have put a new element in the old one's place. */
export function announce(text) {
  const status = document.getElementById("status");
  if (!status) return;
  status.textContent = "";
  requestAnimationFrame(() => { status.textContent = text; });
}
