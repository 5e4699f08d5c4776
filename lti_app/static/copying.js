// An address to hand on: its button copies it. A frame may be forbidden the clipboard; then the old way is tried, and
// where that fails, too, the address is selected and can be copied by hand.
for (const button of document.querySelectorAll("[data-copies]")) {
  const field = document.getElementById(button.dataset.copies);
  button.setAttribute("aria-live", "polite");
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    const isCopied = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
    if (isCopied || document.execCommand("copy")) button.textContent = button.dataset.copied;
  });
}
