const ALONE = ["not_needed", "unknown"], SELF = ["self", "self_partly"];

/** One tap says one thing: «not needed» and «do not know» stand alone, and one does it regularly or now and then. */
export const excludeInOneTap = (form) => form.addEventListener("change", (event) => {
  const target = event.target;
  const group = target.closest("[data-one-tap]");
  if (!group || !target.checked) return;
  for (const other of group.querySelectorAll("[type=checkbox]:checked")) {
    const excludes = ALONE.includes(target.value) || ALONE.includes(other.value)
      || (SELF.includes(target.value) && SELF.includes(other.value));
    if (other !== target && excludes) other.checked = false;
  }
});
