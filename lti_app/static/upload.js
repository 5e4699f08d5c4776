// Says before sending that a file is too large, and while sending that it is on its way.
"use strict";

for (const form of document.querySelectorAll("form[data-upload]")) {
  const note = form.querySelector("[data-too-large]");
  const limit = Number(form.dataset.limitBytes);
  const tooLarge = () => [...form.elements.files.files].filter((file) => file.size > limit);
  form.elements.files.addEventListener("change", () => {
    const names = tooLarge().map((file) => file.name);
    note.textContent = names.length ? `${names.join(", ")}: ${note.dataset.tooLarge}` : "";
  });
  form.addEventListener(
    "submit",
    (event) => {
      if (tooLarge().length) {
        event.preventDefault();
        event.stopImmediatePropagation();
        form.elements.files.focus();
      } else if (form.elements.files.files.length) {
        note.classList.remove("error");
        note.textContent = note.dataset.sending;
      }
    },
    { capture: true },
  );
}
