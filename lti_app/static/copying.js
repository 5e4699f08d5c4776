// An address to hand on: its button copies it. Where a frame is forbidden the clipboard, the address is selected
// instead, to be copied the old way or by hand.
for (const button of document.querySelectorAll("[data-copies]")) {
  const field = document.getElementById(button.dataset.copies);
  const copy = async () => {
    if (await navigator.clipboard?.writeText(field.value).then(() => true, () => false)) return true;
    field.select();
    return document.execCommand("copy");
  };
  button.setAttribute("aria-live", "polite");
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (await copy()) button.textContent = button.dataset.copied;
  });
}
